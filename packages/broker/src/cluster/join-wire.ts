/**
 * The Join call between a directory that wants into the cluster and a node that may know it: values and their wire form, and the
 * client, which needs no identity in the cluster.
 */
import {
  FlowError,
  NODE_ID_MAX,
  type NodeId,
  nodeId,
  REPLICA_ID_MAX,
  type ReplicaId,
  replicaId,
} from '@flowmesh/base';
import { type FeatureRange, FEATURES_UNTOLD, type NodeIntroduction } from '@flowmesh/engines';
import { flowmesh, PeerClient } from '@flowmesh/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { isAddress } from '../config/schema.ts';
import { errorOf } from '../transport/handshake.ts';

const { JoinState } = flowmesh.internal.v1;
const PEERS_MAX = NODE_ID_MAX;
const TEXT_MAX = 255;

export interface KnownPeer {
  readonly node: NodeId;
  readonly uuid: string;
  readonly address: string;
}

export interface LostIdentity {
  readonly node: NodeId;
  /** Undefined where the lost directory could not even tell that. */
  readonly uuid: string | undefined;
}

export interface JoinAsk {
  readonly clusterId: string;
  readonly introduction: NodeIntroduction;
  /** The sender's configuration names it as this initial member, and its directory is new. */
  readonly initialId: NodeId | undefined;
  /** The sender takes the place of a node whose data are lost. */
  readonly replaces: LostIdentity | undefined;
}

export type JoinAnswer =
  /** The answering directory is new itself, and is this initial member. */
  | { readonly kind: 'forming'; readonly uuid: string; readonly initialId: NodeId | undefined }
  /** The cluster was founded by these, the asking directory among them. */
  | { readonly kind: 'founder'; readonly founders: readonly KnownPeer[] }
  | {
      readonly kind: 'admitted';
      readonly node: NodeId;
      /** Its replica id in the metadata group. */
      readonly replica: ReplicaId;
      readonly peers: readonly KnownPeer[];
    };

type WireRequest = flowmesh.internal.v1.IJoinRequest;
type WireResponse = flowmesh.internal.v1.IJoinResponse;

function bad(what: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `malformed join message: ${what}`, {
    hint: 'The asking node may be of another version, or no node at all.',
  });
}

function text(value: string | null | undefined, what: string, min = 1): string {
  const found = value ?? '';
  if (found.length < min || found.length > TEXT_MAX) throw bad(what);
  return found;
}

/** host:port: it goes into the catalog, and every node will dial it. */
function address(value: string | null | undefined, what: string): string {
  const found = text(value, what);
  if (!isAddress(found)) throw bad(what);
  return found;
}

function bytes(value: number | null | undefined): number {
  const found = value ?? 0;
  if (!Number.isSafeInteger(found) || found < 0) throw bad('capacity');
  return found;
}

function optionalNode(value: number | null | undefined): NodeId | undefined {
  const found = value ?? 0;
  if (found === 0) return undefined;
  if (!Number.isInteger(found) || found < 1 || found > NODE_ID_MAX) throw bad('node id');
  return nodeId(found);
}

export function askToWire(ask: JoinAsk): WireRequest {
  const { introduction, replaces } = ask;
  return {
    clusterId: ask.clusterId,
    nodeUuid: introduction.uuid,
    peerAddress: introduction.addresses.peer,
    grpcAddress: introduction.addresses.grpc,
    httpAddress: introduction.addresses.http,
    rack: introduction.rack,
    replacesNodeId: replaces?.node ?? 0,
    replacesNodeUuid: replaces?.uuid ?? '',
    initialNodeId: ask.initialId ?? 0,
    version: introduction.version ?? '',
    featuresMin: introduction.features?.min ?? 0,
    featuresMax: introduction.features?.max ?? 0,
    capacityBytes: introduction.capacityBytes ?? 0,
  };
}

/** Of a build that says nothing of them: what the first builds knew. */
function featuresFromWire({ featuresMin, featuresMax }: WireRequest): FeatureRange {
  const min = featuresMin ?? 0;
  const max = featuresMax ?? 0;
  if (min === 0 && max === 0) return FEATURES_UNTOLD;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 1 || max < min) throw bad('features');
  return { min, max };
}

