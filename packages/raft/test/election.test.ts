import { describe, expect, test } from 'vitest';
import type { PeerMessage } from '@flowmesh/raft';
import { bytes, Cluster, conf, id } from './support/cluster.ts';

function voteRequest(
  from: number,
  to: number,
  term: number,
  options: { pre?: boolean; force?: boolean } = {},
): PeerMessage {
  return {
    kind: 'vote',
    from: id(from),
    to: id(to),
    term,
    pre: options.pre ?? false,
    lastIndex: 100,
    lastTerm: term - 1,
    force: options.force ?? false,
  };
}

function repliesOf(cluster: Cluster, kind: PeerMessage['kind']): PeerMessage[] {
  return cluster.queue.filter((message) => message.kind === kind);
}

describe('a silent leader', () => {
  test('is given up by a learner too, and believed again once it speaks', () => {
    const cluster = new Cluster([1, 2, 3], {}, { ...conf([1, 2]), learners: [id(3)] });
    cluster.elect(1);
    cluster.tickAll(3);
    expect(cluster.node(3).leader).toBe(id(1));
    cluster.passes = (message) => message.from !== id(3) && message.to !== id(3);
    cluster.tickAll(20);
    expect(cluster.node(3).leader).toBe(0);
    expect(cluster.node(3).role).toBe('follower');
    cluster.passes = () => true;
    cluster.tickAll(3);
    expect(cluster.node(3).leader).toBe(id(1));
  });
});

describe('elections', () => {
  test('happen by themselves when nobody leads', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.tickAll(20);
    const roles = [1, 2, 3].map((node) => cluster.node(node).role);
    expect(roles.filter((role) => role === 'leader')).toHaveLength(1);
  });

  test('need a log as complete as the voters have', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(3);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    for (const node of [2, 3]) cluster.node(node).forgetLeader();
    cluster.node(3).campaign();
    cluster.settle();
    expect(cluster.node(3).role).not.toBe('leader');
    cluster.elect(2);
  });

  test('do not raise terms while a member is cut off', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.from !== id(3) && message.to !== id(3);
    const { term } = cluster.node(3);
    cluster.tickAll(100);
    expect(cluster.node(3).role).toBe('pre-candidate');
    expect(cluster.node(3).term).toBe(term);
    cluster.passes = () => true;
    cluster.tickAll(2);
    expect(cluster.node(3).role).toBe('follower');
    expect(cluster.node(1).role).toBe('leader');
  });

  test('are not joined by members that hear a leader', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const { term } = cluster.node(2);
    cluster.node(2).step(voteRequest(3, 2, term + 1));
    cluster.run(2);
    expect(cluster.queue).toEqual([]);
    expect(cluster.node(2).term).toBe(term);
    cluster.node(2).step(voteRequest(3, 2, term + 1, { force: true }));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toMatchObject([{ reject: false, term: term + 1 }]);
  });

  test('end for a leader that no longer hears from a quorum', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.tick(1, 20);
    expect(cluster.node(1).role).toBe('follower');
    expect(cluster.node(1).leader).toBe(0);
  });

  test('are not started while a committed membership change waits to be applied', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.get(2).holdApply = true;
    const context = new Uint8Array(0);
    const changes = [{ kind: 'add-learner', member: id(4) }] as const;
    cluster.node(1).proposeConfChange({ transition: 'auto', changes, context });
    cluster.settle();
    cluster.node(2).forgetLeader();
    cluster.node(2).campaign();
    expect(cluster.node(2).role).toBe('follower');
    expect(cluster.traced(2, 'campaign-pending-conf-change')).toBe(true);
  });

  test('hand leadership over on request, without waiting for any timeout', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(1).transferLeadership(id(3));
    expect(cluster.node(1).propose([bytes('x')])).toEqual({ kind: 'dropped', reason: 'transferring' });
    cluster.settle();
    expect(cluster.node(3).role).toBe('leader');
    expect(cluster.node(1).leader).toBe(id(3));
  });

  test('serve on when a transfer does not come about within an election timeout', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.kind !== 'timeout-now';
    cluster.node(1).transferLeadership(id(3));
    cluster.tickAll(10);
    expect(cluster.node(1).propose([bytes('x')]).kind).toBe('accepted');
  });

  test('hand leadership over also when a follower is asked', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(2).transferLeadership(id(3));
    cluster.settle();
    expect(cluster.node(3).role).toBe('leader');
  });
});

