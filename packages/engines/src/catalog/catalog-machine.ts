/**
 * The machine of the metadata group. No command can make it throw, except one of a later version of the command language: a refusal is
 * a reply and changes nothing. Repeated request ids get their first success again.
 *
 * Everything is in memory: thousands of nodes and partitions are a few megabytes.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';
import { digestText } from '../digest.ts';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import type { CatalogCommand, CatalogReply } from './catalog-command.ts';
import { decodeCommand } from './catalog-command.ts';
import { CatalogState } from './catalog-state.ts';
import type {
  CatalogNode,
  CatalogPartition,
  CatalogStream,
  Tombstone,
  WantedMember,
} from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { precondition } from './decision.ts';
import { finishMove, replaceReplica } from './membership-commands.ts';
import { initCluster, registerNode, replaceNode, updateNode } from './node-commands.ts';
import { fingerprintOf, RequestTable } from './request-table.ts';
import { allocateProducerIds, createStream, deleteStream } from './stream-commands.ts';

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
    if (decision.changes.length > 0) this.state.commit(decision.changes, meta.index, writer);
    if (this.requests.find(command.requestId) === undefined) {
      this.requests.add({ requestId: command.requestId, fingerprint, reply: decision.reply }, writer);
    }
    return { ok: true, value: decision.reply };
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
  preview(command: CatalogCommand): FlowError | CatalogReply | undefined {
    const replayed = this.replay(command, fingerprintOf(command));
    if (replayed !== undefined) return replayed instanceof FlowError ? replayed : replayed.reply;
    const decision = decide(this.state, command, this.state.globals.revision + 1);
    return decision instanceof FlowError ? decision : undefined;
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

  /** Partitions of all streams and the metadata group: a good `startAt` for placements. */
  get partitionCount(): number {
    return this.state.partitionCount;
  }

  /** Ascending by id, replaced ones included. */
  nodes(): readonly CatalogNode[] {
    return this.state.nodes();
  }

  node(id: NodeId): CatalogNode | undefined {
    return this.state.node(id);
  }

  nodeByUuid(uuid: string): CatalogNode | undefined {
    return this.state.nodeByUuid(uuid);
  }

  streamByName(name: string): CatalogStream | undefined {
    return this.state.streamByName(name);
  }

  streamByUuid(uuid: string): CatalogStream | undefined {
    return this.state.streamByUuid(uuid);
  }

  /** By name. */
  streams(): readonly CatalogStream[] {
    return this.state.streams();
  }

  partitionOfGroup(group: GroupId): CatalogPartition | undefined {
    return this.state.partition(group);
  }

  /** Of the whole cluster, the metadata group first, then ascending. */
  partitions(): Iterable<CatalogPartition> {
    return this.state.partitions();
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

function decide(state: CatalogState, command: CatalogCommand, revision: number): Decision {
  if (command.kind === 'init-cluster') return initCluster(state, command, revision);
  if (state.globals.clusterId === '') {
    return precondition(
      'the cluster is not initialised',
      'Start the first nodes with an initial member list.',
    );
  }
  switch (command.kind) {
    case 'register-node':
      return registerNode(state, command, revision);
    case 'update-node':
      return updateNode(state, command, revision);
    case 'replace-node':
      return replaceNode(state, command, revision);
    case 'replace-replica':
      return replaceReplica(state, command, revision);
    case 'create-stream':
      return createStream(state, command, revision);
    case 'delete-stream':
      return deleteStream(state, command, revision);
    case 'allocate-producer-ids':
      return allocateProducerIds(state, command);
    case 'finish-move':
      return finishMove(state, command, revision);
  }
}
