/** What operates queues in `flowmesh.v1.Queues`: peek, search, stats, pause, purge, workers, schedules. Checks of fields, translation, nothing else. */
import { isFlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import type { ListedState, QueueStats, Schedule } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { FoundJobs, QueueAdmin, QueueCall } from '../../services/queue/queue-admin.ts';
import type { ShardStatsAnswer } from '../../services/queue/shard-ask.ts';
import type { WorkerHealth } from '../../services/queue/work-session.ts';
import type { CallContext } from './calls.ts';
import { errorMessage } from './errors.ts';
import { newJob, shardNumber, wireJob } from './queue-wire.ts';
import * as check from './request-checks.ts';

type V1Stats = flowmesh.v1.QueueStats.$Properties;

const STATES: readonly ListedState[] = ['ready', 'delayed', 'leased', 'dead'];
const INT32_MAX = 2 ** 31 - 1;
/** Nothing heard for so long: quiet. The SDK says something every few seconds. */
const QUIET_MS = 30_000;

export function queueCall(queue: string, { caller, signal }: CallContext): QueueCall {
  return { caller, signal, queue: check.streamName(queue, 'queue') };
}

export class QueueAdminHandlers {
  private readonly admin: QueueAdmin;
  private readonly clock: Clock;

  constructor(admin: QueueAdmin, clock: Clock) {
    this.admin = admin;
    this.clock = clock;
  }

  async peek(
    request: flowmesh.v1.PeekRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.PeekResponse.$Properties> {
    const max = check.orDefault(request.max, 'max', { min: 1, max: 100, otherwise: 10 });
    const found = await this.admin.search(queueCall(request.queue, context), {
      shard: shardNumber(request.shard),
      states: [stateOf(request.state === '' ? 'ready' : request.state)],
      filter: '',
      max,
      scannedMax: 10_000,
      payloadBytesMax: payloadBytes(request.payloadBytesMax),
      pageToken: request.pageToken,
    });
    return { jobs: wireFound(found), nextPageToken: found.nextPageToken };
  }

  async search(
    request: flowmesh.v1.SearchRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.SearchResponse.$Properties> {
    const found = await this.admin.search(queueCall(request.queue, context), {
      shard: shardNumber(request.shard),
      states: request.state === '' ? STATES : [stateOf(request.state)],
      filter: request.filter,
      max: check.orDefault(request.max, 'max', { min: 1, max: 1_000, otherwise: 100 }),
      scannedMax: check.orDefault(request.maxScanned, 'max_scanned', {
        min: 1,
        max: 1_000_000,
        otherwise: 10_000,
      }),
      payloadBytesMax: 0,
      pageToken: request.pageToken,
    });
    const { scanned, typeErrors, firstTypeError, nextPageToken } = found;
    return { jobs: wireFound(found), scanned, typeErrors, firstTypeError, nextPageToken };
  }

  async stats(
    request: flowmesh.v1.QueueStatsRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.QueueStatsResponse.$Properties> {
    const answers = await this.admin.stats(queueCall(request.queue, context));
    const told = answers.filter((answer): answer is ShardStatsAnswer => !isFlowError(answer)).map(wireStats);
    return {
      total: told.reduce(sumOf, {}),
      shards: answers.map((answer, shard) =>
        isFlowError(answer) ? { shard, error: errorMessage(answer) } : { shard, stats: wireStats(answer) },
      ),
    };
  }

  async pause(
    request: flowmesh.v1.PauseQueueRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.PauseQueueResponse.$Properties> {
    check.requestId(request.requestId);
    const { receive, enqueue } = await this.admin.pause(queueCall(request.queue, context), {
      receive: request.receivePaused ?? undefined,
      enqueue: request.enqueuePaused ?? undefined,
    });
    return { receivePaused: receive, enqueuePaused: enqueue };
  }

  async purge(
    request: flowmesh.v1.PurgeQueueRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.PurgeQueueResponse.$Properties> {
    check.requestId(request.requestId);
    const call = queueCall(request.queue, context);
    return { purged: await this.admin.purge(call, stateOf(request.state), request.dryRun) };
  }

  async workers(
    request: flowmesh.v1.ListWorkersRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.ListWorkersResponse.$Properties> {
    const workers = await this.admin.workers(queueCall(request.queue, context));
    return { workers: workers.map((worker) => wireWorker(worker, this.clock.wallMs())) };
  }

  async putSchedule(
    request: flowmesh.v1.PutScheduleRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.Schedule.$Properties> {
    check.requestId(request.requestId);
    const { name, expression, timeZone, job } = request;
    if (job === null || job === undefined) throw check.invalid('job', 'is missing');
    const wanted = { name, expression, timeZone, job: newJob(job, 'job') };
    return wireSchedule(await this.admin.putSchedule(queueCall(request.queue, context), wanted));
  }

  async deleteSchedule(
    request: flowmesh.v1.DeleteScheduleRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.DeleteScheduleResponse.$Properties> {
    check.requestId(request.requestId);
    await this.admin.deleteSchedule(queueCall(request.queue, context), request.name);
    return {};
  }

  async pauseSchedule(
    request: flowmesh.v1.PauseScheduleRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.Schedule.$Properties> {
    check.requestId(request.requestId);
    const call = queueCall(request.queue, context);
    return wireSchedule(await this.admin.pauseSchedule(call, request.name, request.paused));
  }

  async schedules(
    request: flowmesh.v1.ListSchedulesRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.ListSchedulesResponse.$Properties> {
    const schedules = await this.admin.schedules(queueCall(request.queue, context));
    return { schedules: schedules.map(wireSchedule) };
  }
}

export function payloadBytes(value: number): number {
  return check.integer(value, 'payload_bytes_max', { min: 0, max: INT32_MAX });
}

export function wireFound({ jobs }: FoundJobs): flowmesh.v1.Job.$Properties[] {
  return jobs.map(({ shard, job }) => wireJob(shard, job.meta, job.body));
}

function stateOf(text: string): ListedState {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw check.invalid('state', `is '${text.slice(0, 40)}': ${STATES.join(', ')}`);
  return state;
}

function wireStats({ stats, oldestReadyAgeMs, rates }: ShardStatsAnswer): V1Stats {
  const { totals } = stats;
  return {
    ...countsOf(stats),
    readyByPriority: [...stats.readyByPriority],
    oldestReadyAgeMs,
    enqueuedTotal: totals.enqueued,
    deduplicatedTotal: totals.deduplicated,
    deliveredTotal: totals.delivered,
    completedTotal: totals.completed,
    retriedTotal: totals.retried,
    deadLetteredTotal: totals.deadLettered,
    leaseExpiredTotal: totals.leaseExpired,
    redrivenTotal: totals.redriven,
    droppedTotal: totals.dropped,
    purgedTotal: totals.purged,
    receivePaused: stats.receivePaused,
    enqueuePaused: stats.enqueuePaused,
    enqueueRate: rates.enqueued,
    deliverRate: rates.delivered,
    completeRate: rates.completed,
  };
}

function countsOf({ ready, blocked, delayed, leased, dead, bytes, deadBytes }: QueueStats): V1Stats {
  return { ready, blocked, delayed, leased, dead, bytes, deadBytes };
}

/** Sums; the greatest age; paused where any shard is. */
function sumOf(total: V1Stats, one: V1Stats): V1Stats {
  const summed: Record<string, unknown> = { ...total };
  for (const [key, value] of Object.entries(one)) {
    const before = summed[key];
    if (key === 'oldestReadyAgeMs') summed[key] = Math.max(Number(before ?? 0), Number(value));
    else if (typeof value === 'number') summed[key] = Number(before ?? 0) + value;
    else if (typeof value === 'boolean') summed[key] = before === true || value;
    else if (Array.isArray(value)) {
      const counts = (before ?? []) as readonly number[];
      summed[key] = value.map((count: number, i) => count + (counts[i] ?? 0));
    }
  }
  return summed as V1Stats;
}

function wireWorker(worker: WorkerHealth, nowMs: number): flowmesh.v1.Worker.$Properties {
  const { done, failed, lastHeardMs } = worker;
  const quiet = nowMs - lastHeardMs > QUIET_MS;
  return {
    name: worker.worker,
    peer: worker.peer,
    connectedAtMs: worker.connectedMs,
    lastHeardAtMs: lastHeardMs,
    inFlight: worker.inFlight,
    doneTotal: done,
    failedTotal: failed,
    expiredTotal: worker.expired,
    health: quiet ? 'quiet' : failed > done ? 'failing' : 'live',
    shards: [...worker.shards],
  };
}

function wireSchedule(schedule: Schedule): flowmesh.v1.Schedule.$Properties {
  const { template } = schedule;
  return {
    name: schedule.name,
    expression: schedule.expression,
    timeZone: schedule.timeZone,
    job: {
      payload: template.payload,
      headers: template.headers.map(({ name, value }) => ({ key: name, value })),
      key: template.key,
      priority: template.priority,
      attemptsMax: template.attemptsMax ?? 0,
    },
    paused: schedule.paused,
    nextAtMs: schedule.nextAtMs,
    lastFiredAtMs: schedule.lastFiredAtMs,
    firedTotal: schedule.fired,
    missedTotal: schedule.missed,
  };
}
