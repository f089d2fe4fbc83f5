/** Where a consumer is in one partition. `delivered` ≤ `fetched` always; both only grow, except when reset on request. */
export interface Cursor {
  readonly partition: number;
  /** Next offset to hand to the reader. */
  delivered: number;
  /** Next offset to ask a node for: what is before it has arrived. */
  fetched: number;
  /** First offset not to read. */
  readonly end: number | undefined;
  highWatermark: number;
  /** Being sent by a node now. */
  assigned: boolean;
  failures: number;
  /** Monotonic time before which it is not asked for again, unless another leader turns up. */
  retryAtMs: number;
  failedLeader: string | undefined;
}

export function newCursor(partition: number, offset: number, end: number | undefined): Cursor {
  return {
    partition,
    delivered: offset,
    fetched: offset,
    end,
    highWatermark: 0,
    assigned: false,
    failures: 0,
    retryAtMs: 0,
    failedLeader: undefined,
  };
}

export function isDone(cursor: Cursor): boolean {
  return cursor.end !== undefined && cursor.delivered >= cursor.end;
}

/** Everything up to the end has arrived. */
export function isFetched(cursor: Cursor): boolean {
  return cursor.end !== undefined && cursor.fetched >= cursor.end;
}
