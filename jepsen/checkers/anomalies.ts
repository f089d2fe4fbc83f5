/** Gathers anomalies for a verdict: all are counted by kind, the first ones are kept. */
import { type Call, indicesOf } from '../history/calls.ts';
import type { Anomaly, Verdict } from '../history/operation.ts';

/** Of each kind. */
const KEPT_MAX = 10;

export class Anomalies {
  private readonly kept: Anomaly[] = [];
  private readonly counts = new Map<string, number>();

  add(kind: string, message: string, calls: readonly (Call | undefined)[]): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count <= KEPT_MAX) this.kept.push({ kind, message, operations: indicesOf(calls) });
  }

  /** `judged`: how many things were looked at; a verdict over none is unknown. */
  verdict(checker: string, judged: number, facts: Readonly<Record<string, number | string>>): Verdict {
    const found = [...this.counts].map(([kind, count]) => [`anomalies: ${kind}`, count] as const);
    return {
      checker,
      valid: this.kept.length > 0 ? false : judged === 0 ? 'unknown' : true,
      anomalies: this.kept,
      facts: { ...facts, ...Object.fromEntries(found) },
    };
  }
}
