import { SeededRandom } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import type { OperationResult, WorkloadEnv } from '../workloads/workload.ts';
import { newWorkload, WORKLOAD_NAMES } from '../workloads/workloads.ts';

const OPERATIONS = 300;
const FINALS_MAX = 20_000;

function given(name: string, seed: number): readonly unknown[] {
  const workload = newWorkload(name);
  const rng = new SeededRandom(seed);
  return Array.from({ length: OPERATIONS }, (_, i) => workload.next(rng, i % workload.concurrency));
}

const ENV: WorkloadEnv = {
  seed: 1,
  rng: new SeededRandom(1),
  endpointsOf: () => [],
  log: () => undefined,
};

describe.each(WORKLOAD_NAMES)('the workload %s', (name) => {
  it('asks for the same with the same seed, and for what a file can hold', () => {
    const operations = given(name, 7);
    expect(given(name, 7)).toEqual(operations);
    expect(JSON.parse(JSON.stringify(operations))).toEqual(operations);
    expect(given(name, 8)).not.toEqual(operations);
  });

  it('comes to an end, whatever it is answered', () => {
    const workload = newWorkload(name);
    const rng = new SeededRandom(1);
    for (let i = 0; i < OPERATIONS; i++) workload.next(rng, i % workload.concurrency);
    for (const type of ['ok', 'fail', 'info'] as const) {
      const answer: OperationResult = { type, value: {} };
      const finals = workload.finals(ENV);
      let asked = 0;
      for (let next = finals.next(); next.done !== true && asked <= FINALS_MAX; asked++)
        next = finals.next(answer);
      expect(asked).toBeLessThanOrEqual(FINALS_MAX);
    }
  });

  it('judges a history without operations as unknown', () => {
    for (const checker of newWorkload(name).checkers) expect(checker([]).valid).not.toBe(false);
  });
});
