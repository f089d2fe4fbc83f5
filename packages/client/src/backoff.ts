/** Exponential back-off with jitter: the n-th delay lies between half and all of first · 2ⁿ, capped. */
import type { Random } from '@flowmesh/base';
import { BACKOFF_FIRST_MS, BACKOFF_LAST_MS } from './limits.ts';

export function backoffMs(attempt: number, random: Random): number {
  const full = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return full / 2 + random.unit() * (full / 2);
}
