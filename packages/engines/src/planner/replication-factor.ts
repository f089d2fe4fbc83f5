/**
 * More or fewer replicas for the partitions of a stream. More: the best nodes are added, everything that is there stays. Fewer:
 * what helps least goes first, that is replicas that are not live, on full disks, beside another of the same rack, on loaded
 * nodes. The preferred leader stays unless it is not live or leaves.
 */
import { FlowError } from '@flowmesh/base';
import { ClusterLoad } from './cluster-load.ts';
import type { Rank } from './move-batch.ts';
import { isLower, leaderFirst, loadWith } from './move-batch.ts';
import { addReplica, cannotPlace, chooseNode, DISK_HIGH_FRACTION, mix } from './place-new.ts';
import type { PlannedMove, PlannerNode, PlannerPartition } from './planner-types.ts';
import type { Shares } from './shares.ts';
import { computeShares } from './shares.ts';

/** Partitions that have the number already are left out. `all` holds every partition, those of the stream among them. */
export function changeReplicationFactor(
  nodes: readonly PlannerNode[],
  ofStream: readonly PlannerPartition[],
  all: readonly PlannerPartition[],
  replicationFactor: number,
  diskHighFraction: number = DISK_HIGH_FRACTION,
): readonly PlannedMove[] | FlowError {
  if (!Number.isSafeInteger(replicationFactor) || replicationFactor < 1) {
    return new FlowError('INVALID_ARGUMENT', 'the replication factor is a whole number from 1');
  }
  const groups = new Set(ofStream.map((partition) => partition.group));
  const load = new ClusterLoad(nodes, all);
  const changed = [...all.keys()].filter((p) => {
    const partition = load.partition(p);
    return groups.has(partition.group) && partition.replicas.length !== replicationFactor;
  });
  const refusal = changed.map((p) => refuse(load, p)).find((fault) => fault !== undefined);
  if (refusal !== undefined) return refusal;
  const added = changed.map((p) => Math.max(0, replicationFactor - load.partition(p).replicas.length));
  const bytes = changed.reduce((sum, p) => sum + load.partition(p).sizeBytes, 0);
  const shares = computeShares(load, {
    partitions: changed.length,
    replicationFactor: added.reduce((sum, one) => sum + one, 0) / Math.max(1, changed.length),
    bytes: bytes / Math.max(1, changed.length),
    leaders: 0,
  });
  const moves: PlannedMove[] = [];
  for (const p of changed) {
    const grown = grow(load, shares, p, { replicationFactor, diskHighFraction });
    if (grown === undefined) return cannotPlace(load, replicationFactor);
    const order = shrink(load, shares, p, { order: grown, replicationFactor, diskHighFraction });
    moves.push(describe(load, p, order));
  }
  return moves;
}

function refuse(load: ClusterLoad, p: number): FlowError | undefined {
  const { group, moving, replicas } = load.partition(p);
  if (moving) {
    return new FlowError('PRECONDITION_FAILED', `group ${group} is being moved`, {
      hint: 'Wait for its move to end, or cancel it, and repeat the request.',
      retryable: true,
      details: { group },
    });
  }
  const live = load.liveReplicas(p);
  if (live > replicas.length / 2) return undefined;
  return new FlowError(
    'NOT_ENOUGH_REPLICAS',
    `group ${group} has ${live} of ${replicas.length} replicas live and cannot change its members`,
    { hint: 'Bring back the nodes of its replicas, then repeat the request.', details: { group, live } },
  );
}

function grow(
  load: ClusterLoad,
  shares: Shares,
  p: number,
  rules: { readonly replicationFactor: number; readonly diskHighFraction: number },
): readonly number[] | undefined {
  const { group, sizeBytes, replicas } = load.partition(p);
  const { byNode, total } = load.streamReplicas(p);
  const order = [...load.replicasOf(p)];
  while (order.length < rules.replicationFactor) {
    const node = chooseNode(load, shares, {
      taken: order,
      sizeBytes,
      expectedBytes: sizeBytes,
      // As if every partition of the stream grew like this one.
      ofStream: { replicas: byNode, replicasTotal: (total * rules.replicationFactor) / replicas.length },
      tie: mix(group),
      highFraction: rules.diskHighFraction,
    });
    if (node === undefined) return undefined;
    order.push(node);
    addReplica(load, node, sizeBytes, byNode);
    load.incoming[node] = (load.incoming[node] as number) + sizeBytes;
  }
  return order;
}

function shrink(
  load: ClusterLoad,
  shares: Shares,
  p: number,
  rules: {
    readonly order: readonly number[];
    readonly replicationFactor: number;
    readonly diskHighFraction: number;
  },
): readonly number[] {
  const { sizeBytes } = load.partition(p);
  const { byNode } = load.streamReplicas(p);
  let order = [...rules.order];
  while (order.length > rules.replicationFactor) {
    const leader = order[0] as number;
    const keepsLeader = badness(load, leader, rules.diskHighFraction) < LEAVES;
    const candidates = keepsLeader ? order.slice(1) : order;
    const rank = (node: number): Rank => [
      -badness(load, node, rules.diskHighFraction),
      -order.filter((other) => other !== node && load.rackOf(other) === load.rackOf(node)).length,
      -loadWith(load, shares, node, 0),
    ];
    const worst = candidates.reduce((found, node) => (isLower(rank(node), rank(found)) ? node : found));
    order = order.filter((node) => node !== worst);
    load.count[worst] = (load.count[worst] as number) - 1;
    load.bytes[worst] = (load.bytes[worst] as number) - sizeBytes;
    byNode[worst] = (byNode[worst] as number) - 1;
    if (worst === leader) order = leaderFirst(load, shares, p, order);
  }
  return order;
}

/** What speaks against a replica on this node whatever its load; those not live go before those that leave. */
function badness(load: ClusterLoad, node: number, highFraction: number): number {
  const { state, capacityBytes, usedBytes } = load.node(node);
  switch (state) {
    case 'dead':
      return LEAVES + 2;
    case 'away':
      return LEAVES + 1;
    case 'leaving':
      return LEAVES;
    case 'draining':
    case 'normal':
      return capacityBytes > 0 && usedBytes > highFraction * capacityBytes ? 1 : 0;
  }
}

const LEAVES = 2;

function describe(load: ClusterLoad, p: number, order: readonly number[]): PlannedMove {
  const { group, replicas, sizeBytes } = load.partition(p);
  const to = order.map((node) => load.node(node).id);
  const added = to.filter((node) => !replicas.includes(node)).length;
  return { group, from: replicas, to, reason: 'replication-factor', bytes: added * sizeBytes };
}
