/** Nodes and partitions of the cluster as messages of the contract. */
import type { flowmesh } from '@flowmesh/proto';
import type { NodeLoad } from '../../services/cluster/node-loads.ts';
import type { PartitionDetails, PartitionReport } from '../../services/cluster/partition-admin.ts';
import type { Finding } from '../../services/health/finding.ts';
import type { Balance } from '../../services/ports.ts';

type V1 = typeof flowmesh.v1;
export type Sent<Name extends keyof V1> = V1[Name] extends { decode(...rest: never[]): infer Message }
  ? Message
  : never;

export function wireNodeStatus(load: NodeLoad): flowmesh.v1.NodeStatus.$Properties {
  const { node, report } = load;
  const gone = node.state !== 'active';
  return {
    id: node.id,
    alive: load.alive,
    leaders: load.leaders,
    replicas: load.replicas,
    troubles: [...load.troubles],
    grpcAddress: node.addresses.grpc,
    peerAddress: node.addresses.peer,
    httpAddress: node.addresses.http,
    rack: node.rack,
    mode: gone ? node.state : node.mode,
    version: report?.version ?? node.version,
    uuid: node.uuid,
    diskTotalBytes: report?.diskTotalBytes ?? node.capacityBytes,
    diskFreeBytes: report?.diskFreeBytes ?? 0,
    storedBytes: load.storedBytes,
    metadataVoter: load.metadataVoter,
    preferredLeaders: load.preferredLeaders,
    featureMin: node.features.min,
    featureMax: node.features.max,
    downMs: Math.round(load.downMs),
    movingIn: load.movingIn,
    movingOut: load.movingOut,
  };
}

export function wirePartition(report: PartitionReport): flowmesh.v1.PartitionDetail.$Properties {
  const { view, offlineReplicas, move } = report;
  const { summary } = view;
  return {
    stream: view.name,
    partition: view.partition,
    groupId: view.group,
    leader: view.leader ?? 0,
    leaderEpoch: view.leaderEpoch,
    replicas: [...view.replicas],
    inSyncReplicas: [...(summary?.inSync ?? [])],
    offlineReplicas: [...offlineReplicas],
    logStartOffset: summary?.logStartOffset ?? 0,
    highWatermark: summary?.highWatermark ?? 0,
    sizeBytes: summary?.sizeBytes ?? 0,
    state: view.state,
    minInsyncReplicas: view.minInsync,
    ...(move === undefined
      ? {}
      : { move: { ...move, adding: [...move.adding], removing: [...move.removing] } }),
  };
}

export function wirePartitionDetails(details: PartitionDetails): flowmesh.v1.PartitionDetail.$Properties {
  return {
    ...wirePartition(details),
    epochs: details.epochs.map(({ epoch, startOffset }) => ({ epoch, startOffset })),
    replicaDetails: details.replicaDetails.map((each) => ({
      ...each,
      state: each.role === 'leader' ? '' : each.state,
    })),
  };
}

export function wireBalance(balance: Balance): flowmesh.v1.Balance.$Properties {
  const { replicaSkew, leaderSkew, nodes } = balance;
  return { replicaSkew, leaderSkew, nodes: nodes.map((node) => ({ ...node })) };
}

export function wireFinding(finding: Finding): flowmesh.v1.Finding.$Properties {
  return { ...finding, command: finding.command ?? '', note: finding.note ?? '' };
}
