/** The configuration keys of a bucket of key-value data, with their types, ranges and defaults. */
import type { KeySpec, KeyTable } from './config-keys.ts';
import { MIN_INSYNC_SPEC } from './min-insync.ts';

const BUCKET_CONFIG_KEYS = {
  'min.insync.replicas': MIN_INSYNC_SPEC,
} as const satisfies Readonly<Record<string, KeySpec>>;

export const BUCKET_KEYS: KeyTable = { subject: 'bucket', keys: BUCKET_CONFIG_KEYS };
