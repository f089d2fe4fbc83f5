/**
 * The machine of the metadata group. No command can make it throw, except one of a later version of the command language: a refusal is
 * a reply and changes nothing. Repeated request ids get their first success again.
 *
 * Everything is in memory: thousands of nodes and partitions are a few megabytes.
 */
import type { GroupId, MachineKind, MemberId, NodeId } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';
import { digestText } from '../digest.ts';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import type { CatalogUser } from './access-types.ts';
import { auditOf } from './audit.ts';
import type { CatalogCommand } from './catalog-command.ts';
import type { CatalogReply } from './catalog-reply.ts';
import type { CatalogChange } from './catalog-state.ts';
import { CatalogState } from './catalog-state.ts';
import type {
  AuditEntry,
  CatalogNode,
  CatalogPartition,
  CatalogStream,
  JoinToken,
  Rebalance,
  ResourceKind,
  Tombstone,
  WantedMember,
} from './catalog-types.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { CLUSTER_SCOPE, resolveClusterConfig } from './cluster-config.ts';
import { decodeCommand, encodeCommand } from './command-codec.ts';
import type { Decision } from './decision.ts';
import { decide } from './decide.ts';
import { checkLevelOf } from './feature-commands.ts';
import { fingerprintOf } from './request-intent.ts';
import { RequestTable } from './request-table.ts';
import { qualifiedName } from './resource-name.ts';

export class CatalogMachine implements Machine {
  readonly name = 'catalog/1';
  private readonly state = new CatalogState();
  private readonly requests = new RequestTable();

  async load(state: StateReader): Promise<void> {
    await this.state.load(state);
    await this.requests.load(state);
  }

  apply(
    meta: ApplyMeta,
    command: Uint8Array,
    writer: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly never[] } {
    return { reply: this.decide(meta, command, writer), effects: [] };
  }

  private decide(meta: ApplyMeta, bytes: Uint8Array, writer: StateWriter): Reply {
    const command = decodeCommand(bytes);
    if (command instanceof FlowError) return { ok: false, error: command };
    const fingerprint = fingerprintOf(command);
    const decision = this.replay(command, fingerprint) ?? decide(this.state, command, meta.index);
    if (decision instanceof FlowError) return { ok: false, error: decision };
    const changes = this.audited(command, decision, meta.index);
    if (changes.length > 0) this.state.commit(changes, meta.index, writer);
    if (this.requests.find(command.requestId) === undefined) {
      this.requests.add({ requestId: command.requestId, fingerprint, reply: decision.reply }, writer);
    }
    return { ok: true, value: decision.reply };
  }

  /** Builds of level 1 keep no audit, and copies must not differ. */
  private audited(
    command: CatalogCommand,
    { reply, changes }: Exclude<Decision, FlowError>,
    revision: number,
  ): readonly CatalogChange[] {
    if (changes.length === 0 || this.state.globals.featureLevel < 2) return changes;
    const entry = auditOf(this.state, { command, reply, revision });
    return entry === undefined ? changes : [...changes, { kind: 'add-audit', entry }];
  }

  private replay(command: CatalogCommand, fingerprint: string): Decision | undefined {
    const known = this.requests.find(command.requestId);
    if (known === undefined) return undefined;
    if (known.fingerprint === fingerprint) return { reply: known.reply, changes: [] };
    return new FlowError(
      'INVALID_ARGUMENT',
      `request id '${command.requestId}' was used for another request`,
      {
        hint: 'Use a new request id for every intent.',
      },
    );
  }

  /**
   * What the command would come to now: its refusal, its first result where the request id is known, or undefined where it would be
   * carried out. For proposers, before they propose.
   */
  preview(proposed: CatalogCommand): FlowError | CatalogReply | undefined {
    // As `apply` will read it, so that fingerprints are of the same values.
    const command = decodeCommand(encodeCommand(proposed));
    if (command instanceof FlowError) return command;
    const replayed = this.replay(command, fingerprintOf(command));
    if (replayed !== undefined) return replayed instanceof FlowError ? replayed : replayed.reply;
    const decision = decide(this.state, command, this.state.globals.revision + 1);
    return decision instanceof FlowError ? decision : undefined;
  }

  /**
   * Why the command is none for the cluster's level, where that is so. `behind`: nodes that do not know its level, as the caller has
   * it, since this copy may have been kept by a build that knows of no levels.
   */
  levelRefusal(command: CatalogCommand, behind: readonly NodeId[]): FlowError | undefined {
    return checkLevelOf(this.state, command, behind);
  }

  /** What the request with this id came to, if it succeeded and is remembered. */
  resultOf(requestId: string): CatalogReply | undefined {
    return this.requests.find(requestId)?.reply;
  }

