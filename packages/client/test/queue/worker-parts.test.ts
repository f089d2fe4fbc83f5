import type { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { describe, expect, it } from 'vitest';
import { EnqueueLane } from '../../src/queue/enqueue-lane.ts';
import type { EnqueuedJob } from '../../src/queue/queue-types.ts';
import { creditFor } from '../../src/queue/work-credit.ts';

describe('the credit of a node', () => {
  it('is a share of what the worker can do, at least one', () => {
    expect(creditFor({ concurrency: 10, active: 0, links: 3, unused: 0 })).toBe(4);
    expect(creditFor({ concurrency: 1, active: 0, links: 3, unused: 0 })).toBe(1);
    expect(creditFor({ concurrency: 10, active: 0, links: 3, unused: 4 })).toBe(0);
  });

  it('lets one node fill the worker, and nobody beyond', () => {
    expect(creditFor({ concurrency: 10, active: 8, links: 3, unused: 0 })).toBe(2);
    expect(creditFor({ concurrency: 10, active: 10, links: 3, unused: 0 })).toBe(0);
  });
});

describe('jobs on their way into a shard', () => {
  it('go one request after the other, in order, and those that wait go together', async () => {
    const sent: string[][] = [];
    let answer: () => void = () => undefined;
    const told: (EnqueuedJob | FlowError)[] = [];
    const lane = new EnqueueLane({
      send: async (jobs) => {
        sent.push(jobs.map(({ dedupId }) => dedupId ?? ''));
        await new Promise<void>((resolve) => (answer = resolve));
        return { shard: 2, results: jobs.map(({ dedupId }) => ({ jobId: `2-${dedupId}` })) };
      },
      soon: (task) => task(),
      idle: () => undefined,
    });
    const add = (dedupId: string, job: flowmesh.v1.NewJob.$Properties = { dedupId }): void =>
      lane.add({ job, bytes: 10, settle: (result) => told.push(result) });
    add('1');
    add('2');
    add('3');
    expect(sent).toEqual([['1']]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toEqual([['1'], ['2', '3']]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toMatchObject([{ id: '2-1' }, { id: '2-2' }, { id: '2-3', shard: 2, duplicate: false }]);
  });
});
