/** What happens to clusters, as starting points for the planner. Each begins with a cluster in which nothing was left to do. */
import { isFlowError, nodeId, SeededRandom } from '@flowmesh/base';
import type { PlannedMove, PlannerLimits, PlannerNodeState } from '@flowmesh/engines';
import { changeReplicationFactor, placeNew } from '@flowmesh/engines';
import type { Cost, PlanRun } from './plan-run.ts';
import { newReplicas, runToEnd } from './plan-run.ts';
import type { SampleCluster } from './sample-cluster.ts';
import {
  applyMoves,
  heavyTailed,
  partition,
  sampleCluster,
  sampleNodes,
  withUsage,
} from './sample-cluster.ts';

export interface Scale {
  readonly nodes: number;
  readonly racks: number;
  readonly partitions: number;
  readonly limits: PlannerLimits;
}

export interface ScenarioResult extends PlanRun {
  readonly name: string;
}

export const LARGE: Scale = {
  nodes: 100,
  racks: 10,
  partitions: 50_000,
  limits: { movesMax: 100, perNodeMovesMax: 10, diskHighFraction: 0.8, balanceThreshold: 0.05 },
};

export const SMALL: Scale = {
  nodes: 30,
  racks: 5,
  partitions: 3_000,
  limits: { movesMax: 50, perNodeMovesMax: 5, diskHighFraction: 0.8, balanceThreshold: 0.05 },
};

export const SCENARIOS: Readonly<Record<string, (scale: Scale) => ScenarioResult[]>> = {
  'nodes-added': (scale) => {
    const start = settled(scale);
    const added = sampleNodes(scale.nodes + 1, scale.nodes / 10, (i) => `rack ${i % scale.racks}`);
    return [run('a tenth more nodes', { ...start, nodes: [...start.nodes, ...added] }, scale)];
  },
  decommission: (scale) => {
    const gone = Math.max(1, scale.nodes / 20);
    return [run(`a twentieth leaves`, withStates(settled(scale), gone, 'leaving'), scale)];
  },
  dead: (scale) => [run('one node dead', withStates(settled(scale), 1, 'dead'), scale)],
  'rack-added': (scale) => {
    const start = settled({ ...scale, racks: 2 });
    const added = sampleNodes(scale.nodes + 1, scale.nodes / 2, () => 'rack new');
    const many = { ...scale.limits, movesMax: scale.limits.movesMax * 5, perNodeMovesMax: 50 };
    const cluster = { ...start, nodes: [...start.nodes, ...added] };
    return [run('a third rack', cluster, { ...scale, limits: many })];
  },
  skewed: (scale) => [run('skewed start', skewed(scale), scale)],
  'replication-factor': (scale) => replicationFactor(scale),
};

function run(name: string, cluster: SampleCluster, scale: Scale): ScenarioResult {
  return { name, ...runToEnd(cluster, scale.limits) };
}

function settled(scale: Scale): SampleCluster {
  const cluster = sampleCluster({ ...scale, seed: 7 });
  return runToEnd(cluster, { ...scale.limits, movesMax: 10_000, perNodeMovesMax: 1_000 }).cluster;
}

function withStates(cluster: SampleCluster, count: number, state: PlannerNodeState): SampleCluster {
  const nodes = cluster.nodes.map((node, i) => (i < count ? { ...node, state } : node));
  return { nodes, partitions: cluster.partitions };
}

/** Nodes of a lower number hold more, and the lowest of three leads. */
function skewed(scale: Scale): SampleCluster {
  const random = new SeededRandom(11);
  const nodes = sampleNodes(1, scale.nodes, (i) => `rack ${i % scale.racks}`);
  const partitions = Array.from({ length: scale.partitions }, (_, p) => {
    const chosen = new Set<number>();
    const racks = new Set<number>();
    while (chosen.size < 3) {
      const node = Math.floor(random.unit() ** 1.5 * scale.nodes);
      if (racks.has(node % scale.racks)) continue;
      racks.add(node % scale.racks);
      chosen.add(node + 1);
    }
    const replicas = [...chosen].sort((a, b) => a - b).map((id) => nodeId(id));
    return partition(p + 1, `stream-${Math.floor(p / 20)}`, replicas, heavyTailed(random));
  });
  return withUsage({ nodes, partitions });
}

/** A stream of a twenty-fifth of all partitions goes from one replica to three, then to two; what the balance needs comes after. */
function replicationFactor(scale: Scale): ScenarioResult[] {
  const random = new SeededRandom(13);
  let cluster = sampleCluster({ ...scale, seed: 7 });
  const wish = { stream: 'big', partitions: scale.partitions / 25, replicationFactor: 1 };
  const placed = placeNew(cluster.nodes, cluster.partitions, wish);
  if (isFlowError(placed)) throw placed;
  const big = placed.map((replicas, i) =>
    partition(scale.partitions + 1 + i, 'big', replicas, heavyTailed(random)),
  );
  const all = withUsage({ nodes: cluster.nodes, partitions: [...cluster.partitions, ...big] });
  cluster = runToEnd(all, { ...scale.limits, movesMax: 10_000, perNodeMovesMax: 1_000 }).cluster;
  const results: ScenarioResult[] = [];
  for (const [name, replicas] of [
    ['replicas 1 to 3', 3],
    ['replicas 3 to 2', 2],
  ] as const) {
    const began = performance.now();
    const ofStream = cluster.partitions.filter((one) => one.stream === 'big');
    const changes = changeReplicationFactor(cluster.nodes, ofStream, cluster.partitions, replicas);
    const planMs = performance.now() - began;
    if (isFlowError(changes)) throw changes;
    const after = run(name, applyMoves(cluster, changes), scale);
    const copied = costOf(changes);
    results.push({
      ...after,
      moved: { moves: after.moved.moves + copied.moves, bytes: after.moved.bytes + copied.bytes },
      least: copied,
      batchMsMax: Math.max(after.batchMsMax, planMs),
    });
    cluster = after.cluster;
  }
  return results;
}

function costOf(moves: readonly PlannedMove[]): Cost {
  return {
    moves: moves.reduce((sum, move) => sum + newReplicas(move), 0),
    bytes: moves.reduce((sum, move) => sum + move.bytes, 0),
  };
}
