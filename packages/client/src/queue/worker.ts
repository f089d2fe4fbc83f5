/**
 * Jobs of one queue, each given to a handler: acknowledged when it resolves, tried again when it throws.
 *
 *   open ─► jobs come from every node that leads shards, as far as there is room ─ close, signal ─► draining ─► closed
 *
 *   a job:  delivered ─► waiting ─► at work ─ resolved ─► acknowledged
 *                           │          └─ threw ─► refused with the error's text: again later, or dead
 *                           └─ the worker closes ─► given back, as if it had not been delivered
 *
 * Invariants: never more than `concurrency` jobs at work; every job is held (extended) until it is settled or lost; nothing is begun after
 * `close`, and no job whose lease may have run out while it lay unread. Leaders that move are found again;
 * what a node could not be told is told to the next leader of the shard.
 */
import { hostname } from 'node:os';
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { BACKOFF_LAST_MS, WORKER_CLOSE_MS } from '../limits.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import { cancelled, pause } from '../system.ts';
import { asFlowError, connectionFailed } from '../wire/errors.ts';
import type { NodeConnection } from '../wire/node-connection.ts';
import type { Hold, LeaseGuard } from './lease-guard.ts';
import { bytesCodec, type ValueCodec } from '../value-codecs.ts';
import type { JobInfo, JobReceipt, SettleOutcome } from './queue-types.ts';
import { toJob, toReceipt } from './queue-wire.ts';
import { ReceivedJob } from './received-job.ts';
import { afterRepeat, handlerOverdue, leaseLost, settle, type SettleItem } from './settler.ts';
import { creditFor } from './work-credit.ts';
import { TurnWatch } from './turn-watch.ts';
import { WorkLink } from './work-link.ts';
import {
  type JobHandler,
  RetryLater,
  type WorkerEvent,
  type WorkerOptions,
  type WorkerStats,
} from './worker-types.ts';

interface HeldJob {
  readonly info: JobInfo;
  readonly receipt: JobReceipt;
  readonly link: WorkLink;
  readonly abort: AbortController;
  readonly hold: Hold;
  /** It has lain unread for so long that its lease may have run out. */
  readonly doubtful: boolean;
  /** What became of it is being told: the answer to that decides, not one to an extension that comes meanwhile. */
  settling: boolean;
  lost: boolean;
}

export interface WorkerDeps extends LeaderCallDeps {
  readonly leases: LeaseGuard;
  readonly onClosed: () => void;
}

const LEASE_MS = 60_000;
/** Of one job, unless `maxHandlerMs` says otherwise: the last extension counts. */
const HELD_MS_MAX = 12 * 60 * 60 * 1_000;
const DRAIN_MS = 30_000;
/** How often a worker looks whether its event loop turns. */
const BEATS_PER_LEASE = 12;
const BEAT_MS_MIN = 20;
/** A node that ended its stream is asked again after so long at least. */
const REOPEN_MS = 100;
const HEARTBEAT_MS = 10_000;

export class Worker<T = Uint8Array> implements AsyncDisposable {
  readonly queue: string;
  /** Resolves once the worker is closed; rejects where it cannot go on: the queue was deleted, the node refuses it. */
  readonly done: Promise<void>;
  private readonly deps: WorkerDeps;
  private readonly handler: JobHandler<T>;
  private readonly options: WorkerOptions<T>;
  private readonly concurrency: number;
  private readonly leaseMs: number;
  private readonly maxHandlerMs: number;
  private readonly turns: TurnWatch;
  private readonly name: string;
  private readonly links = new Map<string, WorkLink>();
  private readonly held = new Map<string, HeldJob>();
  private readonly waiting = new Set<HeldJob>();
  private readonly stop = new AbortController();
  private running = 0;
  private completed = 0;
  private failed = 0;
  private leasesLost = 0;
  private wake: () => void = () => undefined;
  private failure: FlowError | undefined;
  private closing: Promise<void> | undefined;

