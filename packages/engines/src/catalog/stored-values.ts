/**
 * Keys and values of the catalog in the store, and how values written by earlier builds become today's. Every loaded value gets its
 * fields in one order, whoever wrote it, so that digests of equal states are equal.
 *
 * Keys: 1 globals · 2 node(u64) · 3 stream(uuid) · 4 group(u64) partition · 5 group(u64) member(u64) tombstone · 6 requests
 * (request-table.ts) · 7 configuration(scope) · 8 join token(id) · 9 rebalance · 10 audit revision(u64) · 11 user(name).
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { ByteReader, ByteWriter, groupId, memberIdFrom, utf8Decode, utf8Encode } from '@flowmesh/base';
import type {
  CatalogNode,
  CatalogPartition,
  CatalogStream,
  PartitionMove,
  Rebalance,
  Tombstone,
} from './catalog-types.ts';
import { FEATURES_UNTOLD } from './features.ts';

export const TAG = {
  globals: 1,
  node: 2,
  stream: 3,
  partition: 4,
  tombstone: 5,
  config: 7,
  token: 8,
  rebalance: 9,
  audit: 10,
  user: 11,
} as const;

export function family(tag: number): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return { from: Uint8Array.of(tag), to: Uint8Array.of(tag + 1) };
}

export function singleKey(tag: number): Uint8Array {
  return Uint8Array.of(tag);
}

export function numberKey(tag: number, id: number): Uint8Array {
  return new ByteWriter(9).u8(tag).u64(id).finish();
}

export function textKey(tag: number, text: string): Uint8Array {
  return new ByteWriter(40).u8(tag).raw(utf8Encode(text)).finish();
}

export function textOfKey(key: Uint8Array): string {
  return utf8Decode(key.subarray(1));
}

export function tombstoneKey(tombstone: Tombstone): Uint8Array {
  return new ByteWriter(17).u8(TAG.tombstone).u64(tombstone.group).u64(tombstone.member).finish();
}

export function tombstoneName(group: GroupId, member: MemberId): string {
  return `${group}/${member}`;
}

export function readTombstone(key: Uint8Array, value: Uint8Array): Tombstone {
  const reader = new ByteReader(key.subarray(1));
  return {
    group: groupId(reader.u64()),
    member: memberIdFrom(reader.u64()),
    revision: new ByteReader(value).u64(),
  };
}

export function toJson(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

export function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(utf8Decode(bytes)) as T;
}

/** What earlier builds always wrote, and what they may not have written. */
type Stored<T, Always extends keyof T> = Pick<T, Always> & Partial<Omit<T, Always>>;

type StoredNode = Stored<CatalogNode, 'id' | 'uuid' | 'addresses' | 'rack' | 'state' | 'registeredRevision'>;

export function readNode(bytes: Uint8Array): CatalogNode {
  const node = fromJson<StoredNode>(bytes);
  return {
    id: node.id,
    uuid: node.uuid,
    addresses: node.addresses,
    rack: node.rack,
    state: node.state,
    registeredRevision: node.registeredRevision,
    replacedBy: node.replacedBy as NodeId | undefined,
    mode: node.mode ?? 'normal',
    modeRevision: node.modeRevision ?? 0,
    version: node.version ?? '',
    features: node.features ?? FEATURES_UNTOLD,
    capacityBytes: node.capacityBytes ?? 0,
  };
}

/** Of streams as builds that know only those wrote them, without a kind. */
export function storedStream({ kind, ...stream }: CatalogStream): StoredStream {
  return kind === 'stream' ? stream : { ...stream, kind };
}

type StoredStream = Stored<CatalogStream, Exclude<keyof CatalogStream, 'changedRevision' | 'kind'>>;

export function readStream(bytes: Uint8Array): CatalogStream {
  const stream = fromJson<StoredStream>(bytes);
  return {
    uuid: stream.uuid,
    name: stream.name,
    revision: stream.revision,
    changedRevision: stream.changedRevision ?? stream.revision,
    createdAtMs: stream.createdAtMs,
    replicationFactor: stream.replicationFactor,
    config: stream.config,
    groups: stream.groups,
    kind: stream.kind ?? 'stream',
  };
}

type StoredPartition = Omit<
  Stored<CatalogPartition, 'group' | 'partition' | 'initial' | 'replicas' | 'learners'>,
  'move'
> & { readonly move?: Stored<PartitionMove, 'releasing' | 'revision'> };

export function readPartition(bytes: Uint8Array): CatalogPartition {
  const partition = fromJson<StoredPartition>(bytes);
  const { move } = partition;
  return {
    group: partition.group,
    stream: partition.stream,
    partition: partition.partition,
    initial: partition.initial,
    replicas: partition.replicas,
    learners: partition.learners,
    move:
      move === undefined
        ? undefined
        : {
            releasing: move.releasing,
            revision: move.revision,
            reason: move.reason ?? 'replacement',
            startedAtMs: move.startedAtMs ?? 0,
            previous: move.previous ?? [],
            replacing: move.replacing ?? [],
            rebalance: move.rebalance ?? false,
          },
    recovery: partition.recovery,
  };
}

export function readRebalance(bytes: Uint8Array): Rebalance {
  const {
    id,
    state,
    startedAtMs,
    endedAtMs,
    moves,
    bytes: copied,
  } = fromJson<Stored<Rebalance, Exclude<keyof Rebalance, 'endedAtMs'>>>(bytes);
  return { id, state, startedAtMs, endedAtMs, moves, bytes: copied };
}
