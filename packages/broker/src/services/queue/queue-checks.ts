/** What is refused before anything happens: every limit of the queues' API, each with the field and what is allowed. */
import { FlowError } from '@flowmesh/base';
import type { NewJob, QueueConfig } from '@flowmesh/engines';
import type { WantedJob } from './wanted-job.ts';
import type { PollRequest } from './polled-receive.ts';
import type { Settlement } from './settlement.ts';
import type { WorkStart } from './work-session.ts';

export const JOBS_PER_ENQUEUE_MAX = 1_000;
export const JOBS_PER_RECEIVE_MAX = 100;
export const WAIT_MS_MAX = 20_000;
export const VISIBILITY_MS_MAX = 12 * 3_600_000;
const YEAR_MS = 366 * 24 * 3_600_000;
const KEY_BYTES_MAX = 1_024;
const DEDUP_ID_MAX = 256;
const HEADERS_MAX = 100;
const HEADER_BYTES_MAX = 64 * 1_024;
const WORKER_NAME_MAX = 256;
const ENQUEUE_BYTES_MAX = 4 << 20;
const CREDIT_MAX = 100_000;

function invalid(field: string, message: string, hint: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, { hint, details: { field } });
}

function outside(field: string, value: number, min: number, max: number): FlowError | undefined {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return undefined;
  return invalid(field, `${field} is ${value}`, `It is a whole number from ${min} to ${max}.`);
}

export function checkJobs(
  jobs: readonly WantedJob[],
  config: QueueConfig,
  nowMs: number,
): FlowError | undefined {
  if (jobs.length === 0 || jobs.length > JOBS_PER_ENQUEUE_MAX) {
    return invalid('jobs', `${jobs.length} jobs in one enqueue`, `Send 1 to ${JOBS_PER_ENQUEUE_MAX}.`);
  }
  let bytes = 0;
  for (const [i, job] of jobs.entries()) {
    const bad = checkJob(job, `jobs[${i}]`, config) ?? checkDue(job, `jobs[${i}]`, nowMs);
    if (bad !== undefined) return bad;
    bytes += jobBytes(job);
  }
  if (jobs.length === 1 || bytes <= ENQUEUE_BYTES_MAX) return undefined;
  return invalid(
    'jobs',
    `${bytes} bytes of jobs in one enqueue`,
    `Send at most ${ENQUEUE_BYTES_MAX} at once.`,
  );
}

/** Payload, key and headers. */
export function jobBytes({ payload, key, headers }: NewJob): number {
  return headers.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    payload.length + key.length,
  );
}

function checkDue({ delayMs, notBeforeMs }: WantedJob, field: string, nowMs: number): FlowError | undefined {
  if (delayMs !== 0 && notBeforeMs !== 0)
    return invalid(`${field}.delay_ms`, 'both delay_ms and not_before_ms are given', 'Give one of them.');
  return (
    checkDelay(delayMs, `${field}.delay_ms`) ??
    checkDelay(Math.max(0, notBeforeMs - nowMs), `${field}.not_before_ms`)
  );
}

export function checkJob(job: NewJob, field: string, config: QueueConfig): FlowError | undefined {
  const { payload, key, dedupId, headers } = job;
  if (payload.length > config.maxMessageBytes) {
    return new FlowError(
      'BATCH_TOO_LARGE',
      `a payload of ${payload.length} bytes; the queue takes ${config.maxMessageBytes}`,
      {
        hint: 'Store it elsewhere and send its address, or raise max.message.bytes of the queue.',
        details: { field: `${field}.payload`, limitBytes: config.maxMessageBytes },
      },
    );
  }
  if (key.length > KEY_BYTES_MAX)
    return invalid(`${field}.key`, `a key of ${key.length} bytes`, `A key has at most ${KEY_BYTES_MAX}.`);
  if (dedupId.length > DEDUP_ID_MAX) {
    return invalid(
      `${field}.dedup_id`,
      `a deduplication id of ${dedupId.length} characters`,
      `It has at most ${DEDUP_ID_MAX}: hash what is longer.`,
    );
  }
  return (
    outside(`${field}.priority`, job.priority, 0, 9) ??
    (job.attemptsMax === undefined || job.attemptsMax === -1
      ? undefined
      : outside(`${field}.attempts_max`, job.attemptsMax, 1, 1_000_000)) ??
    checkHeaders(headers, field)
  );
}

function checkHeaders(headers: NewJob['headers'], field: string): FlowError | undefined {
  const bytes = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (headers.length <= HEADERS_MAX && bytes <= HEADER_BYTES_MAX) return undefined;
  return invalid(
    `${field}.headers`,
    `${headers.length} headers of ${bytes} bytes`,
    `A job has at most ${HEADERS_MAX} headers of ${HEADER_BYTES_MAX} bytes together.`,
  );
}

/** `delayMs`: from now; a year at most. */
export function checkDelay(delayMs: number, field: string): FlowError | undefined {
  return outside(field, delayMs, 0, YEAR_MS);
}

export function checkPoll({ max, waitMs, visibilityMs, worker }: PollRequest): FlowError | undefined {
  return (
    outside('max', max, 1, JOBS_PER_RECEIVE_MAX) ??
    outside('max_wait_ms', waitMs, 0, WAIT_MS_MAX) ??
    checkVisibility(visibilityMs, 'visibility_timeout_ms') ??
    checkWorker(worker)
  );
}

export function checkWork({ credit, visibilityMs, worker }: WorkStart): FlowError | undefined {
  return (
    outside('credit', credit, 0, CREDIT_MAX) ??
    checkVisibility(visibilityMs, 'visibility_timeout_ms') ??
    checkWorker(worker)
  );
}

export function checkCredit(credit: number): FlowError | undefined {
  return outside('credit', credit, 1, CREDIT_MAX);
}

function checkVisibility(visibilityMs: number | undefined, field: string): FlowError | undefined {
  return visibilityMs === undefined ? undefined : outside(field, visibilityMs, 0, VISIBILITY_MS_MAX);
}

function checkWorker(worker: string): FlowError | undefined {
  if (worker.length <= WORKER_NAME_MAX) return undefined;
  return invalid(
    'worker',
    `a worker's name of ${worker.length} characters`,
    `It has at most ${WORKER_NAME_MAX}.`,
  );
}

export function checkReceipts(settlement: Settlement): FlowError | undefined {
  const items = 'items' in settlement ? settlement.items : settlement.receipts;
  if (items.length === 0 || items.length > JOBS_PER_ENQUEUE_MAX) {
    return invalid('receipts', `${items.length} receipts in one call`, `Send 1 to ${JOBS_PER_ENQUEUE_MAX}.`);
  }
  for (const { seq, leaseEpoch } of items) {
    if (!Number.isSafeInteger(seq) || seq < 0 || !Number.isSafeInteger(leaseEpoch) || leaseEpoch < 0)
      return invalid(
        'receipts',
        'a receipt that no delivery has had',
        'Send receipts as they were received.',
      );
  }
  switch (settlement.kind) {
    case 'nack':
      for (const { delayMs } of settlement.items) {
        const bad = delayMs === undefined ? undefined : checkDelay(delayMs, 'delay_ms');
        if (bad !== undefined) return bad;
      }
      return undefined;
    case 'extend':
      for (const { visibilityMs } of settlement.items) {
        const bad = checkVisibility(visibilityMs, 'visibility_timeout_ms');
        if (bad !== undefined) return bad;
      }
      return undefined;
    case 'ack':
    case 'release':
      return undefined;
  }
}