  constructor(deps: WorkerDeps, queue: string, handler: JobHandler<T>, options: WorkerOptions<T>) {
    this.deps = deps;
    this.queue = queue;
    this.handler = handler;
    this.options = options;
    this.concurrency = positive(options.concurrency ?? 1, 'concurrency');
    this.leaseMs = positive(options.leaseMs ?? LEASE_MS, 'leaseMs');
    const handlerMs = Math.max(this.leaseMs, HELD_MS_MAX - this.leaseMs);
    this.maxHandlerMs = positive(options.maxHandlerMs ?? handlerMs, 'maxHandlerMs');
    this.name = options.name ?? `${hostname()}:${process.pid}`;
    const { clock, scheduler } = deps.surroundings;
    const everyMs = Math.max(BEAT_MS_MIN, this.leaseMs / BEATS_PER_LEASE);
    this.turns = new TurnWatch({ scheduler, everyMs, nowMs: () => clock.monotonicMs() });
    this.done = this.run();
    this.done.catch(() => undefined);
    const { signal } = options;
    if (signal?.aborted === true) void this.close();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  get stats(): WorkerStats {
    const { running, completed, failed, leasesLost } = this;
    return { running, waiting: this.waiting.size, completed, failed, leasesLost };
  }

  /** Begins nothing more, gives back what has not begun, waits for what has, and ends. */
  async close(): Promise<void> {
    this.closing ??= this.drain();
    await this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // ---- links

  private async run(): Promise<void> {
    const { router, surroundings } = this.deps;
    const name = `queue:${this.queue}`;
    const unwatch = router.watch(name);
    const unhear = router.onNews(() => this.wake());
    let beatMs = surroundings.clock.monotonicMs();
    try {
      while (!this.stop.signal.aborted) {
        await this.reconcile(name);
        const nowMs = surroundings.clock.monotonicMs();
        if (nowMs - beatMs >= HEARTBEAT_MS) {
          beatMs = nowMs;
          for (const link of this.links.values()) link.heartbeat();
        }
        await this.news(this.whole(name) ? HEARTBEAT_MS / 2 : BACKOFF_LAST_MS);
        // A node that refuses is not asked again at once.
        await pause(surroundings.scheduler, REOPEN_MS, this.stop.signal);
      }
    } catch (failure) {
      if (!this.stop.signal.aborted) this.failure ??= asFlowError(failure);
    } finally {
      unwatch();
      unhear();
    }
    await this.close();
    if (this.failure !== undefined) throw this.failure;
  }

  /** A stream to every node that leads a shard, and to no other. */
  private async reconcile(name: string): Promise<void> {
    const { router, pool } = this.deps;
    const { signal } = this.stop;
    if (router.cache.stream(name) === undefined) {
      await router.stream(name, { signal }).catch((error: unknown) => {
        // While nobody answers there is nothing to do but wait.
        if (!asFlowError(error).retryable) throw error;
      });
    }
    if (signal.aborted) return;
    const wanted = new Set<string>();
    const shards = router.cache.stream(name)?.partitions.length ?? 0;
    for (let shard = 0; shard < shards; shard++) {
      const leader = router.leaderOf(name, shard);
      if (leader !== undefined) wanted.add(leader.address);
    }
    for (const [address, link] of this.links) {
      if (!wanted.has(address)) link.close(cancelled());
    }
    for (const address of wanted) {
      if (!this.links.has(address)) this.open(pool.get(address));
    }
    if (!this.whole(name)) router.refreshSoon();
    this.replenish();
  }

  /** Every shard has a leader, and its node a stream. */
  private whole(name: string): boolean {
    const { router } = this.deps;
    const shards = router.cache.stream(name)?.partitions.length ?? 0;
    for (let shard = 0; shard < shards; shard++) {
      const leader = router.leaderOf(name, shard);
      if (leader === undefined || !this.links.has(leader.address)) return false;
    }
    return shards > 0;
  }

  private open(connection: NodeConnection): void {
    const { address } = connection;
    const { scheduler } = this.deps.surroundings;
    const start = { queue: this.queue, worker: this.name, visibilityMs: this.leaseMs };
    const link = new WorkLink(connection, start, {
      onJobs: (jobs) => this.delivered(link, jobs),
      onShardEnded: (shard, error) => {
        this.deps.router.learn(`queue:${this.queue}`, shard, error);
        this.deps.router.refreshSoon();
      },
      onEnd: (error) => this.ended(address, error),
      soon: (task) => scheduler.endOfTurn(task),
    });
    this.links.set(address, link);
    this.event({ kind: 'connected', node: address });
  }

  private ended(address: string, error: FlowError): void {
    this.links.delete(address);
    const { router } = this.deps;
    if (this.stop.signal.aborted || error.code === 'CANCELLED') return;
    if (error.code === 'NOT_FOUND') router.cache.forget(`queue:${this.queue}`);
    else if (!error.retryable) {
      this.failure = error;
      this.stop.abort();
    }
    if (connectionFailed(error)) router.unreachable(address);
    this.event({ kind: 'disconnected', node: address, error });
    router.refreshSoon();
    this.wake();
  }

  private async news(withinMs: number): Promise<void> {
    const { scheduler } = this.deps.surroundings;
    const heard = new AbortController();
    this.wake = () => heard.abort();
    await pause(scheduler, withinMs, AbortSignal.any([heard.signal, this.stop.signal]));
    this.wake = () => undefined;
  }

  // ---- jobs

  private delivered(link: WorkLink, jobs: readonly flowmesh.v1.Job.$Properties[]): void {
    const { leases } = this.deps;
    for (const job of jobs) this.take(link, job);
    if (leases.ready) this.pump();
    else void leases.whenReady().then(() => this.pump());
  }

  private take(link: WorkLink, wire: flowmesh.v1.Job.$Properties): void {
    const { leases } = this.deps;
    const { queue, leaseMs, maxHandlerMs } = this;
    const receipt = toReceipt(wire);
    const { unreadMs } = this.turns;
    const hold = leases.hold(
      { queue, receipt, leaseMs, maxHandlerMs, unreadMs },
      { lost: (outcome) => this.lose(job, outcome), overdue: () => this.overdue(job) },
    );
    const abort = new AbortController();
    const job: HeldJob = {
      info: toJob(wire),
      receipt,
      link,
      abort,
      hold,
      doubtful: unreadMs >= leaseMs / 2,
      settling: false,
      lost: false,
    };
    this.held.set(keyOf(receipt), job);
    if (this.stop.signal.aborted) {
      void this.giveBack(job);
      return;
    }
    this.waiting.add(job);
  }

  private pump(): void {
    for (const job of this.waiting) {
      if (this.running >= this.concurrency || this.stop.signal.aborted) return;
      this.waiting.delete(job);
      this.running++;
      void this.work(job).finally(() => {
        this.running--;
        this.letGo(job);
        this.pump();
        this.replenish();
      });
    }
  }

  private replenish(): void {
    if (this.stop.signal.aborted) return;
    const links = [...this.links.values()];
    for (const link of links) {
      const active = this.running + this.waiting.size;
      link.grant(
        creditFor({ concurrency: this.concurrency, active, links: links.length, unused: link.unused }),
      );
    }
  }

  private async work(job: HeldJob): Promise<void> {
    const { clock } = this.deps.surroundings;
    const startMs = clock.monotonicMs();
    if (job.doubtful && !(await this.confirm(job))) return;
    const { info, receipt } = job;
    const { id, attempts: attempt } = info;
    let thrown: { readonly error: unknown } | undefined;
    job.hold.begun();
    try {
      await this.handler(this.handed(job));
    } catch (error) {
      thrown = { error };
    }
    if (job.lost) return;
    job.settling = true;
    try {
      const { outcome, until } = await this.settle(job, afterwards(receipt, thrown));
      if (outcome === 'stale' || outcome === 'gone') {
        job.settling = false;
        return this.lose(job, outcome);
      }
      if (thrown === undefined) {
        this.completed++;
        this.event({ kind: 'completed', id, attempt, durationMs: clock.monotonicMs() - startMs });
        return;
      }
      this.failed++;
      const dead = outcome === 'dead';
      const { error } = thrown;
      this.event({ kind: 'failed', id, attempt, error, outcome: dead ? 'dead' : 'retried', retryAt: until });
    } catch (failure) {
      this.event({ kind: 'unsettled', id, attempt, error: asFlowError(failure) });
    }
  }

  /** Others may have a job that lay unread while a handler kept the event loop busy: it is begun only if it is still held. */
  private async confirm(job: HeldJob): Promise<boolean> {
    const { info, receipt } = job;
    try {
      const { outcome } = await this.settle(job, { kind: 'extend', receipt, visibilityMs: this.leaseMs });
      if (outcome !== 'extended') this.lose(job, outcome);
    } catch (failure) {
      this.event({ kind: 'unsettled', id: info.id, attempt: info.attempts, error: asFlowError(failure) });
      return false;
    }
    if (job.lost) return false;
    // The worker may have begun to close meanwhile.
    if (this.stop.signal.aborted) await this.giveBack(job);
    return !this.stop.signal.aborted;
  }

  private handed(job: HeldJob): Parameters<JobHandler<T>>[0] {
    const { info, receipt, abort } = job;
    const codec = (this.options.codec ?? bytesCodec) as ValueCodec<T>;
    const received = new ReceivedJob<T>(info, receipt, {
      codec,
      settling: { settle: (item) => this.settle(job, item) },
    });
    return {
      id: info.id,
      payload: received.payload,
      attempt: info.attempts,
      info,
      signal: abort.signal,
      header: (name) => received.header(name),
    };
  }

  /** Over the stream that the job came by, else to whoever leads its shard now. */
  private async settle(job: HeldJob, item: SettleItem): Promise<SettleOutcome> {
    let repeated = false;
    if (job.link.open) {
      try {
        return await job.link.settle(item);
      } catch (failure) {
        if (!asFlowError(failure).retryable) throw failure;
        repeated = true;
      }
    }
    const [outcome = { outcome: 'gone', until: 0 } as const] = await settle(this.deps, this.queue, [item], {
      timeoutMs: this.leaseMs,
    });
    return repeated ? afterRepeat(item.kind, outcome) : outcome;
  }

  private lose(job: HeldJob, outcome: SettleOutcome['outcome']): void {
    if (job.lost || job.settling) return;
    job.lost = true;
    this.leasesLost++;
    this.waiting.delete(job);
    this.letGo(job);
    const { id, attempts: attempt } = job.info;
    const error = leaseLost(id, outcome);
    job.abort.abort(error);
    this.warnUnheard(error);
    this.event({ kind: 'lease-lost', id, attempt, error });
    this.replenish();
  }

  /** Its lease ends by itself. What the handler still does counts if it ends before. */
  private overdue(job: HeldJob): void {
    if (job.settling) return;
    // Not begun yet, and others are free perhaps.
    if (this.waiting.delete(job)) return void this.giveBack(job);
    const { id, attempts: attempt } = job.info;
    const error = handlerOverdue(id, this.maxHandlerMs);
    job.abort.abort(error);
    this.warnUnheard(error);
    this.event({ kind: 'overdue', id, attempt, error });
  }

  private letGo(job: HeldJob): void {
    job.hold.release();
    this.held.delete(keyOf(job.receipt));
  }

  private warnUnheard(error: FlowError): void {
    if (this.options.onEvent === undefined)
      process.emitWarning(`${error.message}. ${error.hint ?? ''}`, 'FlowMeshWorker');
  }

  private event(event: WorkerEvent): void {
    this.options.onEvent?.(event);
  }

  // ---- the end

  private async drain(): Promise<void> {
    const { scheduler } = this.deps.surroundings;
    this.stop.abort();
    this.wake();
    const given = [...this.waiting].map((job) => this.giveBack(job));
    this.waiting.clear();
    await this.finished(this.options.drainMs ?? DRAIN_MS);
    for (const job of this.held.values()) {
      job.abort.abort(new FlowError('CANCELLED', 'the worker closes, and the job has taken too long'));
    }
    await Promise.race([Promise.all(given), pause(scheduler, WORKER_CLOSE_MS)]);
    this.turns.stop();
    for (const { hold } of this.held.values()) hold.release();
    for (const link of this.links.values()) link.finish();
    const ended = (): boolean => this.links.size === 0;
    for (let i = 0; i < 20 && !ended(); i++) await pause(scheduler, WORKER_CLOSE_MS / 20);
    for (const link of this.links.values()) link.close(cancelled());
    this.deps.onClosed();
  }

  /** Resolves when nothing is at work, or time is up. */
  private async finished(withinMs: number): Promise<void> {
    const { clock, scheduler } = this.deps.surroundings;
    const untilMs = clock.monotonicMs() + withinMs;
    while (this.running > 0 && clock.monotonicMs() < untilMs)
      await pause(scheduler, Math.min(20, untilMs - clock.monotonicMs()));
  }

  private async giveBack(job: HeldJob): Promise<void> {
    job.settling = true;
    try {
      await this.settle(job, { kind: 'release', receipt: job.receipt });
    } catch {
      // It comes back when its lease ends.
    }
    this.letGo(job);
  }
}

function afterwards(receipt: JobReceipt, thrown: { readonly error: unknown } | undefined): SettleItem {
  if (thrown === undefined) return { kind: 'ack', receipt };
  const { error } = thrown;
  const delayMs = error instanceof RetryLater ? error.delayMs : undefined;
  return { kind: 'nack', receipt, delayMs, error: error instanceof Error ? error.message : String(error) };
}

function keyOf({ shard, seq, leaseEpoch }: JobReceipt): string {
  return `${shard}-${seq}-${leaseEpoch}`;
}

function positive(value: number, name: string): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new FlowError('INVALID_ARGUMENT', `${name} is ${value}`, { hint: 'It is a whole number from 1 on.' });
}
