/**
 * What a share group knows of one partition: which records are being worked on, by whom, and which are done.
 *
 *                    ┌───────────── released, or its lock ran out ─────────────┐
 *                    ▼                                                         │
 *   new ─► available ── acquired by a member, until its lock ends ─► acquired ─┼─ accepted ─► acknowledged
 *                                                                              └─ rejected, no record at all, or tried too often ─► archived
 *
 *   start ▏acknowledged … acquired … available …▕ end ─► what nobody has been given yet
 *
 * Records in the same state, one after the other, are one range. Ranges lie without holes from `start` to `end`; what is done at the
 * beginning is forgotten, and `start` with it moves on.
 */

export type ShareRecordState = 'available' | 'acquired' | 'acknowledged' | 'archived';

export interface ShareRange {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
  readonly state: ShareRecordState;
  /** Deliveries so far; 0 once it is done. */
  readonly attempts: number;
  /** Who has it while it is acquired; empty: nobody. */
  readonly member: string;
  /** When its lock ends, in the time of the log; 0: it has none. */
  readonly deadlineMs: number;
}

export interface AcquiredRange {
  readonly first: number;
  readonly last: number;
  /** This delivery included. */
  readonly attempts: number;
}

/** From first to last, both inclusive. */
export type OffsetRange = readonly [first: number, last: number];

/** What a member says of a record; `renew`: it goes on working on it, and has its lock anew. */
export const SHARE_VERDICTS = ['gap', 'accept', 'release', 'reject', 'renew'] as const;
export type ShareVerdict = (typeof SHARE_VERDICTS)[number];

export interface ShareVerdicts {
  readonly first: number;
  readonly last: number;
  /** One for all, or one for each. */
  readonly verdicts: readonly ShareVerdict[];
}

/** Where a group begins in a partition that it has not read yet. */
export type ShareStart = { readonly kind: 'earliest' } | { readonly kind: 'latest' } | ShareOffset;

interface ShareOffset {
  readonly kind: 'offset';
  readonly offset: number;
}

/** Groups in one partition: each may keep two thousand records. */
export const SHARE_GROUPS_PER_PARTITION_MAX = 200;
/** A group that nobody uses in a partition for so long is forgotten there, as offsets of consumer groups are. */
export const SHARE_RETENTION_MS = 7 * 86_400_000;
/** Ranges in which something ran out, that one command looks after. */
export const SHARE_EXPIRED_PER_COMMAND_MAX = 1_000;
/** Batches of verdicts in one command, and holes in what is acquired. */
export const SHARE_RANGES_PER_COMMAND_MAX = 10_000;
export const SHARE_ATTEMPTS_DEFAULT = 5;
export const SHARE_IN_FLIGHT_DEFAULT = 2_000;
export const SHARE_LOCK_DEFAULT_MS = 30_000;
