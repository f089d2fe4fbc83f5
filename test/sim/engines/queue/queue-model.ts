/**
 * What one shard of a queue should be after each committed command: the rules of a job's life written down again, over plain maps. Where keys
 * take turns, the order of deliveries is not foretold but judged: who is delivered has to be ready, of the highest priority, and not blocked.
 */
import { utf8Decode } from '@flowmesh/base';
import {
  type JobState,
  type NewJob,
  type QueueCommand,
  type QueueConfig,
  type QueueReply,
  type Receipt,
  type Reply,
  resolveQueueConfig,
} from '@flowmesh/engines';
import { retryDelayMs } from '../../../../packages/engines/src/queue/retry-delay.ts';
import { violated } from '../../check/violation.ts';
import { ModelCalendar, ModelTasks } from './queue-chores.ts';

export interface ModelJob {
  readonly seq: number;
  payload: string;
  readonly priority: number;
  readonly key: string;
  readonly dedupId: string;
  readonly attemptsMax: number | undefined;
  bytes: number;
  state: JobState;
  attempts: number;
  epoch: number;
  leasedAtMs: number;
  deadlineMs: number;
  dueAtMs: number;
  diedAtMs: number;
  /** Belongs to the order of its key. */
  ordered: boolean;
  /** Ready, but behind another job of its key. */
  blocked: boolean;
}

interface KeyOrder {
  holder: number;
  readonly waiting: Set<number>;
}

interface Remembered {
  readonly words: string;
  readonly untilMs: number;
}

type Body<K extends QueueCommand['kind']> = Extract<QueueCommand, { readonly kind: K }>;

const REQUEST_WINDOW_MS = 10 * 60_000;
const VICTIMS_MAX = 4;

export class QueueModel {
  timeMs = 0;
  private term = 0;
  private termStartMs = 0;
  readonly jobs = new Map<number, ModelJob>();
  /** Acknowledged, deleted or given up: they never come back. */
  readonly gone = new Map<number, 'done' | 'deleted' | 'dropped'>();
  /** Payloads of all jobs that were ever there, as they came. */
  readonly payloads = new Map<number, string>();
  /** What each delivery was of, by seq and lease epoch: dead letters are edited. */
  private readonly deliveries = new Map<string, string>();
  config: QueueConfig = resolveQueueConfig({});
  private receivePaused = false;
  private enqueuePaused = false;
  private readonly tasks = new ModelTasks();
  private readonly calendar = new ModelCalendar();
  configRevision = 0;
  private nextSeq = 1;
  private readonly orders = new Map<string, KeyOrder>();
  private readonly freed: string[] = [];
  private readonly dedups = new Map<string, { readonly seq: number; readonly untilMs: number }>();
  private readonly requests = new Map<string, Remembered>();

  /** The reply that the machine should give, in words. */
  apply(command: QueueCommand, reply: Reply, term: number): string {
    this.timeMs = Math.max(this.timeMs, command.timeMs);
    if (term > this.term) {
      this.term = term;
      this.termStartMs = this.timeMs;
    }
    switch (command.kind) {
      case 'configure':
        if (command.revision > this.configRevision) {
          this.configRevision = command.revision;
          this.config = resolveQueueConfig(command.config);
        }
        return `configured ${this.configRevision}`;
      case 'enqueue':
        return this.enqueue(command);
      case 'receive':
        return this.receive(command, reply);
      case 'ack':
        return this.settle(command.receipts, (job) => this.remove(job, 'done'));
      case 'nack':
        return this.settle(command.items, (job, item) => this.fail(job, item.delayMs));
      case 'extend':
        return this.settle(command.items, (job, { visibilityMs }) => {
          job.leasedAtMs = this.timeMs;
          job.deadlineMs = this.timeMs + visibilityMs;
          return `extended ${job.deadlineMs}`;
        });
      case 'release':
        return this.settle(command.receipts, (job) => {
          if (command.undelivered) job.attempts--;
          this.available(job, 0);
          return 'done';
        });
      case 'expire':
        return `expired ${this.expire(command.max)}`;
      case 'redrive':
        return this.eachDead(command.seqs, (job) => this.revive(job));
      case 'delete-dead':
        return this.eachDead(command.seqs, (job) => this.remove(job, 'deleted'));
      case 'edit-dead':
        return this.eachDead([command.seq], (job) => {
          job.payload = utf8Decode(command.payload);
          job.bytes = command.payload.length + job.key.length;
        });
      case 'pause':
        this.receivePaused = command.receive ?? this.receivePaused;
        this.enqueuePaused = command.enqueue ?? this.enqueuePaused;
        return `paused ${this.receivePaused} ${this.enqueuePaused}`;
      case 'purge':
        return this.purge(command.state, command.max);
      case 'redrive-until':
        return this.redriveUntil(command.diedUntilMs, command.max);
      case 'task-start':
      case 'task-progress':
      case 'task-end':
        return this.tasks.apply(command, this);
      case 'schedule-put':
      case 'schedule-delete':
      case 'schedule-pause':
      case 'schedule-fire':
        return this.calendar.apply(command, (job) => (this.enqueuePaused ? 'refused' : this.take(job)));
      case 'end-transaction':
        throw new Error(`no client of the simulator asks for ${command.kind}`);
    }
  }

