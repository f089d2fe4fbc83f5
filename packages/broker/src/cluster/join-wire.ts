/**
 * The Join call between a directory that wants into the cluster and a node that may know it: values and their wire form, and the
 * client, which needs no identity in the cluster.
 */
import { FlowError, type NodeId, REPLICA_ID_MAX, type ReplicaId, replicaId } from '@flowmesh/base';
import { type FeatureRange, FEATURES_UNTOLD, type NodeIntroduction } from '@flowmesh/engines';
import { flowmesh } from '@flowmesh/proto';
import { callPeer } from './discovery/peer-call.ts';
import type { KnownPeer } from './known-peer.ts';
import {
  addressField as address,
  integerField,
  malformed as bad,
  optionalAddress,
  optionalNode,
  peersFromWire,
  peersToWire,
  textField as text,
} from './wire-fields.ts';

const { JoinState } = flowmesh.internal.v1;

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
  /** What entitles the sender to be admitted. */
  readonly token: JoinToken | undefined;
}

/** The secret is sent to the node that answers, and kept nowhere. */
export interface JoinToken {
  readonly id: string;
  readonly secret: string;
}

/** `fmjt_<id>_<secret>`, as the configuration checked it. */
export function parseJoinToken(token: string): JoinToken {
  const [, id = '', ...secret] = token.split('_');
  return { id, secret: secret.join('_') };
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
    tokenId: ask.token?.id ?? '',
    tokenSecret: ask.token?.secret ?? '',
  };
}

/** Of a build that says nothing of them: what the first builds knew. */
function featuresFromWire({ featuresMin, featuresMax }: WireRequest): FeatureRange {
  const min = integerField(featuresMin, 'features');
  const max = integerField(featuresMax, 'features');
  if (min === 0 && max === 0) return FEATURES_UNTOLD;
  if (min < 1 || max < min) throw bad('features');
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
        http: optionalAddress(wire.httpAddress, 'HTTP address'),
      },
      rack: text(wire.rack, 'rack', 0),
      version: text(wire.version, 'version', 0),
      features: featuresFromWire(wire),
      capacityBytes: integerField(wire.capacityBytes, 'capacity'),
    },
    initialId: optionalNode(wire.initialNodeId),
    replaces:
      replaced === undefined
        ? undefined
        : { node: replaced, uuid: replacedUuid === '' ? undefined : replacedUuid },
    token: tokenFromWire(wire),
  };
}

function tokenFromWire(wire: WireRequest): JoinToken | undefined {
  const id = text(wire.tokenId, 'token id', 0);
  return id === '' ? undefined : { id, secret: text(wire.tokenSecret, 'token secret') };
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

/** Asks the node at `address`. Fails with what it said, or UNAVAILABLE or TIMEOUT where nobody answers in time. */
export async function askToJoin(at: string, ask: JoinAsk, timeoutMs: number): Promise<JoinAnswer> {
  const request = askToWire(ask);
  const response = await callPeer<WireResponse>(at, timeoutMs, (client, metadata, options, callback) =>
    client.join(request, metadata, options, callback),
  );
  if (response.clusterId !== ask.clusterId) {
    throw new FlowError(
      'WRONG_CLUSTER',
      `${at} belongs to cluster ${response.clusterId}, not ${ask.clusterId}`,
      {
        hint: 'Correct cluster.id, cluster.seeds or cluster.initialMembers.',
      },
    );
  }
  return answerFromWire(response);
}
