/**
 * The log of one group in one incarnation: what is appended, truncated, trimmed and read.
 *
 *   trim.index │ firstIndex ………… durable ………… last
 *              │ on disk, maybe in the tail │ in the tail, on its way to the disk
 * Invariants: trim.index ≤ durable ≤ last; everything above `durable` is in the tail; positions and terms reach exactly to `last`.
 * Appending is synchronous: operations go into the caller's batch, entries are readable at once.
 */
import { assert, FlowError } from '@flowmesh/base';
import type { Entry } from '@flowmesh/raft';
import type { WriteOp } from '../kv-engine.ts';
import { type StoreContext, corruption, writeNow } from './context.ts';
import { decodeChunk, encodeChunk } from './entry-chunk.ts';
import { type GroupSpace, indexOfKey, positionKey, termKey, termSpan } from './keys.ts';
import { PositionIndex } from './position-index.ts';
import { decodeTerm, encodePosition, encodeTerm, type Position, type TrimPoint } from './records.ts';
import { seal, unseal } from './sealed.ts';
import { Tail } from './tail.ts';
import { TermTable } from './term-table.ts';

const SWEEP_POSITIONS = 128;
const TERMS_PAGE = 256;

/** A write under way: the last of its entries that no later write has overwritten. */
export interface Flight {
  last: number;
}

export class GroupLog {
  readonly space: GroupSpace;
  private readonly context: StoreContext;
  private readonly positions: PositionIndex;
  private readonly terms: TermTable;
  private readonly tail: Tail;
  private readonly flights = new Set<Flight>();
  private trimPoint: TrimPoint;
  private last: number;
  private durable: number;
  private endBytes = 0;
  private startBytes = 0;
  /** Estimate of what is trimmed but not yet swept. */
  private trimmedBytes = 0;
  private sweptTo = 0;
  private sweeping = false;
  private dead = false;

  constructor(context: StoreContext, space: GroupSpace, trim: TrimPoint) {
    this.context = context;
    this.space = space;
    this.trimPoint = trim;
    this.last = trim.index;
    this.durable = trim.index;
    this.positions = new PositionIndex(context.engine, context.crc32c, space);
    this.terms = new TermTable(trim);
    this.tail = new Tail(context.budget);
  }

  /** Loads an existing log. Call once, before anything else. */
  async load(commit: number): Promise<void> {
    await this.positions.open(commit);
    await this.loadTerms();
    const last = this.positions.last();
    if (last === undefined) return;
    this.last = Math.max(last.lastIndex, this.trimPoint.index);
    this.durable = this.last;
    this.endBytes = last.endBytes;
    const first = await this.positions.lastAtOrBefore(this.trimPoint.index + 1);
    this.startBytes = first === undefined ? last.endBytes : first.endBytes - first.bytes;
  }

  private async loadTerms(): Promise<void> {
    const { from, to } = termSpan(this.space);
    const cursor = this.context.engine.cursor('idx', { from, to });
    try {
      for (;;) {
        const pairs = await cursor.next(TERMS_PAGE);
        if (pairs.length === 0) return;
        for (const [key, value] of pairs) {
          const body = unseal(this.context.crc32c, 'a term start', key, value);
          this.terms.extend(indexOfKey(key), decodeTerm(body));
        }
      }
    } finally {
      cursor.close();
    }
  }

  get epoch(): number {
    return this.positions.epoch;
  }

  trim(): TrimPoint {
    return this.trimPoint;
  }

  firstIndex(): number {
    return this.trimPoint.index + 1;
  }

  durableIndex(): number {
    return this.durable;
  }

  lastIndex(): number {
    return this.last;
  }

  term(index: number): number | 'compacted' | undefined {
    return index > this.last ? undefined : this.terms.at(index);
  }

  sizeBytes(): number {
    return Math.max(this.endBytes - this.startBytes - this.trimmedBytes, 0);
  }

