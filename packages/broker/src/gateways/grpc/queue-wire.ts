/** Jobs, receipts and settlements between the wire and the queue services. Fields are checked here, contents there. */
import { isFlowError } from '@flowmesh/base';
import type { Header, JobBody, JobMeta, NackItem, Receipt, ReceiptResult } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { LeasedJob } from '../../services/queue/leased-job.ts';
import type { Enqueued } from '../../services/queue/queue-service.ts';
import type { Settlement } from '../../services/queue/settlement.ts';
import type { WantedJob } from '../../services/queue/wanted-job.ts';
import { asFlowError, errorMessage } from './errors.ts';
import { integer, invalid } from './request-checks.ts';

const EMPTY = new Uint8Array(0);
const TIME_MAX = { min: 0, max: Number.MAX_SAFE_INTEGER };

export function shardNumber(value: number | null | undefined): number | undefined {
  return value === null || value === undefined || value === -1
    ? undefined
    : integer(value, 'shard', { min: 0, max: 1_000_000 });
}

/** Throws INVALID_ARGUMENT. */
export function newJob(job: flowmesh.v1.NewJob.$Properties, field: string): WantedJob {
  const attemptsMax = job.attemptsMax ?? 0;
  return {
    payload: job.payload ?? EMPTY,
    headers: newHeaders(job.headers),
    key: job.key ?? EMPTY,
    priority: job.priority ?? 0,
    delayMs: integer(job.delayMs ?? 0, `${field}.delay_ms`, TIME_MAX),
    notBeforeMs: integer(job.notBeforeMs ?? 0, `${field}.not_before_ms`, TIME_MAX),
    dedupId: job.dedupId ?? '',
    attemptsMax: attemptsMax === 0 ? undefined : attemptsMax,
    origin: '',
  };
}

export function newHeaders(headers: readonly flowmesh.v1.Header.$Properties[] | null | undefined): Header[] {
  return (headers ?? []).map(({ key, value }) => ({ name: key ?? '', value: value ?? EMPTY }));
}

export function jobId(shard: number, seq: number): string {
  return `${shard}-${seq}`;
}

/** Throws INVALID_ARGUMENT. */
export function parseJobId(id: string, field = 'job_id'): { readonly shard: number; readonly seq: number } {
  const match = /^(\d{1,7})-(\d{1,16})$/.exec(id);
  if (match === null) throw invalid(field, `is '${id.slice(0, 64)}': a job id is shard-number, as in 0-42`);
  return { shard: Number(match[1]), seq: Number(match[2]) };
}

export function wireJob(
  shard: number,
  meta: JobMeta,
  body: JobBody | undefined,
): flowmesh.v1.Job.$Properties {
  const { lease, death, failures } = meta;
  return {
    id: jobId(shard, meta.seq),
    shard,
    seq: meta.seq,
    payload: body?.payload ?? EMPTY,
    headers: (body?.headers ?? []).map(({ name, value }) => ({ key: name, value })),
    key: meta.key,
    priority: meta.priority,
    state: meta.state,
    attempts: meta.attempts,
    totalAttempts: meta.totalAttempts,
    attemptsMax: meta.attemptsMax ?? 0,
    enqueuedAtMs: meta.enqueuedAtMs,
    stateUntilMs: lease?.deadlineMs ?? death?.atMs ?? meta.dueAtMs,
    worker: lease?.worker ?? '',
    ...(lease === undefined ? {} : { receipt: { shard, seq: meta.seq, leaseEpoch: meta.leaseEpoch } }),
    lastError: failures[failures.length - 1]?.error ?? '',
    failures: failures.map(({ attempt, atMs, error }) => ({ attempt, atMs, error })),
    redrives: meta.redrives,
    dedupId: meta.dedupId,
    origin: meta.origin,
    deadReason: death?.reason ?? '',
  };
}

export function wireLeased({ shard, meta, body }: LeasedJob): flowmesh.v1.Job.$Properties {
  return wireJob(shard, meta, body);
}

export function wireEnqueued({ shard, results }: Enqueued): flowmesh.v1.EnqueueResponse.$Properties {
  return {
    shard,
    results: results.map((result) => {
      switch (result.kind) {
        case 'enqueued':
          return { jobId: jobId(shard, result.seq) };
        case 'duplicate':
          return { jobId: jobId(shard, result.seq), duplicate: true };
        case 'refused':
          return { error: errorMessage(result.error) };
      }
    }),
  };
}

/** Receipts of one shard, with it. Throws where they are of several. */
export function receipts(sent: readonly (flowmesh.v1.Receipt.$Properties | null | undefined)[]): {
  readonly shard: number;
  readonly receipts: Receipt[];
} {
  const shards = new Set(sent.map((receipt) => receipt?.shard ?? 0));
  const [shard] = shards;
  if (shard === undefined) throw invalid('receipts', 'is empty');
  if (shards.size > 1) throw invalid('receipts', 'are of several shards: settle each shard for itself');
  return {
    shard: integer(shard, 'receipts.shard', { min: 0, max: 1_000_000 }),
    receipts: sent.map((receipt) => ({ seq: receipt?.seq ?? 0, leaseEpoch: receipt?.leaseEpoch ?? 0 })),
  };
}

export function nackItems(items: readonly flowmesh.v1.NackItem.$Properties[]): {
  readonly shard: number;
  readonly items: NackItem[];
} {
  const { shard, receipts: known } = receipts(items.map(({ receipt }) => receipt));
  return {
    shard,
    items: known.map((receipt, i) => ({
      ...receipt,
      delayMs: items[i]?.delayMs ?? undefined,
      error: items[i]?.error ?? '',
    })),
  };
}

export function extendItems(items: readonly flowmesh.v1.ExtendItem.$Properties[]): {
  readonly shard: number;
  readonly settlement: Settlement;
} {
  const { shard, receipts: known } = receipts(items.map(({ receipt }) => receipt));
  return {
    shard,
    settlement: {
      kind: 'extend',
      items: known.map((receipt, i) => ({ ...receipt, visibilityMs: items[i]?.visibilityTimeoutMs ?? 0 })),
    },
  };
}

export function wireSettled(result: ReceiptResult): flowmesh.v1.SettleResult.$Properties {
  switch (result.kind) {
    case 'retried':
      return { outcome: 'retried', untilMs: result.dueAtMs };
    case 'extended':
      return { outcome: 'extended', untilMs: result.deadlineMs };
    case 'done':
    case 'dead':
    case 'stale':
    case 'gone':
      return { outcome: result.kind };
  }
}

export function errorOf(error: unknown): flowmesh.v1.Error.$Properties {
  return errorMessage(isFlowError(error) ? error : asFlowError(error));
}