/** INVALID_ARGUMENT where a field is missing or out of range. */
export function askFromWire(wire: WireRequest): JoinAsk {
  const replaced = optionalNode(wire.replacesNodeId);
  const replacedUuid = text(wire.replacesNodeUuid, 'replaced uuid', 0);
  return {
    clusterId: text(wire.clusterId, 'cluster id'),
    introduction: {
      uuid: text(wire.nodeUuid, 'uuid'),
      addresses: {
        peer: address(wire.peerAddress, 'peer address'),
        grpc: address(wire.grpcAddress, 'gRPC address'),
        http: (wire.httpAddress ?? '') === '' ? '' : address(wire.httpAddress, 'HTTP address'),
      },
      rack: text(wire.rack, 'rack', 0),
      version: text(wire.version, 'version', 0),
      features: featuresFromWire(wire),
      capacityBytes: bytes(wire.capacityBytes),
    },
    initialId: optionalNode(wire.initialNodeId),
    replaces:
      replaced === undefined
        ? undefined
        : { node: replaced, uuid: replacedUuid === '' ? undefined : replacedUuid },
  };
}

function peersToWire(peers: readonly KnownPeer[]): NonNullable<WireResponse['peers']> {
  return peers.map((peer) => ({ nodeId: peer.node, nodeUuid: peer.uuid, peerAddress: peer.address }));
}

function peersFromWire(peers: WireResponse['peers']): readonly KnownPeer[] {
  const list = peers ?? [];
  if (list.length > PEERS_MAX) throw bad('too many peers');
  return list.map((peer) => {
    const node = optionalNode(peer.nodeId);
    if (node === undefined) throw bad('peer id');
    return {
      node,
      uuid: text(peer.nodeUuid, 'peer uuid'),
      address: address(peer.peerAddress, 'peer address'),
    };
  });
}

export function answerToWire(answer: JoinAnswer, clusterId: string): WireResponse {
  switch (answer.kind) {
    case 'forming':
      return { clusterId, state: JoinState.FORMING, nodeUuid: answer.uuid, nodeId: answer.initialId ?? 0 };
    case 'founder':
      return { clusterId, state: JoinState.FOUNDER, peers: peersToWire(answer.founders) };
    case 'admitted':
      return {
        clusterId,
        state: JoinState.ADMITTED,
        nodeId: answer.node,
        metadataReplicaId: answer.replica,
        peers: peersToWire(answer.peers),
      };
  }
}

export function answerFromWire(wire: WireResponse): JoinAnswer {
  const state = wire.state ?? JoinState.JOIN_STATE_UNSPECIFIED;
  if (state === JoinState.FORMING) {
    return { kind: 'forming', uuid: text(wire.nodeUuid, 'uuid'), initialId: optionalNode(wire.nodeId) };
  }
  if (state === JoinState.FOUNDER) return { kind: 'founder', founders: peersFromWire(wire.peers) };
  if (state === JoinState.ADMITTED) {
    const node = optionalNode(wire.nodeId);
    const replica = wire.metadataReplicaId ?? 0;
    if (node === undefined || !Number.isInteger(replica) || replica < 1 || replica > REPLICA_ID_MAX)
      throw bad('identity');
    return { kind: 'admitted', node, replica: replicaId(replica), peers: peersFromWire(wire.peers) };
  }
  throw bad('state');
}

/** Asks the node at `address`. Fails with what it said, or UNAVAILABLE where nobody answers in time. */
export async function askToJoin(address: string, ask: JoinAsk, timeoutMs: number): Promise<JoinAnswer> {
  const client = new PeerClient(address, credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  try {
    return await new Promise<JoinAnswer>((resolve, reject) => {
      client.join(askToWire(ask), new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
        if (error !== null) return reject(errorOf(error));
        if (response === undefined) return reject(bad('no answer'));
        if (response.clusterId !== ask.clusterId) {
          return reject(
            new FlowError(
              'WRONG_CLUSTER',
              `${address} belongs to cluster ${response.clusterId}, not ${ask.clusterId}`,
              {
                hint: 'Correct cluster.id, cluster.seeds or cluster.initialMembers.',
              },
            ),
          );
        }
        try {
          resolve(answerFromWire(response));
        } catch (malformed) {
          reject(malformed);
        }
      });
    });
  } finally {
    client.close();
  }
}
