/**
 * The transactions of a partition: which are open, since which offset, and which were aborted.
 *
 *   first transactional batch ─► open ── COMMIT marker ──► forgotten
 *                                 └──── ABORT marker ───► aborted: kept until its marker is trimmed away
 *
 * The last stable offset is where the oldest open transaction begins; everything before it is decided. Invariants: open transactions
 * are ordered by their first offset, aborted ones by the offset of their marker; a producer has one open transaction at most.
 *
 * Open transactions are written with their producers. Keys: 6 marker offset(u64) aborted transaction.
 */
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

/** What the leader lets be open at once; each keeps its producer from being forgotten. */
export const OPEN_TRANSACTIONS_MAX = 5_000;
/** What the leader lets be remembered: some 30 bytes each, in memory. */
export const ABORTED_TRANSACTIONS_MAX = 250_000;
/** Aborted transactions that one entry may forget; what is left over goes with the next entries. */
const FORGOTTEN_PER_ENTRY = 256;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker. */
  readonly lastOffset: number;
}

interface Aborted extends AbortedTransaction {
  /** Last stable offset once the marker was there: no transaction that ends later begins before it. */
  readonly stableOffset: number;
}

export class TransactionTable {
  private readonly open = new Map<number, number>();
  private aborted: Aborted[] = [];

  get openCount(): number {
    return this.open.size;
  }

  get abortedCount(): number {
    return this.aborted.length;
  }

  /** Where the oldest open transaction begins; `endOffset` where none is open. */
  stableOffset(endOffset: number): number {
    for (const firstOffset of this.open.values()) return firstOffset;
    return endOffset;
  }

  /** Changes nothing where the producer's transaction is open already. */
  begin(producerId: number, firstOffset: number): void {
    if (!this.open.has(producerId)) this.open.set(producerId, firstOffset);
  }

  /** `markerOffset` is the last offset of the log so far. Undefined where the producer has no open transaction. */
  end(
    ended: { readonly producerId: number; readonly markerOffset: number; readonly commit: boolean },
    writer: StateWriter,
  ): void {
    const { producerId, markerOffset, commit } = ended;
    const firstOffset = this.open.get(producerId);
    if (firstOffset === undefined) return;
    this.open.delete(producerId);
    if (commit) return;
    const stableOffset = this.stableOffset(markerOffset + 1);
    const aborted = { producerId, firstOffset, lastOffset: markerOffset, stableOffset };
    this.aborted.push(aborted);
    writer.put(keyOf(markerOffset), encodeAborted(aborted));
  }

  /** Aborted transactions with records from `from` to before `to`, by the offset of their marker. */
  abortedBetween(from: number, to: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = [];
    for (let i = this.firstEndingAt(from); i < this.aborted.length; i++) {
      const { producerId, firstOffset, lastOffset, stableOffset } = this.aborted[i] as Aborted;
      if (firstOffset < to) found.push({ producerId, firstOffset, lastOffset });
      if (stableOffset >= to) break;
    }
    return found;
  }

  private firstEndingAt(offset: number): number {
    let low = 0;
    let high = this.aborted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.aborted[middle] as Aborted).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets aborted transactions that ended before `offset`, a bounded number of them. */
  dropBefore(offset: number, writer: StateWriter): void {
    if ((this.aborted[0]?.lastOffset ?? offset) >= offset) return;
    const dead = Math.min(this.firstEndingAt(offset), FORGOTTEN_PER_ENTRY);
    for (const { lastOffset } of this.aborted.splice(0, dead)) writer.del(keyOf(lastOffset));
  }

  /** `open`: what the producers' entries say, in any order. */
  async load(
    state: StateReader,
    open: readonly { readonly producerId: number; readonly firstOffset: number }[],
  ): Promise<void> {
    for (const { producerId, firstOffset } of open.toSorted((a, b) => a.firstOffset - b.firstOffset))
      this.open.set(producerId, firstOffset);
    const pairs = await state.scan({ from: Uint8Array.of(6), to: Uint8Array.of(7) });
    this.aborted = pairs.map(([key, value]) => decodeAborted(key, value));
  }

  describe(): string {
    return JSON.stringify([[...this.open], this.aborted]);
  }
}

function keyOf(markerOffset: number): Uint8Array {
  return new ByteWriter(9).u8(6).u64(markerOffset).finish();
}

function encodeAborted(aborted: Aborted): Uint8Array {
  return new ByteWriter(24)
    .u64(aborted.producerId)
    .u64(aborted.firstOffset)
    .u64(aborted.stableOffset)
    .finish();
}

function decodeAborted(key: Uint8Array, value: Uint8Array): Aborted {
  const reader = new ByteReader(value);
  return {
    producerId: reader.u64(),
    firstOffset: reader.u64(),
    lastOffset: new ByteReader(key.subarray(1)).u64(),
    stableOffset: reader.u64(),
  };
}
