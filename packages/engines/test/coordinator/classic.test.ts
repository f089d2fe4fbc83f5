import { describe, expect, it } from 'vitest';
import { entries } from './bench.ts';
import { ClassicBench } from './classic-bench.ts';

const BOTH = [
  { name: 'range', metadata: 'cg==' },
  { name: 'roundrobin', metadata: 'cnI=' },
];

describe('members of a classic group', () => {
  it('join, are led by one of them, and get what it assigns', () => {
    const bench = new ClassicBench();
    bench.classicJoin('a', { initialDelayMs: 3_000 });
    bench.nowMs += 1_000;
    bench.classicJoin('b', { initialDelayMs: 3_000 });
    expect(bench.head()).toMatchObject({ phase: 'joining', generation: 0 });
    bench.pass(2_999);
    expect(bench.head().phase).toBe('joining');
    bench.pass(1);
    expect(bench.head()).toMatchObject({
      phase: 'syncing',
      generation: 1,
      leader: 'a',
      protocol: 'range',
      protocolType: 'consumer',
    });
    expect(bench.told('a').members.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['a', 'bQ=='],
      ['b', 'bQ=='],
    ]);
    expect(bench.told('b').members).toEqual([]);
    bench.sync('b');
    expect(bench.head().phase).toBe('syncing');
    bench.sync();
    expect(bench.head().phase).toBe('stable');
    expect(bench.assignmentOf('b')).toBe('for b');
  });

  it('are waited for no longer than their rebalance timeout in the beginning', () => {
    const bench = new ClassicBench();
    for (let i = 0; i < 10; i++) {
      bench.classicJoin(`m${i}`, { initialDelayMs: 3_000, rebalanceTimeoutMs: 5_000 });
      bench.nowMs += 1_000;
    }
    bench.pass(0);
    expect(bench.head().generation).toBe(1);
  });

  it('join anew when one more comes; who does not in time is let go', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    const before = bench.head().generation;
    bench.classicJoin('c');
    expect(bench.head().phase).toBe('joining');
    bench.again('a');
    bench.pass(59_999);
    expect(bench.head().phase).toBe('joining');
    bench.pass(1);
    expect(bench.ids()).toEqual(['a', 'c']);
    expect(bench.head()).toMatchObject({ phase: 'syncing', generation: before + 1, leader: 'a' });
    expect(bench.assignmentOf('a')).toBeUndefined();
  });

  it('get another leader when theirs is gone', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b', 'c');
    bench.letGo('a');
    bench.again('b');
    bench.again('c');
    expect(bench.head()).toMatchObject({ phase: 'syncing', leader: 'b' });
  });

  it('agree on the way to assign that most of them prefer and all of them know', () => {
    const bench = new ClassicBench();
    const options = { initialDelayMs: 100 };
    bench.classicJoin('a', { ...options, protocols: BOTH });
    bench.classicJoin('b', { ...options, protocols: [...BOTH].reverse() });
    bench.classicJoin('c', { ...options, protocols: [...BOTH].reverse() });
    expect(bench.classicJoin('d', { protocols: [{ name: 'sticky', metadata: '' }] })).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(bench.classicJoin('d', { protocolType: 'connect' })).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    bench.pass(100);
    expect(bench.head().protocol).toBe('roundrobin');
    expect(bench.told('a').members.map(({ metadata }) => metadata)).toEqual(['cnI=', 'cnI=', 'cnI=']);
  });

  it('that repeat their join keep the generation; a leader that does begins another', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    const { generation } = bench.head();
    expect(bench.again('b')).toMatchObject({ result: { generation, leader: 'a', members: [] } });
    expect(bench.again('b', { protocols: BOTH })).toMatchObject({ result: 'waiting' });
    bench.again('a');
    bench.sync();
    expect(bench.head().generation).toBe(generation + 1);
    expect(bench.again('a')).toMatchObject({ result: 'waiting' });
  });

  it('are unknown after they left, and under ids that they made up', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    expect(bench.leave('b', 'x')).toMatchObject({ outcomes: ['left', 'unknown'] });
    expect(bench.again('b')).toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect(bench.again('x')).toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect(bench.again('x', { group: 'other' })).toMatchObject({ code: 'MEMBER_UNKNOWN' });
  });

  it('leave nothing behind in a group without offsets, and their offsets in one with them', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    bench.leave('a');
    expect(bench.machine.groups.has('g')).toBe(false);
    bench.stable('b');
    bench.commit({ 'orders:0': 5 }, { member: 'b', epoch: bench.head().generation });
    bench.leave('b');
    expect(bench.head()).toMatchObject({ phase: 'empty', leader: '' });
    expect(bench.offsets()).toEqual({ 'orders:0': 5 });
  });

  it('lose nothing in a restart, in whatever phase', async () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    bench.classicJoin('c', { announce: true });
    bench.again('c');
    const head = bench.head();
    const members = [...bench.group().classicMembers];
    await bench.restart();
    expect(bench.head()).toEqual(head);
    expect([...bench.group().classicMembers]).toEqual(members);
    bench.again('a');
    bench.again('b');
    expect(bench.head().phase).toBe('syncing');
    bench.sync();
    await bench.restart();
    expect(bench.assignmentOf('c')).toBe('for c');
    bench.classicJoin('d');
    await bench.restart();
    bench.pass(60_000);
    expect(bench.ids()).toEqual(['d']);
  });
});

