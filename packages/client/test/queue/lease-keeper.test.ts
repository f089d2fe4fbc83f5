import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { type Extension, LeaseKeeper } from '../../src/queue/lease-keeper.ts';
import type { FromLeaseKeeper, HeldLease } from '../../src/queue/lease-messages.ts';
import type { SettleOutcome } from '../../src/queue/queue-types.ts';
import { ManualTime } from '../support/manual-time.ts';

const HOUR_MS = 3_600_000;

function lease(id: number, over: Partial<HeldLease> = {}): HeldLease {
  const receipt = { shard: 0, seq: id, leaseEpoch: 1 };
  const times = { leaseMs: 12_000, maxHandlerMs: HOUR_MS, sinceMs: 0, begunMs: 0 };
  return { id, queue: 'q', receipt, ...times, ...over };
}

class Bench {
  readonly time = new ManualTime();
  readonly asked: (Extension & { readonly atMs: number })[] = [];
  readonly told: FromLeaseKeeper[] = [];
  readonly keeper: LeaseKeeper;
  answer: (extension: Extension) => Promise<readonly SettleOutcome[]> = async ({ receipts }) =>
    receipts.map(() => ({ outcome: 'extended', until: 0 }));

  constructor(leases: readonly HeldLease[]) {
    this.keeper = new LeaseKeeper({
      scheduler: this.time,
      nowMs: () => this.time.nowMs,
      extend: async (extension) => {
        this.asked.push({ ...extension, atMs: this.time.nowMs });
        return await this.answer(extension);
      },
      tell: (message) => this.told.push(message),
    });
    for (const one of leases) this.keeper.hear({ kind: 'hold', lease: one });
  }

  get askedAt(): readonly number[] {
    return this.asked.map(({ atMs }) => atMs);
  }
}

describe('leases that are held', () => {
  it('are extended after a third of their time', async () => {
    const bench = new Bench([lease(1)]);
    await bench.time.pass(13_000);
    expect(bench.askedAt).toEqual([4_000, 8_000, 12_000]);
    expect(bench.asked[0]).toMatchObject({ queue: 'q', visibilityMs: 12_000 });
    expect(bench.told).toEqual([]);
  });

  it('are asked for again soon where nobody answered, and lost only when the shard says so', async () => {
    const bench = new Bench([lease(1)]);
    bench.answer = async () => {
      if (bench.time.nowMs < 7_000) throw new FlowError('NO_LEADER', 'no leader');
      return [{ outcome: 'stale', until: 0 }];
    };
    await bench.time.pass(20_000);
    expect(bench.askedAt).toEqual([4_000, 5_000, 6_000, 7_000]);
    expect(bench.told).toEqual([{ kind: 'lost', id: 1, outcome: 'stale' }]);
  });

  it('of one shard go in one request, those of others in their own', async () => {
    const other = { shard: 1, seq: 9, leaseEpoch: 1 };
    const bench = new Bench([lease(1), lease(2), lease(3, { receipt: other }), lease(4, { queue: 'p' })]);
    await bench.time.pass(4_000);
    expect(bench.asked.map(({ queue, receipts }) => [queue, receipts.map(({ seq }) => seq)])).toEqual([
      ['q', [1, 2]],
      ['q', [9]],
      ['p', [4]],
    ]);
  });

  it('are each told of by their own outcome', async () => {
    const bench = new Bench([lease(1), lease(2)]);
    bench.answer = async () => [
      { outcome: 'gone', until: 0 },
      { outcome: 'extended', until: 0 },
    ];
    await bench.time.pass(4_000);
    expect(bench.told).toEqual([{ kind: 'lost', id: 1, outcome: 'gone' }]);
  });

  it('are looked at as often as the shortest of them asks for', async () => {
    const bench = new Bench([lease(1), lease(2, { leaseMs: 1_200 })]);
    await bench.time.pass(1_300);
    expect(bench.askedAt).toEqual([400, 800, 1_200]);
  });

  it('that waited for their keeper are extended by the age that they have', async () => {
    const bench = new Bench([]);
    await bench.time.pass(5_000);
    bench.keeper.hear({ kind: 'hold', lease: lease(1, { sinceMs: 0 }) });
    await bench.time.pass(1_000);
    expect(bench.askedAt).toEqual([6_000]);
  });

  it('are not extended once they are released, or everything ends', async () => {
    const bench = new Bench([lease(1), lease(2)]);
    bench.keeper.hear({ kind: 'release', id: 1 });
    await bench.time.pass(4_000);
    expect(bench.asked.map(({ receipts }) => receipts.length)).toEqual([1]);
    bench.keeper.hear({ kind: 'end' });
    await bench.time.pass(60_000);
    expect(bench.asked).toHaveLength(1);
  });

  it('are not told of as lost when they were released while they were extended', async () => {
    const bench = new Bench([lease(1)]);
    const answered = Promise.withResolvers<readonly SettleOutcome[]>();
    bench.answer = () => answered.promise;
    await bench.time.pass(4_000);
    bench.keeper.hear({ kind: 'release', id: 1 });
    answered.resolve([{ outcome: 'gone', until: 0 }]);
    await bench.time.pass(1_000);
    expect(bench.told).toEqual([]);
  });
});

describe('a handler that hangs', () => {
  it('has its job extended for maxHandlerMs after it began, and no longer', async () => {
    const bench = new Bench([lease(1, { maxHandlerMs: 20_000 })]);
    await bench.time.pass(5_000);
    bench.keeper.hear({ kind: 'begun', id: 1, atMs: 5_000 });
    await bench.time.pass(100_000);
    expect(bench.askedAt).toEqual([4_000, 8_000, 12_000, 16_000, 20_000, 24_000]);
    expect(bench.told).toEqual([{ kind: 'overdue', id: 1 }]);
  });
});
