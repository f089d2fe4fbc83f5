/** How a worker is set, what its handler gets, and what it tells. */
import type { FlowError } from '@flowmesh/base';
import type { ValueCodec } from '../value-codecs.ts';
import type { JobInfo } from './queue-types.ts';

export interface WorkerOptions<T> {
  /** Jobs at work at the same time. Default: 1. */
  readonly concurrency?: number;
  /**
   * How long a job is held, and held again as long as its handler runs. Extensions come from a thread of their own with its own connections:
   * they go on while the handler awaits, and while it keeps the event loop busy. Where no thread can be started, a warning of the process says
   * so, and a handler that keeps the event loop busy for two thirds of this time may lose its job to another worker. A lost job is told by the
   * event `lease-lost` (as a warning of the process where nobody listens). Default: 60,000.
   */
  readonly leaseMs?: number;
  /**
   * How long a handler may run: then its signal is aborted, and its job is not extended any more, so that a handler that hangs does not hold a
   * job for ever. Told by the event `overdue`. Default: 12 hours less `leaseMs`.
   */
  readonly maxHandlerMs?: number;
  /** Default: bytes. */
  readonly codec?: ValueCodec<T>;
  /** Shown with leased jobs and in the list of workers. Default: host and process. */
  readonly name?: string;
  /** How long `close` waits for jobs at work before their signals are aborted. Default: 30,000. */
  readonly drainMs?: number;
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Aborting closes the worker as `close` does. */
  readonly signal?: AbortSignal;
}

/** What the handler gets. */
export interface WorkerJob<T> {
  readonly id: string;
  readonly payload: T;
  /** Which delivery this is since it was enqueued or redriven; 1 is the first. */
  readonly attempt: number;
  readonly info: JobInfo;
  /** Aborted when the job is no longer this worker's, and when the time for finishing it (`maxHandlerMs`, or `drainMs` of a closing worker) is up. */
  readonly signal: AbortSignal;
  header(name: string): string | undefined;
}

/** Resolving acknowledges the job; throwing tries it again, by the queue's policy. */
export type JobHandler<T> = (job: WorkerJob<T>) => unknown;

/** Thrown by a handler: try again after so long, instead of by the queue's policy. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delayMs: number;

  constructor(delayMs: number, message = 'the handler asked for a later attempt', options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs;
  }
}

export type WorkerEvent =
  | { readonly kind: 'connected'; readonly node: string }
  /** The worker looks for the shards' leaders, and goes on. */
  | { readonly kind: 'disconnected'; readonly node: string; readonly error: FlowError }
  | { readonly kind: 'completed'; readonly id: string; readonly attempt: number; readonly durationMs: number }
  /** The handler threw `error`. `dead`: the attempts are used up; the job is a dead letter. */
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly attempt: number;
      readonly error: unknown;
      readonly outcome: 'retried' | 'dead';
      /** Of a retried one, by the clock of the cluster. */
      readonly retryAt: number;
    }
  /** The job is not this worker's any more: another one has it, or it is gone. What the handler does may happen twice. */
  | { readonly kind: 'lease-lost'; readonly id: string; readonly attempt: number; readonly error: FlowError }
  /** The handler has run for `maxHandlerMs`: its job is not extended any more, and comes back when its lease ends, unless it is settled before. */
  | { readonly kind: 'overdue'; readonly id: string; readonly attempt: number; readonly error: FlowError }
  /** What became of the job could not be told to anybody: it comes back when its lease ends. */
  | { readonly kind: 'unsettled'; readonly id: string; readonly attempt: number; readonly error: FlowError };

export interface WorkerStats {
  readonly running: number;
  /** Held, and not begun. */
  readonly waiting: number;
  readonly completed: number;
  readonly failed: number;
  readonly leasesLost: number;
}
