/**
 * What the coordinator and a client process say to each other, and what a driver is: the module that knows how to speak to one system. The
 * coordinator never speaks to the system under load, and a client process does nothing else.
 *
 *   coordinator ── job ──► client: opens its driver ── ready ──► all are ready ── go ──► client: warms up, measures ── report ──► merged
 *                                                       finish: what only receives may end ──►
 */
import type { ClientReport, MeasuredTime } from '../measure/recorder.ts';

/** Where what a flow receives is counted. */
export interface FlowSink {
  nowUs(): number;
  /** `latencyUs`: since it was meant to be sent, where that is known. */
  arrived(bytes: number, latencyUs: number | undefined): void;
  failed(code: string, message: string): void;
}

/** A client of the system under load, in a process of its own. */
export type BenchClient =
  | {
      readonly kind: 'operations';
      /** Resolves with the bytes it moved, once the system has acknowledged it. */
      operate(sequence: number, intendedUs: number): Promise<number>;
      close(): Promise<void>;
    }
  | {
      readonly kind: 'flow';
      /** Receives until `signal` aborts. */
      run(sink: FlowSink, signal: AbortSignal): Promise<void>;
      close(): Promise<void>;
    };

/** What a driver module exports as `openClient`. The options are the driver's own. */
export type OpenClient<Options> = (options: Options) => Promise<BenchClient>;

/** How operations are begun; a flow has none. */
export interface Load {
  /** At most so many under way. */
  readonly concurrency: number;
  /** Of this client, a second; null: as fast as it goes. */
  readonly rate: number | null;
  readonly drainMs: number;
}

/** Microseconds of the machine's monotonic clock. */
export interface Timing extends MeasuredTime {
  readonly startUs: number;
}

export type ToClient =
  | { readonly kind: 'job'; readonly driver: string; readonly options: unknown; readonly load: Load | null }
  | { readonly kind: 'go'; readonly timing: Timing }
  | { readonly kind: 'finish' };

export type FromClient =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly report: ClientReport }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
    };
