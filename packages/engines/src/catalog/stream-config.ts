/** The configuration keys of a stream, with their types, ranges and defaults. */
import type { KeySpec, KeyTable } from './config-keys.ts';
import { MIN_INSYNC_SPEC, minInsyncReplicas } from './min-insync.ts';

export type CompressionType = 'producer';
export type TimestampType = 'CreateTime' | 'LogAppendTime';

/** A stream's configuration with every default filled in. */
export interface StreamConfig {
  /** Largest batch accepted, header included. */
  readonly maxMessageBytes: number;
  readonly minInsyncReplicas: number;
  /** -1: for ever. */
  readonly retentionMs: number;
  /** Of each partition; -1: without limit. */
  readonly retentionBytes: number;
  /** Of each partition; -1: without limit. */
  readonly retentionRecords: number;
  /** `producer`: batches are kept as sent. */
  readonly compressionType: CompressionType;
  readonly messageTimestampType: TimestampType;
  /** How far the timestamps of producers may be ahead of the leader's clock, or retention by time would wait for them. */
  readonly timestampAfterMaxMs: number;
  /** For how long after their timestamp records are shown that do not say it themselves; -1: for ever. */
  readonly recordTtlMs: number;
  /** In which batches the broker looks for headers that are meant for it. */
  readonly recordHeaderLookup: 'uncompressed' | 'all';
  /** Only the latest record of each key stays. */
  readonly compacts: boolean;
  /** What is older, or more, than retention allows goes. */
  readonly deletes: boolean;
  /** Compaction waits until so much of the log is new to it. */
  readonly minCleanableDirtyRatio: number;
  /** Records stay as they are for so long after their timestamp. */
  readonly minCompactionLagMs: number;
  /** Tombstones stay for so long after compaction has seen them first. */
  readonly deleteRetentionMs: number;
  /** Batches of delayed records that each partition keeps, and their bytes. */
  readonly delayedBatchesMax: number;
  readonly delayedBytesMax: number;
}

export const STREAM_CONFIG_KEYS = {
  'max.message.bytes': {
    kind: 'integer',
    min: 61,
    max: 64 * 1024 * 1024,
    fallback: 1_048_588,
    description: 'Largest batch accepted, header included.',
  },
  'min.insync.replicas': MIN_INSYNC_SPEC,
  'retention.ms': {
    kind: 'integer',
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: -1,
    description: 'How long records are kept; -1: for ever.',
  },
  'retention.bytes': {
    kind: 'integer',
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: -1,
    description: 'How much each partition keeps; -1: without limit.',
  },
  'retention.records': {
    kind: 'integer',
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: -1,
    description: 'How many records each partition keeps; -1: without limit.',
  },
  'compression.type': {
    kind: 'choice',
    choices: ['producer'],
    fallback: 'producer',
    description: 'producer: batches are kept as they were sent.',
  },
  'message.timestamp.type': {
    kind: 'choice',
    choices: ['CreateTime', 'LogAppendTime'],
    fallback: 'CreateTime',
    description: 'Whether records carry the time of the producer or of the append.',
  },
  'message.timestamp.after.max.ms': {
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 3_600_000,
    description: 'How far the times of producers may be ahead of the clock of the leader.',
  },
  'record.ttl.ms': {
    kind: 'integer',
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: -1,
    description: 'For how long records are shown that have no flowmesh-ttl-ms header; -1: for ever.',
  },
  'record.header.lookup': {
    kind: 'choice',
    choices: ['uncompressed', 'all'],
    fallback: 'uncompressed',
    description:
      'all: flowmesh- headers count in compressed batches too, which are then decompressed on arrival.',
  },
  'cleanup.policy': {
    kind: 'choice',
    choices: ['delete', 'compact', 'compact,delete', 'delete,compact'],
    fallback: 'delete',
    description: 'delete: what retention says goes. compact: only the latest record of each key stays.',
  },
  'min.cleanable.dirty.ratio': {
    kind: 'fraction',
    fallback: 0.5,
    description: 'Compaction waits until so much of a partition is new to it.',
  },
  'min.compaction.lag.ms': {
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 0,
    description: 'Records are not compacted for so long after their timestamp.',
  },
  'delete.retention.ms': {
    kind: 'integer',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 86_400_000,
    description: 'Tombstones stay for so long after compaction has seen them first.',
  },
  'delayed.batches.max': {
    kind: 'integer',
    min: 0,
    max: 1_000_000,
    fallback: 100_000,
    description: 'Delayed records that each partition keeps, counted by batch and due time.',
  },
  'delayed.bytes.max': {
    kind: 'integer',
    min: 0,
    max: 1024 * 1024 * 1024,
    fallback: 64 * 1024 * 1024,
    description: 'Bytes of delayed records that each partition keeps.',
  },
} as const satisfies Readonly<Record<string, KeySpec>>;

export type StreamConfigKey = keyof typeof STREAM_CONFIG_KEYS;

/** What builds of earlier levels do not know. */
const KEYS_OF_LEVEL_3: ReadonlySet<string> = new Set<StreamConfigKey>([
  'retention.records',
  'message.timestamp.after.max.ms',
  'record.ttl.ms',
  'record.header.lookup',
  'cleanup.policy',
  'min.cleanable.dirty.ratio',
  'min.compaction.lag.ms',
  'delete.retention.ms',
  'delayed.batches.max',
  'delayed.bytes.max',
]);

/** The feature level that the keys came with: copies of earlier builds would refuse what others take. */
export function levelOfStreamKeys(keys: readonly string[]): number {
  return keys.some((key) => KEYS_OF_LEVEL_3.has(key)) ? 3 : 1;
}

export const STREAM_KEYS: KeyTable = { subject: 'stream', keys: STREAM_CONFIG_KEYS };

/** Fills in the defaults of a configuration that was checked. */
export function resolveStreamConfig(config: Readonly<Record<string, string>>): StreamConfig {
  const policy = (config['cleanup.policy'] ?? 'delete').split(',');
  const number = (key: StreamConfigKey): number => Number(config[key] ?? STREAM_CONFIG_KEYS[key].fallback);
  return {
    maxMessageBytes: number('max.message.bytes'),
    minInsyncReplicas: minInsyncReplicas(config),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    retentionRecords: number('retention.records'),
    compressionType: 'producer',
    messageTimestampType:
      config['message.timestamp.type'] === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    recordTtlMs: number('record.ttl.ms'),
    recordHeaderLookup: config['record.header.lookup'] === 'all' ? 'all' : 'uncompressed',
    compacts: policy.includes('compact'),
    deletes: policy.includes('delete'),
    minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    deleteRetentionMs: number('delete.retention.ms'),
    delayedBatchesMax: number('delayed.batches.max'),
    delayedBytesMax: number('delayed.bytes.max'),
  };
}
