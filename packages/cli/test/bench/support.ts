/** A result as a run would have made it, of latencies that a test names. */
import { type OperationTimes, Recorder } from '../../src/bench/measure/recorder.ts';
import { type BenchResult, type Measure, measureOf, RESULT_SCHEMA } from '../../src/bench/report/result.ts';

const DURATION_MS = 2_000;

/** `latenciesMs` of operations that were meant to begin a millisecond after each other. */
export function clientReport(latenciesMs: readonly number[], waitedMs = 0) {
  const recorder = new Recorder({ fromUs: 0, toUs: DURATION_MS * 1_000 });
  for (const [at, latencyMs] of latenciesMs.entries()) {
    const intendedUs = at * 1_000;
    const times: OperationTimes = {
      intendedUs,
      sentUs: intendedUs + waitedMs * 1_000,
      doneUs: intendedUs + latencyMs * 1_000,
    };
    recorder.done(times, 100);
  }
  return recorder.report(10);
}

export function measure(name: string, latenciesMs: readonly number[], rate?: number): Measure {
  const load = { concurrency: 4, rate };
  return measureOf({ name, durationMs: DURATION_MS, load }, [clientReport(latenciesMs)]);
}

export function result(
  measures: readonly Measure[],
  target: Partial<BenchResult['target']> = {},
): BenchResult {
  return {
    schema: RESULT_SCHEMA,
    startedAt: '2026-11-21T20:00:00.000Z',
    workload: 'stream',
    target: {
      system: 'FlowMesh',
      version: '0.1.0',
      nodes: 3,
      durability: 'acknowledged once fsynced by a majority of the replicas',
      replicationFactor: 3,
      partitions: 6,
      details: {},
      ...target,
    },
    settings: { payloadBytes: 100, acks: 'all' },
    machine: {
      cpu: 'cpu',
      cores: 2,
      memoryBytes: 2 ** 34,
      system: 'Linux',
      node: 'v24.0.0',
      version: '0.1.0',
      loadBefore: 0.1,
      loadAfter: 1.5,
    },
    measures,
  };
}