  /** What was delivered under a lease; undefined: it was never made. */
  delivery(seq: number, leaseEpoch: number): string | undefined {
    return this.deliveries.get(`${seq}/${leaseEpoch}`);
  }

  count(state: JobState): number {
    let count = 0;
    for (const job of this.jobs.values()) if (job.state === state) count++;
    return count;
  }

  get blocked(): number {
    let count = 0;
    for (const job of this.jobs.values()) if (job.blocked) count++;
    return count;
  }

  /** Jobs that are neither gone nor dead. */
  get living(): number {
    return this.jobs.size - this.count('dead');
  }

  get paused(): boolean {
    return this.receivePaused || this.enqueuePaused;
  }

  get schedules(): readonly string[] {
    return this.calendar.names;
  }

  get redrivesRunning(): readonly string[] {
    return this.tasks.running;
  }

  get dead(): readonly number[] {
    return [...this.jobs.values()].filter(({ state }) => state === 'dead').map(({ seq }) => seq);
  }

  // ---- coming in

  private enqueue({ jobs, requestId }: Body<'enqueue'>): string {
    const known = this.requests.get(requestId);
    if (requestId !== '' && known !== undefined && known.untilMs > this.timeMs) return known.words;
    if (this.enqueuePaused) return 'refused PRECONDITION_FAILED';
    const results = jobs.map((job) => this.take(job));
    const words = `enqueued ${results.join(', ')}`;
    if (requestId !== '' && results.some((result) => result !== 'refused'))
      this.requests.set(requestId, { words, untilMs: this.timeMs + REQUEST_WINDOW_MS });
    return words;
  }

  private take(job: NewJob): string {
    const known = this.dedups.get(job.dedupId);
    if (job.dedupId !== '' && known !== undefined && known.untilMs > this.timeMs)
      return `duplicate ${known.seq}`;
    if (!this.makeRoom(job.priority)) return 'refused';
    const seq = this.nextSeq++;
    const key = utf8Decode(job.key);
    const payload = utf8Decode(job.payload);
    const bytes = job.payload.length + job.key.length;
    const { priority, dedupId, attemptsMax } = job;
    const none = {
      attempts: 0,
      epoch: 0,
      leasedAtMs: 0,
      deadlineMs: 0,
      dueAtMs: 0,
      diedAtMs: 0,
      ordered: false,
      blocked: false,
    };
    const added: ModelJob = {
      seq,
      payload,
      priority,
      key,
      dedupId,
      attemptsMax,
      bytes,
      state: 'ready',
      ...none,
    };
    this.jobs.set(seq, added);
    this.payloads.set(seq, payload);
    this.available(added, job.notBeforeMs);
    if (dedupId !== '' && this.config.dedupWindowMs > 0)
      this.dedups.set(dedupId, { seq, untilMs: this.timeMs + this.config.dedupWindowMs });
    return `enqueued ${seq}`;
  }

  private makeRoom(priority: number): boolean {
    const { maxJobs, overflow } = this.config;
    if (maxJobs < 0 || this.living < maxJobs) return true;
    if (overflow === 'reject') return false;
    const victims = [...this.jobs.values()]
      .filter((job) => job.state === 'ready' && !job.blocked && job.priority <= priority)
      .sort((a, b) => a.priority - b.priority || a.seq - b.seq)
      .slice(0, VICTIMS_MAX);
    const needed = this.living - maxJobs + 1;
    for (const victim of victims.slice(0, needed)) {
      if (overflow === 'dead-letter') this.die(victim);
      else this.remove(victim, 'dropped');
    }
    return victims.length > 0;
  }