  /** Adds the operations of an append to `ops`; the flight is to be settled when they are durable. */
  append(entries: readonly Entry[], commit: number, ops: WriteOp[]): Flight {
    const first = entries[0];
    assert(first !== undefined, 'an append has entries');
    assert(first.index > this.trimPoint.index && first.index <= this.last + 1, 'an append leaves no gap');
    if (first.index <= this.last) this.truncate(first.index, commit, ops);
    for (let from = 0; from < entries.length; ) {
      const to = chunkEnd(entries, from, this.context.chunkBytesMax);
      this.appendChunk(from === 0 && to === entries.length ? entries : entries.slice(from, to), commit, ops);
      from = to;
    }
    const flight = { last: this.last };
    this.flights.add(flight);
    return flight;
  }

  private appendChunk(entries: readonly Entry[], commit: number, ops: WriteOp[]): void {
    const firstIndex = this.last + 1;
    for (const entry of entries) {
      assert(entry.index === ++this.last, 'appended entries are contiguous');
      if (this.terms.extend(entry.index, entry.term)) {
        this.putSealed(ops, termKey(this.space, entry.index), encodeTerm(entry.term));
      }
    }
    const sequence = this.context.sliceNumber();
    const key = this.context.layout({ sequence, ...this.space, firstIndex });
    const { value, entries: kept } = encodeChunk(this.context.crc32c, key, entries);
    ops.push({ kind: 'put', family: 'log', key, value });
    this.context.sliceUsed(value.length);
    this.endBytes += value.length;
    const position: Position = {
      firstIndex,
      lastIndex: this.last,
      sequence,
      bytes: value.length,
      endBytes: this.endBytes,
    };
    this.putPosition(ops, position);
    this.positions.push(position, commit);
    this.tail.push(kept);
  }

  private truncate(index: number, commit: number, ops: WriteOp[]): void {
    assert(index > commit, 'a committed entry is never overwritten');
    const { gone, clipped } = this.positions.truncate(index);
    for (const position of gone) this.delPosition(ops, position);
    if (clipped !== undefined) this.putPosition(ops, clipped);
    for (const start of this.terms.truncate(index)) {
      ops.push({ kind: 'del', family: 'idx', key: termKey(this.space, start) });
    }
    this.tail.truncate(index);
    this.last = index - 1;
    this.durable = Math.min(this.durable, this.last);
    for (const flight of this.flights) flight.last = Math.min(flight.last, this.last);
  }

  settle(flight: Flight): void {
    this.flights.delete(flight);
    if (this.dead) return;
    this.durable = Math.max(this.durable, flight.last);
    this.tail.markDurable(this.durable);
  }

  /** Moves the trim point; the space comes back by `sweep`, which the store calls when it is worth it. */
  trimTo(index: number, ops: WriteOp[]): TrimPoint {
    assert(
      index > this.trimPoint.index && index <= this.durable,
      'a trim point moves forward within the log',
    );
    const share = (index - this.trimPoint.index) / (this.last - this.trimPoint.index);
    const bytes = Math.floor(this.sizeBytes() * share);
    this.trimmedBytes += bytes;
    const { trim, gone } = this.terms.trimTo(index);
    this.trimPoint = trim;
    for (const start of gone) ops.push({ kind: 'del', family: 'idx', key: termKey(this.space, start) });
    this.tail.trim(index);
    this.context.trimmed(this, bytes);
    return trim;
  }

