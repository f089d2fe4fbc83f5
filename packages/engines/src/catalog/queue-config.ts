/** The configuration keys of a queue, with their types, ranges and defaults. Bounds hold for each shard. */
import type { KeySpec, KeyTable } from './config-keys.ts';
import { MIN_INSYNC_SPEC, minInsyncReplicas } from './min-insync.ts';

export type RetryBackoff = 'exponential' | 'linear' | 'fixed';
export type QueueOverflow = 'reject' | 'drop-oldest' | 'dead-letter';

/** A queue's configuration with every default filled in. -1: without limit. */
export interface QueueConfig {
  /** Largest payload of a job. */
  readonly maxMessageBytes: number;
  readonly minInsyncReplicas: number;
  /** How long a delivered job is hidden where the receiver does not say. */
  readonly visibilityTimeoutMs: number;
  /** Deliveries until a job is dead, the first one included; -1: never. */
  readonly attemptsMax: number;
  readonly retryBackoff: RetryBackoff;
  readonly retryInitialMs: number;
  /** Of an exponential backoff; linear adds `retryInitialMs` for every attempt. */
  readonly retryMultiplier: number;
  readonly retryMaxMs: number;
  /** The delay is shortened by up to this share, the same for every replica. */
  readonly retryJitterPercent: number;
  /** Whether a job whose lease ran out waits as after a nack, or is ready at once. */
  readonly expiredLeaseRetry: 'immediate' | 'backoff';
  /** `key`: jobs of one key are delivered one after the other, in order. */
  readonly ordering: 'none' | 'key';
  /** `key`: keys take turns. */
  readonly fairness: 'none' | 'key';
  /** Jobs that are not dead. */
  readonly maxJobs: number;
  /** Payloads, headers and keys of jobs that are not dead. */
  readonly maxBytes: number;
  /** Jobs under lease at once. */
  readonly maxInFlight: number;
  /** What gives way when a bound is reached: the new job, or the oldest ready ones (for good, or into the dead letters). */
  readonly overflow: QueueOverflow;
  /** How long a deduplication id is remembered. */
  readonly dedupWindowMs: number;
}

const YEAR_MS = 366 * 24 * 3_600_000;
const UNBOUNDED = {
  kind: 'integer',
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  fallback: -1,
  unlimited: true,
} as const;

export const QUEUE_CONFIG_KEYS = {
  'max.message.bytes': {
    kind: 'integer',
    min: 1,
    max: 16 * 1024 * 1024,
    fallback: 1_048_576,
    description: 'Largest payload of a job.',
  },
  'min.insync.replicas': MIN_INSYNC_SPEC,
  'visibility.timeout.ms': {
    kind: 'integer',
    min: 0,
    max: 12 * 3_600_000,
    fallback: 30_000,
    description: 'How long a delivered job is hidden where the receiver does not say.',
  },
  'attempts.max': {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    fallback: 4,
    unlimited: true,
    description: 'Deliveries until a job is dead, the first one included; -1: never.',
  },
  'retry.backoff': {
    kind: 'choice',
    choices: ['exponential', 'linear', 'fixed'],
    fallback: 'exponential',
    description: 'How the delays between attempts grow.',
  },
  'retry.initial.ms': {
    kind: 'integer',
    min: 0,
    max: YEAR_MS,
    fallback: 1_000,
    description: 'The delay after the first failed attempt.',
  },
  'retry.multiplier': {
    kind: 'integer',
    min: 1,
    max: 100,
    fallback: 2,
    description: 'Factor of an exponential backoff.',
  },
  'retry.max.ms': {
    kind: 'integer',
    min: 0,
    max: YEAR_MS,
    fallback: 60_000,
    description: 'The longest delay between attempts.',
  },
  'retry.jitter.percent': {
    kind: 'integer',
    min: 0,
    max: 100,
    fallback: 20,
    description: 'Delays are shortened by up to this share.',
  },
  'expired.lease.retry': {
    kind: 'choice',
    choices: ['immediate', 'backoff'],
    fallback: 'immediate',
    description: 'Whether a job whose lease ran out is ready at once or waits as after a failure.',
  },
  ordering: {
    kind: 'choice',
    choices: ['none', 'key'],
    fallback: 'none',
    description: 'key: jobs of one key are delivered one after the other, in order.',
  },
  fairness: {
    kind: 'choice',
    choices: ['none', 'key'],
    fallback: 'none',
    description: 'key: keys take turns.',
  },
  'max.jobs': { ...UNBOUNDED, description: 'Jobs of a shard that are not dead; -1: without limit.' },
  'max.bytes': {
    ...UNBOUNDED,
    description: 'Payloads, headers and keys of the jobs of a shard that are not dead; -1: without limit.',
  },
  'max.in.flight': { ...UNBOUNDED, description: 'Jobs of a shard under lease at once; -1: without limit.' },
  overflow: {
    kind: 'choice',
    choices: ['reject', 'drop-oldest', 'dead-letter'],
    fallback: 'reject',
    description: 'What gives way when a bound is reached: the new job, or the oldest ready ones.',
  },
  'dedup.window.ms': {
    kind: 'integer',
    min: 0,
    max: 7 * 24 * 3_600_000,
    fallback: 300_000,
    description: 'How long a deduplication id is remembered.',
  },
} as const satisfies Readonly<Record<string, KeySpec>>;

type QueueConfigKey = keyof typeof QUEUE_CONFIG_KEYS;

export const QUEUE_KEYS: KeyTable = { subject: 'queue', keys: QUEUE_CONFIG_KEYS };

/** Fills in the defaults of a configuration whose keys and values were checked; what is not known is passed over. */
export function resolveQueueConfig(config: Readonly<Record<string, string>>): QueueConfig {
  const integer = (key: QueueConfigKey): number => Number(config[key] ?? QUEUE_CONFIG_KEYS[key].fallback);
  const choice = <T extends string>(key: QueueConfigKey, choices: readonly T[], fallback: T): T =>
    choices.find((known) => known === config[key]) ?? fallback;
  return {
    maxMessageBytes: integer('max.message.bytes'),
    minInsyncReplicas: minInsyncReplicas(config),
    visibilityTimeoutMs: integer('visibility.timeout.ms'),
    attemptsMax: integer('attempts.max'),
    retryBackoff: choice('retry.backoff', ['exponential', 'linear', 'fixed'], 'exponential'),
    retryInitialMs: integer('retry.initial.ms'),
    retryMultiplier: integer('retry.multiplier'),
    retryMaxMs: integer('retry.max.ms'),
    retryJitterPercent: integer('retry.jitter.percent'),
    expiredLeaseRetry: choice('expired.lease.retry', ['immediate', 'backoff'], 'immediate'),
    ordering: choice('ordering', ['none', 'key'], 'none'),
    fairness: choice('fairness', ['none', 'key'], 'none'),
    maxJobs: integer('max.jobs'),
    maxBytes: integer('max.bytes'),
    maxInFlight: integer('max.in.flight'),
    overflow: choice('overflow', ['reject', 'drop-oldest', 'dead-letter'], 'reject'),
    dedupWindowMs: integer('dedup.window.ms'),
  };
}
