/**
 * What services need from the rest of the node, as small ports: implemented by cluster control, observability and the
 * composition root, and by fakes in tests. Everything here is called on the event loop.
 */
import type { FlowError, GroupId, NodeId } from '@flowmesh/base';
import type { CatalogCommand, CatalogMachine, Reply } from '@flowmesh/engines';
import type { ByteBudget } from './byte-budget.ts';

/** The metadata group as this node sees it. */
export interface CatalogPort {
  /** The local copy: read at once, possibly behind the metadata leader. */
  readonly machine: CatalogMachine;
  /**
   * Runs a command at the metadata leader, wherever it is. When it resolves, the local copy has applied the command, so that
   * whoever wrote reads its own write. Retries inside are safe, because commands carry request ids. Rejects with
   * NO_LEADER, UNAVAILABLE, TIMEOUT or CANCELLED; a refusal by the machine is a reply with `ok: false`.
   */
  propose(command: CatalogCommand, signal: AbortSignal): Promise<Reply>;
}

export interface GroupLeader {
  readonly node: NodeId;
  /** Raft term of its leadership, which is the leader epoch of clients. */
  readonly term: number;
  /** host:port as clients reach it. */
  readonly grpcAddress: string;
}

/** What a group's leader last told about it. */
export interface GroupSummary {
  readonly inSync: readonly NodeId[];
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
}

/** Soft state: who leads what. Spread by health messages; the highest term wins. */
export interface LeaderPort {
  leaderOf(group: GroupId): GroupLeader | undefined;
  summaryOf(group: GroupId): GroupSummary | undefined;
  alive(node: NodeId): boolean;
  /** Calls `listener` whenever some group's leader changed; returns how to stop it. */
  onLeaderChange(listener: (group: GroupId) => void): () => void;
}

/** Room on the disk. Producers are refused while `writable` is false; consuming and trimming go on. */
export interface DiskPort {
  writable(): boolean;
  /** For the error message: bytes free now and bytes that must be free. */
  describe(): { readonly freeBytes: number; readonly neededBytes: number };
}

/** Whether the node may serve: recovered, metadata known. */
export interface ReadinessPort {
  ready(): boolean;
  onChange(listener: () => void): () => void;
}

export interface NodeInfo {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly version: string;
}

/** What a person should know about a node, for Cluster.Status. */
export interface TroublesPort {
  /** Sentences to act on; empty when all is well. */
  troublesOf(node: NodeId): readonly string[];
}

/** Counters of the request path. Names of apis are those of the services (`append`, `read`, …). */
export interface ServiceMetrics {
  request(api: string, code: string, durationMs: number): void;
  appended(stream: string, records: number, bytes: number): void;
  read(stream: string, records: number, bytes: number): void;
  throttled(api: string): void;
  connections(protocol: string, change: 1 | -1): void;
}

export const NO_METRICS: ServiceMetrics = {
  request: () => undefined,
  appended: () => undefined,
  read: () => undefined,
  throttled: () => undefined,
  connections: () => undefined,
};

/** Who calls, over what. One per connection; identity of budgets and, later, of authorisation. */
export interface Caller {
  readonly id: number;
  readonly protocol: string;
  readonly address: string;
  /** Undefined while nobody has to say who they are. */
  readonly principal: string | undefined;
  /** Bytes of appends that the connection may have under way. */
  readonly inFlight: ByteBudget;
}

export type Action = 'create' | 'delete' | 'describe' | 'append' | 'read' | 'truncate' | 'cluster';

/**
 * The one door: every call of every protocol passes here before a service does anything. An error refuses the call.
 */
export interface Door {
  authorise(caller: Caller, action: Action, resource: string): FlowError | undefined;
  /** Charges bytes against the caller's quota. */
  charge(caller: Caller, action: Action, resource: string, bytes: number): FlowError | undefined;
}

/** Everyone may do everything: the state of a node that listens on loopback without security. */
export const OPEN_DOOR: Door = {
  authorise: () => undefined,
  charge: () => undefined,
};
