/**
 * The commands of the metadata group and their replies, as versioned JSON. Decoding checks every shape and range, so that
 * appliers work with well-formed values; it fails with INVALID_ARGUMENT, never with an assertion.
 *
 * A command of a later version of the language than this node knows stops the node rather than being skipped: skipping
 * would make this copy differ from the others.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { AssertionError, FlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { NodeAddresses } from './catalog-types.ts';
import { Fields } from './fields.ts';

export const CATALOG_VERSION = 1;
export const CATALOG_COMMAND_BYTES_MAX = 4 * 1024 * 1024;
export const PARTITIONS_PER_STREAM_MAX = 1_000;
export const REPLICATION_FACTOR_MAX = 7;
export const PRODUCER_ID_BLOCK_MAX = 100_000;
const BOOTSTRAP_NODES_MAX = 7;
const REQUEST_ID_LENGTH_MAX = 64;

interface Common {
  /** Unique per intent: a repetition returns the first success. */
  readonly requestId: string;
  /** The proposing leader's clock. */
  readonly timeMs: number;
}

/** A node as it introduces itself. */
export interface NodeIntroduction {
  readonly uuid: string;
  readonly addresses: NodeAddresses;
  readonly rack: string;
}

export interface InitCluster extends Common {
  readonly kind: 'init-cluster';
  readonly clusterId: string;
  /** The first voters of the metadata group, with the ids they were bootstrapped with. */
  readonly nodes: readonly (NodeIntroduction & { readonly id: NodeId })[];
}
/** A node with an empty data directory; known uuids keep their id. */
export interface RegisterNode extends Common, NodeIntroduction {
  readonly kind: 'register-node';
}
export interface UpdateNode extends Common, NodeIntroduction {
  readonly kind: 'update-node';
  readonly node: NodeId;
}
/** A new node takes the place of one that lost its data or is gone for good. */
export interface ReplaceNode extends Common, NodeIntroduction {
  readonly kind: 'replace-node';
  readonly oldNode: NodeId;
}
/** The replica's data is damaged: the same node gets a new replica in its stead. */
export interface ReplaceReplica extends Common {
  readonly kind: 'replace-replica';
  readonly group: GroupId;
  readonly member: MemberId;
}
export interface CreateStream extends Common {
  readonly kind: 'create-stream';
  readonly uuid: string;
  readonly name: string;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  /** Nodes of each partition, preferred leader first, from `placePartitions`. */
  readonly placement: readonly (readonly NodeId[])[];
  readonly placementVersion: number;
}
export interface DeleteStream extends Common {
  readonly kind: 'delete-stream';
  /** By identity, so that a late repetition cannot hit a successor of the same name. */
  readonly uuid: string;
}
export interface AllocateProducerIds extends Common {
  readonly kind: 'allocate-producer-ids';
  readonly count: number;
}
/** The group's configuration consists of exactly these members (voters and learners), and nothing else is a member. */
export interface FinishMove extends Common {
  readonly kind: 'finish-move';
  readonly group: GroupId;
  readonly members: readonly MemberId[];
}

export type CatalogCommand =
  | InitCluster
  | RegisterNode
  | UpdateNode
  | ReplaceNode
  | ReplaceReplica
  | CreateStream
  | DeleteStream
  | AllocateProducerIds
  | FinishMove;

export type CatalogReply =
  | { readonly kind: 'cluster-initialised'; readonly clusterId: string }
  | { readonly kind: 'node-registered'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'node-updated'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'node-replaced'; readonly node: NodeId; readonly revision: number }
  | { readonly kind: 'replica-replaced'; readonly group: GroupId; readonly member: MemberId }
  | {
      readonly kind: 'stream-created';
      readonly uuid: string;
      readonly name: string;
      readonly revision: number;
    }
  | { readonly kind: 'stream-deleted'; readonly uuid: string; readonly revision: number }
  /** Ids first … first + count - 1 belong to the asker alone. */
  | { readonly kind: 'producer-ids-allocated'; readonly first: number; readonly count: number }
  | { readonly kind: 'move-finished'; readonly group: GroupId; readonly released: readonly MemberId[] };

