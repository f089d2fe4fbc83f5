/**
 * Consumer groups as the checkers know them, from the commands of the coordinator shards and from what members say they read:
 *
 *   a partition has one owner, revoking ones included, and one member that reads it · a group's epoch grows by a change of its members alone,
 *   never by a failover · what is committed comes from whoever holds the partition, since an epoch that it was told, and never goes back but
 *   by a reset
 *
 * Who is let go, and why, is looked at in `session-watch.ts`.
 */
import type { GroupId } from '@flowmesh/base';
import type {
  CommitOutcome,
  CoordinatorMachine,
  CoordinatorReply,
  Group,
  GroupMember,
  Reply,
} from '@flowmesh/engines';
import {
  type CoordinatorCommand,
  decodeCoordinatorCommand,
} from '../../../../packages/engines/src/coordinator/coordinator-command.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';

interface Holding {
  readonly member: string;
  /** Its epoch when it got the partition. */
  readonly since: number;
}

interface Known {
  epoch: number;
  readonly offsets: ReadonlyMap<string, number>;
  readonly holdings: ReadonlyMap<string, Holding>;
  readonly members: ReadonlyMap<string, GroupMember>;
  readonly topology: string;
}

const NOTHING: Known = {
  epoch: 0,
  offsets: new Map(),
  holdings: new Map(),
  members: new Map(),
  topology: '',
};

export class GroupWatch {
  /** Resets that were applied, by group: what was committed before says nothing any more. */
  readonly resets = new Map<string, number>();
  private readonly known = new Map<string, Known>();
  private readonly lastIndex = new Map<GroupId, number>();
  /** What members say they read, by group and member. */
  private readonly reading = new Map<string, Map<string, ReadonlySet<string>>>();

  // ---- members

  /** A member reads these from now on, and nothing else. */
  reads(group: string, member: string, partitions: readonly string[]): void {
    const readers = this.reading.get(group) ?? new Map<string, ReadonlySet<string>>();
    this.reading.set(group, readers);
    readers.set(member, new Set(partitions));
    const { members } = this.known.get(group) ?? NOTHING;
    if (!members.has(member)) return;
    for (const [other, theirs] of readers) {
      if (other === member || !members.has(other)) continue;
      const both = partitions.find((key) => theirs.has(key));
      if (both !== undefined)
        violated(
          'one-owner',
          `group ${group}: ${member} and ${other} both read ${both} and are both members`,
        );
    }
  }

  /** It is no more, or knows that it is no member. */
  gone(group: string, member: string): void {
    this.reading.get(group)?.delete(member);
  }

  /** Partitions that nobody holds. */
  unheld(group: string, partitions: readonly string[]): readonly string[] {
    const { holdings } = this.known.get(group) ?? NOTHING;
    return partitions.filter((key) => !holdings.has(key));
  }

  // ---- committed offsets

  offsetOf(group: string, key: string): number {
    return this.known.get(group)?.offsets.get(key) ?? 0;
  }

  /** A member was answered so: it is committed, or more. */
  committed(group: string, outcomes: readonly CommitOutcome[]): void {
    for (const { stream, partition, offset, refused } of outcomes) {
      const key = `${stream}:${partition}`;
      if (!refused && this.offsetOf(group, key) < offset)
        violated('acknowledged-is-committed', `group ${group}: ${key} was answered as ${offset}, and is not`);
    }
  }

  /** Somebody asked what is committed; `floor` is what it was when the question was put. */
  fetched(group: string, floor: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>): void {
    for (const [key, offset] of floor) {
      const now = told.get(key);
      if (now === undefined || now < offset || now > this.offsetOf(group, key))
        violated(
          'linearizable-offsets',
          `group ${group}: ${key} is told as ${now}, ${offset} was committed before`,
        );
    }
  }

  offsetsOf(group: string): ReadonlyMap<string, number> {
    return this.known.get(group)?.offsets ?? NOTHING.offsets;
  }

  // ---- commands

