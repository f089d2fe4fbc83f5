/** Offsets and log indexes of the last batches applied, each of them: readers near the end need no state. Not part of the state. */

export const RECENT_BATCHES = 2_048;

export class RecentBatches {
  private offsets: number[] = [];
  private indexes: number[] = [];

  push(baseOffset: number, index: number): void {
    this.offsets.push(baseOffset);
    this.indexes.push(index);
    if (this.offsets.length < 2 * RECENT_BATCHES) return;
    this.offsets = this.offsets.slice(-RECENT_BATCHES);
    this.indexes = this.indexes.slice(-RECENT_BATCHES);
  }

  /** Index of the last batch that begins at or before `offset`; undefined where it is not among the recent ones. */
  floor(offset: number): number | undefined {
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.offsets[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.indexes[low - 1];
  }
}
