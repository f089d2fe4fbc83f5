/** Fields of the calls between nodes that need no identity in a cluster (Join, Identify, Found), checked as they come off the wire. */
import { FlowError, NODE_ID_MAX, type NodeId, nodeId } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { isAddress } from '../config/schema.ts';
import type { KnownPeer } from './known-peer.ts';

type WirePeers = readonly flowmesh.internal.v1.IPeerAddress[];

const PEERS_MAX = NODE_ID_MAX;
const TEXT_MAX = 255;

export function malformed(what: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `malformed message of another node: ${what}`, {
    hint: 'It may be of another version, or no node at all.',
  });
}

export function textField(value: string | null | undefined, what: string, min = 1): string {
  const found = value ?? '';
  if (found.length < min || found.length > TEXT_MAX) throw malformed(what);
  return found;
}

/** host:port: it may go into the catalog, and every node will dial it. */
export function addressField(value: string | null | undefined, what: string): string {
  const found = textField(value, what);
  if (!isAddress(found)) throw malformed(what);
  return found;
}

export function optionalAddress(value: string | null | undefined, what: string): string {
  return (value ?? '') === '' ? '' : addressField(value, what);
}

/** 0 stands for none. */
export function optionalNode(value: number | null | undefined): NodeId | undefined {
  const found = value ?? 0;
  if (found === 0) return undefined;
  if (!Number.isInteger(found) || found < 1 || found > NODE_ID_MAX) throw malformed('node id');
  return nodeId(found);
}

export function integerField(
  value: number | null | undefined,
  what: string,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const found = value ?? 0;
  if (!Number.isSafeInteger(found) || found < 0 || found > max) throw malformed(what);
  return found;
}

export function peersToWire(peers: readonly KnownPeer[]): flowmesh.internal.v1.IPeerAddress[] {
  return peers.map(({ node, uuid, address, services }) => ({
    nodeId: node,
    nodeUuid: uuid,
    peerAddress: address,
    grpcAddress: services?.grpc ?? '',
    httpAddress: services?.http ?? '',
  }));
}

export function peersFromWire(peers: WirePeers | null | undefined): readonly KnownPeer[] {
  const list = peers ?? [];
  if (list.length > PEERS_MAX) throw malformed('too many peers');
  return list.map((peer) => {
    const node = optionalNode(peer.nodeId);
    if (node === undefined) throw malformed('peer id');
    const known = {
      node,
      uuid: textField(peer.nodeUuid, 'peer uuid'),
      address: addressField(peer.peerAddress, 'peer address'),
    };
    const grpc = optionalAddress(peer.grpcAddress, 'peer gRPC address');
    if (grpc === '') return known;
    return { ...known, services: { grpc, http: optionalAddress(peer.httpAddress, 'peer HTTP address') } };
  });
}
