/**
 * The configuration keys of a stream, with their types, ranges and defaults. Unknown keys are refused, with the nearest known one
 * as a suggestion. Values travel as text, as in Kafka.
 */
import { FlowError } from '@flowmesh/base';

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

type KeySpec =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly fallback: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly fallback: string };

export const STREAM_CONFIG_KEYS = {
  'max.message.bytes': { kind: 'integer', min: 61, max: 64 * 1024 * 1024, fallback: 1_048_588 },
  'min.insync.replicas': { kind: 'integer', min: 1, max: 7, fallback: 1 },
  'retention.ms': { kind: 'integer', min: -1, max: Number.MAX_SAFE_INTEGER, fallback: -1 },
  'retention.bytes': { kind: 'integer', min: -1, max: Number.MAX_SAFE_INTEGER, fallback: -1 },
  'compression.type': { kind: 'choice', choices: ['producer'], fallback: 'producer' },
  'message.timestamp.type': {
    kind: 'choice',
    choices: ['CreateTime', 'LogAppendTime'],
    fallback: 'CreateTime',
  },
} as const satisfies Readonly<Record<string, KeySpec>>;

export type StreamConfigKey = keyof typeof STREAM_CONFIG_KEYS;

/** Undefined where every key is known and every value good. */
export function checkStreamConfig(config: Readonly<Record<string, string>>): FlowError | undefined {
  for (const [key, value] of Object.entries(config)) {
    if (!isKey(key)) return unknownKey(key);
    const error = checkValue(key, STREAM_CONFIG_KEYS[key], value);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Fills in the defaults of a configuration that passed `checkStreamConfig`. */
export function resolveStreamConfig(config: Readonly<Record<string, string>>): StreamConfig {
  const integer = (key: StreamConfigKey): number => Number(config[key] ?? STREAM_CONFIG_KEYS[key].fallback);
  return {
    maxMessageBytes: integer('max.message.bytes'),
    minInsyncReplicas: integer('min.insync.replicas'),
    retentionMs: integer('retention.ms'),
    retentionBytes: integer('retention.bytes'),
    compressionType: 'producer',
    messageTimestampType:
      config['message.timestamp.type'] === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
  };
}

function isKey(key: string): key is StreamConfigKey {
  return Object.hasOwn(STREAM_CONFIG_KEYS, key);
}

function checkValue(key: StreamConfigKey, spec: KeySpec, value: string): FlowError | undefined {
  switch (spec.kind) {
    case 'integer': {
      const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isSafeInteger(number) && number >= spec.min && number <= spec.max) return undefined;
      return refuse(key, value, `an integer from ${spec.min} to ${spec.max}`);
    }
    case 'choice':
      return spec.choices.includes(value)
        ? undefined
        : refuse(key, value, `one of ${spec.choices.join(', ')}`);
  }
}

function refuse(key: StreamConfigKey, value: string, wanted: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `'${value.slice(0, 100)}' is no value of ${key}`, {
    hint: `${key} takes ${wanted}; the default is ${STREAM_CONFIG_KEYS[key].fallback}.`,
  });
}

function unknownKey(key: string): FlowError {
  const known = Object.keys(STREAM_CONFIG_KEYS);
  const shown = key.slice(0, 60);
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(shown, candidate) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
  const hint =
    nearest.distance <= Math.max(2, nearest.candidate.length / 3)
      ? `Did you mean ${nearest.candidate}?`
      : `Known keys: ${known.join(', ')}.`;
  return new FlowError('INVALID_ARGUMENT', `unknown stream configuration key '${shown}'`, { hint });
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
