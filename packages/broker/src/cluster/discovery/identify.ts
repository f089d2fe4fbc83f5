/**
 * Who answers at an address, and its wire form. The asking node says who it is as well, so that the one asked learns of it: nodes need
 * to be found from one side only. Nothing of it is trusted: an address is dialled and asked before anything is made of it.
 */
import type { NodeId } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import {
  addressField,
  integerField,
  malformed,
  optionalAddress,
  optionalNode,
  textField,
} from '../wire-fields.ts';
import { callPeer } from './peer-call.ts';

export interface IdentifyAsk {
  readonly clusterId: string;
  readonly uuid: string;
  readonly node: NodeId | undefined;
  readonly address: string;
}

export interface Identity {
  readonly clusterId: string;
  readonly uuid: string;
  /** Undefined while its directory belongs to no cluster. */
  readonly node: NodeId | undefined;
  readonly version: string;
  /** How many found the cluster with it; 0 where it does not found by number. */
  readonly expects: number;
  /** It promised itself to a maker of the founders' list. */
  readonly bound: boolean;
  /** Peer addresses that it knows of. */
  readonly known: readonly string[];
  /** The asking node is active in its metadata, with the directory that it named: both belong to one cluster. */
  readonly knowsAsker: boolean;
}

/** Addresses that one answer tells: the rest is found by asking on. */
export const KNOWN_ADDRESSES_MAX = 64;
const EXPECTS_MAX = 1_000;

type WireRequest = flowmesh.internal.v1.IIdentifyRequest;
type WireResponse = flowmesh.internal.v1.IIdentifyResponse;

export function identifyAskToWire(ask: IdentifyAsk): WireRequest {
  return { clusterId: ask.clusterId, nodeUuid: ask.uuid, nodeId: ask.node ?? 0, peerAddress: ask.address };
}

/** Undefined where the caller does not say who it is. */
export function identifyAskFromWire(wire: WireRequest): IdentifyAsk | undefined {
  const address = optionalAddress(wire.peerAddress, 'peer address');
  if (address === '') return undefined;
  return {
    clusterId: textField(wire.clusterId, 'cluster id'),
    uuid: textField(wire.nodeUuid, 'uuid'),
    node: optionalNode(wire.nodeId),
    address,
  };
}

export function identityToWire(identity: Identity): WireResponse {
  return {
    clusterId: identity.clusterId,
    nodeUuid: identity.uuid,
    nodeId: identity.node ?? 0,
    version: identity.version,
    expects: identity.expects,
    bound: identity.bound,
    knownAddresses: identity.known.slice(0, KNOWN_ADDRESSES_MAX),
    knowsAsker: identity.knowsAsker,
  };
}

export function identityFromWire(wire: WireResponse): Identity {
  const known = wire.knownAddresses ?? [];
  if (known.length > KNOWN_ADDRESSES_MAX) throw malformed('too many known addresses');
  return {
    clusterId: textField(wire.clusterId, 'cluster id'),
    uuid: textField(wire.nodeUuid, 'uuid'),
    node: optionalNode(wire.nodeId),
    version: textField(wire.version, 'version', 0),
    expects: integerField(wire.expects, 'expected founders', EXPECTS_MAX),
    bound: wire.bound ?? false,
    known: known.map((address) => addressField(address, 'known address')),
    knowsAsker: wire.knowsAsker ?? false,
  };
}

/** Fails with what the other side said, or UNAVAILABLE or TIMEOUT where nobody answers in time. */
export async function identifyAt(address: string, ask: IdentifyAsk, timeoutMs: number): Promise<Identity> {
  const request = identifyAskToWire(ask);
  const response = await callPeer<WireResponse>(address, timeoutMs, (client, metadata, options, callback) =>
    client.identify(request, metadata, options, callback),
  );
  return identityFromWire(response);
}
