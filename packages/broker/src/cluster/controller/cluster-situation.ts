/**
 * The cluster as the planner needs it: the catalog's nodes and partitions, with what soft state adds (who is reached, how full disks
 * are, how large partitions are). Computed anew for every plan; nothing here is remembered.
 */
import { type Clock, METADATA_GROUP, nodeOf, type NodeId } from '@flowmesh/base';
import type {
  CatalogMachine,
  CatalogNode,
  CatalogPartition,
  PartitionMove,
  PlannerNode,
  PlannerNodeState,
  PlannerPartition,
} from '@flowmesh/engines';
import type { LeaderPort, NodePort } from '../../services/ports.ts';

export interface SituationSources {
  readonly catalog: CatalogMachine;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly clock: Clock;
  /** When the asking node began to look: an absence before that is nothing it has seen. */
  readonly watchingSinceMs: number;
  /** A node that was away for longer is replaced. */
  readonly repairDelayMs: number;
}

export interface ClusterSituation {
  readonly nodes: readonly PlannerNode[];
  readonly partitions: readonly PlannerPartition[];
  /** All nodes are reached and have told of themselves, and every partition's size is known: what balance is planned from. */
  readonly complete: boolean;
}

export function clusterSituation(sources: SituationSources): ClusterSituation {
  const active = sources.catalog.activeNodes();
  const nodes = active.map((node) => plannerNode(sources, node));
  let complete = active.every(
    ({ id }) => sources.leaders.alive(id) && sources.nodes.reportOf(id) !== undefined,
  );
  const living = new Set(nodes.filter(({ state }) => state !== 'dead').map(({ id }) => id));
  const partitions: PlannerPartition[] = [];
  for (const partition of sources.catalog.partitions()) {
    if (partition.group === METADATA_GROUP || partition.stream === undefined) continue;
    const summary = sources.leaders.summaryOf(partition.group);
    if (summary === undefined) complete = false;
    const { group, stream, move, replicas } = partition;
    const base = { group, stream, replicas: replicas.map(nodeOf), sizeBytes: summary?.sizeBytes ?? 0 };
    partitions.push({ ...base, ...movement(move, waitsForEver(sources.catalog, partition, living)) });
  }
  return { nodes, partitions, complete };
}

/** Also for the metadata voters, which need no sizes. */
export function plannerNodes(sources: SituationSources): readonly PlannerNode[] {
  return sources.catalog.activeNodes().map((node) => plannerNode(sources, node));
}

function plannerNode(sources: SituationSources, node: CatalogNode): PlannerNode {
  const report = sources.nodes.reportOf(node.id);
  const capacityBytes =
    report === undefined || report.diskTotalBytes === 0 ? node.capacityBytes : report.diskTotalBytes;
  const usedBytes = report === undefined ? 0 : Math.max(0, report.diskTotalBytes - report.diskFreeBytes);
  return { id: node.id, rack: node.rack, state: stateOf(sources, node), capacityBytes, usedBytes };
}

/** Being away comes before what the operator wants of a node: nothing can be copied from it. */
function stateOf(sources: SituationSources, { id, mode }: CatalogNode): PlannerNodeState {
  if (!sources.leaders.alive(id)) return absentMs(sources, id) > sources.repairDelayMs ? 'dead' : 'away';
  switch (mode) {
    case 'normal':
      return 'normal';
    case 'draining':
      return 'draining';
    case 'decommissioning':
      return 'leaving';
  }
}

function absentMs({ nodes, clock, watchingSinceMs }: SituationSources, id: NodeId): number {
  return Math.min(nodes.downMs(id), clock.monotonicMs() - watchingSinceMs);
}

/**
 * A move whose end needs a node that is dead, and that cancelling would not help: there is no way back, or what is on that node is the
 * empty successor of a lost replica. Repair takes it over, so that it counts as not moving. A recovered group only has its survivor.
 */
function waitsForEver(
  catalog: CatalogMachine,
  { replicas, move, recovery }: CatalogPartition,
  living: ReadonlySet<NodeId>,
): boolean {
  if (move === undefined || recovery !== undefined) return false;
  const dead = replicas.filter((member) => !living.has(nodeOf(member)));
  if (dead.some((member) => move.replacing.includes(member))) return true;
  return dead.length > 0 && !mayGoBack(catalog, move);
}

/** Cancelling a move needs somewhere to go back to; see the catalog's `cancel-moves`. */
export function mayGoBack(catalog: CatalogMachine, { previous }: PartitionMove): boolean {
  return previous.length > 0 && previous.every((member) => catalog.node(nodeOf(member))?.state === 'active');
}

function movement(
  move: PartitionMove | undefined,
  stuck: boolean,
): Pick<PlannerPartition, 'moving' | 'movingFrom'> {
  if (move === undefined || stuck) return { moving: false };
  const movingFrom = move.previous.map(nodeOf);
  return movingFrom.length === 0 ? { moving: true } : { moving: true, movingFrom };
}
