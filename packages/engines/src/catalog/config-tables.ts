/** What each kind of resource may be configured with. */
import type { FlowError } from '@flowmesh/base';
import { BUCKET_KEYS } from './bucket-config.ts';
import type { ResourceKind } from './catalog-types.ts';
import { checkConfig, type KeyTable } from './config-keys.ts';
import { MIN_INSYNC_SPEC } from './min-insync.ts';
import { QUEUE_KEYS } from './queue-config.ts';
import { STREAM_KEYS } from './stream-config.ts';

const COORDINATOR_KEYS: KeyTable = {
  subject: 'coordinator',
  keys: { 'min.insync.replicas': MIN_INSYNC_SPEC },
};

export const CONFIG_TABLES: Readonly<Record<ResourceKind, KeyTable>> = {
  stream: STREAM_KEYS,
  queue: QUEUE_KEYS,
  bucket: BUCKET_KEYS,
  coordinator: COORDINATOR_KEYS,
};

/** Undefined where every key is known to the kind and every value good. */
export function checkResourceConfig(
  kind: ResourceKind,
  config: Readonly<Record<string, string>>,
): FlowError | undefined {
  return checkConfig(CONFIG_TABLES[kind], config);
}
