/** What is left of a run beside its history, for machines: `result.json`. */
import type { Verdict } from '../history/operation.ts';
import type { NodeLevels } from '../run/vitals.ts';
import type { Availability } from './availability.ts';

export type Validity = Verdict['valid'];

export interface RunResult {
  readonly name: string;
  /** The broken build that was run; absent: this source tree as it is. */
  readonly broken?: string;
  readonly workload: string;
  /** Those that did something. */
  readonly nemeses: readonly string[];
  /** Those that were asked for and are not to be had here, with the reason. */
  readonly missing: readonly string[];
  readonly seed: number;
  readonly nodes: number;
  readonly lengthMs: number;
  readonly startedAt: string;
  readonly tookMs: number;
  /** Of the source tree; with a + where it had been changed. Absent: not known. */
  readonly commit?: string;
  /** From the report's folder to that of the nodes. */
  readonly logs: string;
  readonly valid: Validity;
  /** Why the run came to no end; it proves nothing then. */
  readonly error?: string;
  readonly verdicts: readonly Verdict[];
  readonly availability: Availability;
  /** What the nodes took of the machine; of one run it is the same in all of its parts. Empty where the system does not tell. */
  readonly levels: readonly NodeLevels[];
}

/** False before unknown before true. */
export function worst(verdicts: ReadonlyArray<Verdict | Validity>): Validity {
  const all = verdicts.map((one) => (typeof one === 'object' ? one.valid : one));
  if (all.includes(false)) return false;
  return all.includes('unknown') ? 'unknown' : true;
}

/** 0: all valid. 1: an anomaly. 3: nothing was proven. */
export function exitCodeOf(results: readonly RunResult[]): number {
  const valid = worst(results.map((result) => result.valid));
  return valid === true ? 0 : valid === false ? 1 : 3;
}

export function anomaliesOf(result: RunResult): number {
  return result.verdicts.reduce((sum, verdict) => sum + verdict.anomalies.length, 0);
}
