/**
 * What a queue shard keeps of a job, and the words of its life.
 *
 *   staged ─commit─► delayed ─due─► ready ─receive─► leased ─ack─► (gone)
 *     └─abort─► (gone)  ▲             ▲ ▲              │
 *                       │             │ └──release─────┤
 *                       └──nack/expired, attempts left─┤
 *                                     │                └─nack/expired, attempts used up─► dead
 *                                     └───────────────────redrive────────────────────────┘
 *
 * A job is in exactly one state, and one command moves it. The dead letters of a queue are its own shards' dead jobs.
 * The id of a job is (shard, seq); seqs begin at 1 and are never used again.
 */
import type { RetryBackoff } from '../catalog/queue-config.ts';

/** `staged`: enqueued by a transaction that has not ended; nobody sees it. */
export type JobState = 'ready' | 'delayed' | 'leased' | 'dead' | 'staged';

/** 0 to 9; 9 is delivered first. */
export const PRIORITY_MAX = 9;

export interface Header {
  readonly name: string;
  readonly value: Uint8Array;
}

/** Whose transaction something belongs to; every transaction has an epoch of its own. */
export interface TransactionTag {
  readonly producerId: number;
  readonly epoch: number;
}

/** A job to be enqueued. */
export interface NewJob {
  readonly payload: Uint8Array;
  readonly headers: readonly Header[];
  /** Empty: none. */
  readonly key: Uint8Array;
  readonly priority: number;
  /** Not delivered before this time of the machine; 0: at once. */
  readonly notBeforeMs: number;
  /** A second job with this id within the queue's window is not stored; empty: none. */
  readonly dedupId: string;
  /** Instead of the queue's; undefined: the queue's; -1: without limit. */
  readonly attemptsMax: number | undefined;
  /** Where it comes from, for people; at most some hundred bytes. */
  readonly origin: string;
}

/** What a holder of a lease shows. A stale one is refused. */
export interface Receipt {
  readonly seq: number;
  /** Counts the deliveries of the job; never used twice. */
  readonly leaseEpoch: number;
}

export interface Lease {
  readonly worker: string;
  /** When it was given, or lengthened. */
  readonly leasedAtMs: number;
  readonly deadlineMs: number;
  /** Acknowledged by a transaction that has not ended: until then the lease does not run out. */
  readonly transaction: TransactionTag | undefined;
}

/** A delivery that failed. */
export interface Failure {
  /** Counted over all redrives. */
  readonly attempt: number;
  readonly atMs: number;
  readonly error: string;
}

export type DeadReason = 'attempts' | 'overflow';

export interface Death {
  readonly atMs: number;
  readonly reason: DeadReason;
}

/** Everything about a job but its body: small, rewritten at each step of its life. */
export interface JobMeta {
  readonly seq: number;
  readonly state: JobState;
  readonly priority: number;
  readonly key: Uint8Array;
  readonly dedupId: string;
  readonly origin: string;
  readonly attemptsMax: number | undefined;
  readonly enqueuedAtMs: number;
  /** Of a delayed job: when it becomes ready. Of a staged one: as enqueued. Else 0. */
  readonly dueAtMs: number;
  /** Deliveries since it was enqueued or redriven. */
  readonly attempts: number;
  readonly totalAttempts: number;
  readonly leaseEpoch: number;
  readonly redrives: number;
  /** Payload, headers and key. */
  readonly bytes: number;
  readonly lease: Lease | undefined;
  readonly death: Death | undefined;
  /** The last few, oldest first. */
  readonly failures: readonly Failure[];
  readonly place: JobPlace;
}

/** Where the machine finds the job in its indexes. */
export interface JobPlace {
  /** Of the ready index: turns of keys, where keys take turns. */
  readonly turn: number;
  /** Belongs to the order of its key (from its first readiness until it is gone or dead). */
  readonly ordered: boolean;
  /** Ready, but behind another job of its key. */
  readonly blocked: boolean;
  /** Of a dead job: its error has a line of its own in the histogram. */
  readonly named: boolean;
}

/** Written when enqueued, and by an edit; never at a change of state. */
export interface JobBody {
  readonly payload: Uint8Array;
  readonly headers: readonly Header[];
}

export interface Job {
  readonly meta: JobMeta;
  readonly body: JobBody;
}

/** What decides when a failed job is tried again. */
export interface RetryPolicy {
  readonly backoff: RetryBackoff;
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
  readonly jitterPercent: number;
}

export type RedriveTaskState = 'running' | 'done' | 'cancelled' | 'failed';

/** A redrive by filter. The leader's service drives it; what it has done is here, and so survives the leader. */
export interface RedriveTask {
  readonly id: string;
  /** Empty: every dead job. */
  readonly filter: string;
  /** Jobs a second; 0: without limit. */
  readonly ratePerSecond: number;
  /** Jobs at most; 0: without limit. */
  readonly max: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly state: RedriveTaskState;
  /** Dead jobs up to here, in order of (death, seq), have been looked at. */
  readonly position: DeadPosition;
  readonly scanned: number;
  readonly redriven: number;
  /** Of a failed one: why. */
  readonly error: string;
}

export interface DeadPosition {
  readonly diedAtMs: number;
  readonly seq: number;
}

/** Jobs enqueued by the calendar. The expression is read by the leader, never by the machine. */
export interface Schedule {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly template: NewJob;
  readonly paused: boolean;
  readonly nextAtMs: number;
  readonly fired: number;
  /** Times at which the queue was full or paused. */
  readonly missed: number;
  readonly lastFiredAtMs: number;
}

/** Since the queue was created. */
export interface QueueTotals {
  readonly enqueued: number;
  readonly deduplicated: number;
  readonly delivered: number;
  readonly completed: number;
  readonly retried: number;
  readonly deadLettered: number;
  readonly leaseExpired: number;
  readonly redriven: number;
  readonly dropped: number;
  readonly purged: number;
}

export interface QueueStats {
  /** Blocked ones included. */
  readonly ready: number;
  /** By priority, 0 to 9. */
  readonly readyByPriority: readonly number[];
  /** Ready, but behind another job of their key. */
  readonly blocked: number;
  readonly delayed: number;
  readonly leased: number;
  readonly dead: number;
  readonly staged: number;
  /** Of jobs that are not dead. */
  readonly bytes: number;
  readonly deadBytes: number;
  /** When the longest waiting of the next jobs of each priority became ready; undefined: nothing is ready. */
  readonly oldestReadyAtMs: number | undefined;
  readonly totals: QueueTotals;
  /** Of the dead, most frequent first; '' collects what has no line of its own. */
  readonly errors: ReadonlyArray<{ readonly error: string; readonly count: number }>;
  readonly receivePaused: boolean;
  readonly enqueuePaused: boolean;
}
