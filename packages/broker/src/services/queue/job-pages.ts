/** Pages of jobs of one state in one shard, filtered: bounded in jobs looked at and in bytes answered. */
import { FlowError, isFlowError } from '@flowmesh/base';
import { completeJobs, type Job, listJobs, type StateReader } from '@flowmesh/engines';
import { compileFilter } from '../filter/compile-filter.ts';
import { jobView } from './job-view.ts';
import type { JobPageAnswer, JobPageAsk } from './shard-ask.ts';

const READ_MAX = 100;
const ANSWER_BYTES_MAX = 4 << 20;

export async function readJobs(ask: JobPageAsk, shard: number, state: StateReader): Promise<JobPageAnswer> {
  const filter = ask.filter === '' ? undefined : compileFilter(ask.filter, 'job');
  if (isFlowError(filter)) throw filter;
  const jobs: Job[] = [];
  let after = ask.after === '' ? undefined : new Uint8Array(Buffer.from(ask.after, 'hex'));
  let scanned = 0;
  let bytes = 0;
  while (jobs.length < ask.max && scanned < ask.scannedMax && bytes < ANSWER_BYTES_MAX) {
    // No more than are wanted, so that a page never ends in the middle of what was read.
    const limit = Math.min(READ_MAX, ask.max - jobs.length, ask.scannedMax - scanned);
    const page = await listJobs({ state: ask.state, after, limit }, state);
    const read = await completeJobs(
      page.jobs.map((meta) => ({ meta, body: undefined })),
      state,
    );
    for (const job of read) {
      if (filter !== undefined && !filter.matches(jobView(shard, job))) continue;
      const cut = cutPayload(job, ask.payloadBytesMax);
      bytes += cut.body.payload.length;
      jobs.push(cut);
    }
    scanned += limit;
    after = page.next === undefined ? undefined : new Uint8Array(page.next);
    if (after === undefined) {
      scanned -= limit - page.jobs.length;
      break;
    }
  }
  const { failed = 0, firstFailure = '' } = filter?.counters ?? {};
  const next = after === undefined ? '' : Buffer.from(after).toString('hex');
  return { jobs, next, scanned, typeErrors: failed, firstTypeError: firstFailure };
}

function cutPayload(job: Job, bytesMax: number): Job {
  const { payload, headers } = job.body;
  if (bytesMax === 0 || payload.length <= bytesMax) return job;
  return { meta: job.meta, body: { payload: payload.subarray(0, bytesMax), headers } };
}

/** The token of a page: where the next one begins. */
export interface PagePlace {
  readonly shard: number;
  readonly state: number;
  readonly after: string;
}

export function pageToken(place: PagePlace): string {
  return Buffer.from(`${place.shard}.${place.state}.${place.after}`).toString('base64url');
}

export function parsePageToken(token: string): PagePlace {
  if (token === '') return { shard: 0, state: 0, after: '' };
  const match = /^(\d{1,7})\.(\d)\.([0-9a-f]{0,4096})$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) {
    throw new FlowError('INVALID_ARGUMENT', 'page_token was not given out by this service', {
      hint: 'Pass next_page_token of the page before, or nothing.',
      details: { field: 'page_token' },
    });
  }
  return { shard: Number(match[1]), state: Number(match[2]), after: match[3] ?? '' };
}