describe('ids that are given out before a member counts', () => {
  it('are known in whatever rebalances go on meanwhile: UNKNOWN_MEMBER_ID in concurrent rebalances', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    expect(bench.classicJoin('b', { announce: true })).toMatchObject({ member: 'b', result: 'announced' });
    expect(bench.classicJoin('c', { announce: true })).toMatchObject({ member: 'c', result: 'announced' });
    const { generation } = bench.head();
    bench.again('b');
    bench.again('a');
    // c has its id and is on its way: the round waits for it, and so there is one generation for both.
    expect(bench.head().phase).toBe('joining');
    expect(bench.again('c')).toMatchObject({ result: 'waiting' });
    expect(bench.head()).toMatchObject({ phase: 'syncing', generation: generation + 1 });
    expect(bench.ids()).toEqual(['a', 'b', 'c']);
  });

  it('cost nobody a generation if the member never comes', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    const { generation } = bench.head();
    bench.classicJoin('b', { announce: true });
    bench.pass(10_000);
    expect(bench.head()).toMatchObject({ phase: 'stable', generation, announced: {} });
    expect(bench.again('b')).toMatchObject({ code: 'MEMBER_UNKNOWN' });
    bench.classicJoin('x', { group: 'new', announce: true });
    bench.pass(10_000);
    expect(bench.machine.groups.has('new')).toBe(false);
  });

  it('do not hold up a round for longer than their session', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    bench.classicJoin('b', { announce: true });
    bench.classicJoin('c');
    bench.again('a');
    bench.pass(9_999);
    expect(bench.head().phase).toBe('joining');
    bench.pass(1);
    expect(bench.head().phase).toBe('syncing');
  });

  it('are forgotten when their member leaves', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    const { generation } = bench.head();
    bench.classicJoin('b', { announce: true });
    expect(bench.leave('b')).toMatchObject({ outcomes: ['left'] });
    expect(bench.head()).toMatchObject({ phase: 'stable', generation, announced: {} });
  });
});

describe('a member that read for too long, left and comes back', () => {
  it('costs the others one generation each time and no extra rebalance after max.poll exceeded', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    const { generation } = bench.head();
    bench.leave('b');
    bench.again('a');
    bench.sync();
    expect(bench.head().generation).toBe(generation + 1);
    bench.classicJoin('b2', { announce: true });
    bench.again('b2');
    bench.again('a');
    bench.sync();
    expect(bench.head()).toMatchObject({ phase: 'stable', generation: generation + 2 });
    // Its former self is gone for good: nothing of it runs out later.
    bench.pass(600_000);
    expect(bench.head()).toMatchObject({ phase: 'stable', generation: generation + 2 });
  });
});

describe('static members', () => {
  const statics = (): ClassicBench => {
    const bench = new ClassicBench();
    for (const name of ['a', 'b']) bench.classicJoin(`${name}1`, { instanceId: name });
    bench.again('a1', { instanceId: 'a' });
    bench.sync();
    return bench;
  };

  it('come back under another id without a rebalance, with the assignment that they had', () => {
    const bench = statics();
    const { generation } = bench.head();
    const back = bench.classicJoin('b2', { instanceId: 'b' });
    expect(back).toMatchObject({ member: 'b2', result: { generation, leader: 'a1', members: [] } });
    expect(bench.head()).toMatchObject({ phase: 'stable', generation });
    expect(bench.assignmentOf('b2')).toBe('for b1');
  });

  it('that lead and come back are told not to assign', () => {
    const bench = statics();
    const { generation } = bench.head();
    expect(bench.classicJoin('a2', { instanceId: 'a' })).toMatchObject({
      result: { generation, leader: 'a1', members: [], skipAssignment: false },
    });
    const skips = bench.classicJoin('a3', { instanceId: 'a', skipsAssignment: true });
    expect(skips).toMatchObject({ result: { generation, leader: 'a3', skipAssignment: true } });
    expect(bench.head()).toMatchObject({ phase: 'stable', leader: 'a3' });
  });

  it('fence their former self', () => {
    const bench = statics();
    const { generation } = bench.head();
    bench.classicJoin('b2', { instanceId: 'b' });
    expect(bench.again('b1', { instanceId: 'b' })).toMatchObject({ code: 'MEMBER_FENCED' });
    expect(bench.commit({ 'orders:0': 1 }, { member: 'b1', epoch: generation })).toMatchObject({
      code: 'MEMBER_UNKNOWN',
    });
    const leave = { kind: 'classic-leave', group: 'g' } as const;
    const left = bench.run({ ...leave, members: [{ member: 'b1', instanceId: 'b' }] });
    expect(left).toMatchObject({ outcomes: ['fenced'] });
    expect(bench.run({ ...leave, members: [{ member: '', instanceId: 'b' }] })).toMatchObject({
      outcomes: ['left'],
    });
  });

  it('that want something else begin a rebalance', () => {
    const bench = statics();
    expect(bench.classicJoin('b2', { instanceId: 'b', streams: ['bills'] })).toMatchObject({
      result: 'waiting',
    });
  });

  it('that come back in the middle of a rebalance take part in it', () => {
    const bench = statics();
    bench.classicJoin('c');
    expect(bench.classicJoin('b2', { instanceId: 'b' })).toMatchObject({ result: 'waiting' });
    bench.again('a1', { instanceId: 'a' });
    expect(bench.head()).toMatchObject({ phase: 'syncing', leader: 'a1' });
    expect(bench.ids()).toEqual(['a1', 'b2', 'c']);
    // What the leader computes now names the former self: it has to begin anew.
    expect(bench.classicJoin('b3', { instanceId: 'b' })).toMatchObject({ result: 'waiting' });
    expect(bench.head().phase).toBe('joining');
  });

  it('that are away stay members; where nobody else is there, they are waited for', () => {
    const bench = statics();
    bench.classicJoin('c');
    bench.leave('c');
    bench.pass(60_000);
    expect(bench.ids()).toEqual(['a1', 'b1']);
    expect(bench.head().phase).toBe('joining');
    bench.classicJoin('b2', { instanceId: 'b' });
    bench.pass(60_000);
    expect(bench.head()).toMatchObject({ phase: 'syncing', leader: 'b2' });
    expect(bench.ids()).toEqual(['a1', 'b2']);
  });
});

