/**
 * One share group in one partition: what its members are given, what they say of it, and where it begins and ends (`share-types.ts` has
 * the states of a record).
 *
 * Invariants: a record has one member at most, until its lock is ended by a command; it is archived at its last delivery at the latest;
 * the start goes forward, but for a reset.
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { AcknowledgeShare, AcquireShare } from './share-command.ts';
import { ACKNOWLEDGED, ARCHIVED, type ShareFate, ShareRanges } from './share-ranges.ts';
import type { AcquiredRange, OffsetRange, ShareRange, ShareVerdict } from './share-types.ts';

export interface ShareHead {
  readonly id: number;
  readonly name: string;
  /** Everything before it is done. */
  readonly start: number;
  /** Nobody was given what lies at or after it. */
  readonly end: number;
  /** Deliveries after which a record is archived, as its members were told last. */
  readonly attemptsMax: number;
  readonly usedMs: number;
}

interface Change {
  readonly first: number;
  readonly last: number;
  readonly fate: ShareFate;
}

export class ShareGroup {
  head: ShareHead;
  readonly ranges: ShareRanges;

  constructor(head: ShareHead) {
    this.head = head;
    this.ranges = new ShareRanges(head.id);
  }

  /** Where reading on has to begin, so that the next member is given something: what came back first. */
  get candidate(): number {
    return this.ranges.firstAvailable() ?? this.head.end;
  }

  acquire(command: AcquireShare, nowMs: number, writer: StateWriter): readonly AcquiredRange[] {
    const { member, lockMs, attemptsMax } = command;
    this.head = { ...this.head, attemptsMax };
    const locked = (attempts: number): ShareFate => ({
      state: 'acquired',
      attempts,
      member,
      deadlineMs: nowMs + lockMs,
    });
    const acquired: AcquiredRange[] = [];
    let left = command.recordsMax;
    for (const range of this.ranges.within(command.from, command.to - 1)) {
      if (range.state !== 'available') continue;
      const [first, last] = [Math.max(range.first, command.from), Math.min(range.last, command.to - 1)];
      for (const part of segments(first, last, command.holes)) {
        if (part.hole) this.ranges.set(part.first, part.last, ARCHIVED, writer);
        if (part.hole || left === 0) continue;
        const until = Math.min(part.last, part.first + left - 1);
        left -= until - part.first + 1;
        const attempts = range.attempts + 1;
        this.ranges.set(part.first, until, locked(attempts), writer);
        acquired.push({ first: part.first, last: until, attempts });
      }
    }
    acquired.push(...this.extend(command, { left, fate: locked(1) }, writer));
    this.advance(writer);
    return joined(acquired);
  }

  /** What nobody was given before, as far as there is room. */
  private extend(
    command: AcquireShare,
    { left, fate }: { readonly left: number; readonly fate: ShareFate },
    writer: StateWriter,
  ): readonly AcquiredRange[] {
    const { end } = this.head;
    if (command.from > end || command.to <= end) return [];
    const acquired: AcquiredRange[] = [];
    let room = Math.min(left, Math.max(0, command.inFlightMax - this.ranges.held));
    let next = end;
    for (const { first, last, hole } of segments(end, command.to - 1, command.holes)) {
      if (!hole && room === 0) break;
      const until = hole ? last : Math.min(last, first + room - 1);
      this.ranges.append(first, until, hole ? ARCHIVED : fate, writer);
      next = until + 1;
      if (hole) continue;
      room -= until - first + 1;
      acquired.push({ first, last: until, attempts: 1 });
      // A hole behind what there is no room for waits, too.
      if (until < last) break;
    }
    this.head = { ...this.head, end: next };
    return acquired;
  }

  /** What lies before the start is done, whatever is said of it. */
  acknowledge(command: AcknowledgeShare, nowMs: number, writer: StateWriter): FlowError | undefined {
    const changes: Change[] = [];
    let behind = -1;
    for (const batch of command.batches) {
      const { first, last, verdicts } = batch;
      const whole = verdicts.length === 1;
      if (last < first || first <= behind || !(whole || verdicts.length === last - first + 1))
        return malformed(first, last);
      behind = last;
      if (last >= this.head.end) return notHeld(command.member, this.head.end);
      for (const range of this.ranges.within(Math.max(first, this.head.start), last)) {
        if (range.state !== 'acquired' || range.member !== command.member)
          return notHeld(command.member, Math.max(range.first, first));
        const part = { ...range, first: Math.max(range.first, first), last: Math.min(range.last, last) };
        const deadlineMs = nowMs + command.lockMs;
        for (const [from, to, verdict] of runsOf(part, first, verdicts)) {
          changes.push({ first: from, last: to, fate: this.fateOf(part, verdict, deadlineMs) });
        }
      }
    }
    for (const { first, last, fate } of changes) this.ranges.set(first, last, fate, writer);
    this.advance(writer);
    return undefined;
  }

