/**
 * Ends decided transactions: tells every participant, as often as it takes, then has the coordinator shard note that all is done. Runs where
 * the shard is led; a new leader begins anew with whatever is decided and not complete, which participants do not mind.
 *
 *   prepare-commit | prepare-abort ─► a marker to each participant (again after a pause, until it confirms) ─► complete
 */
import { FlowError, type Scheduler } from '@flowmesh/base';
import { type CoordinatorMachine, epochsUsedUp, type Participant, type Transaction } from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import { within } from '../forward/within.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from '../group/coordinator-shards.ts';
import type { CatalogPort } from '../ports.ts';
import { endAt } from './participants.ts';
import type { TransactionEnd } from './participant.ts';

const RETRY_FIRST_MS = 20;
const RETRY_LAST_MS = 1_000;
const ATTEMPT_TIMEOUT_MS = 5_000;
const COMPLETE_TIMEOUT_MS = 10_000;
/** Finds what was overlooked, should there be any. */
const LOOK_EVERY_MS = 1_000;
/** Transactions of one shard that are being ended at once; the others wait their turn. */
const ENDING_AT_ONCE_MAX = 256;

export interface TransactionDriverPorts {
  readonly shards: CoordinatorShards;
  readonly calls: LeaderCalls;
  readonly catalog: CatalogPort;
  readonly scheduler: Scheduler;
  /** A producer id that nobody has had. */
  readonly freshProducerId: () => Promise<number>;
}

/** One transaction on its way; shared by all who wait for it. */
type Running = Map<string, Promise<void>>;

export class TransactionDriver {
  private readonly ports: TransactionDriverPorts;
  private readonly running = new WeakMap<CoordinatorShard, Running>();
  private readonly lifetime = new AbortController();

  constructor(ports: TransactionDriverPorts) {
    this.ports = ports;
    ports.shards.table.onServing((shard) => this.look(shard));
    this.lookAgain();
  }

  /** A transaction may have been decided. */
  onChanged(shard: CoordinatorShard, id: string): void {
    const transaction = shard.machine.transactions.get(id);
    if (transaction !== undefined && isDecided(transaction)) void this.drive(shard, transaction);
  }

  /** Resolves when the transaction is complete, or cannot be driven from here any more. */
  async completed(shard: CoordinatorShard, id: string): Promise<void> {
    this.onChanged(shard, id);
    await this.runningOf(shard).get(id);
  }

  close(): void {
    this.lifetime.abort();
  }

  private lookAgain(): void {
    this.ports.scheduler.after(LOOK_EVERY_MS, () => {
      if (this.lifetime.signal.aborted) return;
      for (const shard of this.ports.shards.table.all()) this.look(shard);
      this.lookAgain();
    });
  }

  private look(shard: CoordinatorShard): void {
    for (const transaction of shard.machine.transactions.values()) {
      if (isDecided(transaction)) void this.drive(shard, transaction);
    }
  }

  private runningOf(shard: CoordinatorShard): Running {
    let running = this.running.get(shard);
    if (running === undefined) {
      running = new Map();
      this.running.set(shard, running);
    }
    return running;
  }

  private drive(shard: CoordinatorShard, transaction: Transaction): Promise<void> {
    const running = this.runningOf(shard);
    const { id } = transaction;
    const known = running.get(id);
    if (known !== undefined) return known;
    if (running.size >= ENDING_AT_ONCE_MAX) return Promise.resolve();
    const done = this.run(shard, transaction).finally(() => running.delete(id));
    running.set(id, done);
    return done;
  }

  private async run(shard: CoordinatorShard, transaction: Transaction): Promise<void> {
    const { id, producerId, producerEpoch, round } = transaction;
    const end: TransactionEnd = {
      producerId,
      producerEpoch,
      round,
      commit: transaction.state === 'prepare-commit',
      coordinatorTerm: shard.term,
    };
    await Promise.all(transaction.participants.map((one) => this.tell(shard, one, end)));
    for (let attempt = 0; this.drivable(shard); attempt++) {
      try {
        const fresh = epochsUsedUp(transaction)
          ? { freshProducerId: await this.ports.freshProducerId() }
          : {};
        const of = { id, producerId, producerEpoch, round };
        const complete = { kind: 'complete-transaction', ...of, ...fresh } as const;
        await proposeTo(shard, complete, COMPLETE_TIMEOUT_MS);
        return;
      } catch {
        await this.pause(attempt);
      }
    }
  }

  private async tell(shard: CoordinatorShard, participant: Participant, end: TransactionEnd): Promise<void> {
    const { calls, scheduler } = this.ports;
    for (let attempt = 0; this.drivable(shard); attempt++) {
      if (this.isGone(participant)) return;
      try {
        await within(scheduler, ATTEMPT_TIMEOUT_MS, this.lifetime.signal, (signal) =>
          endAt(calls, participant, end, signal),
        );
        return;
      } catch {
        // Whatever it is: what has been decided must come about, so it is tried for as long as this node leads.
        await this.pause(attempt);
      }
    }
  }

  /** Deleted, and not merely unknown to a copy of the metadata that is behind: nothing of it is left to be ended. */
  private isGone({ group }: Participant): boolean {
    const { machine } = this.ports.catalog;
    return group < machine.nextGroup && machine.partitionOfGroup(group) === undefined;
  }

  private drivable(shard: CoordinatorShard): boolean {
    return shard.alive && !this.lifetime.signal.aborted;
  }

  private async pause(attempt: number): Promise<void> {
    const delayMs = Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt, 10));
    await new Promise<void>((resolve) => void this.ports.scheduler.after(delayMs, resolve));
  }
}

export function isDecided({ state }: Transaction): boolean {
  return state === 'prepare-commit' || state === 'prepare-abort';
}

/** What a claim needs to be refused with where the machine has no such transaction, for services that look before they propose. */
export function transactionOf(machine: CoordinatorMachine, id: string): Transaction {
  const known = machine.transactions.get(id);
  if (known !== undefined) return known;
  throw new FlowError('NOT_FOUND', `transactional id ${id} is not known`, {
    hint: 'Initialise it first; ids that nobody uses are forgotten after 7 days.',
  });
}
