/**
 * The smallest entries of one ordered index, in memory; the rest only on disk. For queues of any length of which the beginning is used:
 * ready jobs, leases by deadline, keys by expiry.
 *
 *   [ in memory, ascending ]  bound  [ on disk only … ]
 *
 * Invariants: every entry below `bound` is in memory, and none at or above it; without a bound all are. An entry beyond the bound is written and
 * forgotten. What `ensure` was asked for last stays in memory until it is asked again. Looking beyond what is in memory while there is more on
 * disk is a defect of the machine (replicas would differ by what they happen to remember) and asserts.
 */
import { assert, compareBytes } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { afterPrefix } from './key-name.ts';

export interface HeadEntry {
  /** Whole, prefix included. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface OrderedHeadOptions {
  readonly prefix: Uint8Array;
  /** Entries in memory; more than that after `ensure` alone, if it was asked for more. */
  readonly keepMax: number;
  /** Entries read from disk at once. */
  readonly fill: number;
}

export class OrderedHead {
  private readonly options: OrderedHeadOptions;
  private entries: HeadEntry[] = [];
  /** Entries before it have been removed from the front. */
  private head = 0;
  /** Entries that `ensure` was asked for last. */
  private reserved = 0;
  /** First key that may be on disk only; undefined: none is. */
  private bound: Uint8Array | undefined;
  private readonly end: Uint8Array;

  constructor(options: OrderedHeadOptions) {
    assert(options.fill > 0 && options.fill <= options.keepMax, 'a fill fits into memory');
    this.options = options;
    this.end = afterPrefix(options.prefix);
  }

  /** Entries in memory. */
  get size(): number {
    return this.entries.length - this.head;
  }

  /** Nothing is on disk that is not in memory. */
  get complete(): boolean {
    return this.bound === undefined;
  }

  /** Forgets all, and reads the first entries: once, when the machine is loaded. */
  async restore(state: StateReader): Promise<void> {
    this.entries = [];
    this.head = 0;
    this.bound = this.options.prefix;
    await this.extend(this.options.fill, state);
  }

  /** Makes the first `count` entries (or all) available, for each `prepare` anew. Undefined where they are. Rejects as the reader does. */
  ensure(count: number, state: StateReader): Promise<void> | undefined {
    this.reserved = count;
    return this.bound === undefined || this.size >= count
      ? undefined
      : this.extend(count - this.size + this.options.fill, state);
  }

  /** The smallest entry; undefined where there is none. */
  first(): HeadEntry | undefined {
    return this.at(0);
  }

  /** The entry with `i` smaller ones. */
  at(i: number): HeadEntry | undefined {
    const entry = this.entries[this.head + i];
    assert(
      entry !== undefined || this.bound === undefined,
      'entries that a command looks at were loaded before',
    );
    return entry;
  }

  /** The smallest entry in memory; undefined also where all are on disk. Not for applying: for deadlines and the like. */
  glimpse(): HeadEntry | undefined {
    return this.entries[this.head];
  }

  /** Puts an entry in its place, or replaces its value, but for a `fresh` one, which is not there yet. Neither may alias the log. */
  insert(key: Uint8Array, value: Uint8Array, writer: StateWriter, fresh = false): void {
    writer.put(key, value, undefined, fresh);
    if (this.bound !== undefined && compareBytes(key, this.bound) >= 0) return;
    const at = this.lowerBound(key);
    const found = this.entries[at];
    if (found !== undefined && compareBytes(found.key, key) === 0) this.entries[at] = { key, value };
    else if (at === this.entries.length) this.entries.push({ key, value });
    else if (at === this.head && this.head > 0) this.entries[--this.head] = { key, value };
    else this.entries.splice(at, 0, { key, value });
    if (this.size > Math.max(this.options.keepMax, 2 * this.reserved)) this.forgetTail();
  }

  /** Removes an entry, wherever it is. */
  remove(key: Uint8Array, writer: StateWriter): void {
    writer.del(key);
    if (this.bound !== undefined && compareBytes(key, this.bound) >= 0) return;
    const at = this.lowerBound(key);
    const found = this.entries[at];
    if (found === undefined || compareBytes(found.key, key) !== 0) return;
    if (at === this.head) this.dropFirst();
    else this.entries.splice(at, 1);
  }

  private dropFirst(): void {
    this.head++;
    if (this.head < 1024 && this.head < this.entries.length) return;
    this.entries = this.entries.slice(this.head);
    this.head = 0;
  }

  /** Down to three quarters, so that a full head does not do it with every entry. */
  private forgetTail(): void {
    const keep = Math.max(Math.ceil(this.options.keepMax * 0.75), this.reserved);
    const first = this.entries[this.head + keep];
    assert(first !== undefined, 'there is a tail to forget');
    this.bound = first.key;
    this.entries = this.entries.slice(this.head, this.head + keep);
    this.head = 0;
  }

  private async extend(count: number, state: StateReader): Promise<void> {
    const from = this.bound;
    assert(from !== undefined, 'there is more on disk');
    const pairs = await state.scan({ from, to: this.end, limit: count + 1 });
    for (const [key, value] of pairs.slice(0, count)) this.entries.push({ key, value });
    this.bound = pairs[count]?.[0];
  }

  /** Place of the first entry in memory whose key is not smaller. */
  private lowerBound(key: Uint8Array): number {
    let low = this.head;
    let high = this.entries.length;
    const last = this.entries[high - 1];
    if (last !== undefined && compareBytes(last.key, key) < 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle] as HeadEntry;
      if (compareBytes(entry.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