describe('offsets of a classic group', () => {
  it('are committed in the generation alone, by its members alone', () => {
    const bench = new ClassicBench();
    bench.stable('a', 'b');
    const { generation } = bench.head();
    expect(bench.commit({ 'orders:0': 5 }, { member: 'a', epoch: generation })).toMatchObject({
      outcomes: [{ offset: 5, refused: false }],
    });
    expect(bench.commit({ 'orders:0': 6 }, { member: 'x', epoch: generation })).toMatchObject({
      code: 'MEMBER_UNKNOWN',
    });
    expect(bench.commit({ 'orders:0': 7 })).toMatchObject({ code: 'PRECONDITION_FAILED' });
    bench.leave('b');
    // What was read is committed before it is given up.
    bench.commit({ 'orders:0': 8 }, { member: 'a', epoch: generation });
    bench.again('a');
    expect(bench.commit({ 'orders:0': 9 }, { member: 'a', epoch: generation })).toMatchObject({
      code: 'STALE_MEMBER',
    });
    const now = { member: 'a', epoch: generation + 1 };
    expect(bench.commit({ 'orders:0': 9 }, now)).toMatchObject({ code: 'UNAVAILABLE' });
    bench.sync();
    bench.commit({ 'orders:0': 10 }, now);
    expect(bench.offsets()).toEqual({ 'orders:0': 10 });
  });

  it('go back where the commit says so, and to nothing', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    const by = { member: 'a', epoch: bench.head().generation };
    const commit = (offset: number, rewind: boolean): void => {
      const offsets = entries({ 'orders:0': offset });
      bench.expect('committed', { kind: 'commit-offsets', group: 'g', by, rewind, offsets });
    };
    commit(9, true);
    commit(4, false);
    expect(bench.offsets()).toEqual({ 'orders:0': 9 });
    commit(4, true);
    expect(bench.offsets()).toEqual({ 'orders:0': 4 });
    commit(-1, true);
    expect(bench.offsets()).toEqual({});
  });

  it('are deleted only of streams that nobody subscribes to', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    const by = { member: 'a', epoch: bench.head().generation };
    bench.commit({ 'orders:0': 5, 'bills:0': 6 }, by);
    const remove = (key: string): string =>
      bench.code({ kind: 'delete-offsets', group: 'g', partitions: [key] });
    expect(remove('orders:0')).toBe('PRECONDITION_FAILED');
    expect(remove('bills:0')).toBe('changed');
    expect(bench.offsets()).toEqual({ 'orders:0': 5 });
  });
});

describe('a group of one protocol', () => {
  it('refuses members of the other while it has some, and takes them when it is empty', () => {
    const bench = new ClassicBench();
    bench.stable('a');
    expect(() => bench.join('n')).toThrow(/classic protocol/);
    bench.commit({ 'orders:0': 5 }, { member: 'a', epoch: bench.head().generation });
    bench.leave('a');
    bench.classicJoin('late', { announce: true });
    bench.join('n');
    bench.assign({ orders: 1 });
    expect(bench.group().head.protocol).toBe('native');
    expect(bench.assigned('n')).toEqual(['orders:0']);
    expect(bench.again('late')).toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect(bench.classicJoin('b')).toMatchObject({ code: 'PRECONDITION_FAILED' });
    bench.run({ kind: 'leave', group: 'g', member: 'n' });
    bench.classicJoin('b');
    expect(bench.head()).toMatchObject({ phase: 'syncing', leader: 'b' });
    expect(bench.offsets()).toEqual({ 'orders:0': 5 });
  });
});
