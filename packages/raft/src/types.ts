/**
 * The vocabulary of the consensus core: entries, configurations, messages and what a node asks its surroundings to do.
 * Semantics follow etcd-io/raft; terms, indexes and member ids are safe integers, 0 means none.
 * All values are immutable once handed over. `data` aliases the frame it came in; whoever keeps it, copies it.
 */
import type { MemberId } from '@flowmesh/base';

export type EntryKind = 'normal' | 'conf-change';

export interface Entry {
  readonly term: number;
  readonly index: number;
  readonly kind: EntryKind;
  /** Empty in a leader's no-op (`normal`) and in the entry that leaves a joint configuration (`conf-change`). */
  readonly data: Uint8Array;
}

/** What must survive a restart. `term` and `vote` are durable before a reply leaves; `commit` may lag. */
export interface HardState {
  readonly term: number;
  readonly vote: MemberId;
  readonly commit: number;
}

/** A configuration. `votersOutgoing` is empty unless the configuration is joint. Lists are ascending. */
export interface ConfState {
  readonly voters: readonly MemberId[];
  readonly votersOutgoing: readonly MemberId[];
  readonly learners: readonly MemberId[];
  readonly learnersNext: readonly MemberId[];
  readonly autoLeave: boolean;
}

export type ConfChangeKind = 'add-voter' | 'add-learner' | 'remove' | 'update';

export interface ConfChangeSingle {
  readonly kind: ConfChangeKind;
  readonly member: MemberId;
}

/** `auto`: simple if one voter changes, else joint with auto-leave. Empty `changes` leaves a joint configuration. */
export type ConfChangeTransition = 'auto' | 'joint-implicit' | 'joint-explicit';

export interface ConfChange {
  readonly transition: ConfChangeTransition;
  readonly changes: readonly ConfChangeSingle[];
  /** Opaque to the core. */
  readonly context: Uint8Array;
}

/** A snapshot's place in the log and an opaque description by which replicas fetch its contents out of band. */
export interface SnapshotMeta {
  readonly index: number;
  readonly term: number;
  readonly conf: ConfState;
  readonly data: Uint8Array;
}

interface Envelope {
  readonly from: MemberId;
  readonly to: MemberId;
  /** 0 in messages that carry no term (proposals and forwarded reads). */
  readonly term: number;
}

/** Messages between members. `reject` replies say what the receiver would accept. */
export type PeerMessage =
  | (Envelope & { readonly kind: 'propose'; readonly entries: readonly Entry[] })
  | (Envelope & {
      readonly kind: 'append';
      /** Index and term of the entry before `entries`. */
      readonly prevIndex: number;
      readonly prevTerm: number;
      readonly entries: readonly Entry[];
      readonly commit: number;
    })
  | (Envelope & {
      readonly kind: 'append-reply';
      /** Success: the highest index known to match. Rejection: the refused `prevIndex`. */
      readonly index: number;
      readonly reject: boolean;
      readonly rejectHint: number;
      readonly rejectTerm: number;
    })
  | (Envelope & {
      readonly kind: 'vote';
      readonly pre: boolean;
      readonly lastIndex: number;
      readonly lastTerm: number;
      /** Set by a leadership transfer: ignore leases. */
      readonly force: boolean;
    })
  | (Envelope & { readonly kind: 'vote-reply'; readonly pre: boolean; readonly reject: boolean })
  | (Envelope & { readonly kind: 'snapshot'; readonly snapshot: SnapshotMeta })
  | (Envelope & { readonly kind: 'heartbeat'; readonly commit: number; readonly context: number })
  | (Envelope & { readonly kind: 'heartbeat-reply'; readonly context: number })
  | (Envelope & { readonly kind: 'transfer-leader'; readonly target: MemberId })
  | (Envelope & { readonly kind: 'timeout-now' })
  | (Envelope & { readonly kind: 'read-index'; readonly context: number; readonly origin: MemberId })
  | (Envelope & { readonly kind: 'read-index-reply'; readonly index: number; readonly context: number });

/**
 * What the log reader answers where entries are not at hand.
 * `compacted`: before the first index. `pending`: on disk; the reader fetches them and calls `RaftNode.entriesFetched`.
 */
export type Missing = 'compacted' | 'pending';

/**
 * The log of a founding member starts behind a base (firstIndex > 1), so that a member that joins with nothing is sent a
 * snapshot, and with it the configuration that the changes in the log start from.
 *
 * The node's own log as the core reads it: everything up to what was handed over with `appended` (durable) or
 * still in the storage's memory. Every call is synchronous; `term` never needs the disk (a table of term starts).
 */
