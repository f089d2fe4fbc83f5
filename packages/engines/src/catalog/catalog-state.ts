/**
 * The catalog in memory with its mirror as keys and values (stored-values.ts). Commands are decided as lists of changes first, so
 * that a rejected command touches nothing; `commit` is the only way state changes.
 *
 * Iteration is always in ascending order of ids, so that derived values are the same everywhere.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { AssertionError, ByteWriter, must } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { CatalogUser } from './access-types.ts';
import { AuditLog } from './audit-log.ts';
import type {
  AuditEntry,
  CatalogNode,
  CatalogPartition,
  CatalogStream,
  JoinToken,
  Rebalance,
  Tombstone,
  WantedMember,
} from './catalog-types.ts';
import { FEATURES } from './features.ts';
import { qualifiedNameOf } from './resource-name.ts';
import {
  family,
  fromJson,
  numberKey,
  readNode,
  readPartition,
  readRebalance,
  readStream,
  readTombstone,
  singleKey,
  storedStream,
  TAG,
  textKey,
  textOfKey,
  toJson,
  tombstoneKey,
  tombstoneName,
} from './stored-values.ts';
import { groupOfScope } from './group-config.ts';
import { WantedIndex } from './wanted-index.ts';

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
  readonly featureLevel: number;
}

type Config = Readonly<Record<string, string>>;

export type CatalogChange =
  | { readonly kind: 'globals'; readonly globals: Partial<Omit<CatalogGlobals, 'revision'>> }
  | { readonly kind: 'put-node'; readonly node: CatalogNode }
  | { readonly kind: 'put-stream'; readonly stream: CatalogStream }
  | { readonly kind: 'remove-stream'; readonly uuid: string }
  | { readonly kind: 'put-partition'; readonly partition: CatalogPartition }
  | { readonly kind: 'remove-partition'; readonly group: GroupId }
  | { readonly kind: 'put-tombstone'; readonly tombstone: Tombstone }
  /** An empty configuration is none. */
  | { readonly kind: 'put-config'; readonly scope: string; readonly config: Config }
  | { readonly kind: 'put-token'; readonly token: JoinToken }
  | { readonly kind: 'remove-token'; readonly id: string }
  | { readonly kind: 'put-rebalance'; readonly rebalance: Rebalance }
  | { readonly kind: 'put-user'; readonly user: CatalogUser }
  | { readonly kind: 'remove-user'; readonly name: string }
  | { readonly kind: 'add-audit'; readonly entry: AuditEntry };

const FRESH: CatalogGlobals = {
  clusterId: '',
  revision: 0,
  nextNode: 1,
  nextGroup: 1,
  nextProducerId: 1,
  featureLevel: 1,
};
const NOTHING_SET: Config = {};

export class CatalogState {
  private globalValues: CatalogGlobals = FRESH;
  private readonly nodesById = new Map<NodeId, CatalogNode>();
  private readonly nodeIdsByUuid = new Map<string, NodeId>();
  private readonly streamsByUuid = new Map<string, CatalogStream>();
  /** By qualified name. */
  private readonly uuidsByName = new Map<string, string>();
  private readonly partitionsByGroup = new Map<GroupId, CatalogPartition>();
  /** In order of revision, group, member. */
  private readonly tombstonesByKey = new Map<string, Tombstone>();
  private readonly configsByScope = new Map<string, Config>();
  private readonly tokensById = new Map<string, JoinToken>();
  private readonly usersByName = new Map<string, CatalogUser>();
  /** Counts changes of users since this copy was made. */
  userChanges = 0;
  private latestRebalance: Rebalance | undefined;
  readonly auditLog = new AuditLog();
  private readonly wantedIndex = new WantedIndex();
  /** By qualified name; undefined since the last change of a stream. */
  private streamList: readonly CatalogStream[] | undefined;

  get globals(): CatalogGlobals {
    return this.globalValues;
  }

  nodes(): readonly CatalogNode[] {
    return [...this.nodesById.values()];
  }

  activeNodes(): readonly CatalogNode[] {
    return this.nodes().filter((node) => node.state === 'active');
  }

  node(id: NodeId): CatalogNode | undefined {
    return this.nodesById.get(id);
  }

