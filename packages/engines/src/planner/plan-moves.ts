/**
 * The next batch of moves, most urgent kind first: repair, decommission, racks, disks, replicas, bytes, leaders. Each kind lowers
 * its own measure and raises none of those before it, so that repeated plans come to an end: the last one is empty.
 *
 * A kind has its turn when nothing more urgent waits for a busy node or for room.
 */
import { planBytes, planCounts } from './balance-moves.ts';
import { ClusterLoad } from './cluster-load.ts';
import { planDecommission, planDiskRelief, planRackRepair, planRepair } from './forced-moves.ts';
import { planLeaders } from './leader-order.ts';
import { MoveBatch } from './move-batch.ts';
import { NodeReplicas } from './node-replicas.ts';
import type { PlannedMove, PlannerLimits, PlannerNode, PlannerPartition } from './planner-types.ts';
import { computeShares } from './shares.ts';

/** The partitions may be given in any order, but in the same one if the plan is to be the same. Empty: nothing to do. */
export function planMoves(
  nodes: readonly PlannerNode[],
  partitions: readonly PlannerPartition[],
  limits: PlannerLimits,
): readonly PlannedMove[] {
  const load = new ClusterLoad(nodes, partitions);
  const batch = new MoveBatch(load, computeShares(load), limits);
  const replicas = new NodeReplicas(load);
  const kinds = [
    () => planRepair(batch),
    () => planDecommission(batch),
    () => planRackRepair(batch),
    () => planDiskRelief(batch, replicas),
    () => planCounts(batch, replicas),
    () => planBytes(batch, replicas),
    () => planLeaders(batch),
  ];
  for (const plan of kinds) {
    if (batch.blocked || batch.room <= 0) break;
    plan();
  }
  return batch.moves;
}
