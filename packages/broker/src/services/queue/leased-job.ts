/** A job in the hands of a receiver. */
import type { JobBody, JobMeta } from '@flowmesh/engines';

export interface LeasedJob {
  readonly shard: number;
  readonly meta: JobMeta;
  readonly body: JobBody;
}
