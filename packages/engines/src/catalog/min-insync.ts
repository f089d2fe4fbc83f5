/** `min.insync.replicas`, which everything has that is replicated: how many replicas must have a write before it is acknowledged. */
import { FlowError } from '@flowmesh/base';
import type { KeySpec } from './config-keys.ts';

type Config = Readonly<Record<string, string>>;

export const MIN_INSYNC_KEY = 'min.insync.replicas';

export const MIN_INSYNC_SPEC = {
  kind: 'integer',
  min: 1,
  max: 7,
  fallback: 1,
  description:
    'Replicas that must be in sync for a write to be taken (of a stream: an append with acks=all).',
} as const satisfies KeySpec;

/** Of a checked configuration of any kind. */
export function minInsyncReplicas(config: Config): number {
  return Number(config[MIN_INSYNC_KEY] ?? MIN_INSYNC_SPEC.fallback);
}

/** Undefined where writes can be acknowledged at all. */
export function checkMinInsync(config: Config, replicationFactor: number): FlowError | undefined {
  const needed = minInsyncReplicas(config);
  if (needed <= replicationFactor) return undefined;
  return new FlowError(
    'INVALID_ARGUMENT',
    `min.insync.replicas ${needed} exceeds the replication factor ${replicationFactor}`,
    {
      hint: 'No write could ever be acknowledged: lower it or raise the replication factor.',
    },
  );
}
