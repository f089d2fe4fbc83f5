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
  /** `producer`: batches are kept as sent. */
  readonly compressionType: CompressionType;
  readonly messageTimestampType: TimestampType;
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
} as const satisfies Readonly<Record<string, KeySpec>>;

export type StreamConfigKey = keyof typeof STREAM_CONFIG_KEYS;

export const STREAM_KEYS: KeyTable = { subject: 'stream', keys: STREAM_CONFIG_KEYS };

/** Fills in the defaults of a configuration that was checked. */
export function resolveStreamConfig(config: Readonly<Record<string, string>>): StreamConfig {
  const integer = (key: StreamConfigKey): number => Number(config[key] ?? STREAM_CONFIG_KEYS[key].fallback);
  return {
    maxMessageBytes: integer('max.message.bytes'),
    minInsyncReplicas: minInsyncReplicas(config),
    retentionMs: integer('retention.ms'),
    retentionBytes: integer('retention.bytes'),
    compressionType: 'producer',
    messageTimestampType:
      config['message.timestamp.type'] === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
  };
}
