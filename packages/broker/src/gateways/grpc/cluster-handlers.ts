/** The calls of `flowmesh.v1.Cluster`. */
import type { flowmesh } from '@flowmesh/proto';
import type { ClusterView, NodeView } from '../../services/metadata/cluster-view.ts';
import type { CallContext } from './calls.ts';
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
      uuid: found === undefined ? new Uint8Array(0) : uuidBytes(found.stream.uuid),
      partitions: found === undefined ? [] : wirePartitionMetadata(found),
    })),
  };
}

export async function clusterStatus(
  view: ClusterView,
  _request: flowmesh.v1.StatusRequest,
  context: CallContext,
): Promise<flowmesh.v1.StatusResponse.$Properties> {
  const status = view.status(context.caller);
  return {
    clusterId: status.clusterId,
    nodeId: status.node.nodeId,
    version: status.node.version,
    metadataLeader: status.metadataLeader ?? 0,
    partitions: status.partitions,
    leaderlessPartitions: status.leaderless,
    underReplicatedPartitions: status.underReplicated,
    nodes: status.nodes.map(({ node, alive, leaders, replicas, troubles }) => ({
      id: node.id,
      alive,
      leaders,
      replicas,
      troubles: [...troubles],
    })),
  };
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
