import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OFFSETS_RETENTION_MS } from '../../src/coordinator/coordinator-limits.ts';
import { Bench, topology } from './bench.ts';

class ShareBench extends Bench {
  share(member: string, streams: readonly string[] = ['orders'], group = 'g'): string {
    const by = { clientId: 'test', host: '127.0.0.1', rack: '', sessionTimeoutMs: 10_000 };
    return this.code({ kind: 'share-join', group, member, streams, ...by });
  }

  shares(group = 'g'): Readonly<Record<string, readonly string[]>> {
    const members = this.machine.groups.get(group)?.orderedShare() ?? [];
    return Object.fromEntries(members.map(({ id, assigned }) => [id, assigned]));
  }

  memberEpoch(member: string): number {
    return this.machine.groups.get('g')?.shareMembers.get(member)?.epoch ?? -1;
  }
}

describe('members of a share group', () => {
  it('share the partitions at once, and several have one where there are more of them', () => {
    const bench = new ShareBench();
    bench.share('a');
    bench.assign({ orders: 3 });
    expect(bench.shares()).toEqual({ a: ['orders:0', 'orders:1', 'orders:2'] });
    bench.share('b');
    bench.assign({ orders: 3 });
    const [a = [], b = []] = Object.values(bench.shares());
    expect([...a, ...b].sort()).toEqual(['orders:0', 'orders:1', 'orders:2']);
    for (const member of ['c', 'd', 'e']) bench.share(member);
    bench.assign({ orders: 3 });
    const counts = Object.values(bench.shares()).map((keys) => keys.length);
    expect(counts).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(Object.values(bench.shares()).flat()).size).toBe(3);
  });

  it('all are told the epoch of the latest assignment', () => {
    const bench = new ShareBench();
    bench.share('a');
    bench.assign({ orders: 2 });
    const first = bench.memberEpoch('a');
    bench.share('b');
    bench.assign({ orders: 2 });
    expect(bench.memberEpoch('a')).toBe(first + 1);
    expect(bench.memberEpoch('b')).toBe(first + 1);
    bench.assign({ orders: 2 });
    expect(bench.memberEpoch('a')).toBe(first + 1);
  });

  it('leave what they had to the others when they leave or their session runs out', () => {
    const bench = new ShareBench();
    for (const member of ['a', 'b', 'c']) bench.share(member);
    bench.assign({ orders: 3 });
    bench.run({ kind: 'leave', group: 'g', member: 'a' });
    bench.expect('expired', { kind: 'expire-members', group: 'g', members: ['b'] });
    bench.assign({ orders: 3 });
    expect(bench.shares()).toEqual({ c: ['orders:0', 'orders:1', 'orders:2'] });
  });

  it('are refused by groups that consumers use, and consumers by theirs, members or not', () => {
    const bench = new ShareBench();
    bench.join('a', { group: 'consumers' });
    bench.run({ kind: 'commit-offsets', group: 'positions', offsets: [] });
    bench.commit({ 'orders:0': 1 }, undefined, 'positions');
    expect(bench.share('b', ['orders'], 'consumers')).toBe('PRECONDITION_FAILED');
    expect(bench.share('b', ['orders'], 'positions')).toBe('PRECONDITION_FAILED');
    bench.share('b');
    bench.run({ kind: 'leave', group: 'g', member: 'b' });
    bench.share('b');
    bench.assign({ orders: 1 });
    bench.run({ kind: 'leave', group: 'g', member: 'b' });
    expect(bench.machine.groups.get('g')?.size).toBe(0);
    const offsets = [
      { stream: 'orders', uuid: 'orders', partition: 0, offset: 1, leaderEpoch: -1, metadata: '' },
    ];
    expect(bench.code({ kind: 'commit-offsets', group: 'g', offsets })).toBe('PRECONDITION_FAILED');
    expect(bench.code({ kind: 'reset-offsets', group: 'g', force: true, offsets })).toBe(
      'PRECONDITION_FAILED',
    );
    expect(() => bench.join('c')).toThrow('share group');
  });

  it('leave a group behind that knows what it has read, until it is forgotten, deleted, or a week old', async () => {
    const bench = new ShareBench();
    const shared = (): readonly string[] | undefined =>
      bench.machine.groups.get('g')?.head.shared?.map(({ name }) => name);
    bench.share('a', ['bills', 'orders']);
    bench.assign({ bills: 1, orders: 1 });
    bench.share('a', ['orders']);
    bench.assign({ orders: 1 }, 'g', 2);
    expect(bench.code({ kind: 'delete-group', group: 'g' })).toBe('PRECONDITION_FAILED');
    bench.run({ kind: 'leave', group: 'g', member: 'a' });
    expect(shared()).toEqual(['bills', 'orders']);
    await bench.restart();
    expect(shared()).toEqual(['bills', 'orders']);
    bench.run({ kind: 'forget-shared', group: 'g', streams: ['bills'] });
    expect(shared()).toEqual(['orders']);
    bench.nowMs += OFFSETS_RETENTION_MS;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.machine.groups.has('g')).toBe(false);
  });
});

it('the assignment of a share group is even, complete, and moves nothing without need', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.record({ member: fc.integer({ min: 0, max: 12 }), leaves: fc.boolean() }), {
        minLength: 1,
        maxLength: 25,
      }),
      (partitions, steps) => {
        const bench = new ShareBench();
        for (const { member, leaves } of steps) {
          const id = `m${member}`;
          if (leaves) bench.run({ kind: 'leave', group: 'g', member: id });
          else bench.share(id);
          const before = bench.shares();
          bench.run({ kind: 'assign', group: 'g', streams: topology({ orders: partitions }), revision: 1 });
          const after = bench.shares();
          const lists = Object.values(after);
          if (lists.length === 0) continue;
          const all = lists.flat();
          expect(new Set(all).size).toBe(partitions);
          expect(all).toHaveLength(Math.max(partitions, lists.length));
          const loads = lists.map((keys) => keys.length);
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
          const readers = [...new Set(all)].map((key) => all.filter((one) => one === key).length);
          expect(Math.max(...readers) - Math.min(...readers)).toBeLessThanOrEqual(1);
          if (leaves || lists.length > partitions) continue;
          // Whoever was there before gives up something, or nothing, and gets nothing else.
          for (const [name, keys] of Object.entries(before)) {
            if (name !== id) expect(keys).toEqual(expect.arrayContaining([...(after[name] ?? [])]));
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});
