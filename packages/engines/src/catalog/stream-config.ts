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
} as const satisfies Readonly<Record<string, KeySpec>>;

export type StreamConfigKey = keyof typeof STREAM_CONFIG_KEYS;

/** What builds of earlier levels do not know. */
const KEYS_OF_LEVEL_3: ReadonlySet<string> = new Set<StreamConfigKey>([
  'retention.records',
  'message.timestamp.after.max.ms',
  'record.ttl.ms',
  'record.header.lookup',
]);

/** The feature level that the keys came with: copies of earlier builds would refuse what others take. */
export function levelOfStreamKeys(keys: readonly string[]): number {
  return keys.some((key) => KEYS_OF_LEVEL_3.has(key)) ? 3 : 1;
}

export const STREAM_KEYS: KeyTable = { subject: 'stream', keys: STREAM_CONFIG_KEYS };

/** Fills in the defaults of a configuration that was checked. */
export function resolveStreamConfig(config: Readonly<Record<string, string>>): StreamConfig {
  const integer = (key: StreamConfigKey): number => Number(config[key] ?? STREAM_CONFIG_KEYS[key].fallback);
  return {
    maxMessageBytes: integer('max.message.bytes'),
    minInsyncReplicas: minInsyncReplicas(config),
    retentionMs: integer('retention.ms'),
    retentionBytes: integer('retention.bytes'),
    retentionRecords: integer('retention.records'),
    compressionType: 'producer',
    messageTimestampType:
      config['message.timestamp.type'] === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    timestampAfterMaxMs: integer('message.timestamp.after.max.ms'),
    recordTtlMs: integer('record.ttl.ms'),
    recordHeaderLookup: config['record.header.lookup'] === 'all' ? 'all' : 'uncompressed',
  };
}
