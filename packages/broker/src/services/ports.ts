/**
 * What services need from the rest of the node, as small ports: implemented by cluster control, observability and the
 * composition root, and by fakes in tests. Everything here is called on the event loop.
 */
import type { FlowError, GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { CatalogCommand, CatalogMachine, FeatureRange, Reply } from '@flowmesh/engines';
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
  /** Resolves when the local copy has applied everything that was committed before the call. Rejects as `propose` does. */
  catchUp(signal: AbortSignal): Promise<void>;
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

/** What a node last told of itself, in its full health messages. Soft state. */
export interface NodeReport {
  /** 0 where unknown. */
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  /** Bytes of the logs of all replicas that it holds. */
  readonly storedBytes: number;
  readonly rssBytes: number;
  readonly uptimeMs: number;
  readonly version: string;
  readonly features: FeatureRange;
  /** Groups that it leads. */
  readonly leading: number;
  /** Operations of its engine that are durable. */
  readonly durable: number;
  /** Its disk is full or slow: it hands leadership over, and is given none. */
  readonly avoidLeading: boolean;
  /** host:port for Kafka's clients by listener, the main one under the empty name; absent where it has none, or is an older build. */
  readonly kafkaAddresses?: ReadonlyMap<string, string> | undefined;
}

/** What is known of the other nodes beside the catalog. */
export interface NodePort {
  /** Undefined while nothing was heard since this node started. This node's own report is always there. */
  reportOf(node: NodeId): NodeReport | undefined;
  /**
   * The feature levels that the process which is connected now has told; what the first builds knew, where it is connected for a
   * while and tells nothing; undefined where it is away, or has not told yet.
   */
  featuresOf(node: NodeId): FeatureRange | undefined;
  /** For how long this node has not been able to reach the other one; 0 while it can, and for itself. */
  downMs(node: NodeId): number;
  /** For how long it has been reached without a break; 0 while it cannot be. */
  upMs(node: NodeId): number;
}

/** How far a partition is on its way from one set of replicas to another. */
export interface MoveProgress {
  readonly adding: readonly NodeId[];
  readonly removing: readonly NodeId[];
  /** A few words: what is waited for, and who for. Exact at the partition's leader, from the catalog elsewhere. */
  readonly step: string;
}

export interface ReplicaDetail {
  readonly node: NodeId;
  readonly member: MemberId;
  readonly role: 'leader' | 'voter' | 'learner';
  readonly inSync: boolean;
  /** Entries of the leader's log that it has not confirmed. */
  readonly lagEntries: number;
  /** How the leader replicates to it; its own state is 'replicate'. */
  readonly state: 'probe' | 'replicate' | 'snapshot';
}

/** The first offset that the leader of an epoch (a Raft term) wrote. */
export interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

export interface NodeBalance {
  readonly node: NodeId;
  readonly replicas: number;
  /** Preferred leaders: what is planned. Who leads at the moment follows by itself. */
  readonly leaders: number;
  readonly bytes: number;
}

export interface Balance {
  readonly nodes: readonly NodeBalance[];
  /** How far the fullest node is above the emptiest, as a fraction of the mean. */
  readonly replicaSkew: number;
  /** Of the preferred leaders. */
  readonly leaderSkew: number;
}

export interface RebalanceStep {
  readonly group: GroupId;
  readonly from: readonly NodeId[];
  readonly to: readonly NodeId[];
  readonly reason: string;
  /** To be copied. */
  readonly bytes: number;
}

export interface RebalancePlan {
  readonly moves: readonly RebalanceStep[];
  readonly before: Balance;
  readonly after: Balance;
  /** There is more to do than the plan says. */
  readonly truncated: boolean;
}

export interface ElectionCounts {
  readonly transferred: number;
  readonly already: number;
  /** The preferred leader is away, behind, draining, or the transfer was refused. */
  readonly notPossible: number;
}

/** What cluster control does for operators, beyond commands to the catalog. */
export interface ClusterOpsPort {
  /**
   * Hands the leadership of a group that this node leads over to `to`, or to the best in-sync replica without it, and waits until that
   * one leads. Rejects with NOT_LEADER, PRECONDITION_FAILED (not in sync, draining, no replica) or TIMEOUT.
   */
  transferLeader(
    group: GroupId,
    to: NodeId | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly leader: NodeId; readonly term: number }>;
  /** Hands what this node leads among `groups` (all without it) to the preferred leaders, where those are in sync. */
  electPreferred(groups: ReadonlySet<GroupId> | undefined): ElectionCounts;
  /** What a rebalance begun now would do, as far as this node knows the sizes. PRECONDITION_FAILED: nodes are away. UNAVAILABLE: not all have told. */
  planRebalance(): RebalancePlan | FlowError;
  /** Undefined where nothing moves. */
  moveProgress(group: GroupId): MoveProgress | undefined;
  /** Undefined where this node does not lead the group. Ascending by node. */
  replicaDetails(group: GroupId): readonly ReplicaDetail[] | undefined;
  /** Undefined where this node does not lead the group. Ascending. */
  epochs(group: GroupId): readonly EpochStart[] | undefined;
  /** In-sync replicas that a write with acks=all needs in this stream (by uuid); 1 for an unknown one. */
  minInsyncOf(stream: string): number;
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

/** A file of a diagnostics bundle. */
export interface DiagnosticsPart {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What the node can tell of itself, without secrets. */
export interface DiagnosticsPort {
  /** With so many of the latest log lines, the most useful parts first. */
  parts(logLines: number): Promise<readonly DiagnosticsPart[]>;
}

/** Counters of the request path. Names of apis are those of the services (`append`, `read`, …). */
export interface ServiceMetrics {
  request(api: string, code: string, durationMs: number): void;
  appended(stream: string, records: number, bytes: number): void;
  read(stream: string, records: number, bytes: number): void;
  /** Records that a reader was not shown because their time to live was over. */
  expired(stream: string, records: number): void;
  throttled(api: string): void;
  connections(protocol: string, change: 1 | -1): void;
  /** An encoded message of a client. */
  traffic(direction: 'received' | 'sent', bytes: number): void;
}

export const NO_METRICS: ServiceMetrics = {
  request: () => undefined,
  appended: () => undefined,
  read: () => undefined,
  expired: () => undefined,
  throttled: () => undefined,
  connections: () => undefined,
  traffic: () => undefined,
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

/** `cluster` looks at the cluster, `cluster-admin` changes it; configurations without a resource are those of the cluster. */
export type Action =
  | 'create'
  | 'alter'
  | 'delete'
  | 'describe'
  | 'describe-configs'
  | 'alter-configs'
  | 'append'
  | 'read'
  | 'truncate'
  | 'enqueue'
  | 'receive'
  | 'group'
  | 'transaction'
  | 'kv-read'
  | 'kv-write'
  | 'cluster'
  | 'cluster-admin';

/**
 * The one door: every call of every protocol passes here before a service does anything. An error refuses the call. Resources have their
 * qualified names; groups are `group:name`, transactional ids `transaction:id`, where the action does not say what they are.
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
