/**
 * The catalog in memory with its mirror as keys and values. Commands are decided as lists of changes first, so that a rejected
 * command touches nothing; `commit` is the only way state changes.
 *
 * Keys: 1 globals · 2 node(u64) · 3 stream(uuid) · 4 group(u64) partition · 5 group(u64) member(u64) tombstone.
 * Iteration is always in ascending order of ids, so that derived values are the same everywhere.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import {
  ByteReader,
  ByteWriter,
  groupId,
  memberIdFrom,
  must,
  nodeOf,
  utf8Decode,
  utf8Encode,
} from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type {
  CatalogNode,
  CatalogPartition,
  CatalogStream,
  Tombstone,
  WantedMember,
} from './catalog-types.ts';

/** Beyond this the oldest is forgotten; its replica then stays on a disk that nobody asked for long. Safe, not tidy. */
export const TOMBSTONES_MAX = 100_000;

export interface CatalogGlobals {
  /** Empty until the cluster is initialised. */
  readonly clusterId: string;
  /** Log index of the last command that changed something. */
  readonly revision: number;
  readonly nextNode: number;
  readonly nextGroup: number;
  readonly nextProducerId: number;
}

export type CatalogChange =
  | { readonly kind: 'globals'; readonly globals: Partial<Omit<CatalogGlobals, 'revision'>> }
  | { readonly kind: 'put-node'; readonly node: CatalogNode }
  | { readonly kind: 'put-stream'; readonly stream: CatalogStream }
  | { readonly kind: 'remove-stream'; readonly uuid: string }
  | { readonly kind: 'put-partition'; readonly partition: CatalogPartition }
  | { readonly kind: 'remove-partition'; readonly group: GroupId }
  | { readonly kind: 'put-tombstone'; readonly tombstone: Tombstone };

const FRESH: CatalogGlobals = { clusterId: '', revision: 0, nextNode: 1, nextGroup: 1, nextProducerId: 1 };

interface Derived {
  readonly streams: readonly CatalogStream[];
  readonly wanted: ReadonlyMap<NodeId, readonly WantedMember[]>;
}

export class CatalogState {
  private globalValues: CatalogGlobals = FRESH;
  private readonly nodesById = new Map<NodeId, CatalogNode>();
  private readonly streamsByUuid = new Map<string, CatalogStream>();
  private readonly uuidsByName = new Map<string, string>();
  private readonly partitionsByGroup = new Map<GroupId, CatalogPartition>();
  /** In order of revision, group, member. */
  private readonly tombstonesByKey = new Map<string, Tombstone>();
  private derivedValues: Derived | undefined;

  get globals(): CatalogGlobals {
    return this.globalValues;
  }

  nodes(): readonly CatalogNode[] {
    return [...this.nodesById.values()];
  }

  node(id: NodeId): CatalogNode | undefined {
    return this.nodesById.get(id);
  }

  nodeByUuid(uuid: string): CatalogNode | undefined {
    for (const node of this.nodesById.values()) if (node.uuid === uuid) return node;
    return undefined;
  }

  streamByUuid(uuid: string): CatalogStream | undefined {
    return this.streamsByUuid.get(uuid);
  }

  streamByName(name: string): CatalogStream | undefined {
    const uuid = this.uuidsByName.get(name);
    return uuid === undefined ? undefined : this.streamsByUuid.get(uuid);
  }

  /** By name. */
  streams(): readonly CatalogStream[] {
    return this.derived().streams;
  }

  partition(group: GroupId): CatalogPartition | undefined {
    return this.partitionsByGroup.get(group);
  }

  /** The metadata group first, then ascending. */
  partitions(): Iterable<CatalogPartition> {
    return this.partitionsByGroup.values();
  }

  get partitionCount(): number {
    return this.partitionsByGroup.size;
  }

  wanted(node: NodeId): readonly WantedMember[] {
    return this.derived().wanted.get(node) ?? [];
  }

  isTombstoned(group: GroupId, member: MemberId): boolean {
    return this.tombstonesByKey.has(tombstoneName(group, member));
  }

  tombstones(): Iterable<Tombstone> {
    return this.tombstonesByKey.values();
  }

  /** Applies the changes of one accepted command; `revision` is its log index. */
  commit(changes: readonly CatalogChange[], revision: number, writer: StateWriter): void {
    this.derivedValues = undefined;
    let globals: CatalogGlobals = { ...this.globalValues, revision };
    for (const change of changes) {
      if (change.kind === 'globals') globals = { ...globals, ...change.globals };
      else this.commitOne(change, writer);
    }
    this.globalValues = globals;
    writer.put(GLOBALS_KEY, toJson(globals));
  }

