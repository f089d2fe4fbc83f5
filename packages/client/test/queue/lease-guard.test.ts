import { describe, expect, it } from 'vitest';
import { type Hold, LeaseGuard, type LeaseThreadEvents } from '../../src/queue/lease-guard.ts';
import type { ToLeaseKeeper } from '../../src/queue/lease-messages.ts';
import { LEASE_THREAD_START_MS } from '../../src/limits.ts';
import { ManualTime } from '../support/manual-time.ts';

class Bench {
  readonly time = new ManualTime();
  readonly toThread: ToLeaseKeeper[] = [];
  readonly warnings: string[] = [];
  readonly events: string[] = [];
  readonly guard: LeaseGuard;
  startFailure: Error | undefined;
  starts = 0;
  ended = 0;
  extendedHere = 0;
  thread: LeaseThreadEvents | undefined;

  constructor() {
    this.guard = new LeaseGuard({
      scheduler: this.time,
      nowMs: () => this.time.nowMs,
      startThread: (events) => {
        this.starts++;
        if (this.startFailure !== undefined) throw this.startFailure;
        this.thread = events;
        return {
          tell: (message) => this.toThread.push(structuredClone(message)),
          end: async () => void this.ended++,
        };
      },
      extend: async ({ receipts }) => {
        this.extendedHere++;
        return receipts.map(() => ({ outcome: 'extended', until: 0 }));
      },
      warn: (text) => this.warnings.push(text),
    });
  }

  hold(seq: number, unreadMs = 0): Hold {
    const receipt = { shard: 0, seq, leaseEpoch: 1 };
    return this.guard.hold(
      { queue: 'q', receipt, leaseMs: 12_000, maxHandlerMs: 60_000, unreadMs },
      {
        lost: (outcome) => this.events.push(`${seq} ${outcome}`),
        overdue: () => this.events.push(`${seq} overdue`),
      },
    );
  }
}

describe('the thread that extends leases', () => {
  it('is started with the first job, once, and keeps everything as soon as it is ready', async () => {
    const bench = new Bench();
    expect(bench.starts).toBe(0);
    bench.hold(1);
    await bench.time.pass(1_000);
    const second = bench.hold(2, 300);
    expect([bench.starts, bench.guard.ready, bench.toThread]).toEqual([1, false, []]);
    bench.thread?.told({ kind: 'ready' });
    await bench.guard.whenReady();
    expect(bench.guard.ready).toBe(true);
    await bench.time.pass(1_000);
    second.begun();
    second.release();
    second.release();
    expect(bench.toThread).toMatchObject([
      { kind: 'hold', lease: { id: 1, queue: 'q', receipt: { seq: 1 }, leaseMs: 12_000, sinceMs: 0 } },
      {
        kind: 'hold',
        lease: { id: 2, receipt: { seq: 2 }, maxHandlerMs: 60_000, sinceMs: 700, begunMs: 1_000 },
      },
      { kind: 'begun', id: 2, atMs: 2_000 },
      { kind: 'release', id: 2 },
    ]);
    await bench.time.pass(100_000);
    expect(bench.extendedHere).toBe(0);
  });

  it('tells of what was lost and what is overdue, once, and of nothing that was released', () => {
    const bench = new Bench();
    const holds = [1, 2, 3].map((seq) => bench.hold(seq));
    bench.thread?.told({ kind: 'ready' });
    holds[2]?.release();
    bench.thread?.told({ kind: 'lost', id: 1, outcome: 'stale' });
    bench.thread?.told({ kind: 'lost', id: 1, outcome: 'stale' });
    bench.thread?.told({ kind: 'overdue', id: 2 });
    bench.thread?.told({ kind: 'lost', id: 3, outcome: 'gone' });
    expect(bench.events).toEqual(['1 stale', '2 overdue']);
  });

  it('ends with the mesh', async () => {
    const bench = new Bench();
    bench.hold(1);
    bench.thread?.told({ kind: 'ready' });
    await bench.guard.close();
    bench.thread?.failed(new Error('the thread ended'));
    expect([bench.ended, bench.warnings]).toEqual([1, []]);
  });
});

describe('without a thread', () => {
  it('leases are extended here, and a warning says why', async () => {
    const bench = new Bench();
    bench.startFailure = new Error('access to worker threads is denied');
    bench.hold(1);
    expect(bench.guard.ready).toBe(true);
    await bench.time.pass(4_000);
    expect(bench.extendedHere).toBe(1);
    expect(bench.warnings).toEqual([expect.stringContaining('access to worker threads is denied')]);
  });

  it('so is what a thread that failed had held, and its end is told once', async () => {
    const bench = new Bench();
    bench.hold(1);
    bench.thread?.told({ kind: 'ready' });
    bench.thread?.failed(new Error('out of memory'));
    bench.thread?.failed(new Error('the thread ended'));
    await bench.time.pass(4_000);
    expect(bench.extendedHere).toBe(1);
    expect(bench.warnings).toHaveLength(1);
  });

  it('leases are extended here while it starts, and handlers do not wait for it without end', async () => {
    const bench = new Bench();
    bench.hold(1);
    await bench.time.pass(LEASE_THREAD_START_MS);
    await bench.guard.whenReady();
    expect(bench.extendedHere).toBe(1);
    bench.thread?.told({ kind: 'ready' });
    expect(bench.toThread).toMatchObject([{ kind: 'hold', lease: { id: 1 } }]);
    await bench.time.pass(20_000);
    expect(bench.extendedHere).toBe(1);
  });
});
