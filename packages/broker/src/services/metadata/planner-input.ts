/** The cluster as the planner takes it, for placements that a request asks for: catalog joined with soft state. */
import { isFlowError, METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { FlowError, NodeId } from '@flowmesh/base';
import { placeNew } from '@flowmesh/engines';
import type {
  CatalogNode,
  CatalogPartition,
  PlacementWish,
  PlannerNode,
  PlannerPartition,
} from '@flowmesh/engines';
import type { CatalogPort, LeaderPort, NodePort } from '../ports.ts';

export interface PlannerInputPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
}

export interface PlannerInput {
  readonly nodes: readonly PlannerNode[];
  readonly partitions: readonly PlannerPartition[];
  /** Share of a disk above which nothing is placed on it. */
  readonly diskHighFraction: number;
}

export function plannerInput({ catalog, leaders, nodes }: PlannerInputPorts): PlannerInput {
  const { machine } = catalog;
  return {
    nodes: machine.activeNodes().map((node) => {
      const report = nodes.reportOf(node.id);
      const capacityBytes = report?.diskTotalBytes ?? node.capacityBytes;
      return {
        id: node.id,
        rack: node.rack,
        state: stateOf(node, leaders.alive(node.id)),
        capacityBytes,
        usedBytes: report === undefined ? 0 : Math.max(0, capacityBytes - report.diskFreeBytes),
      };
    }),
    partitions: [...machine.partitions()].map((partition) =>
      plannerPartition(partition, leaders.summaryOf(partition.group)?.sizeBytes ?? 0),
    ),
    diskHighFraction: machine.clusterConfig('diskHighPercent') / 100,
  };
}

/**
 * Where new partitions go: on live nodes. Where there are too few of those, nodes that are merely away count as well, so that streams can
 * be created while a node restarts; its replicas come into being when it is back, or elsewhere once it is given up.
 */
export function placeOnLiveNodes(
  { nodes, partitions, diskHighFraction }: PlannerInput,
  wish: Omit<PlacementWish, 'diskHighFraction'>,
): readonly (readonly NodeId[])[] | FlowError {
  const placement = placeNew(nodes, partitions, { ...wish, diskHighFraction });
  if (!isFlowError(placement) || placement.code !== 'PRECONDITION_FAILED') return placement;
  const expected = nodes.map((node) =>
    node.state === 'away' ? { ...node, state: 'normal' as const } : node,
  );
  return placeNew(expected, partitions, { ...wish, diskHighFraction });
}

function stateOf({ mode }: CatalogNode, alive: boolean): PlannerNode['state'] {
  if (mode === 'decommissioning') return 'leaving';
  if (!alive) return 'away';
  return mode === 'draining' ? 'draining' : 'normal';
}

function plannerPartition(partition: CatalogPartition, sizeBytes: number): PlannerPartition {
  const { group, stream, replicas, move } = partition;
  const nodesOf = (members: CatalogPartition['replicas']): NodeId[] =>
    members.map((member) => nodeOf(member));
  return {
    group,
    stream: stream ?? '',
    replicas: nodesOf(replicas),
    sizeBytes,
    moving: move !== undefined,
    ...(move === undefined || move.previous.length === 0 ? {} : { movingFrom: nodesOf(move.previous) }),
    metadata: group === METADATA_GROUP,
  };
}
