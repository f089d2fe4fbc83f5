/**
 * A member's log as the core sees it: storage below, the unstable end above, and how far it is committed and applied.
 *
 *   first ─ … ─ applied ─ handed out to apply ─ committed ─ … ─ last
 *
 * Invariants: applied ≤ applying ≤ committed ≤ last; committed never falls and committed entries are never replaced; entries
 * are handed out for applying once, in order, within a byte budget that is given back by `appliedTo`.
 */
import { assert, FlowError, type MemberId } from '@flowmesh/base';
import type { Entry, Missing, RaftLogReader, RaftTrace, SnapshotMeta } from '../types.ts';
import { entriesBytes, limitEntries, payloadBytes } from './entry-size.ts';
import { Unstable } from './unstable.ts';

export interface RaftLogOptions {
  readonly storage: RaftLogReader;
  /** Index up to which the machine's state covers the log. */
  readonly applied: number;
  readonly applyBytesMax: number;
  /** Hand out committed entries before they are durable here. */
  readonly applyUnstable: boolean;
  readonly trace: ((event: RaftTrace) => void) | undefined;
}

interface Applying {
  readonly lastIndex: number;
  readonly bytes: number;
  readonly payload: number;
}

export class RaftLog {
  readonly unstable: Unstable;
  committed: number;
  applying: number;
  applied: number;
  lastIndex: number;
  lastTerm: number;
  private readonly storage: RaftLogReader;
  private readonly applyBytesMax: number;
  private readonly applyUnstable: boolean;
  private readonly trace: ((event: RaftTrace) => void) | undefined;
  /** Handed out and not reported, oldest first. */
  private readonly batches: Applying[] = [];
  private applyingBytes = 0;
  private applyPaused = false;
  private applyFetching = false;
  /** No conf-change entry above `applied` lies above this index. */
  private confChangeUpTo: number;

  constructor(options: RaftLogOptions) {
    this.storage = options.storage;
    this.applyBytesMax = options.applyBytesMax;
    this.applyUnstable = options.applyUnstable;
    this.trace = options.trace;
    const first = options.storage.firstIndex();
    this.lastIndex = options.storage.lastIndex();
    const lastTerm = options.storage.term(this.lastIndex);
    if (typeof lastTerm !== 'number') throw corrupt(`the log ends at ${this.lastIndex} without a term`);
    this.lastTerm = lastTerm;
    this.committed = Math.max(first - 1, options.applied);
    if (this.committed > this.lastIndex) {
      throw corrupt(`state is applied up to ${this.committed} but the log ends at ${this.lastIndex}`);
    }
    this.applying = this.committed;
    this.applied = this.committed;
    this.confChangeUpTo = this.lastIndex;
    this.unstable = new Unstable(this.lastIndex + 1, options.trace);
  }

  /** Takes the commit index of the hard state at start. */
  restoreCommit(commit: number): void {
    if (commit > this.lastIndex)
      throw corrupt(`index ${commit} was committed but the log ends at ${this.lastIndex}`);
    this.committed = Math.max(this.committed, commit);
  }

  firstIndex(): number {
    const { snapshot } = this.unstable;
    return snapshot === undefined ? this.storage.firstIndex() : snapshot.index + 1;
  }

  /** Term at `index`; undefined where it is compacted or beyond the end. */
  term(index: number): number | undefined {
    if (index === this.lastIndex) return this.lastTerm;
    if (index > this.lastIndex) return undefined;
    const unstable = this.unstable.term(index);
    if (unstable !== undefined) return unstable;
    if (index + 1 < this.firstIndex()) return undefined;
    const stored = this.storage.term(index);
    return typeof stored === 'number' ? stored : undefined;
  }

