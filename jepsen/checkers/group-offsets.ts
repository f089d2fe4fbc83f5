/**
 * What a consumer group reads and commits.
 *
 *   unread            an acknowledged record below a committed offset that no member was handed before
 *   unread at the end an acknowledged record that no member was ever handed, although the group has read to the end
 *   offsets went back an offset that is below one that was committed, or told, before it was asked for
 *   zombie commit     accepted from a member although another one had committed the partition since it got it
 *
 * Commits that are behind on purpose are not judged: what is told after them is.
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { GroupCommitAnswer, GroupOffsetsAnswer, GroupPollAnswer } from '../history/group-values.ts';
import type { Checker } from '../history/operation.ts';
import type { SendAnswer, SendAsked } from '../history/stream-values.ts';
import { Anomalies } from './anomalies.ts';

const WANTED: ReadonlySet<string> = new Set(['send', 'group-poll', 'group-commit', 'group-offsets']);

interface Known {
  readonly offset: number;
  readonly call: Call;
}

export const groupOffsets: Checker = (history) => {
  const calls = callsOf(history, WANTED)
    .filter(({ type }) => type === 'ok')
    .toSorted((a, b) => a.to - b.to);
  const anomalies = new Anomalies();
  const partitions = new Map<number, GroupPartition>();
  const of = (number: number): GroupPartition => {
    let known = partitions.get(number);
    if (known === undefined) partitions.set(number, (known = new GroupPartition(number, anomalies)));
    return known;
  };
  for (const call of calls) {
    if (call.f === 'send') {
      const { partition } = call.asked as SendAsked;
      for (const offset of (call.answer as SendAnswer).offsets) of(partition).acknowledged.set(offset, call);
    }
    if (call.f === 'group-poll')
      for (const [partition, offset] of (call.answer as GroupPollAnswer).records)
        of(partition).handed(offset, call);
  }
  let commits = 0;
  for (const call of calls) {
    if (call.f === 'group-poll' || call.f === 'group-commit') {
      const { member, assigned } = call.answer as GroupPollAnswer;
      for (const partition of assigned) of(partition).assigned(member, call);
    }
    if (call.f === 'group-commit') {
      const { member, offsets } = call.answer as GroupCommitAnswer;
      for (const [partition, offset] of offsets) of(partition).committed(member, offset, call);
      commits += offsets.length;
    }
    if (call.f === 'group-offsets')
      for (const [partition, offset] of (call.answer as GroupOffsetsAnswer).offsets)
        of(partition).told(offset, call);
  }
  for (const partition of partitions.values()) partition.checkEnd();
  return anomalies.verdict('group-offsets', commits, { commits, partitions: partitions.size });
};

class GroupPartition {
  /** By offset. */
  readonly acknowledged = new Map<number, Call>();
  private readonly number: number;
  private readonly anomalies: Anomalies;
  /** By offset: the first time that it was handed out. */
  private readonly read = new Map<number, Call>();
  /** Growing offsets, as they became known. */
  private readonly known: Known[] = [];
  private checkedBelow = 0;
  private lastCommit: { readonly member: string; readonly call: Call } | undefined;
  /** By member: when it last told that it was given the partition. */
  private readonly given = new Map<string, number>();

  constructor(number: number, anomalies: Anomalies) {
    this.number = number;
    this.anomalies = anomalies;
  }

  handed(offset: number, call: Call): void {
    if (!this.read.has(offset)) this.read.set(offset, call);
  }

  assigned(member: string, call: Call): void {
    this.given.set(member, call.from);
  }

  committed(member: string, offset: number, call: Call): void {
    this.checkZombie(member, call);
    this.lastCommit = { member, call };
    this.checkRead(offset, call);
    this.told(offset, call);
  }

  told(offset: number, call: Call): void {
    const before = this.known.findLast((each) => each.call.to < call.from);
    if (before !== undefined && offset < before.offset)
      this.anomalies.add('offsets went back', `partition ${this.number}: ${offset} after ${before.offset}`, [
        before.call,
        call,
      ]);
    if (offset > (this.known.at(-1)?.offset ?? -1)) this.known.push({ offset, call });
  }

  /** Another one has committed since this member was given the partition: it cannot hold it any more. */
  private checkZombie(member: string, call: Call): void {
    const last = this.lastCommit;
    if (last === undefined || last.member === member || last.call.to > call.from) return;
    const givenAt = this.given.get(member);
    // It may have been given the partition again after the other's commit, and tell of it with this call.
    if (givenAt === undefined || givenAt >= last.call.from) return;
    this.anomalies.add(
      'zombie commit',
      `partition ${this.number}: ${member} committed after ${last.member}, which had got it from it`,
      [last.call, call],
    );
  }

  private checkRead(offset: number, call: Call): void {
    for (; this.checkedBelow < offset; this.checkedBelow++) {
      const sent = this.acknowledged.get(this.checkedBelow);
      const read = this.read.get(this.checkedBelow);
      if (sent === undefined || (read !== undefined && read.from < call.to)) continue;
      this.anomalies.add(
        'unread',
        `offset ${this.checkedBelow} of partition ${this.number} was committed at ${offset}, and not read before`,
        [sent, read, call],
      );
    }
  }

  checkEnd(): void {
    const end = this.known.at(-1);
    if (end === undefined) return;
    for (const [offset, sent] of this.acknowledged) {
      if (offset >= end.offset || this.read.has(offset) || offset < this.checkedBelow) continue;
      this.anomalies.add('unread at the end', `offset ${offset} of partition ${this.number}`, [
        sent,
        end.call,
      ]);
    }
  }
}
