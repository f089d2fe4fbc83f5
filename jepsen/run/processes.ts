/**
 * The processes of a workload: each asks one thing at a time, writes down what it asks and what came of it, and dies of an outcome that
 * nobody knows; another one takes its place under a new number. What is asked when comes from the seed; what comes of it does not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@flowmesh/base';
import type { Recorder } from '../history/recorder.ts';
import type {
  OperationRequest,
  OperationResult,
  Workload,
  WorkloadClient,
  WorkloadEnv,
} from '../workloads/workload.ts';

/** A client that does not come back so long after its time was up is given up. */
const PATIENCE_MS = 10_000;

export interface ProcessOptions {
  readonly workload: Workload;
  readonly env: WorkloadEnv;
  readonly recorder: Recorder;
  readonly seed: number;
  /** At once. */
  readonly concurrency: number;
  /** Operations a second, of all together. */
  readonly rate: number;
  /** Of operations that have none of their own. */
  readonly timeoutMs: number;
  /** Ends them. */
  readonly signal: AbortSignal;
}

const LATE: OperationResult = {
  type: 'info',
  value: undefined,
  error: { code: 'TIMEOUT', message: 'the client did not come back' },
};

/** One operation with its time limit, written down. Of a client that never answers `info` is assumed. */
export async function perform(
  recorder: Recorder,
  client: WorkloadClient,
  process: number,
  { f, value }: OperationRequest,
  timeoutMs: number,
): Promise<OperationResult> {
  recorder.record({ process, type: 'invoke', f, value });
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const given = new AbortController();
  const gaveUp = sleep(timeoutMs + PATIENCE_MS, LATE, { signal: given.signal }).catch(() => LATE);
  const result = await Promise.race([client.invoke({ f, value }, timer.signal), gaveUp]);
  clearTimeout(timeout);
  given.abort();
  const { type, error, node, face } = result;
  recorder.record({
    process,
    type,
    f,
    // Where nothing came back, what was asked tells what may have happened.
    value: result.value ?? value,
    ...(error === undefined ? {} : { error }),
    ...(node === undefined ? {} : { node }),
    ...(face === undefined ? {} : { face }),
  });
  return result;
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function runOne(place: number, options: ProcessOptions): Promise<void> {
  const { workload, env, recorder, concurrency, signal } = options;
  const rng = new SeededRandom(options.seed * 10_000 + place);
  const pauseMs = (1_000 * concurrency) / options.rate;
  await pauseFor(rng.unit() * pauseMs, signal);
  for (let process = place; !signal.aborted; process += concurrency) {
    const client = await workload.client(env, process);
    let known = true;
    while (known && !signal.aborted) {
      const request = workload.next(rng, process);
      const { timeoutMs = options.timeoutMs } = request;
      const result = await perform(recorder, client, process, request, timeoutMs);
      known = result.type !== 'info';
      await pauseFor(pauseMs * (0.5 + rng.unit()), signal);
    }
    void client.close().catch(() => undefined);
  }
}

/** Resolves when all have come to their end, after `signal`. */
export async function runProcesses(options: ProcessOptions): Promise<void> {
  const places = Array.from({ length: options.concurrency }, (_, i) => i);
  await Promise.all(places.map((place) => runOne(place, options)));
}
