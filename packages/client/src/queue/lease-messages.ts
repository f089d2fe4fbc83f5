/**
 * What the thread of the handlers and the thread that extends leases say to each other. Times are of `processClockMs`, which all threads of a
 * process share: what waits in a blocked thread's inbox does not age unnoticed.
 *
 *   hold ─► (begun) ─► release            from the handlers
 *   ready, once; lost | overdue, and the lease is forgotten     from the keeper
 */
import type { SecurityOptions } from '../wire/channel-security.ts';
import type { JobReceipt, SettleOutcome } from './queue-types.ts';

export interface HeldLease {
  /** Unique in the mesh. */
  readonly id: number;
  readonly queue: string;
  readonly receipt: JobReceipt;
  /** Each extension is for so long. */
  readonly leaseMs: number;
  /** The lease is left to end when its handler has been silent for so long. */
  readonly maxHandlerMs: number;
  /** When the job came, at the earliest. */
  readonly sinceMs: number;
  /** When its handler began; until then, when it was read. */
  readonly begunMs: number;
}

export type ToLeaseKeeper =
  | { readonly kind: 'hold'; readonly lease: HeldLease }
  | { readonly kind: 'begun'; readonly id: number; readonly atMs: number }
  | { readonly kind: 'release'; readonly id: number }
  | { readonly kind: 'end' };

export type FromLeaseKeeper =
  | { readonly kind: 'ready' }
  | { readonly kind: 'lost'; readonly id: number; readonly outcome: SettleOutcome['outcome'] }
  | { readonly kind: 'overdue'; readonly id: number };

/** How the thread reaches the cluster; all of it can be cloned. */
export interface LeaseThreadSettings {
  readonly endpoints: readonly string[];
  readonly security: SecurityOptions;
}
