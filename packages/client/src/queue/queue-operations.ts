/** What operates queues: looking at jobs, figures, pauses, purges, workers, schedules. Any node answers for all shards. */
import type { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { LONG_CALL_TIMEOUT_MS } from '../limits.ts';
import type { RecordHeader } from '../producer/types.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { fromErrorMessage } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { JobInfo, JobState, NewJob } from './queue-types.ts';
import { bytesOf, toJob, toWireJob } from './queue-wire.ts';

export interface QueueStats {
  readonly ready: number;
  /** By priority, 0 to 9. */
  readonly readyByPriority: readonly number[];
  /** Ready, but behind another job of their key. */
  readonly blocked: number;
  readonly delayed: number;
  readonly leased: number;
  readonly dead: number;
  /** Of jobs that are not dead. */
  readonly bytes: number;
  readonly deadBytes: number;
  /** 0 where nothing is ready. */
  readonly oldestReadyAgeMs: number;
  readonly enqueuedTotal: number;
  readonly deduplicatedTotal: number;
  readonly deliveredTotal: number;
  readonly completedTotal: number;
  readonly retriedTotal: number;
  readonly deadLetteredTotal: number;
  readonly leaseExpiredTotal: number;
  readonly redrivenTotal: number;
  readonly droppedTotal: number;
  readonly purgedTotal: number;
  readonly receivePaused: boolean;
  readonly enqueuePaused: boolean;
  /** Jobs a second over about a minute. */
  readonly enqueueRate: number;
  readonly deliverRate: number;
  readonly completeRate: number;
}

export interface QueueStatsReport {
  /** Of the shards that have answered. */
  readonly total: QueueStats;
  readonly shards: readonly (QueueStats | FlowError)[];
}

export interface WorkerInfo {
  readonly name: string;
  readonly peer: string;
  readonly connectedAt: number;
  readonly lastHeardAt: number;
  readonly inFlight: number;
  readonly done: number;
  readonly failed: number;
  /** Settled too late. */
  readonly expired: number;
  /** live, quiet (nothing heard for a while) or failing (most of its jobs fail). */
  readonly health: string;
  readonly shards: readonly number[];
}

export interface QueueSchedule {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  /** What is enqueued whenever the time has come. */
  readonly job: {
    readonly payload: Uint8Array;
    readonly headers: readonly RecordHeader[];
    readonly key: Uint8Array | undefined;
    readonly priority: number;
  };
  readonly paused: boolean;
  readonly nextAt: number;
  /** 0: never yet. */
  readonly lastFiredAt: number;
  readonly fired: number;
  /** Times at which the queue was full or paused. */
  readonly missed: number;
}

export interface JobPage {
  readonly jobs: readonly JobInfo[];
  /** To be passed on for the next page; empty at the end. A page may be empty and not the last. */
  readonly nextPageToken: string;
}

export interface JobSearchPage extends JobPage {
  readonly scanned: number;
  /** Jobs that the filter could not be evaluated for: they do not match. */
  readonly typeErrors: number;
  readonly firstTypeError: string;
}

export interface PeekOptions extends CallOptions {
  /** Default: ready. */
  readonly state?: JobState | undefined;
  readonly shard?: number | undefined;
  /** 1 to 100. Default: 10. */
  readonly max?: number | undefined;
  readonly pageToken?: string | undefined;
  /** Payloads are cut to so many bytes. Default: whole. */
  readonly payloadBytesMax?: number | undefined;
}

export interface SearchOptions extends CallOptions {
  /** CEL over payload, headers, key, priority, attempts, enqueuedAt, state, lastError. */
  readonly filter: string;
  /** Default: all. */
  readonly state?: JobState | undefined;
  readonly shard?: number | undefined;
  /** 1 to 1,000. Default: 100. */
  readonly max?: number | undefined;
  /** Default: 10,000. */
  readonly maxScanned?: number | undefined;
  readonly pageToken?: string | undefined;
}

export interface PutScheduleOptions extends CallOptions {
  readonly name: string;
  /** Five or six fields, or @hourly and the like. */
  readonly expression: string;
  /** IANA name. Default: UTC. */
  readonly timeZone?: string | undefined;
  readonly job: NewJob;
}

export class QueueOperations {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** Jobs in the order in which they will be delivered, without leasing them. */
  async peek(queue: string, options: PeekOptions = {}): Promise<JobPage> {
    const { state = '', shard = -1, max = 0, pageToken = '', payloadBytesMax = 0 } = options;
    const request = { queue, state, shard, max, pageToken, payloadBytesMax };
    const page = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.peek.bind(queues), request, limits),
    );
    return { jobs: page.jobs.map(toJob), nextPageToken: page.nextPageToken };
  }

  /** Jobs that match a filter. INVALID_ARGUMENT, with the place, where it is none. */
  async search(queue: string, options: SearchOptions): Promise<JobSearchPage> {
    const { filter, state = '', shard = -1, max = 0, maxScanned = 0, pageToken = '' } = options;
    const request = { queue, filter, state, shard, max, maxScanned, pageToken };
    const page = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.search.bind(queues), request, limits),
    );
    const { scanned, typeErrors, firstTypeError, nextPageToken } = page;
    return { jobs: page.jobs.map(toJob), scanned, typeErrors, firstTypeError, nextPageToken };
  }

  async stats(queue: string, options: CallOptions = {}): Promise<QueueStatsReport> {
    const { total, shards } = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.getQueueStats.bind(queues), { queue }, limits),
    );
    return {
      total: toStats(total),
      shards: shards.map(({ stats, error }) =>
        error === null || error === undefined ? toStats(stats) : fromErrorMessage(error),
      ),
    };
  }

  /** Stops receiving, enqueueing or both, or lets them go on; what is not named stays. */
  async pause(
    queue: string,
    what: { readonly receive?: boolean; readonly enqueue?: boolean },
    options: CallOptions = {},
  ): Promise<{ readonly receive: boolean; readonly enqueue: boolean }> {
    const request = {
      queue,
      requestId: this.deps.surroundings.requestId(),
      ...(what.receive === undefined ? {} : { receivePaused: what.receive }),
      ...(what.enqueue === undefined ? {} : { enqueuePaused: what.enqueue }),
    };
    const { receivePaused, enqueuePaused } = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.pauseQueue.bind(queues), request, limits),
    );
    return { receive: receivePaused, enqueue: enqueuePaused };
  }

  /** Deletes all jobs of a state, and tells how many; with `dryRun` only that. */
  async purge(
    queue: string,
    state: JobState,
    options: CallOptions & { readonly dryRun?: boolean } = {},
  ): Promise<number> {
    const { dryRun = false } = options;
    const request = { queue, state, dryRun, requestId: this.deps.surroundings.requestId() };
    // An attempt that is given up has deleted jobs that nobody counts any more.
    const timeoutMs = options.timeoutMs ?? LONG_CALL_TIMEOUT_MS;
    const { purged } = await this.deps.router.callAny({ ...options, timeoutMs }, ({ queues }, limits) =>
      callUnary(queues.purgeQueue.bind(queues), request, { ...limits, timeoutMs }),
    );
    return purged;
  }

  /** Workers that are connected. */
  async workers(queue: string, options: CallOptions = {}): Promise<readonly WorkerInfo[]> {
    const { workers } = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.listWorkers.bind(queues), { queue }, limits),
    );
    return workers.map((worker) => ({
      name: worker.name ?? '',
      peer: worker.peer ?? '',
      connectedAt: worker.connectedAtMs ?? 0,
      lastHeardAt: worker.lastHeardAtMs ?? 0,
      inFlight: worker.inFlight ?? 0,
      done: worker.doneTotal ?? 0,
      failed: worker.failedTotal ?? 0,
      expired: worker.expiredTotal ?? 0,
      health: worker.health ?? '',
      shards: worker.shards ?? [],
    }));
  }

  /** A job by the calendar; under a known name it replaces what is there. */
  async putSchedule(queue: string, options: PutScheduleOptions): Promise<QueueSchedule> {
    const { name, expression, timeZone = '', job } = options;
    const requestId = this.deps.surroundings.requestId();
    const wire = toWireJob(job, bytesOf(job.payload));
    const request = { queue, name, expression, timeZone, job: wire, requestId };
    return toSchedule(
      await this.deps.router.callAny(options, ({ queues }, limits) =>
        callUnary(queues.putSchedule.bind(queues), request, limits),
      ),
    );
  }

  /** NOT_FOUND. */
  async deleteSchedule(queue: string, name: string, options: CallOptions = {}): Promise<void> {
    const request = { queue, name, requestId: this.deps.surroundings.requestId() };
    await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.deleteSchedule.bind(queues), request, limits),
    );
  }

  async pauseSchedule(
    queue: string,
    name: string,
    paused: boolean,
    options: CallOptions = {},
  ): Promise<QueueSchedule> {
    const request = { queue, name, paused, requestId: this.deps.surroundings.requestId() };
    return toSchedule(
      await this.deps.router.callAny(options, ({ queues }, limits) =>
        callUnary(queues.pauseSchedule.bind(queues), request, limits),
      ),
    );
  }

  async schedules(queue: string, options: CallOptions = {}): Promise<readonly QueueSchedule[]> {
    const { schedules } = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.listSchedules.bind(queues), { queue }, limits),
    );
    return schedules.map(toSchedule);
  }
}

