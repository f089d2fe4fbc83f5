/** What watching a bucket looks like in a history. Values are put once only. */

/** `put` and `delete` of a key. */
export interface WriteAsked {
  readonly key: string;
  /** Absent: it is deleted. */
  readonly value?: string;
}

/** Absent revision: it changed nothing, or is not told. */
export interface WriteAnswer {
  readonly revision?: number;
}

/** `watch`: what one watcher, which began at revision 1, was told next. */
export interface WatchAnswer {
  readonly watcher: string;
  readonly changes: readonly WatchedChange[];
  /** Whether it has been told of all that had been acknowledged when it was asked. */
  readonly caughtUp?: boolean;
}

export interface WatchedChange {
  readonly shard: number;
  readonly revision: number;
  /** Place among the changes of one revision. */
  readonly index: number;
  readonly key: string;
  /** Absent: deleted or expired. */
  readonly value?: string;
}
