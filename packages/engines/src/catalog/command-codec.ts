/**
 * Commands of the metadata group as versioned JSON. Decoding checks every shape and range, so that appliers work with well-formed
 * values; it fails with INVALID_ARGUMENT, never with an assertion.
 *
 * A command of a later version of the language than this node knows stops the node rather than being skipped: skipping
 * would make this copy differ from the others. New kinds of commands need no new version, since feature levels keep them out of
 * clusters that have nodes which do not know them. Feature levels keep out new fields as well, but a node that skips one would not notice:
 * a field that changes what a command means is of a later version, and commands without it stay as they are.
 *
 *   version 1   all commands        version 2   `resource` of create-stream
 */
import { AssertionError, FlowError, NODE_ID_MAX, utf8Decode, utf8Encode } from '@flowmesh/base';
import { accessCommand } from './access-codec.ts';
import type {
  CatalogCommand,
  Common,
  CreateStream,
  InitCluster,
  NodeFeatures,
  NodeIntroduction,
  Reassignment,
  SetConfig,
  TokenProof,
} from './catalog-command.ts';
import {
  METADATA_VOTERS_MAX,
  MOVES_PER_COMMAND_MAX,
  PARTITIONS_PER_STREAM_MAX,
  PRODUCER_ID_BLOCK_MAX,
  REPLICATION_FACTOR_MAX,
} from './catalog-command.ts';
import { MOVE_REASONS } from './catalog-types.ts';
import type { FeatureRange } from './features.ts';
import { Fields } from './fields.ts';
import { GROUP_SCOPE_CHARS_MAX } from './group-config.ts';

export const CATALOG_VERSION = 2;
export const CATALOG_COMMAND_BYTES_MAX = 4 * 1024 * 1024;
export const JOIN_TOKEN_USES_MAX = 1_000;
const BOOTSTRAP_NODES_MAX = 7;
const VERSION_LENGTH_MAX = 100;
const REQUEST_ID_LENGTH_MAX = 64;
const MEMBERS_MAX = 4_096;
const CONFIG_KEYS_MAX = 100;
const OTHER_RESOURCES = ['queue', 'bucket', 'coordinator'] as const;
const NODE_MODES = ['normal', 'draining', 'decommissioning'] as const;

export function encodeCommand(command: CatalogCommand): Uint8Array {
  return utf8Encode(JSON.stringify({ v: versionOf(command), ...command }));
}

function versionOf(command: CatalogCommand): number {
  return command.kind === 'create-stream' && command.resource !== undefined ? 2 : 1;
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
    return decodeFields(fields, version);
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
}

function decodeFields(fields: Fields, version: number): CatalogCommand {
  const kind = fields.text('kind', 1, 40);
  const common: Common = {
    requestId: fields.text('requestId', 1, REQUEST_ID_LENGTH_MAX),
    timeMs: fields.integer('timeMs', 0, Number.MAX_SAFE_INTEGER),
    ...fields.optional('by', () => fields.text('by', 0, 100)),
  };
  const command =
    nodeCommand(kind, common, fields) ??
    streamCommand(kind, common, fields, version) ??
    groupCommand(kind, common, fields) ??
    operatorCommand(kind, common, fields) ??
    accessCommand(kind, common, fields);
  if (command === undefined)
    throw new FlowError('INVALID_ARGUMENT', `unknown metadata command '${kind}'`, {
      hint: 'The proposing node may be of a later version.',
    });
  return command;
}

function nodeCommand(kind: string, common: Common, fields: Fields): CatalogCommand | undefined {
  const force = () => fields.optional('force', () => fields.boolean('force'));
  const token = () => fields.optional('token', () => tokenProof(fields.object('token')));
  switch (kind) {
    case 'init-cluster':
      return {
        kind,
        ...common,
        clusterId: fields.pattern('clusterId', /^[A-Za-z0-9_-]{1,64}$/),
        nodes: bootstrapNodes(fields),
        ...fields.optional('config', () => fields.textMap('config', CONFIG_KEYS_MAX)),
        ...fields.optional('featureLevel', () => level(fields, 'featureLevel')),
      };
    case 'register-node':
      return { kind, ...common, ...introduction(fields), ...token() };
    case 'update-node':
      return { kind, ...common, ...introduction(fields), node: fields.node('node') };
    case 'replace-node': {
      const lostUuid = fields.optional('lostUuid', () => fields.uuid('lostUuid'));
      const oldNode = fields.node('oldNode');
      return { kind, ...common, ...introduction(fields), oldNode, ...lostUuid, ...token() };
    }
    case 'set-node-mode':
      return {
        kind,
        ...common,
        node: fields.node('node'),
        mode: fields.choice('mode', NODE_MODES),
        ...force(),
      };
    case 'remove-node':
      return { kind, ...common, node: fields.node('node'), ...force() };
  }
  return undefined;
}

function streamCommand(
  kind: string,
  common: Common,
  fields: Fields,
  version: number,
): CatalogCommand | undefined {
  switch (kind) {
    case 'create-stream':
      return { kind, ...common, ...newStream(fields, version) };
    case 'delete-stream':
      return { kind, ...common, uuid: fields.uuid('uuid') };
    case 'alter-stream':
      return { kind, ...common, uuid: fields.uuid('uuid'), ...configChange(fields) };
    case 'add-partitions':
      return {
        kind,
        ...common,
        uuid: fields.uuid('uuid'),
        count: fields.integer('count', 1, PARTITIONS_PER_STREAM_MAX),
        ...placement(fields),
      };
    case 'set-replication-factor':
      return {
        kind,
        ...common,
        uuid: fields.uuid('uuid'),
        replicationFactor: fields.integer('replicationFactor', 1, REPLICATION_FACTOR_MAX),
        assignments: reassignments(fields, 'assignments'),
      };
    case 'allocate-producer-ids':
      return { kind, ...common, count: fields.integer('count', 1, PRODUCER_ID_BLOCK_MAX) };
  }
  return undefined;
}