  /** Deletes chunks that lie wholly at or below the trim point. One sweep at a time; a later trim is seen by a running one. */
  async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      while (!this.dead && this.sweptTo < this.trimPoint.index) {
        const page = await this.positions.scan(this.sweptTo, SWEEP_POSITIONS);
        const ops: WriteOp[] = [];
        let startBytes = this.startBytes;
        for (const position of page) {
          if (position.lastIndex > this.trimPoint.index) break;
          this.delPosition(ops, position);
          this.sweptTo = position.lastIndex;
          startBytes = position.endBytes;
        }
        if (ops.length === 0) break;
        await writeNow(this.context.engine, ops, false);
        this.startBytes = startBytes;
        this.trimmedBytes = 0;
      }
    } finally {
      this.sweeping = false;
    }
  }

  /** Entries in memory from `low` on, at least one; undefined where they are not at hand. */
  readTail(low: number, high: number, bytesMax: number): Entry[] | undefined {
    return this.tail.read(low, high, bytesMax);
  }

  /** Entries in [low, high) that fit `bytesMax`, at least one, from wherever they are. */
  async read(low: number, high: number, bytesMax: number): Promise<Entry[]> {
    for (;;) {
      this.checkRange(low, high);
      const atHand = this.tail.read(low, high, bytesMax);
      if (atHand !== undefined) return atHand;
      const epoch = this.epoch;
      const entries = await this.readStored(low, high, bytesMax);
      if (epoch === this.epoch && entries !== undefined) return entries;
      if (entries === undefined && epoch === this.epoch && low > this.trimPoint.index && !this.dead) {
        throw corruption(this.space.group, `log entry ${low} is missing`);
      }
    }
  }

  private checkRange(low: number, high: number): void {
    if (this.dead) {
      // Not out of range: nobody may conclude from this that what it looks for is gone.
      throw new FlowError(
        'UNAVAILABLE',
        `the log of group ${this.space.group} was replaced or removed while it was read`,
        {
          hint: 'Read again, here or at the leader.',
        },
      );
    }
    if (low <= this.trimPoint.index || low > this.last || low >= high) {
      throw new FlowError(
        'OFFSET_OUT_OF_RANGE',
        `log index ${low} is not in [${this.firstIndex()}, ${this.last}]`,
        {
          details: { first: this.firstIndex(), last: this.last },
        },
      );
    }
  }

  /** undefined: the chunk that should hold `low` is not there. */
  private async readStored(low: number, high: number, bytesMax: number): Promise<Entry[] | undefined> {
    const wanted: Position[] = [];
    let bytes = 0;
    for (const position of await this.positions.from(low)) {
      if (position.firstIndex >= high || (wanted.length > 0 && bytes + position.bytes > bytesMax)) break;
      wanted.push(position);
      bytes += position.bytes;
    }
    const keys = wanted.map((position) => this.chunkKey(position));
    const values = await Promise.all(keys.map((key) => this.context.engine.get('log', key)));
    const out: Entry[] = [];
    let used = 0;
    for (const [i, position] of wanted.entries()) {
      const value = values[i];
      if (value === undefined) break;
      for (const entry of decodeChunk(this.context.crc32c, keys[i] as Uint8Array, value)) {
        if (entry.index < low || entry.index > position.lastIndex) continue;
        used += entry.data.length;
        if (entry.index >= high || (out.length > 0 && used > bytesMax)) return out;
        if (entry.index !== low + out.length)
          throw corruption(this.space.group, `log entry ${low + out.length} is missing`);
        out.push(entry);
      }
    }
    return out.length > 0 ? out : undefined;
  }

  /** Frees memory; later reads are refused. */
  close(): void {
    this.dead = true;
    this.tail.clear();
  }

  private chunkKey(position: Position): Uint8Array {
    return this.context.layout({
      sequence: position.sequence,
      ...this.space,
      firstIndex: position.firstIndex,
    });
  }

  private putPosition(ops: WriteOp[], position: Position): void {
    this.putSealed(ops, positionKey(this.space, position.firstIndex), encodePosition(position));
  }

  private delPosition(ops: WriteOp[], position: Position): void {
    ops.push({ kind: 'del', family: 'idx', key: positionKey(this.space, position.firstIndex) });
    ops.push({ kind: 'del', family: 'log', key: this.chunkKey(position) });
  }

  private putSealed(ops: WriteOp[], key: Uint8Array, body: Uint8Array): void {
    ops.push({ kind: 'put', family: 'idx', key, value: seal(this.context.crc32c, key, body) });
  }
}

/** Where the chunk that begins with `entries[from]` ends: at least one entry, about `bytesMax` bytes. */
function chunkEnd(entries: readonly Entry[], from: number, bytesMax: number): number {
  let bytes = 0;
  for (let at = from; at < entries.length; at++) {
    bytes += (entries[at] as Entry).data.length;
    if (at > from && bytes > bytesMax) return at;
  }
  return entries.length;
}
