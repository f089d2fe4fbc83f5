/**
 * A log as the checkers remember it: the terms of the entries in [first, last]. Which data an (index, term) stands for is kept
 * once per group, so equal terms mean equal entries.
 */

export class TermLog {
  private start: number;
  private terms: number[];
  /** Term of the entry before the first, where known. */
  private baseTerm: number;

  constructor(start = 1, baseTerm = 0) {
    this.start = start;
    this.terms = [];
    this.baseTerm = baseTerm;
  }

  get first(): number {
    return this.start;
  }

  get last(): number {
    return this.start + this.terms.length - 1;
  }

  /** Undefined outside of [first - 1, last]. */
  term(index: number): number | undefined {
    if (index === this.start - 1) return this.baseTerm;
    return this.terms[index - this.start];
  }

  /** Puts `terms` at `from`, dropping what was there and behind it. `from` ≤ last + 1. */
  put(from: number, terms: readonly number[]): void {
    if (from > this.last + 1) throw new Error(`a hole in the log: ${from} after ${this.last}`);
    if (from < this.start) {
      this.start = from;
      this.terms = [];
    }
    this.terms.length = from - this.start;
    for (const term of terms) this.terms.push(term);
  }

  /** As `put`, where the head may have been trimmed beyond `from` in the meantime. */
  putAbove(from: number, terms: readonly number[]): void {
    const skip = Math.max(0, this.start - from);
    if (skip === 0) this.put(from, terms);
    else if (skip < terms.length) this.put(from + skip, terms.slice(skip));
  }

  /** Forgets entries up to `index`. */
  trim(index: number): void {
    if (index < this.start) return;
    const at = Math.min(index, this.last);
    this.baseTerm = this.term(at) as number;
    this.terms.splice(0, at - this.start + 1);
    this.start = at + 1;
  }

  copy(): TermLog {
    const log = new TermLog(this.start, this.baseTerm);
    log.terms = this.terms.slice();
    return log;
  }

  toString(): string {
    return `[${this.first}..${this.last}] last term ${this.term(this.last) ?? '-'}`;
  }
}
