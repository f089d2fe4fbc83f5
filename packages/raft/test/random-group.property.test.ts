import { SeededRandom } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfChangeSingle, PeerMessage, RaftConfig } from '@flowmesh/raft';
import { Cluster, conf, id } from './support/cluster.ts';
import { GroupInvariants } from './support/group-invariants.ts';

const NODES = [1, 2, 3, 4, 5];

function change(random: SeededRandom): readonly ConfChangeSingle[] {
  const kinds = ['add-voter', 'add-learner', 'remove'] as const;
  return Array.from({ length: 1 + random.below(2) }, () => ({
    kind: kinds[random.below(3)] as (typeof kinds)[number],
    member: id(1 + random.below(NODES.length)),
  }));
}

/** Lets one thing happen. Writes are held, so that a crash loses what was not durable. */
function act(cluster: Cluster, random: SeededRandom, count: { proposed: number }): void {
  const node = NODES[random.below(NODES.length)] as number;
  const member = cluster.get(node);
  const choice = random.below(100);
  if (choice < 25) {
    cluster.tick(node);
  } else if (choice < 45) {
    cluster.release(node);
  } else if (choice < 75) {
    deliverOne(cluster, random);
  } else if (choice < 90) {
    if (member.node.role === 'leader') cluster.node(node).propose([Uint8Array.of(count.proposed++ & 0xff)]);
  } else if (choice < 92) {
    if (member.node.role === 'leader') {
      member.node.proposeConfChange({
        transition: 'auto',
        changes: change(random),
        context: new Uint8Array(0),
      });
    }
  } else if (choice < 93) {
    cluster.restart(node, { electionTicks: 4 });
  } else if (choice < 94) {
    const { leader } = member.node;
    if (leader !== 0) member.node.peerLost(leader, 1 + random.below(3));
  } else if (choice < 95) {
    member.node.transferLeadership(id(1 + random.below(NODES.length)));
  } else if (choice < 96) {
    const { applied } = member.node.status();
    if (applied > member.log.base.index && applied <= member.log.lastIndex()) member.log.compact(applied);
  } else if (choice < 98) {
    member.node.tickQuiet(random.below(5));
  } else {
    member.node.readIndex(1 + random.below(1000));
  }
  cluster.run(node);
}

/** A message arrives, out of order, maybe twice, maybe never. */
function deliverOne(cluster: Cluster, random: SeededRandom): void {
  if (cluster.queue.length === 0) return;
  const at = random.below(Math.min(cluster.queue.length, 8));
  const message = cluster.queue[at];
  if (message === undefined) return;
  const fate = random.below(20);
  if (fate !== 0) cluster.queue.splice(at, 1);
  if (fate === 1) {
    lost(cluster, message);
    return;
  }
  const target = [...cluster.members].find(([, member]) => member.id === message.to);
  if (target === undefined) return;
  target[1].node.step(message);
  cluster.run(target[0]);
}

/** The host tells the core of a snapshot that did not arrive. */
function lost(cluster: Cluster, message: PeerMessage): void {
  const sender = [...cluster.members.values()].find((member) => member.id === message.from);
  if (message.kind === 'snapshot') sender?.node.reportSnapshot(message.to, false);
}

function group(config: Partial<RaftConfig>): Cluster {
  const cluster = new Cluster(NODES, { electionTicks: 4, applied: 1, ...config }, conf([1, 2, 3], [4]));
  for (const node of NODES) cluster.get(node).holdWrites = true;
  return cluster;
}

describe('a group under loss, duplication, reordering, crashes and membership changes', () => {
  test('keeps every safety property at every step, then converges once the faults end', () => {
    let applied = 0;
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.boolean(), fc.boolean(), (seed, preVote, checkQuorum) => {
        const random = new SeededRandom(seed);
        const cluster = group({ preVote, checkQuorum, inflightMessagesMax: 3, appendBytesMax: 80 });
        const invariants = new GroupInvariants();
        const count = { proposed: 0 };
        for (let step = 0; step < 1500; step++) {
          act(cluster, random, count);
          invariants.check(cluster);
          if (cluster.queue.length > 400)
            for (const message of cluster.queue.splice(0, 200)) lost(cluster, message);
        }
        // Without both, members that were removed keep deposing leaders: safe, but not live.
        if (preVote && checkQuorum) converge(cluster, invariants);
        applied += cluster.get(1).applied.length;
      }),
      { numRuns: 40 },
    );
    expect(applied).toBeGreaterThan(100);
  });
});

function converge(cluster: Cluster, invariants: GroupInvariants): void {
  for (const node of NODES) {
    const member = cluster.get(node);
    while (member.held.length > 0) cluster.release(node);
    member.holdWrites = false;
    // Snapshots that members forgot in a crash.
    for (const other of NODES) member.node.reportSnapshot(id(other), false);
  }
  for (let tick = 0; tick < 120; tick++) {
    cluster.tickAll(1);
    invariants.check(cluster);
  }
  const leaders = NODES.filter((node) => cluster.node(node).role === 'leader');
  expect(leaders).toHaveLength(1);
  const leader = cluster.node(leaders[0] as number);
  expect(leader.propose([Uint8Array.of(1)]).kind).toBe('accepted');
  cluster.tickAll(3);
  const { conf: inForce, lastIndex } = leader.status();
  for (const member of [...inForce.voters, ...inForce.learners]) {
    const node = NODES.find((candidate) => id(candidate) === member) as number;
    expect(cluster.node(node).status()).toMatchObject({ commit: lastIndex, applied: lastIndex, lastIndex });
  }
}
