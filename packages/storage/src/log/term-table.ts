/**
 * Which term wrote which indexes, as the starts of terms: so `term(index)` never needs the disk. Small: one pair per
 * leadership change that the log still holds.
 * Invariants: starts and terms both strictly ascending; the trim point is always known.
 */
import { assert } from '@flowmesh/base';
import type { TrimPoint } from './records.ts';

export class TermTable {
  private trim: TrimPoint;
  private starts: number[] = [];
  private terms: number[] = [];

  constructor(trim: TrimPoint) {
    this.trim = trim;
  }

  /** Notes that `index` has `term`; true where a new term starts there, which is then to be stored. */
  extend(index: number, term: number): boolean {
    const last = this.terms.at(-1);
    assert(last === undefined || term >= last, 'terms of a log never fall');
    if (last === term) return false;
    this.starts.push(index);
    this.terms.push(term);
    return true;
  }

  /** Forgets everything from `index` on; returns the starts that are to be deleted. */
  truncate(index: number): number[] {
    const gone: number[] = [];
    while (this.starts.length > 0 && (this.starts.at(-1) as number) >= index) {
      gone.push(this.starts.pop() as number);
      this.terms.pop();
    }
    return gone;
  }

  /** Moves the trim point up to `index`; returns the starts that say nothing any more. */
  trimTo(index: number): { readonly trim: TrimPoint; readonly gone: readonly number[] } {
    const term = this.at(index);
    assert(typeof term === 'number', 'trim point within the log');
    this.trim = { index, term };
    const gone: number[] = [];
    while (this.starts.length > 1 && (this.starts[1] as number) <= index + 1) {
      gone.push(this.starts.shift() as number);
      this.terms.shift();
    }
    return { trim: this.trim, gone };
  }

  /** Term at `index`, which the caller knows to be at most the last one. */
  at(index: number): number | 'compacted' {
    if (index < this.trim.index) return 'compacted';
    if (index === this.trim.index) return this.trim.term;
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    assert(low > 0, 'every kept index has a term');
    return this.terms[low - 1] as number;
  }
}