export interface RaftLogReader {
  initialState(): { readonly hardState: HardState; readonly conf: ConfState };
  /** Index of the first entry that can be read: the snapshot's or trim point's index + 1. */
  firstIndex(): number;
  /** Index of the last durable entry, or the snapshot's index. */
  lastIndex(): number;
  /** Term of the entry at `index` (firstIndex - 1 … lastIndex); `compacted` below, undefined above. */
  term(index: number): number | 'compacted' | undefined;
  /**
   * Entries in [low, high), as many as fit `bytesMax` but at least one. `purpose` says for whom: a follower or
   * the apply loop (`apply`), and comes back in `RaftNode.entriesFetched` after a `pending`.
   */
  entries(
    low: number,
    high: number,
    bytesMax: number,
    purpose: MemberId | 'apply',
  ): readonly Entry[] | Missing;
  /** The newest snapshot that a lagging follower may be sent; `pending` while one is being made. */
  snapshot(): SnapshotMeta | 'pending';
}

/**
 * One write for the log. Everything in it becomes durable together, in order with earlier writes of the node.
 * `responses` leave (or, addressed to the node itself, are stepped back) only after it is durable.
 */
export interface StorageAppend {
  readonly entries: readonly Entry[];
  /** Present when it changed. */
  readonly hardState: HardState | undefined;
  /** Present when a received snapshot is to be installed; its contents were fetched before. */
  readonly snapshot: SnapshotMeta | undefined;
  /** True where entries, term or vote changed: the write must be fsynced. A commit index alone needs none. */
  readonly mustSync: boolean;
  readonly responses: readonly Message[];
}

/** Committed entries to apply, in order. Report by stepping `storage-applied`. */
export interface StorageApply {
  readonly entries: readonly Entry[];
}

/** Replies of the node's own storage, stepped into it like messages. */
export type LocalMessage =
  | {
      readonly kind: 'storage-appended';
      readonly to: MemberId;
      /** Term in which the write was handed out, index and log term of its last entry: guards against the ABA race. */
      readonly term: number;
      readonly index: number;
      readonly logTerm: number;
      readonly snapshot: SnapshotMeta | undefined;
    }
  /** `bytes` is informative: the core accounts for what it handed out. */
  | {
      readonly kind: 'storage-applied';
      readonly to: MemberId;
      readonly index: number;
      readonly bytes: number;
    };

export type Message = PeerMessage | LocalMessage;

/** What happened inside, for traces; `kind` names it, the other fields are its facts. */
export type RaftTrace = { readonly kind: string; readonly [field: string]: unknown };

export interface ReadState {
  readonly context: number;
  /** The read may be served once this index is applied. */
  readonly index: number;
}

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

export interface SoftState {
  readonly role: Role;
  readonly leader: MemberId;
}

/** Everything a node asks of its surroundings since the last call. Handed out once; there is no Advance. */
export interface Ready {
  /** Present when it changed. */
  readonly softState: SoftState | undefined;
  readonly append: StorageAppend | undefined;
  readonly apply: StorageApply | undefined;
  /** May leave at once. */
  readonly messages: readonly PeerMessage[];
  readonly readStates: readonly ReadState[];
}

/** Replication state of one member at the leader. */
export interface ProgressStatus {
  readonly member: MemberId;
  readonly match: number;
  readonly next: number;
  readonly state: 'probe' | 'replicate' | 'snapshot';
  readonly paused: boolean;
  readonly recentActive: boolean;
  readonly learner: boolean;
}

export interface RaftStatus {
  readonly id: MemberId;
  readonly role: Role;
  readonly term: number;
  readonly vote: MemberId;
  readonly commit: number;
  readonly applied: number;
  readonly lastIndex: number;
  readonly leader: MemberId;
  readonly transferee: MemberId;
  readonly conf: ConfState;
  /** Leader only, else empty. Ascending by member. */
  readonly progress: readonly ProgressStatus[];
}

export type DropReason = 'no-leader' | 'not-leader' | 'removed' | 'transferring' | 'uncommitted-limit';

export type ProposeResult =
  /** The first proposal got `index`, the following ones the following indexes, all of `term`. */
  | { readonly kind: 'accepted'; readonly term: number; readonly index: number }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/**
 * Why a leader refuses a membership change: another one (or an entry of an earlier leader) is not applied yet, or the change
 * does not follow from the configuration in force.
 */
export type ConfChangeRefusal =
  | 'pending'
  | 'must-leave-joint'
  | 'already-joint'
  | 'no-voters-to-join'
  | 'not-joint'
  | 'simple-in-joint'
  | 'removed-all-voters'
  | 'more-than-one-voter';

/** Nothing is appended unless `accepted`. */
export type ProposeConfChangeResult =
  | ProposeResult
  | { readonly kind: 'refused'; readonly reason: ConfChangeRefusal };