  // ---- going out

  private receive({ max, bytesMax, visibilityMs }: Body<'receive'>, reply: Reply): string {
    const room = this.config.maxInFlight < 0 ? max : this.config.maxInFlight - this.count('leased');
    const limit = this.receivePaused ? 0 : Math.min(max, room);
    const ready = [...this.jobs.values()].filter((job) => job.state === 'ready' && !job.blocked);
    ready.sort((a, b) => b.priority - a.priority || a.seq - b.seq);
    const chosen = this.config.fairness === 'key' ? this.judged(ready, reply) : ready;
    const delivered: ModelJob[] = [];
    let bytes = 0;
    for (const job of chosen) {
      bytes += job.bytes;
      if (delivered.length >= limit || (delivered.length > 0 && bytes > bytesMax)) break;
      delivered.push(job);
    }
    for (const job of delivered) {
      job.state = 'leased';
      job.attempts++;
      job.epoch++;
      job.leasedAtMs = this.timeMs;
      job.deadlineMs = this.timeMs + (visibilityMs ?? this.config.visibilityTimeoutMs);
      this.deliveries.set(`${job.seq}/${job.epoch}`, job.payload);
    }
    return `received ${delivered.map(inWords).join(', ')}`;
  }

  /** Those that were delivered, in their order: each of the highest priority that is left. */
  private judged(ready: readonly ModelJob[], reply: Reply): readonly ModelJob[] {
    const value = reply.ok ? (reply.value as QueueReply) : undefined;
    if (value?.kind !== 'received') return [];
    const left = [...ready];
    const chosen: ModelJob[] = [];
    for (const { meta } of value.jobs) {
      const at = left.findIndex(({ seq }) => seq === meta.seq);
      const [job] = at < 0 ? [] : left.splice(at, 1);
      if (job === undefined) violated('queue-semantics', `job ${meta.seq} is delivered, which was not ready`);
      if (left.some(({ priority }) => priority > job.priority))
        violated('queue-semantics', `job ${meta.seq} is delivered before one of a higher priority`);
      chosen.push(job);
    }
    // Whoever may come next and is the largest: if that one finds room, more should have been delivered.
    const next = left.filter(({ priority }) => priority === left[0]?.priority);
    return [...chosen, ...next.sort((a, b) => b.bytes - a.bytes)];
  }

  private settle<T extends Receipt>(items: readonly T[], act: (job: ModelJob, item: T) => string): string {
    const results = items.map((item) => {
      const job = this.jobs.get(item.seq);
      if (job === undefined) return 'gone';
      return job.state !== 'leased' || job.epoch !== item.leaseEpoch ? 'stale' : act(job, item);
    });
    return `receipts ${results.join(', ')}`;
  }

  private fail(job: ModelJob, delayMs: number | undefined): string {
    const max = job.attemptsMax ?? this.config.attemptsMax;
    if (max >= 0 && job.attempts >= max) {
      this.die(job);
      return 'dead';
    }
    const dueAtMs = this.timeMs + (delayMs ?? retryDelayMs(this.config, job));
    this.available(job, dueAtMs);
    return `retried ${dueAtMs}`;
  }

  // ---- time

  private expire(max: number): number {
    const due = [...this.jobs.values()].filter(
      ({ state, deadlineMs }) => state === 'leased' && deadlineMs <= this.timeMs,
    );
    due.sort((a, b) => a.deadlineMs - b.deadlineMs || a.seq - b.seq);
    let count = 0;
    for (const job of due.slice(0, max)) {
      const fullMs = this.termStartMs + job.deadlineMs - job.leasedAtMs;
      if (fullMs > this.timeMs) {
        job.leasedAtMs = this.termStartMs;
        job.deadlineMs = fullMs;
      } else this.fail(job, this.config.expiredLeaseRetry === 'immediate' ? 0 : undefined);
      count++;
    }
    const ripe = [...this.jobs.values()].filter(
      ({ state, dueAtMs }) => state === 'delayed' && dueAtMs <= this.timeMs,
    );
    ripe.sort((a, b) => a.dueAtMs - b.dueAtMs || a.seq - b.seq);
    for (const job of ripe.slice(0, max - count)) {
      this.available(job, 0);
      count++;
    }
    while (count < max && this.passOn()) count++;
    return count + this.forget(max - count);
  }

