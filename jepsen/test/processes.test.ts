import { describe, expect, it } from 'vitest';
import type { Operation } from '../history/operation.ts';
import { Recorder } from '../history/recorder.ts';
import { perform, runProcesses } from '../run/processes.ts';
import type { OperationResult, Workload, WorkloadClient, WorkloadEnv } from '../workloads/workload.ts';

const ENV = {} as WorkloadEnv;

/** Two processes; each operation ends as `outcome` says, and after the last one the run is over. */
async function historyOf(outcomes: readonly OperationResult['type'][]): Promise<readonly Operation[]> {
  const recorder = new Recorder({ nowMs: () => 0 });
  const over = new AbortController();
  const left = [...outcomes];
  const client: WorkloadClient = {
    invoke: async ({ value }) => {
      const type = left.shift() ?? 'ok';
      if (left.length === 0) over.abort();
      return { type, value };
    },
    close: async () => undefined,
  };
  const workload: Workload = {
    name: 'fake',
    concurrency: 2,
    checkers: [],
    setup: async () => undefined,
    client: async () => client,
    next: (rng) => ({ f: 'read', value: rng.below(1_000) }),
    *finals() {},
  };
  await runProcesses({
    workload,
    env: ENV,
    recorder,
    seed: 4,
    concurrency: 2,
    rate: 10_000,
    timeoutMs: 1_000,
    signal: over.signal,
  });
  return recorder.operations;
}

describe('processes', () => {
  it('do one thing at a time: each invoke is followed by its completion before the next of the same process', async () => {
    const history = await historyOf(['ok', 'fail', 'ok', 'ok', 'ok', 'ok']);
    for (const process of [0, 1]) {
      const types = history.filter((one) => one.process === process).map(({ type }) => type === 'invoke');
      types.forEach((isInvoke, i) => expect(isInvoke).toBe(i % 2 === 0));
    }
  });

  it('die of an outcome that nobody knows, and another one takes their place', async () => {
    const history = await historyOf(['info', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    const [lost] = history.filter(({ type }) => type === 'info');
    const after = history.slice((lost?.index ?? 0) + 1).filter(({ process }) => process === lost?.process);
    expect(after).toEqual([]);
    expect(history.some(({ process }) => process === (lost?.process ?? 0) + 2)).toBe(true);
  });

  it('ask the same of a cluster that answers the same, for the same seed', async () => {
    const asked = async (): Promise<unknown[]> =>
      (await historyOf(['ok', 'ok', 'ok', 'ok']))
        .filter(({ type, process }) => type === 'invoke' && process === 0)
        .map(({ value }) => value)
        .slice(0, 1);
    expect(await asked()).toEqual(await asked());
  });

  it('tell a client when its time is up', async () => {
    const recorder = new Recorder({ nowMs: () => 0 });
    const client: WorkloadClient = {
      invoke: ({ value }, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ type: 'info', value }), { once: true }),
        ),
      close: async () => undefined,
    };
    const { type } = await perform(recorder, client, 0, { f: 'write', value: 1 }, 20);
    expect(type).toBe('info');
    expect(recorder.operations.map((one) => one.type)).toEqual(['invoke', 'info']);
  });
});
