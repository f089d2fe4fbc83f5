import { describe, expect, test } from 'vitest';
import { READS_PENDING_MAX } from '@flowmesh/raft';
import { Cluster, id } from './support/cluster.ts';

describe('reads', () => {
  test('are confirmed by a quorum at the commit index of their arrival', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.node(1).readIndex(7)).toBe(true);
    cluster.run(1);
    expect(cluster.get(1).reads).toEqual([]);
    cluster.settle();
    expect(cluster.get(1).reads).toEqual([{ context: 7, index: 2 }]);
  });

  test('of one turn share one heartbeat round', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    for (let context = 1; context <= 100; context++) cluster.node(1).readIndex(context);
    cluster.run(1);
    expect(cluster.queue.filter((message) => message.kind === 'heartbeat')).toHaveLength(2);
    cluster.settle();
    expect(cluster.get(1).reads.map(({ context }) => context)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
  });

  test('are not confirmed by a leader that others have left', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    for (const node of [2, 3]) cluster.node(node).forgetLeader();
    cluster.elect(2);
    cluster.propose(2, 'newer');
    cluster.settle();
    cluster.node(1).readIndex(1);
    cluster.settle();
    cluster.passes = () => true;
    cluster.tickAll(3);
    expect(cluster.get(1).reads).toEqual([]);
  });

  test('are not confirmed by answers to rounds before them', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(1).readIndex(1);
    cluster.run(1);
    cluster.deliver();
    for (const node of [2, 3]) cluster.run(node);
    cluster.node(1).readIndex(2);
    cluster.run(1);
    const replies = cluster.queue.filter((message) => message.kind === 'heartbeat-reply');
    cluster.queue = [];
    for (const reply of replies) cluster.node(1).step(reply);
    cluster.run(1);
    expect(cluster.get(1).reads).toEqual([{ context: 1, index: 1 }]);
  });

  test('wait until the leader has committed in its own term, and cover its no-op', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.passes = (message) => message.kind !== 'append';
    cluster.node(1).campaign();
    cluster.settle();
    expect(cluster.node(1).role).toBe('leader');
    cluster.node(1).readIndex(5);
    cluster.tickAll(2);
    expect(cluster.get(1).reads).toEqual([]);
    cluster.passes = () => true;
    cluster.tickAll(3);
    expect(cluster.get(1).reads).toEqual([{ context: 5, index: 1 }]);
  });

  test('of a single member wait for its no-op too', () => {
    const cluster = new Cluster([1]);
    cluster.get(1).holdWrites = true;
    cluster.node(1).campaign();
    for (let i = 0; i < 2; i++) {
      cluster.run(1);
      cluster.release(1);
    }
    expect(cluster.node(1).role).toBe('leader');
    cluster.node(1).readIndex(5);
    cluster.run(1);
    expect(cluster.get(1).reads).toEqual([]);
    cluster.release(1);
    cluster.run(1);
    expect(cluster.get(1).reads).toEqual([{ context: 5, index: 1 }]);
  });

  test('of followers go through the leader', () => {
    const cluster = new Cluster([1, 2, 3]);
    expect(cluster.node(2).readIndex(9)).toBe(false);
    cluster.elect(1);
    expect(cluster.node(2).readIndex(9)).toBe(true);
    cluster.settle();
    expect(cluster.get(2).reads).toEqual([{ context: 9, index: 1 }]);
  });

  test('are asked again with the next heartbeat when the round was lost', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.node(1).readIndex(3);
    cluster.settle();
    cluster.passes = () => true;
    cluster.tickAll(1);
    expect(cluster.get(1).reads).toEqual([{ context: 3, index: 1 }]);
  });

  test('are refused beyond a limit', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    for (let context = 1; context <= READS_PENDING_MAX; context++) cluster.node(1).readIndex(context);
    expect(cluster.node(1).readIndex(READS_PENDING_MAX + 1)).toBe(false);
  });
});

describe('the lease', () => {
  const lease = { readOnly: 'lease' } as const;

  test('is never valid where reads go by quorum', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.tickAll(5);
    expect(cluster.node(1).leaseValid()).toBe(false);
  });

  test('begins when a quorum answered a heartbeat, and answers reads without a round', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.elect(1);
    expect(cluster.node(1).leaseValid()).toBe(false);
    cluster.tickAll(1);
    expect(cluster.node(1).leaseValid()).toBe(true);
    cluster.node(1).readIndex(4);
    const { readStates, messages } = cluster.node(1).ready();
    expect(readStates).toEqual([{ context: 4, index: 1 }]);
    expect(messages).toEqual([]);
  });

  test('is measured from the sending of the heartbeat, not from its answer', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.elect(1);
    cluster.tickAll(1);
    cluster.passes = () => false;
    const sent = cluster.node(1);
    cluster.tick(1);
    cluster.run(1);
    const round = cluster.queue;
    cluster.queue = [];
    cluster.tick(1, 6);
    expect(sent.leaseValid()).toBe(false);
    // The answers to that round arrive six ticks late: one of seven is left.
    cluster.run(1);
    cluster.queue = round;
    cluster.passes = () => true;
    cluster.deliver();
    for (const node of [2, 3]) cluster.run(node);
    cluster.deliver();
    expect(sent.leaseValid()).toBe(true);
    cluster.tick(1);
    expect(sent.leaseValid()).toBe(false);
  });

  test('ends before any follower would vote for another', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.elect(1);
    cluster.tickAll(1);
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    let ended = false;
    for (let tick = 0; tick < 60; tick++) {
      cluster.tickAll(1);
      const elected = [2, 3].some((node) => cluster.node(node).role === 'leader');
      ended ||= !cluster.node(1).leaseValid();
      if (elected) expect(ended).toBe(true);
    }
    expect([2, 3].some((node) => cluster.node(node).role === 'leader')).toBe(true);
  });

  test('is void once leadership was offered to another, for the rest of the term', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.elect(1);
    cluster.tickAll(1);
    cluster.passes = (message) => message.kind !== 'timeout-now';
    cluster.node(1).transferLeadership(id(2));
    cluster.tickAll(30);
    expect(cluster.node(1).role).toBe('leader');
    expect(cluster.node(1).leaseValid()).toBe(false);
    cluster.node(1).readIndex(8);
    cluster.settle();
    expect(cluster.get(1).reads.map(({ context }) => context)).toEqual([8]);
  });

  test('needs the no-op to be applied', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.get(1).holdApply = true;
    cluster.elect(1);
    cluster.tickAll(1);
    expect(cluster.node(1).leaseValid()).toBe(false);
  });

  test('is kept by followers that lose the connection, that are told to forget, to campaign or of a higher term', () => {
    const cluster = new Cluster([1, 2, 3], lease);
    cluster.elect(1);
    cluster.tickAll(1);
    const { term } = cluster.node(1);
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    for (const node of [2, 3]) {
      cluster.node(node).peerLost(id(1), 1);
      cluster.node(node).forgetLeader();
      cluster.node(node).step({
        kind: 'vote-reply',
        from: id(node === 2 ? 3 : 2),
        to: id(node),
        term: term + 1,
        pre: true,
        reject: true,
      });
      cluster.node(node).campaign();
    }
    for (let tick = 0; tick < 9; tick++) {
      for (const node of [2, 3]) cluster.tick(node);
      cluster.node(3).campaign();
      cluster.settle();
      for (const node of [2, 3]) expect(cluster.node(node).role).toBe('follower');
    }
    cluster.tickAll(30);
    expect([2, 3].some((node) => cluster.node(node).role === 'leader')).toBe(true);
  });
});
