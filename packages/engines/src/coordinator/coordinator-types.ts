/**
 * What a shard of the coordinators knows: consumer groups with their members, assignments and offsets, and transactions. Values are
 * immutable; a change replaces the whole value.
 *
 *   member:       joined ──assign──► target ──reconcile──► assigned (may be read) ──no longer wanted──► revoking ──confirm──► free
 *   transaction:  empty ──add──► ongoing ──end──► prepare-commit | prepare-abort ──every participant has confirmed──► empty, next round
 *                                   └─ time is up, or a process takes the id ─► prepare-abort
 */
import type { GroupId } from '@flowmesh/base';
import type { PartitionKey } from './partition-key.ts';

/**
 * Who computes the assignment: `native` groups have it computed here; members of `classic` groups (Kafka's JoinGroup and
 * SyncGroup) compute it among themselves. Groups without members serve both. In `share` groups, which stay what they are, several members
 * may read one partition.
 */
export type GroupProtocol = 'native' | 'classic' | 'share';

export const ASSIGNORS = ['cooperative', 'sticky', 'range', 'round-robin'] as const;
export type Assignor = (typeof ASSIGNORS)[number];

/** A stream as the assignment knows it. */
export interface TopologyStream {
  readonly name: string;
  /** A stream created again under an old name has another. */
  readonly uuid: string;
  readonly partitions: number;
}

export interface GroupMember {
  /** Chosen by the client, unique for one run of it. */
  readonly id: string;
  /** Static members: the name that outlives restarts; empty: none. */
  readonly instanceId: string;
  readonly clientId: string;
  /** Address that it joined from. */
  readonly host: string;
  /** Empty where unknown. */
  readonly rack: string;
  /** Names of streams, ascending. */
  readonly streams: readonly string[];
  /** Further streams by pattern, `*` standing for any characters; empty: none. */
  readonly pattern: string;
  /** Further streams by regular expression; empty: none. Which they are is found by the leader of the shard. */
  readonly regex: string;
  /** Names of streams that it matches, ascending. */
  readonly matched: readonly string[];
  readonly sessionTimeoutMs: number;
  /** How long it may take to give up what is revoked. */
  readonly rebalanceTimeoutMs: number;
  readonly joinedAtMs: number;
  /** Grows with every change of what it may read; what it reports and commits names the epoch it knows. */
  readonly epoch: number;
  /** What the latest assignment gives it. */
  readonly target: readonly PartitionKey[];
  /** What it may read now, with the epoch since which it may without a break. */
  readonly assigned: Readonly<Record<PartitionKey, number>>;
  /** What it has to give up and has not confirmed yet, with the epoch since which it held it. */
  readonly revoking: Readonly<Record<PartitionKey, number>>;
}

export interface ShareMember {
  /** Chosen by the client, unique for one run of it. */
  readonly id: string;
  readonly clientId: string;
  /** Address that it joined from. */
  readonly host: string;
  /** Empty where unknown. */
  readonly rack: string;
  /** Names of streams, ascending. */
  readonly streams: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly joinedAtMs: number;
  /** Epoch of the group that its assignment is of; 0 before the first one. */
  readonly epoch: number;
  readonly assigned: readonly PartitionKey[];
}

/** What is known of a group beside its members and offsets. */
export interface GroupHead {
  readonly id: string;
  readonly protocol: GroupProtocol;
  readonly assignor: Assignor;
  /** Grows whenever members, subscriptions or streams change. */
  readonly epoch: number;
  /** Epoch that the targets were computed for; behind `epoch` until the next assignment. */
  readonly assignedEpoch: number;
  /** What they were computed from, ascending by name. */
  readonly topology: readonly TopologyStream[];
  /** Metadata revision of it: an older view never undoes a newer one. */
  readonly topologyRevision: number;
  /** Assignments that changed something. */
  readonly rebalances: number;
  readonly createdAtMs: number;
  /** Since when it has had no members; undefined while it has some. */
  readonly emptySinceMs: number | undefined;
  /** What the latest reset replaced. */
  readonly undo: ResetUndo | undefined;
  /** Of share groups: streams whose partitions may know something of the group, ascending by name. */
  readonly shared?: readonly TopologyStream[];
}

export interface StoredOffset {
  /** Of the stream: offsets of a deleted one mean nothing for its successor. */
  readonly uuid: string;
  /** Next offset to be read. */
  readonly offset: number;
  /** Of the leader that the record before it came from; -1: not told. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly timeMs: number;
}

export interface OffsetEntry extends StreamPartition, Omit<StoredOffset, 'timeMs'> {}

interface StreamPartition {
  readonly stream: string;
  readonly partition: number;
}

export interface ResetUndo {
  readonly timeMs: number;
  /** By partition; undefined where there was none. */
  readonly offsets: readonly { readonly key: PartitionKey; readonly before: StoredOffset | undefined }[];
}

/** Offsets that a transaction commits, until its marker comes. */
export interface PendingOffsets {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** They may take committed offsets back. */
  readonly rewind: boolean;
  readonly offsets: readonly OffsetEntry[];
}

export const PARTICIPANT_KINDS = ['stream', 'queue', 'offsets'] as const;
export type ParticipantKind = (typeof PARTICIPANT_KINDS)[number];

/** A Raft group that takes part in a transaction. */
export interface Participant {
  readonly kind: ParticipantKind;
  readonly group: GroupId;
}

export type TransactionState = 'empty' | 'ongoing' | 'prepare-commit' | 'prepare-abort';
/**
 * Why a transaction ended: its client said so, its time was up, another process took its id (`fenced`), or the same one takes it again
 * after a failure (`renewed`).
 */
export type EndReason = 'client' | 'timeout' | 'fenced' | 'renewed';

export interface ProducerEpoch {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface EndedTransaction extends ProducerEpoch {
  readonly committed: boolean;
  readonly reason: EndReason;
}

/** Its producer and epoch are those of the transaction under way, or of the next. */
export interface Transaction extends ProducerEpoch {
  readonly id: string;
  readonly state: TransactionState;
  /** Number of the transaction under way, or of the next: with the producer id it names one transaction, for ever. */
  readonly round: number;
  /** The client goes on under its epoch after a transaction that it has ended itself, as those of Kafka do. */
  readonly reusesEpoch: boolean;
  /** What it was before the epoch grew for the same process, which may not have heard of it; undefined after another one took the id. */
  readonly former: ProducerEpoch | undefined;
  readonly timeoutMs: number;
  /** Of the first participant; 0 while empty. */
  readonly startedAtMs: number;
  readonly changedAtMs: number;
  /** Ascending by kind and group. */
  readonly participants: readonly Participant[];
  /** Why it ends, while it does. */
  readonly ending: EndReason | undefined;
  /** The latest one, so that a repeated end gets its answer. */
  readonly ended: EndedTransaction | undefined;
}