  /** A member gives back what it has: what it never worked on is no delivery. */
  release(member: string, writer: StateWriter): void {
    for (const range of this.ranges.all.filter((one) => one.state === 'acquired' && one.member === member)) {
      const attempts = range.attempts - 1;
      this.ranges.set(range.first, range.last, { ...AVAILABLE, attempts }, writer);
    }
  }

  /** Ends locks whose time is up, at most so many ranges; how many there were. */
  expire(nowMs: number, max: number, writer: StateWriter): number {
    if ((this.ranges.deadlineMs() ?? Number.POSITIVE_INFINITY) > nowMs) return 0;
    const over = this.ranges.all
      .filter(({ state, deadlineMs }) => state === 'acquired' && deadlineMs <= nowMs)
      .slice(0, max);
    for (const range of over) this.ranges.set(range.first, range.last, this.givenBack(range), writer);
    this.advance(writer);
    return over.length;
  }

  /** The log begins at `offset` now. */
  trim(offset: number, writer: StateWriter): boolean {
    if (offset <= this.head.start) return false;
    this.ranges.dropBefore(offset, writer);
    this.head = { ...this.head, start: offset, end: Math.max(this.head.end, offset) };
    this.advance(writer);
    return true;
  }

  reset(offset: number, writer: StateWriter): void {
    this.ranges.clear(writer);
    this.head = { ...this.head, start: offset, end: offset };
  }

  private fateOf(range: ShareRange, verdict: ShareVerdict, deadlineMs: number): ShareFate {
    switch (verdict) {
      case 'accept':
        return ACKNOWLEDGED;
      case 'gap':
      case 'reject':
        return ARCHIVED;
      case 'release':
        return this.givenBack(range);
      case 'renew':
        return { state: 'acquired', attempts: range.attempts, member: range.member, deadlineMs };
    }
  }

  private givenBack({ attempts }: ShareRange): ShareFate {
    return attempts >= this.head.attemptsMax ? ARCHIVED : { ...AVAILABLE, attempts };
  }

  private advance(writer: StateWriter): void {
    const start = this.ranges.doneUntil(this.head.start);
    if (start === this.head.start) return;
    this.ranges.dropBefore(start, writer);
    this.head = { ...this.head, start };
  }
}

const AVAILABLE: ShareFate = { state: 'available', attempts: 0, member: '', deadlineMs: 0 };

interface Segment {
  readonly first: number;
  readonly last: number;
  /** There is no record. */
  readonly hole: boolean;
}

/** From `first` to `last`, holes apart. */
function segments(first: number, last: number, holes: readonly OffsetRange[]): readonly Segment[] {
  const parts: Segment[] = [];
  let next = first;
  for (const [from, to] of holes) {
    if (to < next) continue;
    if (from > last) break;
    if (from > next) parts.push({ first: next, last: from - 1, hole: false });
    parts.push({ first: Math.max(from, next), last: Math.min(to, last), hole: true });
    next = Math.min(to, last) + 1;
  }
  if (next <= last) parts.push({ first: next, last, hole: false });
  return parts;
}

/** The verdicts over a range, those that follow one another and are alike together. */
function runsOf(
  range: ShareRange,
  batchFirst: number,
  verdicts: readonly ShareVerdict[],
): readonly (readonly [first: number, last: number, verdict: ShareVerdict])[] {
  const of = (offset: number): ShareVerdict =>
    (verdicts.length === 1 ? verdicts[0] : verdicts[offset - batchFirst]) as ShareVerdict;
  if (verdicts.length === 1) return [[range.first, range.last, of(range.first)]];
  const runs: [number, number, ShareVerdict][] = [];
  for (let offset = range.first; offset <= range.last; offset++) {
    const last = runs.at(-1);
    if (last?.[2] === of(offset)) last[1] = offset;
    else runs.push([offset, offset, of(offset)]);
  }
  return runs;
}

/** As a member is told of them: neighbours with as many deliveries together. */
function joined(acquired: readonly AcquiredRange[]): readonly AcquiredRange[] {
  const all: AcquiredRange[] = [];
  for (const one of acquired) {
    const last = all.at(-1);
    if (last !== undefined && last.last + 1 === one.first && last.attempts === one.attempts)
      all[all.length - 1] = { ...last, last: one.last };
    else all.push(one);
  }
  return all;
}

function malformed(first: number, last: number): FlowError {
  return new FlowError('INVALID_ARGUMENT', `offsets ${first} to ${last} cannot be acknowledged so`, {
    hint: 'Batches ascend without overlapping, and have one verdict, or one for each offset.',
  });
}

function notHeld(member: string, offset: number): FlowError {
  return new FlowError('PRECONDITION_FAILED', `record ${offset} is not with ${member} (any more)`, {
    hint: 'Its lock ran out, or it was acknowledged before; it is, or was, delivered to somebody else.',
    details: { share: 'record-state', offset },
  });
}
