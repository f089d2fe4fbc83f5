/** What a consumer is asked for and what it gives. */
import type { FlowError } from '@flowmesh/base';
import type { RecordHeader } from '../producer/types.ts';

export interface ConsumedRecord {
  readonly stream: string;
  readonly partition: number;
  readonly offset: number;
  /** As stored, milliseconds since the epoch. */
  readonly timestamp: number;
  /** Key, value and header bytes may share memory with their batch: copy what is kept for long. */
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  readonly headers: readonly RecordHeader[];
}

/**
 * A place in every partition: its first or next record, an offset, the first record of a time or later, or offsets by
 * partition (those not named: earliest).
 */
export type Position =
  | 'earliest'
  | 'latest'
  | number
  | { readonly timestamp: number }
  | { readonly offsets: Readonly<Record<number, number>> };

export interface ConsumeOptions {
  readonly stream: string;
  /** Default: `latest`. */
  readonly from?: Position;
  /**
   * Where to end, exclusive: `latest` is the end of each partition when consumption starts; a time in which there is nothing yet
   * counts as that, too. Absent: never.
   */
  readonly to?: Position;
  /** Ends after so many records. */
  readonly count?: number;
  /** Default: all, those that the stream is given later too (unless `to` says where to end). */
  readonly partitions?: readonly number[];
  /**
   * CEL over headers, key, payload (JSON), offset, partition, timestamp and stream, evaluated by the nodes: only records that match
   * arrive. Records that it cannot be evaluated for do not match; the event `filter-failed` tells of them.
   */
  readonly filter?: string;
  /** `committed`, the default, shows records of committed transactions alone; `uncommitted` shows all. */
  readonly isolation?: 'committed' | 'uncommitted';
  /** When the wanted offset no longer (or not yet) exists. `error`, the default, says so instead of skipping in silence. */
  readonly onOutOfRange?: 'error' | 'earliest' | 'latest';
  /** Bytes each node may send ahead of the reader. */
  readonly creditBytes?: number;
  readonly onEvent?: (event: ConsumerEvent) => void;
  /** Aborting ends the iteration, without an error. */
  readonly signal?: AbortSignal;
}

export type ConsumerEvent =
  | { readonly kind: 'subscribed'; readonly node: string; readonly partitions: readonly number[] }
  /** The partition is not read at the moment; the consumer looks for its leader. */
  | { readonly kind: 'interrupted'; readonly partition: number; readonly error: FlowError }
  /** The filter could not be evaluated for so many more records of one node; `cause` says why, for the first of them. */
  | { readonly kind: 'filter-failed'; readonly records: number; readonly cause: string }
  /** The stream has got another partition; it is read from its beginning. */
  | { readonly kind: 'partition-added'; readonly partition: number }
  | { readonly kind: 'reset'; readonly partition: number; readonly from: number; readonly to: number };
