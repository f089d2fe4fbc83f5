/** Jobs between the SDK's words and the contract's. */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { Payload, RecordHeader } from '../producer/types.ts';
import { fromErrorMessage } from '../wire/errors.ts';
import type {
  EnqueuedJob,
  JobInfo,
  JobReceipt,
  JobState,
  NewJob,
  QueueInfo,
  SettleOutcome,
} from './queue-types.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);
const STATES: readonly JobState[] = ['ready', 'delayed', 'leased', 'dead'];
const OUTCOMES: ReadonlyArray<SettleOutcome['outcome']> = [
  'done',
  'retried',
  'dead',
  'extended',
  'stale',
  'gone',
];

export function bytesOf(payload: Payload): Uint8Array {
  return typeof payload === 'string' ? encoder.encode(payload) : payload;
}

export function toWireJob(job: NewJob<unknown>, payload: Uint8Array): flowmesh.v1.NewJob.$Properties {
  const { attemptsMax } = job;
  return {
    payload,
    headers: toWireHeaders(job.headers),
    key: job.key === undefined ? EMPTY : bytesOf(job.key),
    priority: job.priority ?? 0,
    delayMs: job.delayMs ?? 0,
    notBeforeMs: job.at ?? 0,
    dedupId: job.dedupId ?? '',
    attemptsMax: attemptsMax === 'unlimited' ? -1 : (attemptsMax ?? 0),
  };
}

export function toWireHeaders(headers: NewJob['headers']): flowmesh.v1.Header.$Properties[] {
  if (headers === undefined) return [];
  if (Array.isArray(headers))
    return (headers as readonly RecordHeader[]).map(({ key, value }) => ({ key, value: value ?? EMPTY }));
  return Object.entries(headers as Readonly<Record<string, Payload>>).map(([key, value]) => ({
    key,
    value: bytesOf(value),
  }));
}

/** One of them failed: its error is the outcome of that job alone. */
export function toEnqueued(
  shard: number,
  result: flowmesh.v1.EnqueueResult.$Properties,
): EnqueuedJob | FlowError {
  const { error } = result;
  if (error !== null && error !== undefined) return fromErrorMessage(error);
  return { id: result.jobId ?? '', shard, duplicate: result.duplicate ?? false };
}

export function toJob(job: flowmesh.v1.Job.$Properties): JobInfo {
  const key = job.key ?? EMPTY;
  return {
    id: job.id ?? '',
    shard: job.shard ?? 0,
    state: STATES.find((state) => state === job.state) ?? 'ready',
    payload: job.payload ?? EMPTY,
    headers: (job.headers ?? []).map((header) => ({
      key: header.key ?? '',
      value: header.value ?? undefined,
    })),
    key: key.length === 0 ? undefined : key,
    priority: job.priority ?? 0,
    attempts: job.attempts ?? 0,
    totalAttempts: job.totalAttempts ?? 0,
    enqueuedAt: job.enqueuedAtMs ?? 0,
    until: job.stateUntilMs ?? 0,
    worker: job.worker ?? '',
    lastError: job.lastError ?? '',
    failures: (job.failures ?? []).map(({ attempt, atMs, error }) => ({
      attempt: attempt ?? 0,
      at: atMs ?? 0,
      error: error ?? '',
    })),
    redrives: job.redrives ?? 0,
    dedupId: job.dedupId ?? '',
    origin: job.origin ?? '',
    deadReason: job.deadReason ?? '',
  };
}

export function toReceipt(job: flowmesh.v1.Job.$Properties): JobReceipt {
  const { receipt } = job;
  return {
    shard: receipt?.shard ?? 0,
    seq: receipt?.seq ?? 0,
    leaseEpoch: receipt?.leaseEpoch ?? 0,
  };
}

export function toOutcome(result: flowmesh.v1.SettleResult.$Properties): SettleOutcome {
  const outcome = OUTCOMES.find((known) => known === result.outcome);
  if (outcome === undefined)
    throw new FlowError('UNSUPPORTED', `a receipt was answered with ${result.outcome ?? 'nothing'}`, {
      hint: 'Client and cluster run different versions.',
    });
  return { outcome, until: result.untilMs ?? 0 };
}

export function toQueue(queue: flowmesh.v1.Queue.$Properties): QueueInfo {
  return {
    name: queue.name ?? '',
    uuid: Buffer.from(queue.uuid ?? []).toString('hex'),
    revision: queue.revision ?? 0,
    shards: queue.shards ?? 0,
    replicationFactor: queue.replicationFactor ?? 0,
    config: { ...queue.config },
    createdAt: queue.createdAtMs ?? 0,
  };
}
