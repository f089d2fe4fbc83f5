/**
 * The newest entries of one group in memory, and the budget that all groups of a node share.
 * Invariants: a tail is contiguous and ends at the log's last entry; chunks that are not yet durable always stay;
 * the budget evicts whole chunks, oldest first, from the group that was used longest ago.
 */
import { assert } from '@flowmesh/base';
import type { Entry } from '@flowmesh/raft';

/** What an entry costs beside its data: the object and its view. */
const ENTRY_OVERHEAD_BYTES = 200;
/** What a chunk costs beside its entries: its object, its array, and the buffer that the views share. Counts where entries come alone. */
const CHUNK_OVERHEAD_BYTES = 350;

interface TailChunk {
  readonly firstIndex: number;
  entries: readonly Entry[];
  bytes: number;
  durable: boolean;
}

function costOf(entries: readonly Entry[]): number {
  let bytes = CHUNK_OVERHEAD_BYTES;
  for (const entry of entries) bytes += ENTRY_OVERHEAD_BYTES + entry.data.length;
  return bytes;
}

export class TailBudget {
  readonly bytesMax: number;
  private used = 0;
  /** Least recently used first. */
  private readonly order = new Set<Tail>();

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get usedBytes(): number {
    return this.used;
  }

  charge(tail: Tail, bytes: number): void {
    this.used += bytes;
    this.touch(tail);
  }

  release(bytes: number): void {
    this.used -= bytes;
    assert(this.used >= 0, 'tail budget released more than it charged');
  }

  touch(tail: Tail): void {
    this.order.delete(tail);
    this.order.add(tail);
  }

  forget(tail: Tail): void {
    this.order.delete(tail);
  }

  /** Evicts until the budget holds, or only what must stay is left. */
  enforce(): void {
    if (this.used <= this.bytesMax) return;
    for (const tail of this.order) {
      while (this.used > this.bytesMax && tail.evictOldest()) {
        // evictOldest releases what it drops
      }
      if (this.used <= this.bytesMax) return;
    }
  }
}

export class Tail {
  private readonly budget: TailBudget;
  private chunks: TailChunk[] = [];

  constructor(budget: TailBudget) {
    this.budget = budget;
  }

  /** Index of the oldest entry at hand; undefined where there is none. */
  firstIndex(): number | undefined {
    return this.chunks[0]?.firstIndex;
  }

  push(entries: readonly Entry[]): void {
    const first = entries[0];
    assert(first !== undefined, 'a chunk has entries');
    const before = this.chunks.at(-1);
    assert(before === undefined || lastOf(before) + 1 === first.index, 'a tail is contiguous');
    const bytes = costOf(entries);
    this.chunks.push({ firstIndex: first.index, entries, bytes, durable: false });
    this.budget.charge(this, bytes);
  }

  /** Marks everything up to `index` as durable, so that it may be evicted. */
  markDurable(index: number): void {
    for (let i = this.chunks.length - 1; i >= 0; i--) {
      const chunk = this.chunks[i] as TailChunk;
      if (lastOf(chunk) > index) continue;
      if (chunk.durable) break;
      chunk.durable = true;
    }
    this.budget.enforce();
  }

  /** Drops everything from `index` on. */
  truncate(index: number): void {
    for (let chunk = this.chunks.at(-1); chunk !== undefined; chunk = this.chunks.at(-1)) {
      if (lastOf(chunk) < index) return;
      this.budget.release(chunk.bytes);
      this.chunks.pop();
      if (chunk.firstIndex < index) {
        const entries = chunk.entries.slice(0, index - chunk.firstIndex);
        const bytes = costOf(entries);
        this.chunks.push({ ...chunk, entries, bytes });
        this.budget.charge(this, bytes);
        return;
      }
    }
  }

  /** Drops chunks wholly at or below `index`. */
  trim(index: number): void {
    let count = 0;
    for (const chunk of this.chunks) {
      if (lastOf(chunk) > index) break;
      this.budget.release(chunk.bytes);
      count++;
    }
    if (count > 0) this.chunks = this.chunks.slice(count);
  }

  clear(): void {
    for (const chunk of this.chunks) this.budget.release(chunk.bytes);
    this.chunks = [];
    this.budget.forget(this);
  }

  evictOldest(): boolean {
    const oldest = this.chunks[0];
    if (oldest === undefined || !oldest.durable) return false;
    this.budget.release(oldest.bytes);
    this.chunks.shift();
    return true;
  }

  /** Entries in [low, high) that fit `bytesMax`, at least one; undefined where `low` is not at hand. */
  read(low: number, high: number, bytesMax: number): Entry[] | undefined {
    const found = this.find(low);
    if (found === undefined) return undefined;
    this.budget.touch(this);
    const out: Entry[] = [];
    let bytes = 0;
    for (let i = found; i < this.chunks.length; i++) {
      const chunk = this.chunks[i] as TailChunk;
      for (let at = Math.max(low - chunk.firstIndex, 0); at < chunk.entries.length; at++) {
        const entry = chunk.entries[at] as Entry;
        if (entry.index >= high) return out;
        bytes += entry.data.length;
        if (out.length > 0 && bytes > bytesMax) return out;
        out.push(entry);
      }
    }
    return out;
  }

  private find(index: number): number | undefined {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle] as TailChunk).firstIndex <= index) low = middle + 1;
      else high = middle;
    }
    const chunk = this.chunks[low - 1];
    return chunk !== undefined && index <= lastOf(chunk) ? low - 1 : undefined;
  }
}

function lastOf(chunk: TailChunk): number {
  return chunk.firstIndex + chunk.entries.length - 1;
}