  private forget(max: number): number {
    const known: { readonly untilMs: number; readonly drop: () => void }[] = [];
    for (const table of [this.dedups, this.requests]) {
      for (const [id, { untilMs }] of table)
        if (untilMs <= this.timeMs) known.push({ untilMs, drop: () => table.delete(id) });
    }
    known.sort((a, b) => a.untilMs - b.untilMs);
    const dropped = known.slice(0, max);
    for (const { drop } of dropped) drop();
    return dropped.length;
  }

  // ---- by hand

  /** Ready jobs as they would be delivered, then blocked ones; others by their time. */
  private purge(state: JobState, max: number): string {
    const order = (job: ModelJob): number => (state === 'delayed' ? job.dueAtMs : job.diedAtMs);
    const found = [...this.jobs.values()].filter((job) => job.state === state);
    found.sort((a, b) => order(a) - order(b) || a.seq - b.seq);
    for (const job of found.slice(0, max)) this.remove(job, 'deleted');
    return `purged ${Math.min(max, found.length)} ${Math.max(0, found.length - max)}`;
  }

  private redriveUntil(diedUntilMs: number, max: number): string {
    const found = [...this.jobs.values()].filter(
      (job) => job.state === 'dead' && job.diedAtMs <= diedUntilMs,
    );
    found.sort((a, b) => a.diedAtMs - b.diedAtMs || a.seq - b.seq);
    for (const job of found.slice(0, max)) this.revive(job);
    return `redriven ${Math.min(max, found.length)} ${found.length > max}`;
  }

  // ---- states

  private available(job: ModelJob, dueAtMs: number): void {
    if (dueAtMs > this.timeMs) {
      job.state = 'delayed';
      job.dueAtMs = dueAtMs;
      return;
    }
    job.state = 'ready';
    if (job.ordered || job.key === '' || this.config.ordering !== 'key') return;
    job.ordered = true;
    const order = this.orders.get(job.key);
    if (order === undefined) {
      this.orders.set(job.key, { holder: job.seq, waiting: new Set() });
      return;
    }
    order.waiting.add(job.seq);
    job.blocked = true;
  }

  private die(job: ModelJob): void {
    this.leaveOrder(job);
    job.state = 'dead';
    job.diedAtMs = this.timeMs;
  }

  /** Back to the living, if it is dead. */
  reviveDead(seq: number): void {
    const job = this.jobs.get(seq);
    if (job?.state === 'dead') this.revive(job);
  }

  private revive(job: ModelJob): void {
    job.attempts = 0;
    this.available(job, 0);
  }

  private remove(job: ModelJob, how: 'done' | 'deleted' | 'dropped'): string {
    this.leaveOrder(job);
    this.jobs.delete(job.seq);
    this.gone.set(job.seq, how);
    return 'done';
  }

  private leaveOrder(job: ModelJob): void {
    const order = job.ordered ? this.orders.get(job.key) : undefined;
    job.ordered = false;
    job.blocked = false;
    if (order === undefined) return;
    if (!order.waiting.delete(job.seq)) {
      order.holder = 0;
      if (order.waiting.size > 0) this.freed.push(job.key);
    }
    if (order.waiting.size === 0 && order.holder === 0) this.orders.delete(job.key);
  }

  /** The first freed key goes to the blocked job with the smallest seq. False where none is freed. */
  private passOn(): boolean {
    const key = this.freed.shift();
    if (key === undefined) return false;
    const order = this.orders.get(key);
    if (order === undefined || order.holder !== 0) return true;
    const next = Math.min(...order.waiting);
    order.waiting.delete(next);
    order.holder = next;
    const job = this.jobs.get(next);
    if (job !== undefined) job.blocked = false;
    return true;
  }

  private eachDead(seqs: readonly number[], act: (job: ModelJob) => void): string {
    const results = seqs.map((seq) => {
      const job = this.jobs.get(seq);
      if (job?.state !== 'dead') return 'missing';
      act(job);
      return 'done';
    });
    return `dead-letters ${results.join(', ')}`;
  }
}

function inWords({ seq, epoch, attempts, deadlineMs }: ModelJob): string {
  return `${seq}/${epoch}/${attempts}/${deadlineMs}`;
}
