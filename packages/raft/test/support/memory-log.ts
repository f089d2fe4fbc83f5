/** A log in memory, as a fake of storage: what was written can be read, the front can be compacted, reads can be held back. */
import {
  type Entry,
  type ConfState,
  type HardState,
  type Missing,
  type RaftLogReader,
  type SnapshotMeta,
} from '@flowmesh/raft';
import type { MemberId } from '@flowmesh/base';
import { limitEntries } from '../../src/log/entry-size.ts';

export const EMPTY_CONF: ConfState = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

export class MemoryLog implements RaftLogReader {
  hardState: HardState = { term: 0, vote: 0 as MemberId, commit: 0 };
  conf: ConfState = EMPTY_CONF;
  entriesKept: Entry[] = [];
  /** Index and term before the first entry. */
  base = { index: 0, term: 0 };
  /** What followers are sent; undefined: a snapshot at `base`. */
  latestSnapshot: (() => SnapshotMeta | 'pending') | undefined;
  /** Entries below this index are answered `pending`. */
  pendingBelow = 0;
  readonly asked: (MemberId | 'apply')[] = [];

  initialState(): { hardState: HardState; conf: ConfState } {
    return { hardState: this.hardState, conf: this.conf };
  }

  firstIndex(): number {
    return this.base.index + 1;
  }

  lastIndex(): number {
    return this.base.index + this.entriesKept.length;
  }

  term(index: number): number | 'compacted' | undefined {
    if (index < this.base.index) return 'compacted';
    if (index === this.base.index) return this.base.term;
    return this.entriesKept[index - this.base.index - 1]?.term;
  }

  entries(
    low: number,
    high: number,
    bytesMax: number,
    purpose: MemberId | 'apply',
  ): readonly Entry[] | Missing {
    if (low <= this.base.index) return 'compacted';
    if (high > this.lastIndex() + 1) throw new Error(`entries [${low}, ${high}) beyond ${this.lastIndex()}`);
    if (low < this.pendingBelow) {
      this.asked.push(purpose);
      return 'pending';
    }
    return limitEntries(
      this.entriesKept.slice(low - this.base.index - 1, high - this.base.index - 1),
      bytesMax,
    );
  }

  snapshot(): SnapshotMeta | 'pending' {
    if (this.latestSnapshot !== undefined) return this.latestSnapshot();
    return { index: this.base.index, term: this.base.term, conf: this.conf, data: new Uint8Array(0) };
  }

  // ---- writing

  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    if (first.index <= this.base.index || first.index > this.lastIndex() + 1) {
      throw new Error(`append at ${first.index} to a log of (${this.base.index}, ${this.lastIndex()}]`);
    }
    this.entriesKept = this.entriesKept.slice(0, first.index - this.base.index - 1).concat(entries);
  }

  applySnapshot(snapshot: SnapshotMeta): void {
    this.base = { index: snapshot.index, term: snapshot.term };
    this.conf = snapshot.conf;
    this.entriesKept = [];
  }

  /** Forgets everything up to and including `index`. */
  compact(index: number): void {
    const term = this.term(index);
    if (typeof term !== 'number') throw new Error(`nothing to compact at ${index}`);
    this.entriesKept = this.entriesKept.slice(index - this.base.index);
    this.base = { index, term };
  }
}