describe('votes', () => {
  test('leave only after they are durable', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.get(2).holdWrites = true;
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    expect(cluster.queue).toEqual([]);
    expect(cluster.get(2).held[0]).toMatchObject({ mustSync: true, hardState: { term: 5, vote: id(1) } });
    cluster.release(2);
    expect(repliesOf(cluster, 'vote-reply')).toMatchObject([{ to: id(1), reject: false }]);
  });

  test('of the candidate itself count only after they are durable', () => {
    const cluster = new Cluster([1]);
    cluster.get(1).holdWrites = true;
    cluster.node(1).campaign();
    cluster.run(1);
    expect(cluster.node(1).role).toBe('pre-candidate');
    cluster.release(1);
    cluster.run(1);
    expect(cluster.node(1).role).toBe('candidate');
    cluster.release(1);
    expect(cluster.node(1).role).toBe('leader');
  });

  test('are cast once per term, also across a restart', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    cluster.restart(2);
    cluster.tick(2, 10);
    cluster.queue = [];
    cluster.node(2).step(voteRequest(3, 2, 5));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toMatchObject([{ to: id(3), reject: true }]);
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toHaveLength(2);
    expect(cluster.queue[1]).toMatchObject({ to: id(1), reject: false });
  });

  test('of learners count for a candidate that knows of their promotion', () => {
    const cluster = new Cluster([2], {}, conf([1, 3], [2]));
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toMatchObject([{ reject: false }]);
    cluster.tick(2, 100);
    expect(cluster.node(2).role).toBe('follower');
  });

  test('are asked for at nobody who was removed', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const changes = [{ kind: 'remove', member: id(3) }] as const;
    cluster.node(1).proposeConfChange({ transition: 'auto', changes, context: new Uint8Array(0) });
    cluster.settle();
    cluster.node(2).forgetLeader();
    cluster.node(2).campaign();
    cluster.run(2);
    expect(repliesOf(cluster, 'vote').map((message) => message.to)).toEqual([id(1)]);
  });
});

describe('a restarted voter', () => {
  test('neither votes nor campaigns for one minimum election timeout', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.restart(2);
    cluster.tick(2, 9);
    for (const force of [false, true]) cluster.node(2).step(voteRequest(1, 2, 5, { force }));
    cluster.node(2).step(voteRequest(1, 2, 5, { pre: true }));
    cluster.node(2).campaign();
    cluster.node(2).step({ kind: 'timeout-now', from: id(1), to: id(2), term: 1 });
    cluster.run(2);
    expect(cluster.queue).toEqual([]);
    expect(cluster.node(2).role).toBe('follower');
    expect(cluster.node(2).term).toBe(1);
    cluster.tick(2);
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toMatchObject([{ reject: false }]);
  });

  test('still follows and acknowledges a leader meanwhile', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.to !== id(3);
    cluster.restart(2);
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.texts(1)).toEqual(['a']);
  });

  test('counts the ticks it slept through', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.restart(2);
    cluster.node(2).tickQuiet(10);
    cluster.node(2).step(voteRequest(1, 2, 5));
    cluster.run(2);
    expect(repliesOf(cluster, 'vote-reply')).toHaveLength(1);
  });
});

describe('a lost leader', () => {
  test('is replaced after the jitter, long before the election timeout', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    cluster.node(2).peerLost(id(1), 2);
    cluster.node(3).peerLost(id(1), 5);
    for (const node of [2, 3]) cluster.tick(node, 2);
    cluster.settle();
    expect(cluster.node(2).role).toBe('leader');
    expect(cluster.node(3).leader).toBe(id(2));
  });

  test('is not deposed when only one follower lost the connection', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const { term } = cluster.node(1);
    cluster.node(2).peerLost(id(1), 1);
    cluster.tick(2);
    cluster.settle();
    expect(cluster.node(2).role).toBe('pre-candidate');
    cluster.tickAll(1);
    expect(cluster.node(1)).toMatchObject({ role: 'leader', term });
    expect(cluster.node(2)).toMatchObject({ role: 'follower', leader: id(1) });
  });

  test('is asked for again soon after a split vote', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.node(2).peerLost(id(1), 1);
    cluster.tick(2);
    cluster.run(2);
    cluster.queue = [];
    cluster.tick(2, 6);
    cluster.run(2);
    expect(cluster.queue.some((message) => message.kind === 'vote')).toBe(true);
  });

  test('does not keep the group hurrying for ever', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.node(2).peerLost(id(1), 1);
    cluster.tick(2, 40);
    cluster.run(2);
    cluster.queue = [];
    let rounds = 0;
    for (let tick = 0; tick < 100; tick++) {
      cluster.tick(2);
      cluster.run(2);
      if (cluster.queue.length > 0) rounds++;
      cluster.queue = [];
    }
    expect(rounds).toBeLessThanOrEqual(10);
    expect(rounds).toBeGreaterThanOrEqual(5);
  });

  test('of another member is of no concern', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(2).peerLost(id(3), 1);
    cluster.tick(2, 2);
    expect(cluster.node(2)).toMatchObject({ role: 'follower', leader: id(1) });
  });
});

describe('time that passed in a stall', () => {
  test('makes nobody campaign before its input was heard', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.tick(1);
    cluster.run(1);
    cluster.node(2).tickQuiet(50);
    cluster.run(2);
    expect(cluster.node(2).role).toBe('follower');
    cluster.settle();
    cluster.tick(2);
    expect(cluster.node(2)).toMatchObject({ role: 'follower', leader: id(1) });
  });

  test('makes a follower campaign at once when nothing was heard', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(2).tickQuiet(50);
    cluster.tick(2);
    expect(cluster.node(2).role).toBe('pre-candidate');
  });

  test('does not depose a leader whose answers wait in its inbox', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.tick(1, 10);
    cluster.run(1);
    cluster.deliver();
    for (const node of [2, 3]) cluster.run(node);
    cluster.node(1).tickQuiet(50);
    cluster.deliver();
    cluster.tick(1);
    expect(cluster.node(1).role).toBe('leader');
  });
});
