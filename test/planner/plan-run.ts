/**
 * Runs the planner against a cluster until it has nothing left to do, every batch carried out before the next is planned, and
 * compares the result with the least that any planner would have to move.
 *
 * The least number of moves is the largest of three sums, each of which is a lower bound by itself: replicas missing below the bands
 * of nodes, replicas above them (all of those on nodes that must be emptied), and replicas that must leave their rack. The least
 * bytes likewise: bytes missing below the bands, bytes above them (all on nodes to be emptied), and for each partition that must
 * change racks its size. Bands are equal shares ± the threshold, so the bounds hold for nodes with equal disks in equal racks.
 */
import type { NodeId } from '@flowmesh/base';
import type { BalanceSummary, PlannedMove, PlannerLimits } from '@flowmesh/engines';
import { describeBalance, planMoves } from '@flowmesh/engines';
import type { SampleCluster } from './sample-cluster.ts';
import { applyMoves } from './sample-cluster.ts';

export interface Cost {
  readonly moves: number;
  readonly bytes: number;
}

export interface PlanRun {
  readonly cluster: SampleCluster;
  readonly rounds: number;
  readonly moved: Cost;
  readonly leaderChanges: number;
  readonly least: Cost;
  readonly balance: BalanceSummary;
  readonly batchMsMean: number;
  readonly batchMsMax: number;
}

const ROUNDS_MAX = 5_000;

export function runToEnd(start: SampleCluster, limits: PlannerLimits): PlanRun {
  let cluster = start;
  let leaderChanges = 0;
  let moves = 0;
  let bytes = 0;
  const times: number[] = [];
  for (;;) {
    const began = performance.now();
    const batch = planMoves(cluster.nodes, cluster.partitions, limits);
    times.push(performance.now() - began);
    if (batch.length === 0) break;
    if (times.length > ROUNDS_MAX) throw new Error('the planner comes to no end');
    for (const move of batch) {
      const copies = newReplicas(move);
      moves += copies;
      bytes += move.bytes;
      if (copies === 0) leaderChanges++;
    }
    cluster = applyMoves(cluster, batch);
  }
  return {
    cluster,
    rounds: times.length - 1,
    moved: { moves, bytes },
    leaderChanges,
    least: leastCost(start, limits.balanceThreshold),
    balance: describeBalance(cluster.nodes, cluster.partitions),
    batchMsMean: times.reduce((sum, one) => sum + one, 0) / times.length,
    batchMsMax: Math.max(...times),
  };
}

export function newReplicas(move: PlannedMove): number {
  return move.to.filter((node) => !move.from.includes(node)).length;
}

function leastCost(cluster: SampleCluster, threshold: number): Cost {
  const normal = cluster.nodes.filter((node) => node.state === 'normal');
  const held = new Map<NodeId, { count: number; bytes: number }>();
  for (const { replicas, sizeBytes } of cluster.partitions) {
    for (const id of replicas) {
      const load = held.get(id) ?? { count: 0, bytes: 0 };
      load.count++;
      load.bytes += sizeBytes;
      held.set(id, load);
    }
  }
  const loads = [...held.values()];
  const share = loads.reduce((sum, load) => sum + load.count, 0) / normal.length;
  const byteShare = loads.reduce((sum, load) => sum + load.bytes, 0) / normal.length;
  const low = Math.min(Math.floor(share), Math.ceil(share * (1 - threshold)));
  const high = Math.max(Math.ceil(share), Math.floor(share * (1 + threshold)));
  const missing = { moves: 0, bytes: 0 };
  const beyond = { moves: 0, bytes: 0 };
  for (const node of cluster.nodes) {
    const load = held.get(node.id) ?? { count: 0, bytes: 0 };
    const stays = node.state === 'normal';
    beyond.moves += Math.max(0, load.count - (stays ? high : 0));
    beyond.bytes += Math.max(0, load.bytes - (stays ? byteShare * (1 + threshold) : 0));
    if (!stays) continue;
    missing.moves += Math.max(0, low - load.count);
    missing.bytes += Math.max(0, byteShare * (1 - threshold) - load.bytes);
  }
  const racks = rackCost(cluster);
  return {
    moves: Math.max(missing.moves, beyond.moves, racks.moves),
    bytes: Math.max(missing.bytes, beyond.bytes, racks.bytes),
  };
}

/** One replica must go for each that shares a rack, as long as there are racks without one. */
function rackCost(cluster: SampleCluster): Cost {
  const rackOf = new Map(cluster.nodes.map((node) => [node.id, node.rack]));
  const racks = new Set(cluster.nodes.filter((node) => node.state === 'normal').map((node) => node.rack))
    .size;
  let moves = 0;
  let bytes = 0;
  for (const { replicas, sizeBytes } of cluster.partitions) {
    const used = new Set(replicas.map((id) => rackOf.get(id))).size;
    const apart = Math.max(0, Math.min(racks, replicas.length) - used);
    moves += apart;
    bytes += apart * sizeBytes;
  }
  return { moves, bytes };
}
