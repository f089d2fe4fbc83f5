/** The configuration keys of a bucket, with their types, ranges and defaults. Bounds of the history hold for each shard. */
import type { KeySpec, KeyTable } from './config-keys.ts';
import { MIN_INSYNC_SPEC } from './min-insync.ts';

/** A bucket's configuration with every default filled in. */
export interface BucketConfig {
  readonly minInsyncReplicas: number;
  /** Versions of a key that stay readable, the newest included. */
  readonly historyDepth: number;
  /** How long changes can be watched again; -1: for ever. */
  readonly historyRetentionMs: number;
  /** Of the changes kept for watchers; -1: without limit. */
  readonly historyRetentionBytes: number;
  /** Of keys that are written without another expiry; -1: none. */
  readonly defaultTtlMs: number;
  readonly maxValueBytes: number;
}

const HOUR_MS = 3_600_000;

const BUCKET_CONFIG_KEYS = {
  'min.insync.replicas': MIN_INSYNC_SPEC,
  'history.depth': {
    kind: 'integer',
    min: 1,
    max: 64,
    fallback: 8,
    description: 'Versions of a key that stay readable, the newest included.',
  },
  'history.retention.ms': {
    kind: 'integer',
    min: 1_000,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 24 * HOUR_MS,
    unlimited: true,
    description: 'How long changes can be watched again; -1: for ever.',
  },
  'history.retention.bytes': {
    kind: 'integer',
    min: 65_536,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 1_073_741_824,
    unlimited: true,
    description: 'How much of the changes each shard keeps for watchers; -1: without limit.',
  },
  'ttl.default.ms': {
    kind: 'integer',
    min: 1,
    max: 3_660 * 24 * HOUR_MS,
    fallback: -1,
    unlimited: true,
    description: 'Of keys that are written without another expiry; -1: none.',
  },
  'max.value.bytes': {
    kind: 'integer',
    min: 1,
    max: 1_048_576,
    fallback: 1_048_576,
    description: 'Largest value of a key.',
  },
} as const satisfies Readonly<Record<string, KeySpec>>;

type BucketConfigKey = keyof typeof BUCKET_CONFIG_KEYS;

export const BUCKET_KEYS: KeyTable = { subject: 'bucket', keys: BUCKET_CONFIG_KEYS };

/** Fills in the defaults of a configuration whose keys and values were checked; what is not known is passed over. */
export function resolveBucketConfig(config: Readonly<Record<string, string>>): BucketConfig {
  const integer = (key: BucketConfigKey): number => Number(config[key] ?? BUCKET_CONFIG_KEYS[key].fallback);
  return {
    minInsyncReplicas: integer('min.insync.replicas'),
    historyDepth: integer('history.depth'),
    historyRetentionMs: integer('history.retention.ms'),
    historyRetentionBytes: integer('history.retention.bytes'),
    defaultTtlMs: integer('ttl.default.ms'),
    maxValueBytes: integer('max.value.bytes'),
  };
}
