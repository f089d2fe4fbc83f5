/**
 * What the coordinators decided, and what that obliges everybody to:
 *
 *   a transaction is decided once · no participant ends it before, or otherwise · it is complete when every participant has ended it ·
 *   a client was told what was decided · offsets staged with it are committed by it alone
 *
 *   · a participant admits it once it is part of it, and not when it has ended there
 *
 * A transaction is known by its producer id and round, which no other has.
 */
import type { GroupId } from '@flowmesh/base';
import type { CoordinatorMachine, OffsetEntry, Reply, Transaction } from '@flowmesh/engines';
import {
  type CoordinatorCommand,
  decodeCoordinatorCommand,
} from '../../../../packages/engines/src/coordinator/coordinator-command.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';

export type Decision = 'commit' | 'abort';

export interface Producer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** One transaction. */
export interface Round {
  readonly producerId: number;
  readonly round: number;
}

export interface WrittenBatch {
  readonly group: GroupId;
  readonly baseOffset: number;
}

export interface Decided extends Producer, Round {
  readonly commit: boolean;
  readonly groups: readonly GroupId[];
}

interface Entry {
  readonly of: Round;
  /** As its producer writes. */
  producerEpoch: number;
  /** Groups that are part of it. */
  participants: ReadonlySet<GroupId>;
  decision: Decision | undefined;
  told: Decision | undefined;
  readonly written: WrittenBatch[];
  /** Groups that have ended it. */
  readonly ended: Set<GroupId>;
  /** As the coordinator shard of the group took them. */
  readonly staged: OffsetEntry[];
}

interface ShardNotes {
  lastIndex: number;
  transactions: ReadonlyMap<string, Transaction>;
  readonly offsets: Map<string, number>;
  /** By producer: the round in which offsets may be staged. */
  readonly admitted: Map<number, number>;
}

export class TransactionBook {
  private readonly entries = new Map<string, Entry>();
  private readonly shards = new Map<GroupId, ShardNotes>();

  get size(): number {
    return this.entries.size;
  }

  /** How many were decided so. */
  count(decision: Decision): number {
    return [...this.entries.values()].filter((entry) => entry.decision === decision).length;
  }

  decision(of: Round): Decision | undefined {
    return this.entries.get(nameOf(of))?.decision;
  }

  /** The transaction that is under way with this epoch; undefined: none is, any more. */
  ongoing({ producerId, producerEpoch }: Producer): Round | undefined {
    for (const { transactions } of this.shards.values())
      for (const one of transactions.values())
        if (one.state === 'ongoing' && one.producerId === producerId && one.producerEpoch === producerEpoch)
          return { producerId, round: one.round };
    return undefined;
  }

  /** The transaction of an epoch that only one has had. */
  ofEpoch({ producerId, producerEpoch }: Producer): Round {
    const found = [...this.entries.values()].find(
      (entry) => entry.of.producerId === producerId && entry.producerEpoch === producerEpoch,
    );
    return found?.of ?? { producerId, round: -1 };
  }

  // ---- what clients were told

  wrote(of: Round, batch: WrittenBatch): void {
    this.entry(of).written.push(batch);
  }

  told(of: Round, decision: Decision): void {
    const entry = this.entry(of);
    entry.told = decision;
    if (entry.decision !== decision)
      violated('decided-once', `${nameOf(of)}: a client is told ${decision}, decided is ${entry.decision}`);
  }

  /** Acknowledged batches of committed transactions. */
  *committedWrites(): Iterable<WrittenBatch & { readonly name: string }> {
    for (const [name, { decision, written }] of this.entries)
      if (decision === 'commit') for (const batch of written) yield { ...batch, name };
  }

  // ---- participants

  /** A participant lets the transaction in. */
  admits(group: GroupId, of: Round): void {
    const { participants, ended } = this.entry(of);
    const where = `group ${group}: ${nameOf(of)} is admitted`;
    if (!participants.has(group)) violated('admitted-as-added', `${where}, and not part of it`);
    if (ended.has(group)) violated('no-late-writes', `${where}, and has ended there`);
  }

  /** A participant ends the transaction. */
  ends(group: GroupId, of: Round, commit: boolean): void {
    const name = nameOf(of);
    const { decision } = this.entries.get(name) ?? {};
    const wanted = commit ? 'commit' : 'abort';
    if (decision !== wanted)
      violated('ended-as-decided', `group ${group}: ${name} ends with ${wanted}; decided is ${decision}`);
  }

  /** Nothing of it is open in the group any more. */
  hasEnded(group: GroupId, of: Round): void {
    this.entry(of).ended.add(group);
  }

  /** Something is staged under it in the group. */
  stages(group: GroupId, of: Round): void {
    if (this.entry(of).ended.has(group))
      violated('no-late-writes', `group ${group}: ${nameOf(of)} has ended, and something is staged under it`);
  }

  /** Transactions that were decided, with groups that have ended them. */
  decided(): readonly Decided[] {
    return [...this.entries.values()].flatMap(({ of, producerEpoch, decision, ended }) =>
      decision === undefined
        ? []
        : [{ ...of, producerEpoch, commit: decision === 'commit', groups: [...ended] }],
    );
  }

  // ---- coordinators

