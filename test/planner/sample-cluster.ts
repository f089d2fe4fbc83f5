/**
 * Clusters to plan for: nodes in racks, streams of very different sizes, partitions whose sizes follow a heavy-tailed
 * distribution, all from a seed. And what happens to them when moves are carried out.
 */
import type { NodeId } from '@flowmesh/base';
import { groupId, isFlowError, nodeId, SeededRandom } from '@flowmesh/base';
import type { PlannedMove, PlannerNode, PlannerPartition } from '@flowmesh/engines';
import { placeNew } from '@flowmesh/engines';

export interface SampleCluster {
  readonly nodes: readonly PlannerNode[];
  readonly partitions: readonly PlannerPartition[];
}

export interface SampleWish {
  readonly nodes: number;
  readonly racks: number;
  readonly partitions: number;
  readonly seed: number;
}

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
const CAPACITY_BYTES = 16_384 * GIB;
/** Median and spread (sigma of the logarithm) of partition sizes: the mean is about three times the median. */
const MEDIAN_BYTES = 200 * MIB;
const SIGMA = 1.5;
const SIZE_BYTES_MAX = 100 * GIB;

/** `count` nodes from `first` on, over `racks` racks in turn. */
export function sampleNodes(first: number, count: number, rackName: (i: number) => string): PlannerNode[] {
  return Array.from({ length: count }, (_, i) => ({
    id: nodeId(first + i),
    rack: rackName(i),
    state: 'normal',
    capacityBytes: CAPACITY_BYTES,
    usedBytes: 0,
  }));
}

/** Streams of 1 to 512 partitions with three replicas each, placed as a broker would place them when they were made. */
export function sampleCluster(wish: SampleWish): SampleCluster {
  const random = new SeededRandom(wish.seed);
  const nodes = sampleNodes(1, wish.nodes, (i) => `rack ${i % wish.racks}`);
  const partitions: PlannerPartition[] = [];
  for (let s = 0; partitions.length < wish.partitions; s++) {
    const count = Math.min(2 ** random.below(10), wish.partitions - partitions.length);
    const placed = placeNew(nodes, [], { stream: `stream-${s}`, partitions: count, replicationFactor: 3 });
    if (isFlowError(placed)) throw placed;
    for (const replicas of placed) {
      partitions.push(partition(partitions.length + 1, `stream-${s}`, replicas, heavyTailed(random)));
    }
  }
  return withUsage({ nodes, partitions });
}

export function partition(
  group: number,
  stream: string,
  replicas: readonly NodeId[],
  sizeBytes: number,
): PlannerPartition {
  return { group: groupId(group), stream, replicas, sizeBytes, moving: false };
}

/** Logarithmic normal distribution, by Box and Muller. */
export function heavyTailed(random: SeededRandom): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  return Math.min(SIZE_BYTES_MAX, Math.round(MEDIAN_BYTES * Math.exp(SIGMA * normal)));
}

/** The cluster after all `moves` have ended. */
export function applyMoves(cluster: SampleCluster, moves: readonly PlannedMove[]): SampleCluster {
  const byGroup = new Map(moves.map((move) => [move.group, move.to]));
  const partitions = cluster.partitions.map((one) => {
    const replicas = byGroup.get(one.group);
    return replicas === undefined ? one : { ...one, replicas };
  });
  return withUsage({ nodes: cluster.nodes, partitions });
}

/** Disks hold what the partitions weigh. */
export function withUsage(cluster: SampleCluster): SampleCluster {
  const used = new Map<NodeId, number>();
  for (const { replicas, sizeBytes } of cluster.partitions) {
    for (const id of replicas) used.set(id, (used.get(id) ?? 0) + sizeBytes);
  }
  const nodes = cluster.nodes.map((node) => ({ ...node, usedBytes: used.get(node.id) ?? 0 }));
  return { nodes, partitions: cluster.partitions };
}