function groupCommand(kind: string, common: Common, fields: Fields): CatalogCommand | undefined {
  switch (kind) {
    case 'replace-replica':
      return { kind, ...common, group: fields.group('group'), member: fields.member('member') };
    case 'move-replicas':
      return {
        kind,
        ...common,
        moves: reassignments(fields, 'moves'),
        reason: fields.choice('reason', MOVE_REASONS),
        ...fields.optional('rebalance', () => fields.boolean('rebalance')),
      };
    case 'cancel-moves':
      return { kind, ...common, groups: fields.groups('groups', 1, MOVES_PER_COMMAND_MAX) };
    case 'finish-move':
      return {
        kind,
        ...common,
        group: fields.group('group'),
        members: fields.members('members', MEMBERS_MAX),
      };
    case 'recover-group':
      return {
        kind,
        ...common,
        group: fields.group('group'),
        survivor: fields.member('survivor'),
        reason: fields.text('reason', 0, 500),
      };
    case 'set-metadata-voters':
      return { kind, ...common, voters: fields.nodes('voters', 1, METADATA_VOTERS_MAX) };
  }
  return undefined;
}

function operatorCommand(kind: string, common: Common, fields: Fields): CatalogCommand | undefined {
  switch (kind) {
    case 'start-rebalance':
    case 'finish-rebalance':
    case 'cancel-rebalance':
      return { kind, ...common, id: fields.text('id', 1, 64) };
    case 'create-join-token':
      return {
        kind,
        ...common,
        ...tokenProof(fields),
        expiresAtMs: fields.integer('expiresAtMs', 0, Number.MAX_SAFE_INTEGER),
        usesMax: fields.integer('usesMax', 1, JOIN_TOKEN_USES_MAX),
        description: fields.text('description', 0, 200),
      };
    case 'revoke-join-token':
      return { kind, ...common, id: tokenId(fields) };
    case 'set-config':
      return {
        kind,
        ...common,
        scope: fields.text('scope', 1, GROUP_SCOPE_CHARS_MAX),
        ...configChange(fields),
      };
    case 'finalise-features':
      return {
        kind,
        ...common,
        level: level(fields, 'level'),
        ...fields.optional('nodes', () => nodeFeatures(fields)),
      };
  }
  return undefined;
}

function level(fields: Fields, key: string): number {
  return fields.integer(key, 1, 1_000);
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
    ...fields.optional('version', () => fields.text('version', 0, VERSION_LENGTH_MAX)),
    ...fields.optional('features', () => featureRange(fields.object('features'))),
    ...fields.optional('capacityBytes', () => fields.integer('capacityBytes', 0, Number.MAX_SAFE_INTEGER)),
  };
}

function nodeFeatures(fields: Fields): readonly NodeFeatures[] {
  return fields.objects('nodes', 0, NODE_ID_MAX).map((one) => ({
    node: one.node('node'),
    features: featureRange(one.object('features')),
    ...one.optional('version', () => one.text('version', 0, VERSION_LENGTH_MAX)),
    ...one.optional('capacityBytes', () => one.integer('capacityBytes', 0, Number.MAX_SAFE_INTEGER)),
  }));
}

function featureRange(fields: Fields): FeatureRange {
  const min = level(fields, 'min');
  return { min, max: fields.integer('max', min, 1_000) };
}

function bootstrapNodes(fields: Fields): InitCluster['nodes'] {
  return fields
    .objects('nodes', 1, BOOTSTRAP_NODES_MAX)
    .map((node) => ({ id: node.node('id'), ...introduction(node) }));
}

function newStream(fields: Fields, version: number): Omit<CreateStream, keyof Common | 'kind'> {
  const resource = () => fields.optional('resource', () => fields.choice('resource', OTHER_RESOURCES));
  return {
    ...(version >= 2 ? resource() : {}),
    uuid: fields.uuid('uuid'),
    name: fields.text('name', 0, 1_000),
    replicationFactor: fields.integer('replicationFactor', 1, REPLICATION_FACTOR_MAX),
    config: fields.textMap('config', CONFIG_KEYS_MAX),
    ...placement(fields),
  };
}

function placement(fields: Fields): Pick<CreateStream, 'placement' | 'placementVersion'> {
  return {
    placement: fields.nodeLists('placement', PARTITIONS_PER_STREAM_MAX, REPLICATION_FACTOR_MAX),
    placementVersion: fields.integer('placementVersion', 1, 1_000),
  };
}

function reassignments(fields: Fields, key: string): readonly Reassignment[] {
  return fields.objects(key, 1, MOVES_PER_COMMAND_MAX).map((one) => ({
    group: one.group('group'),
    from: one.nodes('from', 1, REPLICATION_FACTOR_MAX),
    to: one.nodes('to', 1, REPLICATION_FACTOR_MAX),
    ...one.optional('bytes', () => one.integer('bytes', 0, Number.MAX_SAFE_INTEGER)),
  }));
}

function configChange(fields: Fields): Pick<SetConfig, 'set' | 'unset'> {
  return { set: fields.textMap('set', CONFIG_KEYS_MAX), unset: fields.texts('unset', CONFIG_KEYS_MAX) };
}

function tokenId(fields: Fields): string {
  return fields.pattern('id', /^[0-9a-f]{16}$/);
}

function tokenProof(fields: Fields): TokenProof {
  return { id: tokenId(fields), secretHash: fields.pattern('secretHash', /^[0-9a-f]{64}$/) };
}