  nodeByUuid(uuid: string): CatalogNode | undefined {
    const id = this.nodeIdsByUuid.get(uuid);
    return id === undefined ? undefined : this.nodesById.get(id);
  }

  streamByUuid(uuid: string): CatalogStream | undefined {
    return this.streamsByUuid.get(uuid);
  }

  streamByName(qualified: string): CatalogStream | undefined {
    const uuid = this.uuidsByName.get(qualified);
    return uuid === undefined ? undefined : this.streamsByUuid.get(uuid);
  }

  /** Of every kind, by qualified name. */
  streams(): readonly CatalogStream[] {
    this.streamList ??= [...this.uuidsByName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, uuid]) => must(this.streamsByUuid.get(uuid), 'a name belongs to a stream'));
    return this.streamList;
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

  /** Ascending by group. */
  moving(): readonly CatalogPartition[] {
    return this.wantedIndex
      .moving()
      .map((group) => must(this.partitionsByGroup.get(group), 'a moving partition exists'));
  }

  wanted(node: NodeId): readonly WantedMember[] {
    return this.wantedIndex.of(node);
  }

  isTombstoned(group: GroupId, member: MemberId): boolean {
    return this.tombstonesByKey.has(tombstoneName(group, member));
  }

  tombstones(): Iterable<Tombstone> {
    return this.tombstonesByKey.values();
  }

  /** Empty where nothing is set. */
  config(scope: string): Config {
    return this.configsByScope.get(scope) ?? NOTHING_SET;
  }

  /** Groups with a configuration, by name. */
  configuredGroups(): readonly string[] {
    return [...this.configsByScope.keys()].flatMap((scope) => groupOfScope(scope) ?? []).sort();
  }

  token(id: string): JoinToken | undefined {
    return this.tokensById.get(id);
  }

  /** Oldest first. */
  tokens(): readonly JoinToken[] {
    return [...this.tokensById.values()].sort(
      (a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1),
    );
  }

  user(name: string): CatalogUser | undefined {
    return this.usersByName.get(name);
  }

  /** By name. */
  users(): readonly CatalogUser[] {
    return [...this.usersByName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get rebalance(): Rebalance | undefined {
    return this.latestRebalance;
  }

  /** Applies the changes of one accepted command; `revision` is its log index. */
  commit(changes: readonly CatalogChange[], revision: number, writer: StateWriter): void {
    let globals: CatalogGlobals = { ...this.globalValues, revision };
    for (const change of changes) {
      if (change.kind === 'globals') globals = { ...globals, ...change.globals };
      else this.commitOne(change, writer);
    }
    checkLevel(globals);
    this.globalValues = globals;
    writer.put(singleKey(TAG.globals), toJson(globals));
  }

  private commitOne(change: Exclude<CatalogChange, { kind: 'globals' }>, writer: StateWriter): void {
    switch (change.kind) {
      case 'put-node':
        this.setNode(change.node);
        writer.put(numberKey(TAG.node, change.node.id), toJson(change.node));
        return;
      case 'put-stream':
        this.setStream(change.stream);
        writer.put(textKey(TAG.stream, change.stream.uuid), toJson(storedStream(change.stream)));
        return;
      case 'remove-stream':
        this.removeStream(change.uuid);
        writer.del(textKey(TAG.stream, change.uuid));
        return;
      case 'put-partition':
        this.setPartition(change.partition.group, change.partition);
        writer.put(numberKey(TAG.partition, change.partition.group), toJson(change.partition));
        return;
      case 'remove-partition':
        this.setPartition(change.group, undefined);
        writer.del(numberKey(TAG.partition, change.group));
        return;
      case 'put-tombstone':
        this.bury(change.tombstone, writer);
        return;
      case 'put-config':
        this.setConfig(change.scope, change.config);
        if (this.configsByScope.has(change.scope))
          writer.put(textKey(TAG.config, change.scope), toJson(change.config));
        else writer.del(textKey(TAG.config, change.scope));
        return;
      case 'put-token':
        this.tokensById.set(change.token.id, change.token);
        writer.put(textKey(TAG.token, change.token.id), toJson(change.token));
        return;
      case 'remove-token':
        this.tokensById.delete(change.id);
        writer.del(textKey(TAG.token, change.id));
        return;
      case 'put-user':
        this.userChanges++;
        this.usersByName.set(change.user.name, change.user);
        writer.put(textKey(TAG.user, change.user.name), toJson(change.user));
        return;
      case 'remove-user':
        this.userChanges++;
        this.usersByName.delete(change.name);
        writer.del(textKey(TAG.user, change.name));
        return;
      case 'put-rebalance':
        this.latestRebalance = change.rebalance;
        writer.put(singleKey(TAG.rebalance), toJson(change.rebalance));
        return;
      case 'add-audit':
        this.auditLog.add(change.entry, writer);
        return;
    }
  }

  private setNode(node: CatalogNode): void {
    this.nodesById.set(node.id, node);
    this.nodeIdsByUuid.set(node.uuid, node.id);
  }

  private setStream(stream: CatalogStream): void {
    this.streamsByUuid.set(stream.uuid, stream);
    this.uuidsByName.set(qualifiedNameOf(stream), stream.uuid);
    this.streamList = undefined;
  }

  private removeStream(uuid: string): void {
    const stream = must(this.streamsByUuid.get(uuid), 'a removed stream exists');
    this.streamsByUuid.delete(uuid);
    this.uuidsByName.delete(qualifiedNameOf(stream));
    this.streamList = undefined;
  }

  private setPartition(group: GroupId, partition: CatalogPartition | undefined): void {
    this.wantedIndex.replace(this.partitionsByGroup.get(group), partition);
    if (partition === undefined) this.partitionsByGroup.delete(group);
    else this.partitionsByGroup.set(group, partition);
  }

  private setConfig(scope: string, config: Config): void {
    if (Object.keys(config).length === 0) this.configsByScope.delete(scope);
    else this.configsByScope.set(scope, config);
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
    const globals = await state.get(singleKey(TAG.globals));
    if (globals !== undefined)
      this.globalValues = { ...FRESH, ...fromJson<Partial<CatalogGlobals>>(globals) };
    checkLevel(this.globalValues);
    const values = async (tag: number) => (await state.scan(family(tag))).map(([, value]) => value);
    for (const value of await values(TAG.node)) this.setNode(readNode(value));
    for (const value of await values(TAG.stream)) this.setStream(readStream(value));
    for (const value of await values(TAG.partition)) {
      const partition = readPartition(value);
      this.setPartition(partition.group, partition);
    }
    const buried = (await state.scan(family(TAG.tombstone))).map(([key, value]) => readTombstone(key, value));
    buried.sort((a, b) => a.revision - b.revision || a.group - b.group || a.member - b.member);
    for (const tombstone of buried)
      this.tombstonesByKey.set(tombstoneName(tombstone.group, tombstone.member), tombstone);
    for (const [key, value] of await state.scan(family(TAG.config)))
      this.configsByScope.set(textOfKey(key), fromJson<Config>(value));
    for (const value of await values(TAG.token)) {
      const token = fromJson<JoinToken>(value);
      this.tokensById.set(token.id, token);
    }
    for (const value of await values(TAG.user)) {
      const user = fromJson<CatalogUser>(value);
      this.usersByName.set(user.name, user);
    }
    const rebalance = await state.get(singleKey(TAG.rebalance));
    if (rebalance !== undefined) this.latestRebalance = readRebalance(rebalance);
    await this.auditLog.load(state);
  }

  /** Everything, in a defined order. */
  describe(): string {
    const streams = [...this.streamsByUuid.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    return JSON.stringify([
      this.globalValues,
      [...this.nodesById.values()],
      streams.map((stream) => storedStream(stream)),
      [...this.partitionsByGroup.values()],
      [...this.tombstonesByKey.values()],
      [...this.configsByScope].sort(([a], [b]) => (a < b ? -1 : 1)),
      this.tokens(),
      this.latestRebalance,
      this.users(),
      [...this.auditLog.entries()],
    ]);
  }
}

/** A build that does not know the level would understand commands differently than the others: it must not run. */
function checkLevel(globals: CatalogGlobals): void {
  if (globals.featureLevel > FEATURES.max) {
    throw new AssertionError(
      `the cluster is at feature level ${globals.featureLevel}; this build knows ${FEATURES.max}: upgrade it`,
    );
  }
}