  matchTerm(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** Whether a log that ends with `index` of `term` has everything a leader of this log's followers must have. */
  isUpToDate(index: number, term: number): boolean {
    return term > this.lastTerm || (term === this.lastTerm && index >= this.lastIndex);
  }

  /** Entries from `low` to the end within `bytesMax`, at least one if there is one. */
  entriesFrom(low: number, bytesMax: number, purpose: MemberId): readonly Entry[] | Missing {
    return low > this.lastIndex ? [] : this.slice(low, this.lastIndex + 1, bytesMax, purpose);
  }

  snapshot(): SnapshotMeta | 'pending' {
    return this.unstable.snapshot ?? this.storage.snapshot();
  }

  /** Appends entries behind the end, or in place of an uncommitted suffix. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    const last = entries[entries.length - 1];
    if (first === undefined || last === undefined) return;
    assert(
      first.index > this.committed && first.index <= this.lastIndex + 1,
      'appended entries leave a gap or replace committed ones',
    );
    this.unstable.truncateAndAppend(entries);
    this.lastIndex = last.index;
    this.lastTerm = last.term;
    for (const entry of entries) if (entry.kind === 'conf-change') this.confChangeUpTo = entry.index;
  }

  /**
   * Follower's side of an append whose predecessor matches and is not below the commit index: keeps what is equal, replaces
   * from the first conflict on. Returns the last index that matches then.
   */
  appendMatched(prevIndex: number, entries: readonly Entry[]): number {
    const conflict = this.findConflict(entries);
    if (conflict !== 0) this.append(entries.slice(conflict - prevIndex - 1));
    return prevIndex + entries.length;
  }

  /** The highest index ≤ `index` whose term is ≤ `term`, as a guess where another log may match this one. */
  findConflictByTerm(index: number, term: number): { readonly index: number; readonly term: number } {
    for (let at = index; at > 0; at--) {
      const own = this.term(at);
      if (own === undefined) return { index: at, term: 0 };
      if (own <= term) return { index: at, term: own };
    }
    return { index: 0, term: 0 };
  }

  commitTo(index: number): void {
    if (index <= this.committed) return;
    assert(index <= this.lastIndex, 'commit index beyond the end of the log');
    this.committed = index;
  }

  /** Replaces the whole log by a snapshot. */
  restore(snapshot: SnapshotMeta): void {
    this.trace?.({
      kind: 'log-restore',
      committed: this.committed,
      applied: this.applied,
      applying: this.applying,
      offset: this.unstable.offset,
      offsetInProgress: this.unstable.offsetInProgress,
      unstableEntries: this.unstable.entries.length,
      index: snapshot.index,
      term: snapshot.term,
    });
    this.committed = snapshot.index;
    this.unstable.restore(snapshot);
    this.lastIndex = snapshot.index;
    this.lastTerm = snapshot.term;
  }

  /** False only if no entry in (applied, committed] changes the configuration. */
  mayHaveUnappliedConfChange(): boolean {
    return this.applied < this.committed && this.applied < this.confChangeUpTo;
  }

  get hasNextCommitted(): boolean {
    if (this.applyPaused || this.applyFetching || this.unstable.snapshot !== undefined) return false;
    return this.applying < this.appliableTo();
  }

  /** The next committed entries to apply, within the budget; they count as handed out. Empty where none are at hand. */
  takeCommitted(): readonly Entry[] {
    if (!this.hasNextCommitted) return [];
    const appliable = this.appliableTo();
    const budget = this.applyBytesMax - this.applyingBytes;
    const entries = this.slice(this.applying + 1, appliable + 1, budget, 'apply');
    if (entries === 'pending') {
      this.applyFetching = true;
      return [];
    }
    assert(entries !== 'compacted', 'entries to be applied were compacted');
    const last = entries[entries.length - 1];
    if (last === undefined) return [];
    const bytes = entriesBytes(entries);
    this.batches.push({ lastIndex: last.index, bytes, payload: payloadBytes(entries) });
    this.applying = last.index;
    this.applyingBytes += bytes;
    this.applyPaused = this.applyingBytes >= this.applyBytesMax || last.index < appliable;
    return entries;
  }

  applyFetched(): void {
    this.applyFetching = false;
  }

  /** Entries up to `index` are applied; returns the payload bytes of the batches that are done with it. */
  appliedTo(index: number): number {
    assert(
      index >= this.applied && index <= this.committed,
      'applied index outside of applied and committed',
    );
    this.applied = index;
    this.applying = Math.max(this.applying, index);
    let payload = 0;
    while (this.batches[0] !== undefined && this.batches[0].lastIndex <= index) {
      const batch = this.batches.shift() as Applying;
      this.applyingBytes -= batch.bytes;
      payload += batch.payload;
    }
    this.applyPaused = this.applyingBytes >= this.applyBytesMax;
    return payload;
  }

  private appliableTo(): number {
    return this.applyUnstable ? this.committed : Math.min(this.committed, this.unstable.offset - 1);
  }

  private findConflict(entries: readonly Entry[]): number {
    for (const entry of entries) {
      const own = this.term(entry.index);
      if (own === entry.term) continue;
      if (entry.index <= this.lastIndex) {
        this.trace?.({ kind: 'conflict', index: entry.index, existingTerm: own ?? 0, term: entry.term });
      }
      return entry.index;
    }
    return 0;
  }

  private slice(
    low: number,
    high: number,
    bytesMax: number,
    purpose: MemberId | 'apply',
  ): readonly Entry[] | Missing {
    if (low < this.firstIndex()) return 'compacted';
    const { offset } = this.unstable;
    if (low >= offset) return limitEntries(this.unstable.slice(low, high), bytesMax);
    const storedHigh = Math.min(high, offset);
    const stored = this.storage.entries(low, storedHigh, bytesMax, purpose);
    if (typeof stored === 'string') return stored;
    assert(stored[0]?.index === low, 'the log reader returned other entries than asked for');
    if (stored.length < storedHigh - low || high <= offset) return stored;
    const rest = bytesMax - entriesBytes(stored);
    const more = rest > 0 ? limitEntries(this.unstable.slice(offset, high), rest) : [];
    if (more.length === 0 || (more.length === 1 && entriesBytes(more) > rest)) return stored;
    return stored.concat(more);
  }
}

function corrupt(message: string): FlowError {
  return new FlowError('CORRUPTION', message, {
    hint: 'Acknowledged data was lost on this disk; replace this replica instead of starting it.',
  });
}
