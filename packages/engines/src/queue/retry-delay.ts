/** How long a failed job waits for its next delivery: a function of the job alone, the same on every replica. */
import { ByteWriter, crc32c } from '@flowmesh/base';
import type { QueueConfig } from '../catalog/queue-config.ts';

export type RetryPolicy = Pick<
  QueueConfig,
  'retryBackoff' | 'retryInitialMs' | 'retryMultiplier' | 'retryMaxMs' | 'retryJitterPercent'
>;

/** After the delivery number `attempts` (1 and up) has failed. Jitter only shortens, so that `retryMaxMs` holds. */
export function retryDelayMs(
  policy: RetryPolicy,
  job: { readonly seq: number; readonly attempts: number },
): number {
  const delayMs = Math.min(fullDelayMs(policy, job.attempts), policy.retryMaxMs);
  const hash = crc32c(new ByteWriter(16).u64(job.seq).u64(job.attempts).view8());
  const share = (policy.retryJitterPercent / 100) * (hash / 2 ** 32);
  return delayMs - Math.floor(delayMs * share);
}

function fullDelayMs(policy: RetryPolicy, attempts: number): number {
  switch (policy.retryBackoff) {
    case 'exponential':
      return policy.retryInitialMs === 0
        ? 0
        : policy.retryInitialMs * policy.retryMultiplier ** (attempts - 1);
    case 'linear':
      return policy.retryInitialMs * attempts;
    case 'fixed':
      return policy.retryInitialMs;
  }
}
