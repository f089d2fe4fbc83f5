/** What goes into a producer, what comes out, and how it can be set. */
import type { FlowError } from '@flowmesh/base';

/** Text is sent as UTF-8. */
export type Payload = Uint8Array | string;

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

export interface OutgoingRecord {
  readonly stream: string;
  /** Chooses the partition by murmur2, as Kafka clients do. Absent: batches go to the partitions in turns. */
  readonly key?: Payload | undefined;
  /** Absent: a tombstone. */
  readonly value?: Payload | undefined;
  readonly headers?: Readonly<Record<string, Payload | undefined>> | readonly RecordHeader[] | undefined;
  /** Milliseconds since the epoch; absent: now. */
  readonly timestamp?: number | undefined;
  /** Absent: chosen by key or in turns. */
  readonly partition?: number | undefined;
}

/** Where an acknowledged record lies. */
export interface RecordMetadata {
  readonly stream: string;
  readonly partition: number;
  readonly offset: number;
  /** As stored, milliseconds since the epoch. */
  readonly timestamp: number;
  /** Bytes; -1 where there is no key. */
  readonly keySize: number;
  /** Bytes; -1 where there is no value. */
  readonly valueSize: number;
  readonly leaderEpoch: number;
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
/** `all`: fsynced by a majority. `leader`: fsynced by the leader alone, and lost with it. */
export type Acks = 'all' | 'leader';

export interface ProducerOptions {
  readonly compression?: Compression;
  readonly acks?: Acks;
  /** How long a started batch waits for company while others of its partition are under way; 0: not at all. */
  readonly lingerMs?: number;
  readonly batchBytesMax?: number;
  /** Unacknowledged bytes held at most; further sends wait. */
  readonly bufferBytesMax?: number;
  readonly waitingSendsMax?: number;
  /** From `send` to acknowledgement or failure. */
  readonly deliveryTimeoutMs?: number;
}

export interface SendOptions {
  /** Aborting rejects the send with CANCELLED; a record that is already under way may still be stored. */
  readonly signal?: AbortSignal;
}

/** A record inside the producer. */
export interface PendingRecord {
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  readonly headers: readonly RecordHeader[];
  readonly timestampMs: number;
  /** Estimate of its encoded size, which the buffer limit counts. */
  readonly sizeBytes: number;
  /** Monotonic time after which it fails. */
  readonly deadlineMs: number;
  readonly settle: (result: RecordMetadata | FlowError) => void;
}

export interface ProducerIdentity {
  readonly id: number;
  readonly epoch: number;
}