  applied(
    group: GroupId,
    at: { readonly index: number; readonly reply: Reply },
    bytes: Uint8Array,
    machine: CoordinatorMachine,
  ): void {
    if (at.index <= (this.lastIndex.get(group) ?? 0)) return;
    this.lastIndex.set(group, at.index);
    const command = decodeCoordinatorCommand(bytes);
    if (!('group' in command)) return;
    const name = command.group;
    const before = this.known.get(name) ?? NOTHING;
    const now = machine.groups.get(name);
    if (now === undefined) {
      if (before.offsets.size > 0) violated('offsets-never-back', `${name} is forgotten with its offsets`);
      this.known.delete(name);
      return;
    }
    const after = this.lookAt(name, now, before);
    this.checkEpoch(name, command, before, after);
    this.checkOffsets(name, command, before, after);
    this.checkCommit(name, command, before, at.reply);
    this.known.set(name, after);
  }

  private lookAt(name: string, group: Group, before: Known): Known {
    const holdings = new Map<string, Holding>();
    for (const member of group.orderedMembers()) {
      for (const key of [...Object.keys(member.assigned), ...Object.keys(member.revoking)]) {
        const other = holdings.get(key)?.member;
        if (other !== undefined)
          violated('one-owner', `group ${name}: ${other} and ${member.id} both hold ${key}`);
        const held = before.holdings.get(key);
        const since = held?.member === member.id ? held.since : member.epoch;
        holdings.set(key, { member: member.id, since });
      }
    }
    return {
      epoch: group.head.epoch,
      offsets: new Map([...group.offsets].map(([key, { offset }]) => [key, offset])),
      holdings,
      members: new Map(group.members),
      topology: JSON.stringify(group.head.topology),
    };
  }

  private checkEpoch(name: string, command: CoordinatorCommand, before: Known, after: Known): void {
    const { kind } = command;
    const reason =
      kind === 'join' ||
      kind === 'leave' ||
      kind === 'expire-members' ||
      (kind === 'assign' && before.topology !== after.topology);
    if (after.epoch === before.epoch || (reason && after.epoch > before.epoch)) return;
    violated('group-epoch', `group ${name}: ${kind} moves the epoch from ${before.epoch} to ${after.epoch}`);
  }

  private checkOffsets(name: string, command: CoordinatorCommand, before: Known, after: Known): void {
    if (command.kind === 'reset-offsets') {
      this.resets.set(name, (this.resets.get(name) ?? 0) + 1);
      return;
    }
    for (const [key, offset] of before.offsets) {
      const now = after.offsets.get(key);
      if (now === undefined || now < offset)
        violated(
          'offsets-never-back',
          `group ${name}: ${command.kind} takes ${key} from ${offset} to ${now}`,
        );
    }
  }

  /** What was accepted came from whoever held the partition without a break since an epoch that it knew. */
  private checkCommit(name: string, command: CoordinatorCommand, before: Known, reply: Reply): void {
    if (command.kind !== 'commit-offsets' || command.by === undefined || !reply.ok) return;
    const { member, epoch } = command.by;
    const value = reply.value as CoordinatorReply;
    if (value.kind !== 'committed') return;
    for (const { stream, partition, refused } of value.outcomes) {
      const key = `${stream}:${partition}`;
      const held = before.holdings.get(key);
      if (refused || (held?.member === member && epoch >= held.since)) continue;
      const holder = held === undefined ? 'nobody' : `${held.member} since epoch ${held.since}`;
      violated(
        'commit-is-fenced',
        `group ${name}: ${member} commits ${key} in epoch ${epoch}; ${holder} holds it`,
      );
    }
  }
}

export function groupChecker(groups: ReadonlySet<GroupId>, watch: GroupWatch): Checker {
  return {
    name: 'one-owner, group-epoch, offsets-never-back, commit-is-fenced',
    applied(replica, { index, command, reply, machine }) {
      const { id } = replica.group;
      if (groups.has(id)) watch.applied(id, { index, reply }, command, machine as CoordinatorMachine);
    },
  };
}
