/**
 * The end of the log that is not known to be durable: entries (and at most one snapshot before them) first waiting to be
 * handed out, then under way to the disk. It stays readable here until its write is reported, because only then does a read
 * from storage surely return it.
 *
 *   offset ─── in progress ─── offsetInProgress ─── not handed out yet ─── end
 *
 * Invariants: offset ≤ offsetInProgress ≤ offset + entries; `offset` may lie below storage's last index, then the next write
 * replaces that suffix.
 */
import { assert } from '@flowmesh/base';
import type { Entry, RaftTrace, SnapshotMeta } from '../types.ts';

export class Unstable {
  snapshot: SnapshotMeta | undefined;
  entries: Entry[] = [];
  offset: number;
  offsetInProgress: number;
  private snapshotInProgress = false;
  private readonly trace: ((event: RaftTrace) => void) | undefined;

  constructor(offset: number, trace: ((event: RaftTrace) => void) | undefined) {
    this.offset = offset;
    this.offsetInProgress = offset;
    this.trace = trace;
  }

  get end(): number {
    return this.offset + this.entries.length;
  }

  /** Term of the entry at `index`, or of the snapshot's last entry; undefined if neither is here. */
  term(index: number): number | undefined {
    if (index < this.offset) return this.snapshot?.index === index ? this.snapshot.term : undefined;
    return this.entries[index - this.offset]?.term;
  }

  get hasNextEntries(): boolean {
    return this.offsetInProgress < this.end;
  }

  /** Entries that have not been handed out. */
  nextEntries(): readonly Entry[] {
    return this.entries.slice(this.offsetInProgress - this.offset);
  }

  get nextSnapshot(): SnapshotMeta | undefined {
    return this.snapshotInProgress ? undefined : this.snapshot;
  }

  /** Everything here has been handed out. */
  acceptInProgress(): void {
    this.offsetInProgress = this.end;
    this.snapshotInProgress = this.snapshot !== undefined;
  }

  /**
   * The entries up to `index`, the last of `term`, are durable. To be called only where no write under way can still overwrite
   * them (see `storage-appended`); entries that were replaced in the meantime are recognised by their term.
   */
  stableTo(index: number, term: number): void {
    const own = this.term(index);
    if (own === undefined) {
      this.trace?.({ kind: 'stable-unknown', index });
      return;
    }
    if (index < this.offset) {
      this.trace?.({ kind: 'stable-matches-snapshot', index });
      return;
    }
    if (own !== term) {
      this.trace?.({ kind: 'stable-mismatch', index, term, unstableTerm: own });
      return;
    }
    this.entries = index + 1 === this.end ? [] : this.entries.slice(index + 1 - this.offset);
    this.offset = index + 1;
    this.offsetInProgress = Math.max(this.offsetInProgress, this.offset);
  }

  stableSnapshotTo(index: number): void {
    if (this.snapshot?.index !== index) return;
    this.snapshot = undefined;
    this.snapshotInProgress = false;
  }

  restore(snapshot: SnapshotMeta): void {
    this.offset = snapshot.index + 1;
    this.offsetInProgress = this.offset;
    this.entries = [];
    this.snapshot = snapshot;
    this.snapshotInProgress = false;
  }

  /** Appends entries that follow the log's end, or replace it from their first index on. */
  truncateAndAppend(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    if (first.index === this.end) {
      for (const entry of entries) this.entries.push(entry);
    } else if (first.index <= this.offset) {
      this.trace?.({ kind: 'unstable-replaced', index: first.index });
      this.entries = entries.slice();
      this.offset = first.index;
      this.offsetInProgress = first.index;
    } else {
      this.trace?.({ kind: 'unstable-truncated', index: first.index });
      this.entries = this.entries.slice(0, first.index - this.offset).concat(entries);
      this.offsetInProgress = Math.min(this.offsetInProgress, first.index);
    }
  }

  /** Entries in [low, high), which must all be here. */
  slice(low: number, high: number): readonly Entry[] {
    assert(this.offset <= low && low <= high && high <= this.end, 'slice outside the unstable log');
    return this.entries.slice(low - this.offset, high - this.offset);
  }
}
