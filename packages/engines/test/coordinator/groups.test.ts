import { describe, expect, it } from 'vitest';
import { OFFSETS_RETENTION_MS } from '../../src/coordinator/coordinator-limits.ts';
import { Bench, entries, topology } from './bench.ts';

describe('members of a group', () => {
  it('share the partitions, and what moves is given up before another gets it', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 4 });
    expect(bench.assigned('a')).toEqual(['orders:0', 'orders:1', 'orders:2', 'orders:3']);
    bench.join('b');
    bench.assign({ orders: 4 });
    expect(bench.assigned('a')).toEqual(['orders:0', 'orders:1']);
    expect(bench.revoking('a')).toEqual(['orders:2', 'orders:3']);
    expect(bench.assigned('b')).toEqual([]);
    bench.confirm('a');
    expect(bench.revoking('a')).toEqual([]);
    expect(bench.assigned('b')).toEqual(['orders:2', 'orders:3']);
  });

  it('confirm only what they were told last', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 2 });
    const before = bench.epoch('a');
    bench.join('b');
    bench.assign({ orders: 2 });
    bench.run({ kind: 'confirm', group: 'g', member: 'a', epoch: before });
    expect(bench.assigned('b')).toEqual([]);
    expect(bench.code({ kind: 'confirm', group: 'g', member: 'x', epoch: 1 })).toBe('MEMBER_UNKNOWN');
  });

  it('that leave or whose sessions ran out leave their partitions to the others', () => {
    const bench = new Bench();
    for (const member of ['a', 'b', 'c']) bench.join(member);
    bench.assign({ orders: 3 });
    bench.run({ kind: 'leave', group: 'g', member: 'a' });
    bench.expect('expired', { kind: 'expire-members', group: 'g', members: ['b', 'unknown'] });
    bench.assign({ orders: 3 });
    expect(bench.assigned('c')).toEqual(['orders:0', 'orders:1', 'orders:2']);
  });

  it('get the partitions that a stream grows by, and lose those of a deleted stream', () => {
    const bench = new Bench();
    bench.join('a', { streams: ['orders', 'bills'] });
    bench.assign({ orders: 1, bills: 1 });
    bench.assign({ orders: 3, bills: 1 }, 'g', 2);
    expect(bench.assigned('a')).toEqual(['bills:0', 'orders:0', 'orders:1', 'orders:2']);
    bench.assign({ orders: 3 }, 'g', 3);
    expect(bench.revoking('a')).toEqual(['bills:0']);
  });

  it('have to begin anew with a stream that was deleted and made again', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 1 });
    const again = [{ name: 'orders', uuid: 'another', partitions: 1 }];
    bench.run({ kind: 'assign', group: 'g', streams: again, revision: 2 });
    expect(bench.revoking('a')).toEqual(['orders:0']);
    bench.confirm('a');
    expect(bench.assigned('a')).toEqual(['orders:0']);
  });

  it('lose nothing to a leader whose view of the metadata is behind', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 4 }, 'g', 7);
    bench.assign({ orders: 2 }, 'g', 6);
    expect(bench.assigned('a')).toHaveLength(4);
  });

  it('subscribe by pattern, too', () => {
    const bench = new Bench();
    bench.join('a', { streams: [], pattern: 'shop.*.eu' });
    bench.assign({ 'shop.orders.eu': 1, 'shop.orders.us': 1 });
    expect(bench.assigned('a')).toEqual(['shop.orders.eu:0']);
  });

  it('with an instance id come back under a new member id without a rebalance, and fence their former self', () => {
    const bench = new Bench();
    bench.join('a1', { instanceId: 'a' });
    bench.join('b1', { instanceId: 'b' });
    bench.assign({ orders: 4 });
    const had = bench.assigned('a1');
    const epoch = bench.epoch('a1');
    const { head } = bench.machine.groups.get('g') as NonNullable<
      ReturnType<typeof bench.machine.groups.get>
    >;
    bench.join('a2', { instanceId: 'a' });
    expect(bench.machine.groups.get('g')?.head.epoch).toBe(head.epoch);
    expect(bench.machine.groups.get('g')?.head.rebalances).toBe(head.rebalances);
    expect(bench.assigned('a2')).toEqual(had);
    expect(bench.commit({ 'orders:0': 5 }, { member: 'a1', epoch })).toMatchObject({
      code: 'MEMBER_UNKNOWN',
    });
    bench.assign({ orders: 4 });
    expect(bench.assigned('a2')).toEqual(had);
  });

  it('agree on one assignor', () => {
    const bench = new Bench();
    bench.join('a', { assignor: 'range' });
    bench.join('b');
    expect(() => bench.join('c', { assignor: 'sticky' })).toThrow(/assigned by range/);
  });

  it('lose nothing in a restart', async () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 3 });
    bench.commit({ 'orders:1': 9 }, { member: 'a', epoch: bench.epoch('a') });
    bench.join('b');
    bench.assign({ orders: 3 });
    const before = structuredClone(bench.machine.groups.get('g')?.members);
    const digest = bench.machine.digest();
    await bench.restart();
    expect(bench.machine.groups.get('g')?.members).toEqual(before);
    expect(bench.machine.digest()).toBe(digest);
    expect(bench.offsets()).toEqual({ 'orders:1': 9 });
    bench.confirm('a');
    expect(bench.assigned('b')).toEqual(['orders:2']);
  });
});

