import { describe, expect, test } from 'vitest';
import type { ConfChange, ConfChangeSingle } from '@flowmesh/raft';
import { bytes, Cluster, conf, id } from './support/cluster.ts';

function change(...changes: ConfChangeSingle[]): ConfChange {
  return { transition: 'auto', changes, context: new Uint8Array(0) };
}

const addVoter = (node: number): ConfChangeSingle => ({ kind: 'add-voter', member: id(node) });
const addLearner = (node: number): ConfChangeSingle => ({ kind: 'add-learner', member: id(node) });
const remove = (node: number): ConfChangeSingle => ({ kind: 'remove', member: id(node) });

describe('membership changes', () => {
  test('replace a member in one joint change that is left by itself', () => {
    const cluster = new Cluster([1, 2, 3], { applied: 1 });
    cluster.add(4, conf([]));
    cluster.elect(1);
    cluster.node(1).proposeConfChange(change(addLearner(4)));
    cluster.settle();
    cluster.tickAll(3);
    cluster.node(1).proposeConfChange(change(addVoter(4), remove(3)));
    cluster.settle();
    cluster.tickAll(3);
    for (const node of [1, 2, 4]) {
      expect(cluster.node(node).status().conf).toEqual({ ...conf([1, 2, 4]), autoLeave: false });
    }
    cluster.passes = (message) => message.to !== id(2) && message.to !== id(3);
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.texts(4)).toEqual(['a']);
  });

  test('need majorities of both configurations while joint', () => {
    const cluster = new Cluster([1, 2, 3], { applied: 1 });
    for (const node of [4, 5]) cluster.add(node, conf([]));
    cluster.elect(1);
    const explicit = {
      ...change(remove(2), remove(3), addVoter(4), addVoter(5)),
      transition: 'joint-explicit',
    } as const;
    cluster.node(1).proposeConfChange(explicit);
    cluster.settle();
    cluster.tickAll(3);
    expect(cluster.node(1).status().conf).toMatchObject({
      voters: [1, 4, 5].map(id),
      votersOutgoing: [1, 2, 3].map(id),
    });
    const before = cluster.node(1).commit;
    cluster.passes = (message) => message.to !== id(2) && message.to !== id(3);
    cluster.propose(1, 'a');
    cluster.settle();
    expect(cluster.node(1).commit).toBe(before);
    cluster.passes = (message) => message.to !== id(2);
    cluster.tickAll(2);
    expect(cluster.node(1).commit).toBe(before + 1);
  });

  test('are refused before the no-op of the leader is applied', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.get(1).holdApply = true;
    cluster.elect(1);
    expect(cluster.node(1).commit).toBe(1);
    const { lastIndex } = cluster.node(1).status();
    expect(cluster.node(1).proposeConfChange(change(addLearner(4)))).toEqual({
      kind: 'refused',
      reason: 'pending',
    });
    expect(cluster.node(1).status().lastIndex).toBe(lastIndex);
  });

  test('are refused while another is not applied, or does not fit the configuration', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    const node = cluster.node(1);
    expect(node.proposeConfChange(change())).toEqual({ kind: 'refused', reason: 'not-joint' });
    expect(node.proposeConfChange(change(remove(1), remove(2), remove(3)))).toEqual({
      kind: 'refused',
      reason: 'removed-all-voters',
    });
    expect(node.proposeConfChange(change(addLearner(4))).kind).toBe('accepted');
    expect(node.proposeConfChange(change(addLearner(5)))).toEqual({ kind: 'refused', reason: 'pending' });
    cluster.settle();
    expect(node.proposeConfChange(change(addLearner(5))).kind).toBe('accepted');
  });

  test('leave an empty entry when a follower forwarded what must not be', () => {
    const cluster = new Cluster([1, 2, 3], { proposalForwarding: true });
    cluster.elect(1);
    const entries = [{ index: 0, term: 0, kind: 'conf-change', data: new Uint8Array(0) }] as const;
    cluster.node(2).step({ kind: 'propose', from: id(2), to: id(2), term: 0, entries });
    cluster.settle();
    expect(cluster.get(3).applied.map((entry) => entry.kind)).toEqual(['normal', 'normal']);
    expect(cluster.traced(1, 'conf-change-ignored')).toBe(true);
  });

  test('take effect when applied, so that a truncated one leaves nothing behind', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.passes = () => false;
    cluster.node(1).proposeConfChange(change(remove(3)));
    cluster.settle();
    expect(cluster.node(1).status().conf).toEqual(conf([1, 2, 3]));
    cluster.passes = (message) => message.from !== id(1) && message.to !== id(1);
    for (const node of [2, 3]) cluster.node(node).forgetLeader();
    cluster.elect(3);
    cluster.passes = () => true;
    cluster.tickAll(3);
    for (const node of [1, 2, 3]) expect(cluster.node(node).status().conf).toEqual(conf([1, 2, 3]));
    expect(cluster.node(1).leader).toBe(id(3));
  });

  test('let a removed leader step down, and count it nowhere', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(1).proposeConfChange(change(remove(1)));
    cluster.settle();
    expect(cluster.node(1).role).toBe('follower');
    cluster.tick(1, 100);
    expect(cluster.node(1).role).toBe('follower');
    cluster.passes = (message) => message.to !== id(1) && message.from !== id(1);
    for (const node of [2, 3]) cluster.node(node).forgetLeader();
    cluster.elect(2);
    const before = cluster.node(2).commit;
    cluster.passes = (message) => message.to !== id(3);
    cluster.propose(2, 'a');
    cluster.settle();
    expect(cluster.node(2).commit).toBe(before);
    expect(
      cluster
        .node(2)
        .status()
        .progress.map(({ member }) => member),
    ).toEqual([id(2), id(3)]);
  });

  test('keep the progress of those who stay and start the new one from nothing', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.node(1).proposeConfChange(change(addLearner(4)));
    cluster.settle();
    const progress = cluster.node(1).status().progress;
    expect(progress.map(({ match, learner }) => ({ match, learner }))).toEqual([
      { match: 3, learner: false },
      { match: 3, learner: false },
      { match: 3, learner: false },
      { match: 0, learner: true },
    ]);
  });

  test('come with a snapshot as they were at its index', () => {
    const cluster = new Cluster([1]);
    cluster.add(2, conf([]));
    cluster.elect(1);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.node(1).proposeConfChange(change(addLearner(2)));
    cluster.run(1);
    cluster.get(1).log.compact(3);
    cluster.settle();
    cluster.tickAll(3);
    expect(cluster.node(2).status()).toMatchObject({ conf: conf([1], [2]), commit: 3, applied: 3 });
    expect(cluster.node(1).status().progress[1]).toMatchObject({
      state: 'replicate',
      match: 3,
      learner: true,
    });
  });

  test('cannot be replayed by a member that never got a configuration', () => {
    const cluster = new Cluster([1]);
    cluster.add(2, conf([]));
    cluster.elect(1);
    cluster.node(1).proposeConfChange(change(addLearner(2)));
    expect(() => cluster.settle()).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  test('abort a transfer to a member that they remove', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.elect(1);
    cluster.node(1).proposeConfChange(change(remove(3)));
    cluster.passes = (message) => message.to !== id(3);
    cluster.node(1).transferLeadership(id(3));
    cluster.settle();
    expect(cluster.node(1).status().transferee).toBe(0);
    expect(cluster.node(1).propose([bytes('a')]).kind).toBe('accepted');
  });
});
