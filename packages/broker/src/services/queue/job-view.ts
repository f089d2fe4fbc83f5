/** A job as filters look at it. */
import type { Job } from '@flowmesh/engines';
import type { JobView } from '../filter/compile-filter.ts';

export function jobView(shard: number, { meta, body }: Job): JobView {
  return {
    id: `${shard}-${meta.seq}`,
    payload: body.payload,
    headers: body.headers.map(({ name, value }) => ({ key: name, value })),
    key: meta.key,
    priority: meta.priority,
    attempts: meta.attempts,
    enqueuedAtMs: meta.enqueuedAtMs,
    state: meta.state,
    lastError: meta.failures.at(-1)?.error,
  };
}
