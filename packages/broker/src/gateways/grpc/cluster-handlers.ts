/** The calls of `flowmesh.v1.Cluster` that show it: metadata, status, health. */
import type { flowmesh } from '@flowmesh/proto';
import type { HealthView } from '../../services/health/health-view.ts';
import type { ClusterView, NodeView } from '../../services/metadata/cluster-view.ts';
import type { CallContext } from './calls.ts';
import { wireFinding, wireNodeStatus } from './cluster-wire.ts';
import { invalid, streamName } from './request-checks.ts';
import { uuidBytes, wirePartitionMetadata } from './wire-records.ts';

const STREAMS_PER_REQUEST_MAX = 10_000;

export async function clusterMetadata(
  view: ClusterView,
  request: flowmesh.v1.MetadataRequest,
  context: CallContext,
): Promise<flowmesh.v1.MetadataResponse.$Properties> {
  if (request.streams.length > STREAMS_PER_REQUEST_MAX)
    throw invalid('streams', `has more than ${STREAMS_PER_REQUEST_MAX} names`);
  const names = request.allStreams ? 'all' : request.streams.map((name) => streamName(name, 'streams'));
  const metadata = view.metadata(context.caller, names);
  return {
    clusterId: metadata.clusterId,
    revision: metadata.revision,
    nodes: metadata.nodes.map(wireNode),
    streams: metadata.streams.map(({ name, found }) => ({
      name,
      found: found !== undefined,
      uuid: found === undefined ? new Uint8Array(0) : uuidBytes(found.resource.uuid),
      partitions: found === undefined ? [] : wirePartitionMetadata(found),
    })),
  };
}

export async function clusterStatus(
  view: ClusterView,
  _request: flowmesh.v1.StatusRequest,
  context: CallContext,
): Promise<flowmesh.v1.StatusResponse.$Properties> {
  const status = await view.status(context.caller);
  return {
    clusterId: status.clusterId,
    nodeId: status.node.nodeId,
    version: status.node.version,
    metadataLeader: status.metadataLeader ?? 0,
    partitions: status.partitions,
    leaderlessPartitions: status.leaderless,
    underReplicatedPartitions: status.underReplicated,
    nodes: status.nodes.map(wireNodeStatus),
    offlinePartitions: status.offline,
    underMinIsrPartitions: status.underMinIsr,
    movingPartitions: status.moving,
    featureLevel: status.featureLevel,
    featureLevelMax: status.featureLevelMax,
    metadataVoters: [...status.metadataVoters],
    metadataChanging: status.metadataChanging,
    metadataRevision: status.revision,
  };
}

export async function clusterHealth(
  view: HealthView,
  request: flowmesh.v1.HealthRequest,
  context: CallContext,
): Promise<flowmesh.v1.HealthResponse.$Properties> {
  const { healthy, findings, checks } = await view.health(context.caller, request.explain);
  return { healthy, checks, findings: findings.map(wireFinding) };
}

function wireNode({ node, alive }: NodeView): flowmesh.v1.Node.$Properties {
  return {
    id: node.id,
    grpcAddress: node.addresses.grpc,
    httpAddress: node.addresses.http,
    rack: node.rack,
    alive,
  };
}
