/** Jobs as they lie in a queue, as tables and as JSON. What a job does not have is absent; payload, key and headers are text where they are UTF-8. */
import { isUtf8 } from 'node:buffer';
import type { JobInfo, JobState } from '@flowmesh/client';
import type { Column, Format } from '../output/format.ts';
import { isStructured } from '../output/format.ts';
import { showBytes } from '../output/payload.ts';
import { showDuration, showTime } from '../output/times.ts';

interface ShownJobHeader {
  readonly key: string;
  readonly value: string;
  readonly encoding?: 'base64';
}

/** Times are milliseconds since 1970. */
export interface ShownJob {
  readonly id: string;
  readonly shard: number;
  readonly state: JobState;
  readonly priority: number;
  readonly attempts: number;
  readonly totalAttempts: number;
  readonly enqueuedAt: number;
  readonly until?: number;
  readonly worker?: string;
  readonly key?: string;
  readonly keyEncoding?: 'base64';
  readonly headers: readonly ShownJobHeader[];
  readonly payload: string;
  readonly encoding?: 'base64';
  readonly lastError?: string;
  readonly failures: JobInfo['failures'];
  readonly redrives: number;
  readonly dedupId?: string;
  readonly origin?: string;
  readonly deadReason?: string;
}

/** What tables show of a payload. */
const PREVIEW_BYTES = 120;

/** Programs get payloads whole, tables as much as fits. */
export function payloadBytesFor(format: Format): number {
  return isStructured(format) || format === 'raw' ? 0 : PREVIEW_BYTES;
}

export function showJob(job: JobInfo): ShownJob {
  const payload = showBytes(job.payload);
  const key = job.key === undefined ? undefined : showBytes(job.key);
  const { id, shard, state, priority, attempts, totalAttempts, enqueuedAt, failures, redrives } = job;
  return {
    id,
    shard,
    state,
    priority,
    attempts,
    totalAttempts,
    enqueuedAt,
    ...(job.until === 0 ? {} : { until: job.until }),
    ...given('worker', job.worker),
    ...(key === undefined ? {} : { key: key.text }),
    ...(key?.encoding === undefined ? {} : { keyEncoding: key.encoding }),
    headers: job.headers.map((header) => {
      const { text, encoding } = showBytes(header.value ?? new Uint8Array(0));
      return { key: header.key, value: text, ...(encoding === undefined ? {} : { encoding }) };
    }),
    payload: payload.text,
    ...(payload.encoding === undefined ? {} : { encoding: payload.encoding }),
    ...given('lastError', job.lastError),
    failures,
    redrives,
    ...given('dedupId', job.dedupId),
    ...given('origin', job.origin),
    ...given('deadReason', job.deadReason),
  };
}

function given<Name extends string>(name: Name, text: string): { readonly [key in Name]?: string } {
  return text === '' ? {} : ({ [name]: text } as { readonly [key in Name]: string });
}

/** For tables: one line, and cut where `payloadBytesFor` had it cut. */
export function showPreview(job: JobInfo): ShownJob {
  const { payload } = job;
  if (payload.length < PREVIEW_BYTES) return oneLine(showJob(job));
  let end = PREVIEW_BYTES;
  // The cut may go through a character.
  while (end > PREVIEW_BYTES - 4 && !isUtf8(payload.subarray(0, end))) end--;
  const whole = isUtf8(payload.subarray(0, end)) ? end : PREVIEW_BYTES;
  const shown = oneLine(showJob({ ...job, payload: payload.subarray(0, whole) }));
  return { ...shown, payload: `${shown.payload}…` };
}

function oneLine(shown: ShownJob): ShownJob {
  const joined = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
  return {
    ...shown,
    payload: joined(shown.payload),
    ...(shown.lastError === undefined ? {} : { lastError: joined(shown.lastError) }),
  };
}

export const JOB_COLUMNS: readonly Column<ShownJob>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'state', cell: (row) => row.state },
  { header: 'priority', cell: (row) => row.priority, wide: true },
  { header: 'attempts', cell: (row) => row.attempts },
  { header: 'enqueued', cell: (row) => showTime(row.enqueuedAt) },
  { header: 'until', cell: (row) => (row.until === undefined ? undefined : showTime(row.until)), wide: true },
  { header: 'worker', cell: (row) => row.worker, wide: true },
  { header: 'key', cell: (row) => row.key, wide: true },
  { header: 'error', cell: (row) => row.lastError, wide: true },
  { header: 'payload', cell: (row) => row.payload },
];

export const DEAD_COLUMNS: readonly Column<ShownJob>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'died', cell: (row) => (row.until === undefined ? undefined : showTime(row.until)) },
  { header: 'attempts', cell: (row) => row.attempts },
  { header: 'redrives', cell: (row) => row.redrives, wide: true },
  { header: 'reason', cell: (row) => row.deadReason, wide: true },
  { header: 'key', cell: (row) => row.key, wide: true },
  { header: 'error', cell: (row) => row.lastError },
  { header: 'payload', cell: (row) => row.payload },
];

/** One job with everything that is known of it. */
export const WHOLE_JOB_COLUMNS: readonly Column<ShownJob>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'state', cell: (row) => row.state },
  { header: 'reason', cell: (row) => row.deadReason },
  { header: 'enqueued', cell: (row) => showTime(row.enqueuedAt) },
  { header: 'died', cell: (row) => (row.until === undefined ? undefined : showTime(row.until)) },
  {
    header: 'lived',
    cell: (row) => (row.until === undefined ? undefined : showDuration(row.until - row.enqueuedAt)),
  },
  { header: 'key', cell: (row) => row.key },
  { header: 'priority', cell: (row) => row.priority },
  { header: 'attempts', cell: (row) => `${row.attempts} (${row.totalAttempts} ever)` },
  { header: 'redrives', cell: (row) => row.redrives },
  { header: 'origin', cell: (row) => row.origin },
  { header: 'headers', cell: (row) => row.headers.map(({ key, value }) => `${key}=${value}`).join(' ') },
  {
    header: 'failures',
    cell: (row) =>
      row.failures
        .map(({ attempt, at, error }) => `\n  ${showTime(at)}  attempt ${attempt}: ${error}`)
        .join(''),
  },
  { header: 'payload', cell: (row) => row.payload },
];
