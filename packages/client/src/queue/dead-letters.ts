/** The dead letters of queues: looked at, mended, deleted, put back. `mesh.deadLetters`; queues are named with or without `.dlq`. */
import type { flowmesh } from '@flowmesh/proto';
import { LONG_CALL_TIMEOUT_MS } from '../limits.ts';
import type { Payload } from '../producer/types.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { JobInfo, NewJob } from './queue-types.ts';
import { bytesOf, toJob, toWireHeaders } from './queue-wire.ts';

export interface DeadLetterStats {
  readonly dead: number;
  readonly bytes: number;
  /** 0 where there are none. */
  readonly oldestDiedAt: number;
  /** Most frequent first; the empty one collects what has no line of its own. */
  readonly errors: readonly { readonly error: string; readonly count: number }[];
}

export interface RedriveOptions extends CallOptions {
  /** CEL, as in `queues.search`. Default: every dead letter. */
  readonly filter?: string | undefined;
  /** Exactly these, instead of a filter; at most 1,000. */
  readonly ids?: readonly string[] | undefined;
  /** Jobs a second over all shards. Default: without limit. */
  readonly rate?: number | undefined;
  readonly max?: number | undefined;
  /** Only count. */
  readonly dryRun?: boolean | undefined;
}

export interface RedriveTask {
  readonly id: string;
  readonly filter: string;
  readonly rate: number;
  readonly max: number;
  /** running, done, cancelled, failed or dry-run. */
  readonly state: string;
  readonly scanned: number;
  readonly redriven: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly error: string;
}

export interface ListDeadLettersOptions extends CallOptions {
  readonly filter?: string | undefined;
  readonly shard?: number | undefined;
  /** Payloads are cut to so many bytes. Default: whole. */
  readonly payloadBytesMax?: number | undefined;
}

const PAGE_SIZE = 100;
/** Jobs that one request names. */
const IDS_MAX = 1_000;

export class DeadLetters {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** All, or those that match; those of a shard in the order in which they died. */
  async *list(queue: string, options: ListDeadLettersOptions = {}): AsyncGenerator<JobInfo> {
    const { filter = '', shard = -1, payloadBytesMax = 0 } = options;
    let pageToken = '';
    do {
      const request = { queue, filter, shard, max: PAGE_SIZE, payloadBytesMax, pageToken };
      const page = await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
        callUnary(deadLetters.listDeadLetters.bind(deadLetters), request, limits),
      );
      for (const job of page.jobs) yield toJob(job);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  async stats(queue: string, options: CallOptions = {}): Promise<DeadLetterStats> {
    const stats = await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
      callUnary(deadLetters.getDeadLetterStats.bind(deadLetters), { queue }, limits),
    );
    return {
      dead: stats.dead,
      bytes: stats.bytes,
      oldestDiedAt: stats.oldestDiedAtMs,
      errors: stats.errors.map(({ error, count }) => ({ error: error ?? '', count: count ?? 0 })),
    };
  }

  /** Another payload, other headers; what is not named stays. NOT_FOUND where it is no dead letter (any more). */
  async edit(
    queue: string,
    id: string,
    to: { readonly payload?: Payload; readonly headers?: NewJob['headers'] },
    options: CallOptions = {},
  ): Promise<JobInfo> {
    const request = {
      queue,
      jobId: id,
      requestId: this.deps.surroundings.requestId(),
      replaceHeaders: to.headers !== undefined,
      headers: toWireHeaders(to.headers),
      ...(to.payload === undefined ? {} : { payload: bytesOf(to.payload) }),
    };
    return toJob(
      await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
        callUnary(deadLetters.editDeadLetter.bind(deadLetters), request, limits),
      ),
    );
  }

  /** Returns how many were there. */
  async delete(queue: string, ids: readonly string[], options: CallOptions = {}): Promise<number> {
    let total = 0;
    for (let from = 0; from < ids.length; from += IDS_MAX) {
      const jobIds = ids.slice(from, from + IDS_MAX);
      const request = { queue, jobIds, requestId: this.deps.surroundings.requestId() };
      const { deleted } = await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
        callUnary(deadLetters.deleteDeadLetters.bind(deadLetters), request, limits),
      );
      total += deleted;
    }
    return total;
  }

  /** Puts dead letters back into their queue: a task that the cluster goes on with by itself. */
  async redrive(queue: string, options: RedriveOptions = {}): Promise<RedriveTask> {
    const { filter = '', ids = [], rate = 0, max = 0, dryRun = false } = options;
    const requestId = this.deps.surroundings.requestId();
    const request = { queue, filter, jobIds: [...ids], rate, max, dryRun, requestId };
    // A dry run looks at every dead letter before it answers.
    const timeoutMs = options.timeoutMs ?? LONG_CALL_TIMEOUT_MS;
    return toTask(
      await this.deps.router.callAny({ ...options, timeoutMs }, ({ deadLetters }, limits) =>
        callUnary(deadLetters.startRedrive.bind(deadLetters), request, { ...limits, timeoutMs }),
      ),
    );
  }

  /** NOT_FOUND; tasks that have ended are forgotten after a while. */
  async redriveTask(queue: string, id: string, options: CallOptions = {}): Promise<RedriveTask> {
    return toTask(
      await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
        callUnary(deadLetters.getRedriveTask.bind(deadLetters), { queue, id }, limits),
      ),
    );
  }

  /** Latest first. */
  async redriveTasks(queue: string, options: CallOptions = {}): Promise<readonly RedriveTask[]> {
    const { tasks } = await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
      callUnary(deadLetters.listRedriveTasks.bind(deadLetters), { queue }, limits),
    );
    return tasks.map(toTask);
  }

  /** What has been put back stays there. */
  async cancelRedrive(queue: string, id: string, options: CallOptions = {}): Promise<RedriveTask> {
    const request = { queue, id, requestId: this.deps.surroundings.requestId() };
    return toTask(
      await this.deps.router.callAny(options, ({ deadLetters }, limits) =>
        callUnary(deadLetters.cancelRedriveTask.bind(deadLetters), request, limits),
      ),
    );
  }
}

function toTask(task: flowmesh.v1.RedriveTask.$Properties): RedriveTask {
  return {
    id: task.id ?? '',
    filter: task.filter ?? '',
    rate: task.rate ?? 0,
    max: task.max ?? 0,
    state: task.state ?? '',
    scanned: task.scanned ?? 0,
    redriven: task.redriven ?? 0,
    startedAt: task.startedAtMs ?? 0,
    endedAt: task.endedAtMs ?? 0,
    error: task.error ?? '',
  };
}