function toStats(stats: flowmesh.v1.QueueStats.$Properties | null | undefined): QueueStats {
  const of = stats ?? {};
  return {
    ready: of.ready ?? 0,
    readyByPriority: of.readyByPriority ?? [],
    blocked: of.blocked ?? 0,
    delayed: of.delayed ?? 0,
    leased: of.leased ?? 0,
    dead: of.dead ?? 0,
    bytes: of.bytes ?? 0,
    deadBytes: of.deadBytes ?? 0,
    oldestReadyAgeMs: of.oldestReadyAgeMs ?? 0,
    enqueuedTotal: of.enqueuedTotal ?? 0,
    deduplicatedTotal: of.deduplicatedTotal ?? 0,
    deliveredTotal: of.deliveredTotal ?? 0,
    completedTotal: of.completedTotal ?? 0,
    retriedTotal: of.retriedTotal ?? 0,
    deadLetteredTotal: of.deadLetteredTotal ?? 0,
    leaseExpiredTotal: of.leaseExpiredTotal ?? 0,
    redrivenTotal: of.redrivenTotal ?? 0,
    droppedTotal: of.droppedTotal ?? 0,
    purgedTotal: of.purgedTotal ?? 0,
    receivePaused: of.receivePaused ?? false,
    enqueuePaused: of.enqueuePaused ?? false,
    enqueueRate: of.enqueueRate ?? 0,
    deliverRate: of.deliverRate ?? 0,
    completeRate: of.completeRate ?? 0,
  };
}

function toSchedule(schedule: flowmesh.v1.Schedule.$Properties): QueueSchedule {
  const { payload, headers, key, priority } = toJob(schedule.job ?? {});
  return {
    name: schedule.name ?? '',
    expression: schedule.expression ?? '',
    timeZone: schedule.timeZone ?? '',
    job: { payload, headers, key, priority },
    paused: schedule.paused ?? false,
    nextAt: schedule.nextAtMs ?? 0,
    lastFiredAt: schedule.lastFiredAtMs ?? 0,
    fired: schedule.firedTotal ?? 0,
    missed: schedule.missedTotal ?? 0,
  };
}
