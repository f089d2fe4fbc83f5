/**
 * What the leader of a shard does by itself beside expiring: it fires schedules whose time has come, and goes on with redrives. Both are in
 * the machine's state, so that the next leader goes on where this one was; the machine makes sure that nothing is done twice.
 *
 *   a redrive: page of dead jobs behind its position ─ filter ─► task-progress { seqs, position } ─► … ─► task-end
 *
 * A redrive looks only at jobs that were dead when it began, so that jobs which die again do not keep it going. Times that were missed while
 * nobody led the shard are made up for once.
 */
import { isFlowError, type FlowError } from '@flowmesh/base';
import {
  afterDead,
  completeJobs,
  type DeadPosition,
  listJobs,
  QUEUE_STEP_ITEMS_MAX,
  type QueueCommandBody,
  type RedriveTask,
  type Schedule,
} from '@flowmesh/engines';
import { type CompiledFilter, compileFilter } from '../filter/compile-filter.ts';
import { nextTime } from './calendar.ts';
import { jobView } from './job-view.ts';
import type { ShardQueue } from './shard-queue.ts';

const STEP_TIMEOUT_MS = 10_000;
/** Pages of one redrive in a turn of the driver. */
const PAGES_MAX = 10;
/** A schedule that never comes true again. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

interface Pace {
  readonly sinceMs: number;
  readonly redrivenBefore: number;
}

export class ShardDriver {
  private readonly shard: ShardQueue;
  private readonly fault: (error: FlowError) => void;
  private readonly paces = new Map<string, Pace>();
  private busy = false;

  constructor(shard: ShardQueue, fault: (error: FlowError) => void) {
    this.shard = shard;
    this.fault = fault;
  }

  /** To be called again and again; does nothing while it is at work. */
  drive(): void {
    if (this.busy || this.shard.lost !== undefined) return;
    const { machine } = this.shard.served;
    const nowMs = this.shard.served.nowMs();
    const due = machine.schedules.filter(({ paused, nextAtMs }) => !paused && nextAtMs <= nowMs);
    const running = machine.tasks.filter(({ state }) => state === 'running');
    if (due.length === 0 && running.length === 0) return;
    this.busy = true;
    this.work(due, running).then(
      () => {
        this.busy = false;
      },
      (error: unknown) => {
        this.busy = false;
        // A lost leadership is no fault: the next leader goes on.
        if (isFlowError(error) && error.retryable) return;
        if (isFlowError(error)) this.fault(error);
        else throw error;
      },
    );
  }

  private async work(due: readonly Schedule[], running: readonly RedriveTask[]): Promise<void> {
    for (const schedule of due) await this.fire(schedule);
    for (const { id } of running) {
      for (let i = 0; i < PAGES_MAX && (await this.step(id)); i++);
    }
  }

  private async fire({ name, expression, timeZone, nextAtMs }: Schedule): Promise<void> {
    const next = nextTime(expression, timeZone, this.shard.served.nowMs());
    // What was a schedule when it was put may be none to this build: it stops, and shows as such.
    const then = next === undefined || isFlowError(next) ? NEVER_MS : next;
    await this.propose({ kind: 'schedule-fire', name, expectedAtMs: nextAtMs, nextAtMs: then });
    if (isFlowError(next)) this.fault(next);
  }

  /** True: there is more to do at once. */
  private async step(id: string): Promise<boolean> {
    const task = this.shard.served.machine.task(id);
    if (task?.state !== 'running' || this.shard.lost !== undefined) return false;
    const filter = task.filter === '' ? undefined : compileFilter(task.filter, 'job');
    if (isFlowError(filter)) {
      await this.end(task, 'failed', filter.message);
      return false;
    }
    if (task.max > 0 && task.redriven >= task.max) {
      await this.end(task, 'done', '');
      return false;
    }
    const budget = this.budget(task);
    if (budget === 0) return false;
    const found = await this.find(task, filter, budget);
    if (found.position !== undefined) {
      const { seqs, scanned, position } = found;
      await this.propose({ kind: 'task-progress', id, seqs, position, scanned });
    }
    if (found.ended) await this.end(task, 'done', '');
    return !found.ended;
  }

  private async find(
    task: RedriveTask,
    filter: CompiledFilter<'job'> | undefined,
    budget: number,
  ): Promise<{
    readonly seqs: readonly number[];
    readonly scanned: number;
    readonly position: DeadPosition | undefined;
    readonly ended: boolean;
  }> {
    const { state } = this.shard.served.replica;
    const after = task.position.seq === 0 ? undefined : afterDead(task.position);
    const page = await listJobs({ state: 'dead', after, limit: QUEUE_STEP_ITEMS_MAX }, state);
    const jobs = await completeJobs(
      page.jobs.map((meta) => ({ meta, body: undefined })),
      state,
    );
    const seqs: number[] = [];
    let scanned = 0;
    let position: DeadPosition | undefined;
    for (const job of jobs) {
      const { seq, death } = job.meta;
      if (seqs.length === budget) return { seqs, scanned, position, ended: false };
      if (death === undefined) continue;
      if (death.atMs > task.startedAtMs) return { seqs, scanned, position, ended: true };
      if (filter === undefined || filter.matches(jobView(this.shard.shard, job))) seqs.push(seq);
      scanned++;
      position = { diedAtMs: death.atMs, seq };
    }
    return { seqs, scanned, position, ended: page.next === undefined };
  }

  /** Jobs that may be redriven now. */
  private budget({ id, ratePerSecond, max, redriven }: RedriveTask): number {
    const left = max === 0 ? QUEUE_STEP_ITEMS_MAX : Math.min(QUEUE_STEP_ITEMS_MAX, max - redriven);
    if (ratePerSecond === 0) return left;
    const nowMs = this.shard.served.nowMs();
    const pace = this.paces.get(id) ?? { sinceMs: nowMs, redrivenBefore: redriven };
    this.paces.set(id, pace);
    const due = 1 + Math.floor(((nowMs - pace.sinceMs) * ratePerSecond) / 1_000);
    return Math.max(0, Math.min(left, due - (redriven - pace.redrivenBefore)));
  }

  private async end(task: RedriveTask, state: 'done' | 'failed', error: string): Promise<void> {
    this.paces.delete(task.id);
    await this.propose({ kind: 'task-end', id: task.id, state, error });
  }

  private async propose(body: QueueCommandBody): Promise<void> {
    await this.shard.propose(body, STEP_TIMEOUT_MS);
  }
}
