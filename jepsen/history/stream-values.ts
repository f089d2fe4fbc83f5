/** What operations on streams look like in a history. A record carries a text that no other record of the run has. */

/**
 * `send`: to one partition, in this order. `txn`: one transaction over partitions; `end: 'abort'` asks for it to be aborted. A transaction that was
 * aborted as asked is `fail`: nothing of it may be seen.
 */
export interface SendAsked {
  readonly partition: number;
  readonly values: readonly string[];
}

/** One offset a value. */
export interface SendAnswer {
  readonly offsets: readonly number[];
}

/**
 * `poll`: what one reader is handed next. Readers go on where they were; `reader` names a place that is kept across polls, and is a new one where
 * a process begins anew.
 */
export interface PollAnswer {
  readonly reader: string;
  readonly records: readonly PolledRecord[];
}

export type PolledRecord = readonly [partition: number, offset: number, value: string];

/** `read-all`: every record of a partition from its beginning to the end that it had when the read began. */
export interface ReadAllAsked {
  readonly partition: number;
}

export interface ReadAllAnswer {
  readonly records: readonly PolledRecord[];
  /** Offset behind the last one, as the leader of that epoch told. */
  readonly end: number;
  readonly epoch: number;
}

/** `watermark`: the end of a partition that readers may see, asked of its leader. */
export interface WatermarkAsked {
  readonly partition: number;
}

export interface WatermarkAnswer {
  readonly offset: number;
  /** Of the leader that answered. */
  readonly epoch: number;
}