  private commitOne(change: Exclude<CatalogChange, { kind: 'globals' }>, writer: StateWriter): void {
    switch (change.kind) {
      case 'put-node':
        this.nodesById.set(change.node.id, change.node);
        writer.put(numberKey(2, change.node.id), toJson(change.node));
        return;
      case 'put-stream':
        this.addStream(change.stream);
        writer.put(streamKey(change.stream.uuid), toJson(change.stream));
        return;
      case 'remove-stream': {
        const stream = must(this.streamsByUuid.get(change.uuid), 'a removed stream exists');
        this.streamsByUuid.delete(change.uuid);
        this.uuidsByName.delete(stream.name);
        writer.del(streamKey(change.uuid));
        return;
      }
      case 'put-partition':
        this.partitionsByGroup.set(change.partition.group, change.partition);
        writer.put(numberKey(4, change.partition.group), toJson(change.partition));
        return;
      case 'remove-partition':
        this.partitionsByGroup.delete(change.group);
        writer.del(numberKey(4, change.group));
        return;
      case 'put-tombstone':
        this.bury(change.tombstone, writer);
        return;
    }
  }

  private addStream(stream: CatalogStream): void {
    this.streamsByUuid.set(stream.uuid, stream);
    this.uuidsByName.set(stream.name, stream.uuid);
  }

  private bury(tombstone: Tombstone, writer: StateWriter): void {
    const name = tombstoneName(tombstone.group, tombstone.member);
    if (this.tombstonesByKey.has(name)) return;
    this.tombstonesByKey.set(name, tombstone);
    writer.put(tombstoneKey(tombstone), new ByteWriter(8).u64(tombstone.revision).finish());
    for (const [oldName, oldest] of this.tombstonesByKey) {
      if (this.tombstonesByKey.size <= TOMBSTONES_MAX) break;
      this.tombstonesByKey.delete(oldName);
      writer.del(tombstoneKey(oldest));
    }
  }

  async load(state: StateReader): Promise<void> {
    const globals = await state.get(GLOBALS_KEY);
    if (globals !== undefined) this.globalValues = fromJson<CatalogGlobals>(globals);
    for (const [, value] of await state.scan(family(2))) {
      const node = fromJson<CatalogNode>(value);
      this.nodesById.set(node.id, node);
    }
    for (const [, value] of await state.scan(family(3))) this.addStream(fromJson<CatalogStream>(value));
    for (const [, value] of await state.scan(family(4))) {
      const partition = fromJson<CatalogPartition>(value);
      this.partitionsByGroup.set(partition.group, partition);
    }
    const buried = (await state.scan(family(5))).map(([key, value]) => readTombstone(key, value));
    buried.sort((a, b) => a.revision - b.revision || a.group - b.group || a.member - b.member);
    for (const tombstone of buried)
      this.tombstonesByKey.set(tombstoneName(tombstone.group, tombstone.member), tombstone);
    this.derivedValues = undefined;
  }

  /** Everything, in a defined order. */
  describe(): string {
    const streams = [...this.streamsByUuid.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    return JSON.stringify([
      this.globalValues,
      [...this.nodesById.values()],
      streams,
      [...this.partitionsByGroup.values()],
      [...this.tombstonesByKey.values()],
    ]);
  }

  private derived(): Derived {
    this.derivedValues ??= {
      streams: [...this.streamsByUuid.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      wanted: wantedByNode(this.partitionsByGroup.values()),
    };
    return this.derivedValues;
  }
}

function wantedByNode(partitions: Iterable<CatalogPartition>): ReadonlyMap<NodeId, readonly WantedMember[]> {
  const wanted = new Map<NodeId, WantedMember[]>();
  for (const partition of partitions) {
    const add = (member: MemberId, releasing: boolean): void => {
      const initial = partition.initial.includes(member) ? partition.initial : [];
      const entry = { group: partition.group, member, initial, releasing };
      const list = wanted.get(nodeOf(member));
      if (list === undefined) wanted.set(nodeOf(member), [entry]);
      else list.push(entry);
    };
    for (const member of partition.replicas) add(member, false);
    for (const member of partition.learners) add(member, false);
    for (const member of partition.move?.releasing ?? []) add(member, true);
  }
  return wanted;
}

const GLOBALS_KEY = Uint8Array.of(1);

function family(tag: number): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return { from: Uint8Array.of(tag), to: Uint8Array.of(tag + 1) };
}

function numberKey(tag: number, id: number): Uint8Array {
  return new ByteWriter(9).u8(tag).u64(id).finish();
}

function streamKey(uuid: string): Uint8Array {
  return new ByteWriter(40).u8(3).raw(utf8Encode(uuid)).finish();
}

function tombstoneKey(tombstone: Tombstone): Uint8Array {
  return new ByteWriter(17).u8(5).u64(tombstone.group).u64(tombstone.member).finish();
}

function tombstoneName(group: GroupId, member: MemberId): string {
  return `${group}/${member}`;
}

function readTombstone(key: Uint8Array, value: Uint8Array): Tombstone {
  const reader = new ByteReader(key.subarray(1));
  return {
    group: groupId(reader.u64()),
    member: memberIdFrom(reader.u64()),
    revision: new ByteReader(value).u64(),
  };
}

function toJson(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(utf8Decode(bytes)) as T;
}
