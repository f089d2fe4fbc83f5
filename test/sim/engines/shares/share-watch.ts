/**
 * What share groups do in a partition, followed from the commands that were applied: each is held against the rules once more, offset by
 * offset (`share-model.ts` of the engines' tests), and what members are told against what was decided.
 */
import { type GroupId, must, readBatchHeader } from '@flowmesh/base';
import {
  type AcquiredRange,
  decodeStreamCommand,
  frameOf,
  type Reply,
  type ShareAction,
  type ShareReply,
  type StreamMachine,
} from '@flowmesh/engines';
import { ShareModel } from '../../../../packages/engines/test/stream/share-model.ts';
import type { AppliedCommand, Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';

type Delivery = string;

export class ShareWatch {
  readonly group: GroupId;
  private readonly model = new ShareModel();
  /** Of an offset, by its number and member: how often that was decided, which given back it may be again, and how often told. */
  private readonly deliveries = new Map<Delivery, number>();
  private readonly told = new Map<Delivery, number>();
  private readonly starts = new Map<string, number>();
  /** Offsets whose member has heard that it was accepted. */
  private readonly accepted = new Set<string>();
  private readonly ends = new Map<string, string>();
  private lastIndex = 0;

  constructor(group: GroupId) {
    this.group = group;
  }

  get endOffset(): number {
    return this.model.logEnd;
  }

  /** Records that the group has not done with; undefined where it has not begun. */
  left(name: string): number | undefined {
    const known = this.model.groups.get(name);
    return known === undefined ? undefined : this.model.logEnd - known.start;
  }

  /** Whatever was written is done. */
  isDone(name: string): boolean {
    return (this.left(name) ?? this.endOffset) === 0;
  }

  /** Every replica is held to the same; what follows is looked at once. */
  applied({ index, command, reply, machine }: AppliedCommand, by: string): void {
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    if (frameOf(command) === 'batch') {
      this.model.logEnd += must(readBatchHeader(command), 'a batch').recordCount;
      return;
    }
    const decoded = decodeStreamCommand(command);
    if (decoded.kind === 'trim-to') {
      this.model.timeMs = Math.max(this.model.timeMs, decoded.timeMs);
      this.model.trim(decoded.offset);
    }
    if (decoded.kind === 'share') this.shared(decoded.action, decoded.timeMs, { index, reply, by });
    this.compare(machine as StreamMachine, `${by}, group ${this.group} at ${index}`);
  }

  /** A member was answered with these. */
  delivered(name: string, member: string, ranges: readonly AcquiredRange[]): void {
    for (const [offset, attempts] of each(ranges)) {
      const delivery = `${name} ${offset} ${attempts} ${member}`;
      const told = (this.told.get(delivery) ?? 0) + 1;
      const what = `group ${this.group}: ${member} is told of ${offset}, delivery ${attempts}`;
      if (told > (this.deliveries.get(delivery) ?? 0))
        violated('one-holder', `${what}, for the ${told}. time, which was not given to it`);
      this.told.set(delivery, told);
    }
  }

  /** A member has heard that what it said of these counts. */
  acknowledged(name: string, offsets: Iterable<number>): void {
    for (const offset of offsets) this.accepted.add(`${name} ${offset}`);
  }

  /** Everything is done, and what was accepted was accepted. */
  finalCheck(name: string, attemptsMax: number): void {
    const left = this.left(name) ?? 0;
    if (left > 0) violated('no-record-lost', `group ${this.group}: ${left} records of ${name} are not done`);
    for (const [place, how] of this.ends) {
      if (how === 'accepted' || how === 'rejected') continue;
      if (Number(how) < attemptsMax)
        violated('no-record-lost', `group ${this.group}: ${place} is given up after ${how} deliveries`);
    }
    for (const place of this.accepted) {
      // One that was given up before it was accepted is done all the same.
      if (!this.ends.has(place))
        violated('accepted-is-done', `group ${this.group}: ${place} was accepted, and is not done`);
    }
  }

  private shared(
    action: ShareAction,
    timeMs: number,
    { index, reply, by }: { readonly index: number; readonly reply: Reply; readonly by: string },
  ): void {
    const before = new Map(
      [...this.model.groups].map(([name, { records }]) => [
        name,
        new Map([...records].map(([offset, { state, attempts }]) => [offset, { state, attempts }])),
      ]),
    );
    const wanted = this.model.apply(action, timeMs);
    const found = givenBy(reply);
    if (JSON.stringify(plain(found)) !== JSON.stringify(plain(wanted)))
      violated(
        'share-semantics',
        `${by}, group ${this.group}: ${action.kind} at ${index} gives ${show(found)}, not ${show(wanted)}`,
      );
    if (action.kind === 'acquire' && found instanceof Map)
      for (const [offset, attempts] of found)
        this.gave(`${action.group} ${offset} ${attempts} ${action.member}`, `${action.group} ${offset}`);
    for (const [name, records] of before) this.ended(name, records, action);
  }

  private gave(delivery: Delivery, place: string): void {
    if (this.accepted.has(place))
      violated('accepted-is-done', `group ${this.group}: ${place} was accepted, and is given out again`);
    this.deliveries.set(delivery, (this.deliveries.get(delivery) ?? 0) + 1);
  }

  /** How each record that is done now came to its end. */
  private ended(
    name: string,
    before: ReadonlyMap<number, { readonly state: string; readonly attempts: number }>,
    action: ShareAction,
  ): void {
    const now = this.model.groups.get(name);
    for (const [offset, { state, attempts }] of before) {
      if (state !== 'acquired') continue;
      const after =
        now?.records.get(offset)?.state ?? (isAccepted(action, offset) ? 'acknowledged' : 'archived');
      if (after === 'acknowledged') this.ends.set(`${name} ${offset}`, 'accepted');
      if (after !== 'archived') continue;
      const rejected = action.kind === 'acknowledge' && !isReleased(action, offset);
      this.ends.set(`${name} ${offset}`, rejected ? 'rejected' : String(attempts));
    }
  }

  private compare(machine: StreamMachine, where: string): void {
    for (const [name, { start, end }] of this.model.groups) {
      const head = machine.shares.group(name)?.head;
      if (head?.start !== start || head.end !== end)
        violated(
          'share-semantics',
          `${where}: ${name} is ${head?.start} to ${head?.end}, not ${start} to ${end}`,
        );
      if (start < (this.starts.get(name) ?? 0))
        violated('start-never-back', `${where}: ${name} goes back from ${this.starts.get(name)} to ${start}`);
      this.starts.set(name, start);
    }
  }
}

export function shareChecker(partitions: ReadonlyMap<GroupId, ShareWatch>): Checker {
  return {
    name: 'share-semantics, start-never-back',
    applied(replica, applied) {
      partitions.get(replica.group.id)?.applied(applied, replica.name);
    },
  };
}

export function* each(
  ranges: readonly AcquiredRange[],
): Generator<readonly [offset: number, attempts: number]> {
  for (const { first, last, attempts } of ranges)
    for (let offset = first; offset <= last; offset++) yield [offset, attempts];
}

function givenBy(reply: Reply): ReadonlyMap<number, number> | 'refused' | undefined {
  if (!reply.ok) return 'refused';
  const value = reply.value as ShareReply;
  return value.kind === 'share-acquired' ? new Map(each(value.ranges)) : undefined;
}

function plain(given: ReadonlyMap<number, number> | 'refused' | undefined): unknown {
  return given instanceof Map ? [...given] : given;
}

function show(given: ReadonlyMap<number, number> | 'refused' | undefined): string {
  return JSON.stringify(plain(given)) ?? 'nothing';
}

function verdictOf(action: ShareAction, offset: number): string | undefined {
  if (action.kind !== 'acknowledge') return undefined;
  const batch = action.batches.find(({ first, last }) => first <= offset && offset <= last);
  return batch?.verdicts[batch.verdicts.length === 1 ? 0 : offset - batch.first];
}

function isAccepted(action: ShareAction, offset: number): boolean {
  return verdictOf(action, offset) === 'accept';
}

function isReleased(action: ShareAction, offset: number): boolean {
  return verdictOf(action, offset) === 'release';
}
