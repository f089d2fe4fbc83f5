/** How even a cluster is, in figures that need no explanation beyond their definition in `BalanceSummary`. */
import { ClusterLoad } from './cluster-load.ts';
import type { BalanceSummary, PlannerNode, PlannerPartition } from './planner-types.ts';
import { computeShares } from './shares.ts';

export function describeBalance(
  nodes: readonly PlannerNode[],
  partitions: readonly PlannerPartition[],
): BalanceSummary {
  const load = new ClusterLoad(nodes, partitions);
  const shares = computeShares(load);
  const known = nodes.length;
  const all = load.nodes.slice(0, known);
  return {
    replicas: all.map((node, i) => ({
      node: node.id,
      count: load.count[i] as number,
      bytes: load.bytes[i] as number,
    })),
    leaders: all.map((node, i) => ({ node: node.id, count: load.leaders[i] as number })),
    replicaSkew: skew(load, load.count, shares.replicas),
    leaderSkew: skew(load, load.leaders, shares.leaders),
    byteSkew: skew(load, load.bytes, shares.bytes),
  };
}

/** Relative to their shares the mean of all loads is 1, so that the difference is the skew. 0 for an empty cluster. */
function skew(load: ClusterLoad, values: Int32Array | Float64Array, shares: Float64Array): number {
  let most = -Infinity;
  let fewest = Infinity;
  for (const [node, share] of shares.entries()) {
    if (!load.isNormal(node) || share === 0) continue;
    const relative = (values[node] as number) / share;
    most = Math.max(most, relative);
    fewest = Math.min(fewest, relative);
  }
  return most < fewest ? 0 : most - fewest;
}