  /** Undefined until the cluster is initialised. */
  get clusterId(): string | undefined {
    const { clusterId } = this.state.globals;
    return clusterId === '' ? undefined : clusterId;
  }

  /** Log index of the last command that changed something; 0 at first. */
  get revision(): number {
    return this.state.globals.revision;
  }

  /** Groups below it exist or have existed, as far as this copy knows. */
  get nextGroup(): number {
    return this.state.globals.nextGroup;
  }

  /** Partitions of all streams and the metadata group. */
  get partitionCount(): number {
    return this.state.partitionCount;
  }

  /** What all nodes have agreed to understand. */
  get featureLevel(): number {
    return this.state.globals.featureLevel;
  }

  /** Ascending by id, replaced and removed ones included. */
  nodes(): readonly CatalogNode[] {
    return this.state.nodes();
  }

  /** Ascending by id. */
  activeNodes(): readonly CatalogNode[] {
    return this.state.activeNodes();
  }

  node(id: NodeId): CatalogNode | undefined {
    return this.state.node(id);
  }

  nodeByUuid(uuid: string): CatalogNode | undefined {
    return this.state.nodeByUuid(uuid);
  }

  /** Of whatever kind, by its qualified name. */
  streamByName(qualified: string): CatalogStream | undefined {
    return this.state.streamByName(qualified);
  }

  /** By what its users call it. */
  resource(kind: ResourceKind, name: string): CatalogStream | undefined {
    const found = this.state.streamByName(qualifiedName(kind, name));
    // What users give may look like the qualified name of something of another kind.
    return found?.kind === kind ? found : undefined;
  }

  streamByUuid(uuid: string): CatalogStream | undefined {
    return this.state.streamByUuid(uuid);
  }

  /** Of every kind, by qualified name. */
  streams(): readonly CatalogStream[] {
    return this.state.streams();
  }

  /** By name. */
  resources(kind: ResourceKind): readonly CatalogStream[] {
    return this.state.streams().filter((stream) => stream.kind === kind);
  }

  partitionOfGroup(group: GroupId): CatalogPartition | undefined {
    return this.state.partition(group);
  }

  /** What applies the group's log; undefined for an unknown group. */
  machineKindOf(group: GroupId): MachineKind | undefined {
    const partition = this.state.partition(group);
    if (partition === undefined) return undefined;
    return partition.stream === undefined ? 'catalog' : this.state.streamByUuid(partition.stream)?.kind;
  }

  /** Of the whole cluster, the metadata group first, then ascending. */
  partitions(): Iterable<CatalogPartition> {
    return this.state.partitions();
  }

  /** Partitions with a move, ascending by group; costs what there is, not what there could be. */
  moving(): Iterable<CatalogPartition> {
    return this.state.moving();
  }

  /** Share groups for which something is set, by name. */
  configuredGroups(): readonly string[] {
    return this.state.configuredGroups();
  }

  /** What is set, as given, in scope `cluster`, `node:<id>` or `group:<name>`. */
  config(scope: string): Readonly<Record<string, string>> {
    return this.state.config(scope);
  }

  /** One setting of the cluster, its default where it is not set. What is set for a node is not looked at: see `resolveClusterConfig`. */
  clusterConfig<K extends keyof ClusterConfig>(key: K): ClusterConfig[K] {
    return resolveClusterConfig(this.state.config(CLUSTER_SCOPE))[key];
  }

  /** Oldest first; ended ones stay for a while. */
  joinTokens(): readonly JoinToken[] {
    return this.state.tokens();
  }

  /** Counts changes of users since this copy was made. */
  get userChanges(): number {
    return this.state.userChanges;
  }

  user(name: string): CatalogUser | undefined {
    return this.state.user(name);
  }

  /** By name. */
  users(): readonly CatalogUser[] {
    return this.state.users();
  }

  /** The latest; undefined where there never was one. */
  rebalance(): Rebalance | undefined {
    return this.state.rebalance;
  }

  /** Oldest first, at most a thousand. */
  audit(): Iterable<AuditEntry> {
    return this.state.auditLog.entries();
  }

  /** Every replica the node has to have, ascending by group. */
  membersWanted(node: NodeId): readonly WantedMember[] {
    return this.state.wanted(node);
  }

  /** True where a committed command gave up exactly this replica: its data may be deleted. */
  isTombstoned(group: GroupId, member: MemberId): boolean {
    return this.state.isTombstoned(group, member);
  }

  /** Oldest first. */
  tombstones(): Iterable<Tombstone> {
    return this.state.tombstones();
  }

  /** Metadata is small, and a cluster with full disks must still be led and repaired. */
  needsRoom(): boolean {
    return false;
  }

  neededFrom(applied: number): number {
    return applied + 1;
  }

  digest(): string {
    return digestText(`${this.state.describe()}${this.requests.describe()}`);
  }
}
