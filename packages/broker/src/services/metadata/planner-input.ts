/** The cluster as the planner takes it, for placements that a request asks for: catalog joined with soft state. */
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import type { CatalogNode, CatalogPartition, PlannerNode, PlannerPartition } from '@flowmesh/engines';
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
