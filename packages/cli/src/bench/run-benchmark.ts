/** Runs the measures of a scenario one after the other and makes a result of them. What was made for it is taken away again, whatever happens. */
import { Progress } from '../interaction/progress.ts';
import type { CliEnvironment } from '../environment.ts';
import { type Phase, type PhaseOptions, runPhase } from './clients/client-processes.ts';
import type { ClientReport } from './measure/recorder.ts';
import { loadNow, machineFacts } from './report/machine.ts';
import { type BenchResult, type Measure, measureOf, RESULT_SCHEMA, type Workload } from './report/result.ts';
import type { CommonSettings, MeasurePlan, Prepared } from './scenarios/scenario.ts';

export interface BenchmarkPlan {
  readonly workload: Workload;
  readonly settings: CommonSettings;
  /** Names of measures that are wanted, in any order. */
  readonly only: readonly string[] | undefined;
  readonly prepare: () => Promise<Prepared>;
}

export async function runBenchmark(environment: CliEnvironment, plan: BenchmarkPlan): Promise<BenchResult> {
  const { settings, workload, only } = plan;
  const startedAt = new Date(environment.wallMs()).toISOString();
  const loadBefore = loadNow();
  const prepared = await plan.prepare();
  const measures = new Map<string, Measure>();
  try {
    for (const measure of prepared.measures) {
      if (only !== undefined && !only.includes(measure.name)) continue;
      const progress = new Progress(environment);
      const onProgress = (done: number): void => progress.update(measure.name, { done, total: 1 });
      const options = { signal: environment.interrupted, onProgress };
      try {
        measures.set(measure.name, await takeMeasure(measure, settings, measures, options));
      } finally {
        progress.end();
      }
    }
  } finally {
    if (!settings.keep) await prepared.cleanUp();
  }
  const { durationMs, warmupMs } = settings;
  return {
    schema: RESULT_SCHEMA,
    startedAt,
    workload,
    target: prepared.target,
    settings: { ...prepared.settings, durationMs, warmupMs },
    machine: machineFacts(loadBefore),
    measures: [...measures.values()],
  };
}

/** One measure, with client processes of its own. */
export async function takeMeasure(
  plan: MeasurePlan,
  settings: Pick<CommonSettings, 'durationMs' | 'warmupMs'>,
  before: ReadonlyMap<string, Measure>,
  options: PhaseOptions,
): Promise<Measure> {
  const { name, counted, sender } = plan;
  const { durationMs, warmupMs } = settings;
  await plan.before?.();
  const phase: Phase = { durationMs, warmupMs, parts: plan.parts(before) };
  const reports = await runPhase(phase, options);
  const loadOf = (part: string | undefined) => phase.parts.find((one) => one.name === part)?.load;
  const sent =
    sender === undefined ? undefined : { load: loadOf(sender), count: sentOf(reports.get(sender)) };
  return measureOf({ name, durationMs, load: loadOf(counted), sent }, reports.get(counted) ?? []);
}

/** Acknowledged operations that were meant to begin within the measured time: what a receiver has to get. */
function sentOf(reports: readonly ClientReport[] = []): number {
  return reports.reduce((so, { service }) => so + countOf(service), 0);
}

function countOf(encoded: readonly number[]): number {
  let count = 0;
  for (let at = 4; at < encoded.length; at += 2) count += encoded[at] as number;
  return count;
}
