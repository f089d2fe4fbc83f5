/**
 * What a data directory durably knows of its place in the cluster: written once it is settled, read at every later start. The peers are
 * a cache to start from, until the local copy of the metadata says more.
 */
import {
  FlowError,
  memberId,
  type MemberId,
  NODE_ID_MAX,
  type NodeId,
  nodeId,
  REPLICA_ID_MAX,
  type ReplicaId,
  replicaId,
  utf8Decode,
  utf8Encode,
} from '@flowmesh/base';
import type { LostIdentity } from './join-wire.ts';
import type { KnownPeer } from './known-peer.ts';

export interface MembershipRecord {
  readonly clusterId: string;
  readonly node: NodeId;
  /** Its replica id in the metadata group when the directory was settled. */
  readonly replica: ReplicaId;
  /** The list that the cluster was founded with; empty on a node that was admitted later. */
  readonly founders: readonly KnownPeer[];
  readonly peers: readonly KnownPeer[];
  /** The metadata replica was created: from now on its absence means lost data. */
  readonly created: boolean;
}

/** The records of a node's storage. */
export interface RecordStore {
  getMeta(key: string): Promise<Uint8Array | undefined>;
  putMeta(key: string, value: Uint8Array): Promise<void>;
}

const MEMBERSHIP_KEY = 'cluster.membership';
const REPLACES_KEY = 'cluster.replaces';

function damaged(what: string, cause?: unknown): FlowError {
  return new FlowError('CORRUPTION', `the record of this node's ${what} is damaged`, {
    hint: 'The directory is set aside and the node joins again as a new one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

type Json = { readonly [key: string]: unknown };

function parse(bytes: Uint8Array, what: string): Json {
  try {
    const value: unknown = JSON.parse(utf8Decode(bytes));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch (cause) {
    throw damaged(what, cause);
  }
  throw damaged(what);
}

function integer(value: unknown, max: number, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw damaged(what);
}

function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw damaged(what);
}

function peers(value: unknown): readonly KnownPeer[] {
  if (!Array.isArray(value)) throw damaged('peers');
  return (value as Json[]).map((peer) => {
    const known = {
      node: nodeId(integer(peer['node'], NODE_ID_MAX, 'peers')),
      uuid: text(peer['uuid'], 'peers'),
      address: text(peer['address'], 'peers'),
    };
    const services = peer['services'] as Json | undefined;
    if (services === undefined) return known;
    const { grpc, http } = services;
    return { ...known, services: { grpc: text(grpc, 'peers'), http: typeof http === 'string' ? http : '' } };
  });
}

/** Undefined in a directory that was never settled. CORRUPTION where the record makes no sense. */
export async function readMembership(store: RecordStore): Promise<MembershipRecord | undefined> {
  const bytes = await store.getMeta(MEMBERSHIP_KEY);
  if (bytes === undefined) return undefined;
  const json = parse(bytes, 'membership');
  return {
    clusterId: text(json['clusterId'], 'membership'),
    node: nodeId(integer(json['node'], NODE_ID_MAX, 'membership')),
    replica: replicaId(integer(json['replica'], REPLICA_ID_MAX, 'membership')),
    founders: peers(json['founders']),
    peers: peers(json['peers']),
    created: json['created'] === true,
  };
}

export async function writeMembership(store: RecordStore, record: MembershipRecord): Promise<void> {
  await store.putMeta(MEMBERSHIP_KEY, utf8Encode(JSON.stringify(record)));
}

/** The identity whose data this directory's predecessor lost. */
export async function readReplaces(store: RecordStore): Promise<LostIdentity | undefined> {
  const bytes = await store.getMeta(REPLACES_KEY);
  if (bytes === undefined) return undefined;
  const json = parse(bytes, 'predecessor');
  const uuid = json['uuid'];
  return {
    node: nodeId(integer(json['node'], NODE_ID_MAX, 'predecessor')),
    uuid: typeof uuid === 'string' ? uuid : undefined,
  };
}

export async function writeReplaces(store: RecordStore, lost: LostIdentity): Promise<void> {
  await store.putMeta(REPLACES_KEY, utf8Encode(JSON.stringify(lost)));
}

export function metadataMember(record: MembershipRecord): MemberId {
  return memberId({ node: record.node, replica: record.replica });
}