export function encodeCommand(command: CatalogCommand): Uint8Array {
  return utf8Encode(JSON.stringify({ v: CATALOG_VERSION, ...command }));
}

/** The command, or why the bytes are none. Throws only for a later version of the language. */
export function decodeCommand(bytes: Uint8Array): CatalogCommand | FlowError {
  if (bytes.length > CATALOG_COMMAND_BYTES_MAX) {
    return new FlowError('INVALID_ARGUMENT', `metadata command of ${bytes.length} bytes`, {
      hint: `At most ${CATALOG_COMMAND_BYTES_MAX} bytes are allowed.`,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(utf8Decode(bytes));
  } catch (cause) {
    return new FlowError('INVALID_ARGUMENT', 'metadata command is not JSON', { cause });
  }
  try {
    const fields = new Fields(json, 'command');
    const version = fields.integer('v', 1, Number.MAX_SAFE_INTEGER);
    if (version > CATALOG_VERSION) {
      throw new AssertionError(
        `metadata command of version ${version}; this node knows ${CATALOG_VERSION}: upgrade it`,
      );
    }
    return decodeFields(fields);
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
}

function decodeFields(fields: Fields): CatalogCommand {
  const kind = fields.text('kind', 1, 40);
  const common: Common = {
    requestId: fields.text('requestId', 1, REQUEST_ID_LENGTH_MAX),
    timeMs: fields.integer('timeMs', 0, Number.MAX_SAFE_INTEGER),
  };
  switch (kind) {
    case 'init-cluster':
      return {
        kind,
        ...common,
        clusterId: fields.pattern('clusterId', /^[A-Za-z0-9_-]{1,64}$/),
        nodes: bootstrapNodes(fields),
      };
    case 'register-node':
      return { kind, ...common, ...introduction(fields) };
    case 'update-node':
      return { kind, ...common, ...introduction(fields), node: fields.node('node') };
    case 'replace-node':
      return { kind, ...common, ...introduction(fields), oldNode: fields.node('oldNode') };
    case 'replace-replica':
      return { kind, ...common, group: fields.group('group'), member: fields.member('member') };
    case 'create-stream':
      return { kind, ...common, ...newStream(fields) };
    case 'delete-stream':
      return { kind, ...common, uuid: fields.uuid('uuid') };
    case 'allocate-producer-ids':
      return { kind, ...common, count: fields.integer('count', 1, PRODUCER_ID_BLOCK_MAX) };
    case 'finish-move':
      return { kind, ...common, group: fields.group('group'), members: fields.members('members', 4_096) };
  }
  throw new FlowError('INVALID_ARGUMENT', `unknown metadata command '${kind}'`);
}

function introduction(fields: Fields): NodeIntroduction {
  const addresses = fields.object('addresses');
  return {
    uuid: fields.uuid('uuid'),
    addresses: {
      peer: addresses.text('peer', 1, 255),
      grpc: addresses.text('grpc', 1, 255),
      http: addresses.text('http', 0, 255),
    },
    rack: fields.text('rack', 0, 255),
  };
}

function bootstrapNodes(fields: Fields): InitCluster['nodes'] {
  return fields
    .objects('nodes', 1, BOOTSTRAP_NODES_MAX)
    .map((node) => ({ id: node.node('id'), ...introduction(node) }));
}

function newStream(fields: Fields): Omit<CreateStream, keyof Common | 'kind'> {
  return {
    uuid: fields.uuid('uuid'),
    name: fields.text('name', 0, 1_000),
    replicationFactor: fields.integer('replicationFactor', 1, REPLICATION_FACTOR_MAX),
    config: fields.textMap('config', 100),
    placement: fields.nodeLists('placement', PARTITIONS_PER_STREAM_MAX, REPLICATION_FACTOR_MAX),
    placementVersion: fields.integer('placementVersion', 1, 1_000),
  };
}