describe('offsets of a group', () => {
  it('are committed with metadata by whoever reads the partition, and by nobody else', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 2 });
    const stale = bench.epoch('a');
    bench.join('b');
    bench.assign({ orders: 2 });
    const [offset] = entries({ 'orders:1': 7 });
    bench.run({
      kind: 'commit-offsets',
      group: 'g',
      by: { member: 'a', epoch: bench.epoch('a') },
      offsets: [{ ...(offset as NonNullable<typeof offset>), metadata: 'batch 12', leaderEpoch: 3 }],
    });
    expect(bench.machine.groups.get('g')?.offsets.get('orders:1')).toMatchObject({
      offset: 7,
      metadata: 'batch 12',
      leaderEpoch: 3,
    });
    bench.confirm('a');
    expect(bench.commit({ 'orders:1': 99 }, { member: 'a', epoch: stale })).toMatchObject({
      outcomes: [{ refused: true }],
    });
    expect(bench.commit({ 'orders:1': 9 }, { member: 'b', epoch: bench.epoch('b') })).toMatchObject({
      outcomes: [{ refused: false, offset: 9 }],
    });
  });

  it('refuse what a member commits late, although the partition has come back to it meanwhile', () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 2 });
    const first = bench.epoch('a');
    bench.join('b');
    bench.assign({ orders: 2 });
    bench.confirm('a');
    bench.run({ kind: 'leave', group: 'g', member: 'b' });
    bench.assign({ orders: 2 });
    expect(bench.assigned('a')).toEqual(['orders:0', 'orders:1']);
    const reply = bench.commit({ 'orders:0': 4, 'orders:1': 4 }, { member: 'a', epoch: first });
    expect(reply).toMatchObject({ outcomes: [{ refused: false }, { refused: true }] });
  });

  it('never go back, except by a reset, which can be undone', () => {
    const bench = new Bench();
    bench.commit({ 'orders:0': 10 });
    expect(bench.commit({ 'orders:0': 4 })).toMatchObject({ outcomes: [{ offset: 10, refused: false }] });
    bench.expect('reset', {
      kind: 'reset-offsets',
      group: 'g',
      force: false,
      offsets: entries({ 'orders:0': 2, 'orders:1': 0 }),
    });
    expect(bench.offsets()).toEqual({ 'orders:0': 2, 'orders:1': 0 });
    bench.expect('reset', { kind: 'undo-reset', group: 'g', force: false });
    expect(bench.offsets()).toEqual({ 'orders:0': 10 });
    expect(bench.code({ kind: 'undo-reset', group: 'g', force: false })).toBe('PRECONDITION_FAILED');
  });

  it('are not reset under active members, nor committed from outside, unless that is forced', () => {
    const bench = new Bench();
    bench.join('a');
    const reset = { kind: 'reset-offsets', group: 'g', offsets: entries({ 'orders:0': 0 }) } as const;
    expect(bench.code({ ...reset, force: false })).toBe('PRECONDITION_FAILED');
    expect(bench.code({ ...reset, force: true })).toBe('reset');
    expect(bench.commit({ 'orders:0': 1 })).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(bench.code({ kind: 'delete-group', group: 'g' })).toBe('PRECONDITION_FAILED');
  });

  it('of a group without members are kept for seven days of replicated time, then they go with the group', async () => {
    const bench = new Bench();
    bench.join('a');
    bench.assign({ orders: 1 });
    bench.commit({ 'orders:0': 3 }, { member: 'a', epoch: bench.epoch('a') });
    expect(bench.machine.dueAtMs()).toBeUndefined();
    bench.run({ kind: 'leave', group: 'g', member: 'a' });
    await bench.restart();
    expect(bench.machine.dueAtMs()).toBe(bench.nowMs + OFFSETS_RETENTION_MS);
    bench.nowMs += OFFSETS_RETENTION_MS - 1;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.offsets()).toEqual({ 'orders:0': 3 });
    bench.nowMs += 1;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.machine.groups.size).toBe(0);
    expect(bench.state.size).toBe(1);
  });

  it('of a stream that was made again begin anew, also below', () => {
    const bench = new Bench();
    bench.commit({ 'orders:0': 10 });
    const [entry] = entries({ 'orders:0': 1 });
    bench.run({
      kind: 'commit-offsets',
      group: 'g',
      offsets: [{ ...(entry as NonNullable<typeof entry>), uuid: 'another' }],
    });
    expect(bench.offsets()).toEqual({ 'orders:0': 1 });
  });

  it('and a topology of nobody change nothing', () => {
    const bench = new Bench();
    bench.run({ kind: 'assign', group: 'nobody', streams: topology({ orders: 1 }), revision: 1 });
    expect(bench.machine.groups.size).toBe(0);
  });
});
