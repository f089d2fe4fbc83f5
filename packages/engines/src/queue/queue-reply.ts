/**
 * Replies of the queue machine. Batches answer item by item; a whole command fails (`ok: false`) where nothing of it was done:
 * PRECONDITION_FAILED (paused), OVERLOADED (full), PRODUCER_FENCED, NOT_FOUND, ALREADY_EXISTS.
 */
import type { FlowError } from '@flowmesh/base';
import type { JobBody, JobMeta, RedriveTask, Schedule } from './queue-types.ts';

export type EnqueueResult =
  | { readonly kind: 'enqueued'; readonly seq: number }
  /** Nothing was stored: `seq` was enqueued with this id within the window. */
  | { readonly kind: 'duplicate'; readonly seq: number }
  | { readonly kind: 'refused'; readonly error: FlowError };

/**
 * A job as delivered. `body` is there when it was enqueued lately; else `QueueMachine.bodies` reads it: applying never reads payloads, so
 * that followers do not either.
 */
export interface Delivery {
  readonly meta: JobMeta;
  readonly body: JobBody | undefined;
}

/** `gone`: there is no such job (any more); `stale`: the lease is not, or no longer, this one. */
export type ReceiptResult =
  | { readonly kind: 'done' }
  /** Of a nack: where the job went. */
  | { readonly kind: 'retried'; readonly dueAtMs: number }
  | { readonly kind: 'dead' }
  /** Of an extension. */
  | { readonly kind: 'extended'; readonly deadlineMs: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'gone' };

/** `missing`: no such job, or not dead. */
export type DeadResult = 'done' | 'missing';

export type QueueReply =
  | { readonly kind: 'configured'; readonly revision: number }
  | { readonly kind: 'enqueued'; readonly results: readonly EnqueueResult[] }
  | { readonly kind: 'received'; readonly jobs: readonly Delivery[] }
  | { readonly kind: 'receipts'; readonly results: readonly ReceiptResult[] }
  | { readonly kind: 'expired'; readonly count: number }
  | { readonly kind: 'paused'; readonly receive: boolean; readonly enqueue: boolean }
  /** `left`: jobs still in that state; repeat until 0. */
  | { readonly kind: 'purged'; readonly count: number; readonly left: number }
  | { readonly kind: 'dead-letters'; readonly results: readonly DeadResult[] }
  /** `more`: dead jobs of the range are left. */
  | { readonly kind: 'redriven'; readonly count: number; readonly more: boolean }
  | { readonly kind: 'task'; readonly task: RedriveTask }
  | { readonly kind: 'schedule'; readonly schedule: Schedule | undefined }
  /** `fired`: this command did it; else another had, or it is paused or gone. */
  | { readonly kind: 'schedule-fired'; readonly fired: boolean; readonly seq: number | undefined }
  /** `left`: repeat until 0. */
  | { readonly kind: 'transaction-ended'; readonly left: number };
