/** What goes into queues and what comes out of them. */
import type { Payload, RecordHeader } from '../producer/types.ts';
import type { CallOptions } from '../routing/router.ts';

export interface NewJob<T = Payload> {
  readonly payload: T;
  /** Chooses the shard; orders and is fair by it where the queue is so configured. At most 1 KiB. */
  readonly key?: Payload | undefined;
  readonly headers?: Readonly<Record<string, Payload>> | readonly RecordHeader[] | undefined;
  /** 0 to 9; higher ones first. Default: 0. */
  readonly priority?: number | undefined;
  /** Not delivered before so long from now; at most a year. */
  readonly delayMs?: number | undefined;
  /** Not delivered before this time (milliseconds since the epoch), instead of a delay. */
  readonly at?: number | undefined;
  /** A second job with it is not stored within the queue's window. */
  readonly dedupId?: string | undefined;
  /** Deliveries until it is dead. Default: the queue's. */
  readonly attemptsMax?: number | 'unlimited' | undefined;
  /** Default: by key, else in turns. */
  readonly shard?: number | undefined;
}

export interface EnqueuedJob {
  /** `shard-number`, unique in the queue. */
  readonly id: string;
  readonly shard: number;
  /** Nothing was stored: the job with this id had been enqueued before, under the same deduplication id. */
  readonly duplicate: boolean;
}

/** What the holder of a lease shows. */
export interface JobReceipt {
  readonly shard: number;
  readonly seq: number;
  readonly leaseEpoch: number;
}

export interface JobFailure {
  readonly attempt: number;
  readonly at: number;
  readonly error: string;
}

export type JobState = 'ready' | 'delayed' | 'leased' | 'dead';

/** A job as the queue has it. Times in milliseconds since the epoch, by the clock of the cluster. */
export interface JobInfo {
  readonly id: string;
  readonly shard: number;
  readonly state: JobState;
  readonly payload: Uint8Array;
  readonly headers: readonly RecordHeader[];
  readonly key: Uint8Array | undefined;
  readonly priority: number;
  /** Deliveries since it was enqueued or redriven; and ever. */
  readonly attempts: number;
  readonly totalAttempts: number;
  readonly enqueuedAt: number;
  /** Of a delayed job: when it becomes ready. Of a leased one: when the lease ends. Of a dead one: when it died. Else 0. */
  readonly until: number;
  /** Who holds the lease. */
  readonly worker: string;
  readonly lastError: string;
  /** The last few deliveries that failed, oldest first. */
  readonly failures: readonly JobFailure[];
  readonly redrives: number;
  readonly dedupId: string;
  readonly origin: string;
  /** Of a dead job: attempts or overflow. */
  readonly deadReason: string;
}

/** What became of one receipt. `stale`: another delivery has the lease, or none. `gone`: there is no such job (any more). */
export interface SettleOutcome {
  readonly outcome: 'done' | 'retried' | 'dead' | 'extended' | 'stale' | 'gone';
  /** Of a retried job: when it becomes ready. Of an extended lease: when it ends. */
  readonly until: number;
  /**
   * Of `done`: the answer was lost, the acknowledgement was repeated, and by then there was no such job. It was done by this acknowledgement or, if the
   * lease had run out before, by whoever had the job next.
   */
  readonly assumed?: true;
}

export interface ReceiveOptions extends CallOptions {
  /** 1 to 100. Default: 1. */
  readonly max?: number | undefined;
  /** How long to wait for the first job; at most 20,000. Default: 0. */
  readonly waitMs?: number | undefined;
  /** How long the jobs are hidden from others; up to 12 h. Default: the queue's. */
  readonly visibilityMs?: number | undefined;
  /** Name of the receiver, shown with leased jobs. */
  readonly worker?: string | undefined;
  /** Default: all. */
  readonly shard?: number | undefined;
}

export interface NackOptions extends CallOptions {
  /** Default: by the queue's retry policy; 0: at once. */
  readonly delayMs?: number | undefined;
  /** Kept with the job, at most 1 KiB. */
  readonly error?: string | undefined;
}

export interface QueueInfo {
  readonly name: string;
  /** Hexadecimal; another one when the name is created again. */
  readonly uuid: string;
  readonly revision: number;
  readonly shards: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface CreateQueueOptions extends CallOptions {
  readonly name: string;
  /** Default: 1, which keeps strict order. */
  readonly shards?: number | undefined;
  /** Default: 3, or as many nodes as there are. */
  readonly replicationFactor?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** A queue of this name that is there already is returned as it is, with the settings that it has. */
  readonly ifNotExists?: boolean | undefined;
}

export interface UpdateQueueOptions extends CallOptions {
  readonly name: string;
  readonly setConfig?: Readonly<Record<string, string>> | undefined;
  readonly unsetConfig?: readonly string[] | undefined;
  /** How many there are afterwards; never fewer than now. */
  readonly shards?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly dryRun?: boolean | undefined;
}
