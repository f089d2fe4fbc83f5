/**
 * A replica as services and cluster control see it: one member of one Raft group on this node, with its machine.
 * All calls are on the event loop; listeners are called there too, after the replica's state has changed.
 */
import type { FlowError, GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { Machine, Reply, StateReader } from '@flowmesh/engines';
import type { ConfChangeSingle, RaftStatus } from '@flowmesh/raft';
import type { GroupBootstrap, GroupStore } from '@flowmesh/storage';
import type { ReplicaTuning } from './replica-env.ts';

/** When a proposal is answered: once applied (committed by a majority), or once durable on the leader alone. */
export type AckPolicy = 'applied' | 'leader-durable';

export interface Proposal {
  /** The machine's command; owned by the replica from here on. */
  readonly command: Uint8Array;
  readonly ack: AckPolicy;
  /** With `applied`: also wait until this many voters have it durably (min.insync.replicas). 0 or 1: the majority alone. */
  readonly minDurable: number;
  /**
   * Called once. An error UNAVAILABLE with details `{ outcome: 'unknown' }` means that leadership was lost on the way: the
   * command may or may not come to be applied. NOT_LEADER and OVERLOADED mean that it was not appended.
   */
  readonly done: (result: ProposalResult) => void;
}

export type ProposalResult =
  | {
      readonly ok: true;
      readonly index: number;
      readonly term: number /** undefined with `leader-durable` */;
      readonly reply: Reply | undefined;
    }
  | { readonly ok: false; readonly error: FlowError };

export interface ReplicaListener {
  /** Became leader and has applied its no-op: may serve from now on, in this term. */
  onServing?(replica: Replica, term: number): void;
  /** Stopped being the leader. Called before its proposals without an answer fail; `unanswered` tells how many those are. */
  onStopServing?(replica: Replica, unanswered: number): void;
  /** Term or known leader changed. */
  onLeader?(replica: Replica, leader: MemberId, term: number): void;
  /** The applied index advanced (once per batch of entries). */
  onApplied?(replica: Replica, applied: number): void;
  /** The machine's effects, on the leader only. */
  onEffects?(replica: Replica, effects: readonly unknown[]): void;
  /** This replica cannot go on (damaged data, failed machine); it has given up leadership and votes no more. */
  onFailed?(replica: Replica, error: FlowError): void;
}

export interface Replica {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly machine: Machine<unknown>;
  readonly store: GroupStore;
  /** The machine's state as written so far, what is still on its way to the disk included. */
  readonly state: StateReader;
  /** True while this replica leads and has applied its own no-op. */
  readonly serving: boolean;
  readonly term: number;
  /** 0 where unknown. */
  readonly leader: MemberId;
  /** Applied index in memory. */
  readonly applied: number;
  readonly failure: FlowError | undefined;
  status(): RaftStatus;
  /** Voters (and the leader) that are live and caught up within replica.lag.time.max; leader only, else empty. */
  inSync(): readonly NodeId[];
  /**
   * Appends proposals in order, or none of them. Returns the error (NOT_LEADER, OVERLOADED, UNAVAILABLE, DISK_FULL) instead of calling
   * `done` where nothing was appended.
   */
  propose(proposals: readonly Proposal[]): FlowError | undefined;
  /** Resolves when everything committed before the call is applied here. NOT_LEADER, NO_LEADER, TIMEOUT. */
  readBarrier(timeoutMs: number): Promise<void>;
  /** Starts one joint change; leader only. PRECONDITION_FAILED while another is under way. */
  changeMembers(changes: readonly ConfChangeSingle[]): FlowError | undefined;
  transferLeadership(to: NodeId): FlowError | undefined;
  /** A reader found this replica's data damaged: it gives up leadership, goes on no more, and `onFailed` tells why. */
  reportDamage(error: FlowError): void;
}

export interface ReplicaManager {
  get(group: GroupId): Replica | undefined;
  /** Ascending by group. */
  all(): Iterable<Replica>;
  /** Of a new group's members, `preferred` stands for election at once; without it the first voter does. */
  create(bootstrap: GroupBootstrap, preferred?: MemberId): Promise<Replica>;
  /** Stops and removes a replica for a committed tombstone of exactly this member. */
  remove(group: GroupId, member: MemberId): Promise<void>;
  /**
   * Unsafe, for a committed recovery alone: makes this member the whole of its group, durably, with what its log has. Does nothing for
   * another member, or for one that has failed.
   */
  becomeSoleMember(group: GroupId, member: MemberId): Promise<void>;
  addListener(listener: ReplicaListener): void;
  /** Takes effect at once, for all replicas. */
  tune(tuning: ReplicaTuning): void;
}
