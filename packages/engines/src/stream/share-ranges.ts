/**
 * The ranges of one share group in a partition, from its start to its end, in memory and behind it as keys and values. Every change goes
 * through `splice`, so that both stay equal.
 *
 * Invariants: ranges follow one another without a hole; neighbours differ in more than their offsets.
 * Keys: 12 share(u32) first(u64) range.
 */
import { assert, ByteReader, ByteWriter, must, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { ShareRange, ShareRecordState } from './share-types.ts';

const STATES: readonly ShareRecordState[] = ['available', 'acquired', 'acknowledged', 'archived'];

/** What becomes of a range, without its place. */
export type ShareFate = Omit<ShareRange, 'first' | 'last'>;

export const ARCHIVED: ShareFate = { state: 'archived', attempts: 0, member: '', deadlineMs: 0 };
export const ACKNOWLEDGED: ShareFate = { ...ARCHIVED, state: 'acknowledged' };

export class ShareRanges {
  private readonly share: number;
  private list: ShareRange[] = [];
  private availableRecords = 0;
  private heldRecords = 0;
  /** Undefined: to be found anew; infinite: nothing is acquired. */
  private firstDeadlineMs: number | undefined = Number.POSITIVE_INFINITY;

  constructor(share: number) {
    this.share = share;
  }

  /** Records that a member may be given. */
  get available(): number {
    return this.availableRecords;
  }

  /** Records that are remembered for more than that they are gone. */
  get held(): number {
    return this.heldRecords;
  }

  get all(): readonly ShareRange[] {
    return this.list;
  }

  /** Earliest end of a lock; undefined where nothing is acquired. */
  deadlineMs(): number | undefined {
    this.firstDeadlineMs ??= this.list.reduce(
      (least, { state, deadlineMs }) => (state === 'acquired' ? Math.min(least, deadlineMs) : least),
      Number.POSITIVE_INFINITY,
    );
    return Number.isFinite(this.firstDeadlineMs) ? this.firstDeadlineMs : undefined;
  }

  /** The first offset that a member may be given. */
  firstAvailable(): number | undefined {
    return this.list.find(({ state }) => state === 'available')?.first;
  }

  /** Ranges that reach into `first` to `last`, as they are. */
  within(first: number, last: number): readonly ShareRange[] {
    const from = this.indexAt(first);
    let to = from;
    while ((this.list[to]?.first ?? Number.POSITIVE_INFINITY) <= last) to++;
    return this.list.slice(from, to);
  }

  /** What follows the last one. */
  append(first: number, last: number, fate: ShareFate, writer: StateWriter): void {
    const before = this.list.at(-1);
    assert(before === undefined || before.last + 1 === first, 'ranges follow one another');
    this.splice(this.list.length, 0, [{ ...fate, first, last }], writer);
  }

  /** Offsets from `first` to `last`, all of which are there, get another fate. */
  set(first: number, last: number, fate: ShareFate, writer: StateWriter): void {
    const from = this.indexAt(first);
    const touched = this.within(first, last);
    const [head, tail] = [touched[0], touched.at(-1)];
    assert(head !== undefined && tail !== undefined, 'what changes is there');
    const parts: ShareRange[] = [];
    if (head.first < first) parts.push({ ...head, last: first - 1 });
    parts.push({ ...fate, first, last });
    if (tail.last > last) parts.push({ ...tail, first: last + 1 });
    this.splice(from, touched.length, parts, writer);
  }

  /** Forgets everything before `offset`. */
  dropBefore(offset: number, writer: StateWriter): void {
    const at = this.indexAt(offset);
    const cut = this.list[at];
    if (cut !== undefined && cut.first < offset) this.splice(0, at + 1, [{ ...cut, first: offset }], writer);
    else this.splice(0, at, [], writer);
  }

  /** How far everything at the beginning is done; `start` where nothing is. */
  doneUntil(start: number): number {
    let end = start;
    for (const { state, last } of this.list) {
      if (state !== 'acknowledged' && state !== 'archived') break;
      end = last + 1;
    }
    return end;
  }

  clear(writer: StateWriter): void {
    this.splice(0, this.list.length, [], writer);
  }

  restore(key: Uint8Array, value: Uint8Array): void {
    const range = decodeRange(key, value);
    this.list.push(range);
    this.count(range, 1);
  }

  /** Replaces `count` ranges from `at` on, joined with their neighbours where they are alike. */
  private splice(at: number, count: number, parts: readonly ShareRange[], writer: StateWriter): void {
    const [before, after] = [this.list[at - 1], this.list[at + count]];
    const joined = joinAlike([...(before ? [before] : []), ...parts, ...(after ? [after] : [])]);
    const from = before === undefined ? at : at - 1;
    const removed = this.list.splice(
      from,
      count + (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1),
      ...joined,
    );
    const kept = new Set(joined.map(({ first }) => first));
    for (const range of removed) {
      this.count(range, -1);
      if (!kept.has(range.first)) writer.del(this.keyOf(range.first));
    }
    const same = new Set<ShareRange>(removed);
    for (const range of joined) {
      this.count(range, 1);
      if (!same.has(range)) writer.put(this.keyOf(range.first), encodeRange(range));
    }
  }

  private count({ first, last, state }: ShareRange, sign: 1 | -1): void {
    const records = (last - first + 1) * sign;
    if (state === 'available') this.availableRecords += records;
    if (state !== 'archived') this.heldRecords += records;
    if (state === 'acquired') this.firstDeadlineMs = undefined;
  }

  /** Of the range that holds `offset`, or the first one behind it. */
  private indexAt(offset: number): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (must(this.list[middle], 'range lies in the list').last < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private keyOf(first: number): Uint8Array {
    return new ByteWriter(13).u8(12).u32(this.share).u64(first).finish();
  }
}

function joinAlike(parts: readonly ShareRange[]): ShareRange[] {
  const joined: ShareRange[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && isAlike(last, part)) joined[joined.length - 1] = { ...last, last: part.last };
    else joined.push(part);
  }
  return joined;
}

function isAlike(a: ShareRange, b: ShareRange): boolean {
  return (
    a.state === b.state && a.attempts === b.attempts && a.member === b.member && a.deadlineMs === b.deadlineMs
  );
}

function encodeRange({ last, state, attempts, member, deadlineMs }: ShareRange): Uint8Array {
  return new ByteWriter(32)
    .u64(last)
    .u8(STATES.indexOf(state))
    .u32(attempts)
    .u64(deadlineMs)
    .raw(utf8Encode(member))
    .finish();
}

function decodeRange(key: Uint8Array, value: Uint8Array): ShareRange {
  const reader = new ByteReader(value);
  const last = reader.u64();
  const state = must(STATES[reader.u8()], 'a range is in one of the known states');
  const attempts = reader.u32();
  const deadlineMs = reader.u64();
  const member = utf8Decode(reader.raw(reader.remaining));
  return { first: new ByteReader(key.subarray(5)).u64(), last, state, attempts, deadlineMs, member };
}

/** All ranges of all groups, by share and first offset. */
export async function storedRanges(
  state: StateReader,
): Promise<ReadonlyArray<readonly [share: number, key: Uint8Array, value: Uint8Array]>> {
  const pairs = await state.scan({ from: Uint8Array.of(12), to: Uint8Array.of(13) });
  return pairs.map(([key, value]) => [new ByteReader(key.subarray(1)).u32(), key, value]);
}
