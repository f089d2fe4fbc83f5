/**
 * Shows that the harness finds what it is for: each broken build is run with its seeds until one run finds an anomaly. A cluster that is only
 * slow to recover does not count, as any is on a machine with too much to do.
 */
import type { Verdict } from '../history/operation.ts';
import type { RunResult } from '../report/run-result.ts';
import { RECOVERY } from '../run/node-verdict.ts';
import { runRequest, type Surroundings } from '../run/request.ts';
import type { BrokenBuild } from './builds.ts';

export interface Proof {
  readonly build: string;
  /** The seed that caught it; undefined: none within the budget. */
  readonly caughtBy: number | undefined;
  /** Which checkers saw it, and the first anomaly of each. */
  readonly seen: readonly string[];
  readonly tookMs: number;
  readonly results: readonly RunResult[];
}

const DEFAULT_RATE = 150;

function faultsIn({ verdicts }: RunResult): readonly Verdict[] {
  return verdicts.filter(({ checker, valid }) => checker !== RECOVERY && valid === false);
}

export async function proveBroken(build: BrokenBuild, surroundings: Surroundings): Promise<Proof> {
  const started = performance.now();
  const results: RunResult[] = [];
  for (let seed = build.firstSeed; seed < build.firstSeed + build.seeds; seed++) {
    if (surroundings.signal.aborted) break;
    const ran = await runRequest(
      {
        workload: build.workload,
        nemesis: build.nemesis,
        seed,
        nodes: 3,
        lengthMs: build.seconds * 1_000,
        rate: build.rate ?? DEFAULT_RATE,
        calmMs: (build.calmSeconds ?? 0) * 1_000,
        broken: build,
        ...(build.faults === undefined
          ? {}
          : { schedule: build.faults.map((fault) => ({ ...fault, order: [1, 2, 3], amount: 0.5 })) }),
      },
      surroundings,
    );
    results.push(...ran);
    if (ran.some((result) => faultsIn(result).length > 0)) break;
  }
  const caught = results.find((result) => faultsIn(result).length > 0);
  const seen = (caught === undefined ? [] : faultsIn(caught)).flatMap(({ checker, anomalies: [first] }) =>
    first === undefined ? [] : [`${checker}: ${first.kind}: ${first.message.slice(0, 200)}`],
  );
  return {
    build: build.name,
    caughtBy: caught?.seed,
    seen,
    tookMs: Math.round(performance.now() - started),
    results,
  };
}

export function proofLine({ build, caughtBy, seen, tookMs }: Proof): string {
  const seconds = Math.round(tookMs / 1_000);
  if (caughtBy === undefined) return `MISSED  ${build} (${seconds} s)`;
  return `caught  ${build} by seed ${caughtBy} in ${seconds} s: ${seen[0] ?? ''}`;
}
