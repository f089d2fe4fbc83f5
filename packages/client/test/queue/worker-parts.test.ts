import { FlowError, type Scheduler } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { describe, expect, it } from 'vitest';
import { EnqueueLane } from '../../src/queue/enqueue-lane.ts';
import { type HeldLease, LeaseKeeper } from '../../src/queue/lease-keeper.ts';
import type { EnqueuedJob, SettleOutcome } from '../../src/queue/queue-types.ts';
import { creditFor } from '../../src/queue/work-credit.ts';

class Time implements Scheduler {
  nowMs = 0;
  private timers: { readonly atMs: number; readonly task: () => void }[] = [];

  after(delayMs: number, task: () => void): { cancel(): void } {
    const timer = { atMs: this.nowMs + delayMs, task };
    this.timers.push(timer);
    return { cancel: () => (this.timers = this.timers.filter((one) => one !== timer)) };
  }

  endOfTurn(task: () => void): void {
    setImmediate(task);
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((one) => one !== due);
      this.nowMs = due.atMs;
      due.task();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = untilMs;
  }
}

describe('the leases of a worker', () => {
  const lease = (): HeldLease => ({ heldSinceMs: 0, extending: false });

  function keeper(answer: (nowMs: number) => Promise<SettleOutcome>): {
    readonly time: Time;
    readonly asked: number[];
    readonly lost: string[];
  } {
    const time = new Time();
    const asked: number[] = [];
    const lost: string[] = [];
    const held = new Set([lease()]);
    new LeaseKeeper({
      scheduler: time,
      leaseMs: 12_000,
      nowMs: () => time.nowMs,
      held: () => held,
      extend: async () => {
        asked.push(time.nowMs);
        return await answer(time.nowMs);
      },
      lost: (one, outcome) => {
        held.delete(one);
        lost.push(outcome);
      },
    });
    return { time, asked, lost };
  }

  it('are extended after a third of their time, whatever the handler does', async () => {
    const { time, asked, lost } = keeper(async () => ({ outcome: 'extended', until: 0 }));
    await time.pass(13_000);
    expect(asked).toEqual([4_000, 8_000, 12_000]);
    expect(lost).toEqual([]);
  });

  it('are asked for again soon where nobody answered, and lost only when the shard says so', async () => {
    const { time, asked, lost } = keeper(async (nowMs) => {
      if (nowMs < 7_000) throw new FlowError('NO_LEADER', 'no leader');
      return { outcome: 'stale', until: 0 };
    });
    await time.pass(20_000);
    expect(asked).toEqual([4_000, 5_000, 6_000, 7_000]);
    expect(lost).toEqual(['stale']);
  });
});

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
