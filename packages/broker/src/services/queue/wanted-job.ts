/** A job as somebody wants it enqueued. */
import type { NewJob } from '@flowmesh/engines';

export interface WantedJob extends NewJob {
  /** Instead of `notBeforeMs`: counted from when the shard's leader stamps the command; 0: none. */
  readonly delayMs: number;
}

/** Delays become times: those of the leader's clock, by which the shard lives. */
export function stampJobs(jobs: readonly WantedJob[], nowMs: number): readonly NewJob[] {
  return jobs.map((job) => (job.delayMs === 0 ? job : { ...job, notBeforeMs: nowMs + job.delayMs }));
}