  applied(
    group: GroupId,
    at: { readonly index: number; readonly reply: Reply },
    bytes: Uint8Array,
    machine: CoordinatorMachine,
  ): void {
    const notes = this.notes(group);
    if (at.index <= notes.lastIndex) return;
    notes.lastIndex = at.index;
    const command = decodeCoordinatorCommand(bytes);
    const before = notes.transactions;
    for (const [id, now] of machine.transactions) this.moved(id, before.get(id), now);
    notes.transactions = new Map(machine.transactions);
    this.offsetsMoved(group, command, at.reply, machine);
  }

  /** Transactions that still have to come to an end. */
  get open(): readonly string[] {
    return [...this.shards.values()].flatMap(({ transactions }) =>
      [...transactions.values()].filter(({ state }) => state !== 'empty').map(({ id }) => id),
    );
  }

  /** Committed offsets are at least what committed transactions staged. */
  checkStaged(): void {
    for (const [name, { decision, staged }] of this.entries) {
      if (decision !== 'commit') continue;
      for (const { stream, partition, offset } of staged) {
        const key = `${stream}:${partition}`;
        const now = Math.max(...[...this.shards.values()].map(({ offsets }) => offsets.get(key) ?? -1));
        if (now < offset)
          violated('atomic-transactions', `${name} committed ${key} at ${offset}, committed is ${now}`);
      }
    }
  }

  private moved(id: string, before: Transaction | undefined, now: Transaction): void {
    if (before === now) return;
    if (now.state === 'ongoing') {
      const entry = this.entry(now);
      entry.producerEpoch = now.producerEpoch;
      entry.participants = new Set(now.participants.map(({ group }) => group));
    }
    if (now.state === 'prepare-commit' || now.state === 'prepare-abort') {
      const decision = now.state === 'prepare-commit' ? 'commit' : 'abort';
      const entry = this.entry(now);
      if (entry.decision !== undefined && entry.decision !== decision)
        violated('decided-once', `${id}: ${nameOf(now)} is decided as ${entry.decision}, and as ${decision}`);
      entry.decision = decision;
    }
    if (before === undefined || nameOf(before) === nameOf(now) || before.state === 'empty') return;
    const { decision, ended } = this.entry(before);
    if (decision === undefined) violated('decided-once', `${id}: ${nameOf(before)} is over, and not decided`);
    for (const { kind, group } of before.participants)
      if (!ended.has(group))
        violated('complete-everywhere', `${id}: ${nameOf(before)} is complete, but not in ${kind} ${group}`);
  }

  private offsetsMoved(
    group: GroupId,
    command: CoordinatorCommand,
    reply: Reply,
    machine: CoordinatorMachine,
  ): void {
    const { offsets, admitted } = this.notes(group);
    if (command.kind === 'admit-offsets' && reply.ok) {
      this.admits(group, command);
      admitted.set(command.producerId, command.round);
    }
    if (command.kind === 'stage-offsets' && reply.ok) {
      const { producerId } = command;
      const of = { producerId, round: admitted.get(producerId) ?? -1 };
      this.stages(group, of);
      this.entry(of).staged.push(...command.offsets);
    }
    if (command.kind === 'mark-offsets') {
      this.ends(group, command, command.commit);
      this.hasEnded(group, command);
    }
    for (const known of machine.groups.values()) {
      for (const [key, { offset }] of known.offsets) {
        const before = offsets.get(key);
        if (before === offset) continue;
        if (before !== undefined && before > offset)
          violated('offsets-never-back', `${command.kind} takes ${key} from ${before} to ${offset}`);
        const by = command.kind === 'mark-offsets' ? this.entry(command) : undefined;
        const staged = by?.staged.some(
          (one) => `${one.stream}:${one.partition}` === key && one.offset === offset,
        );
        if (by?.decision !== 'commit' || staged !== true)
          violated(
            'atomic-transactions',
            `${command.kind} commits ${key} at ${offset}, which it has not staged`,
          );
        offsets.set(key, offset);
      }
    }
  }

  private notes(group: GroupId): ShardNotes {
    const fresh = { lastIndex: 0, transactions: new Map(), offsets: new Map(), admitted: new Map() };
    const known = this.shards.get(group) ?? fresh;
    this.shards.set(group, known);
    return known;
  }

  private entry(of: Round): Entry {
    const name = nameOf(of);
    let entry = this.entries.get(name);
    if (entry === undefined) {
      const { producerId, round } = of;
      entry = {
        of: { producerId, round },
        producerEpoch: -1,
        participants: new Set(),
        decision: undefined,
        told: undefined,
        written: [],
        ended: new Set(),
        staged: [],
      };
      this.entries.set(name, entry);
    }
    return entry;
  }
}

export function nameOf({ producerId, round }: Round): string {
  return `${producerId}/${round}`;
}

export function bookChecker(groups: ReadonlySet<GroupId>, book: TransactionBook): Checker {
  return {
    name: 'decided-once, ended-as-decided, admitted-as-added, complete-everywhere, atomic-transactions',
    applied(replica, { index, command, reply, machine }) {
      const { id } = replica.group;
      if (groups.has(id)) book.applied(id, { index, reply }, command, machine as CoordinatorMachine);
    },
  };
}
