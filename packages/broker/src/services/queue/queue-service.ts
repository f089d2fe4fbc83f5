/**
 * The ways of jobs through a queue, as every protocol sees them: enqueue, receive, work, settle. Only the leader of a shard serves it; a call
 * that names no shard takes one that this node leads. Every call passes the door first.
 *
 * A delivery leaves only after its lease is committed. Whatever a call is refused for, nothing of it happened; only TIMEOUT and UNAVAILABLE with
 * `outcome: unknown` leave that open.
 */
import { FlowError, type GroupId, isFlowError, type TimerHandle } from '@flowmesh/base';
import {
  type CatalogStream,
  encodeQueueCommand,
  type EnqueueResult,
  QueueMachine,
  type QueueCommandBody,
  type QueueReply,
  qualifiedName,
  type Receipt,
  type ReceiptResult,
  type TransactionTag,
} from '@flowmesh/engines';
import type { QueueFigures } from '../../observability/queue-metrics.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { Action, Caller, Door, ServiceMetrics } from '../ports.ts';
import type { ServedShard, ShardDone } from '../shard/served-shard.ts';
import { ShardTable, type ShardTablePorts } from '../shard/shard-table.ts';
import { checkJobs, checkPoll, checkReceipts, checkWork, jobBytes } from './queue-checks.ts';
import type { LeasedJob } from './leased-job.ts';
import { figuresOf } from './queue-figures.ts';
import { PolledReceive, type PollRequest } from './polled-receive.ts';
import type { Settlement } from './settlement.ts';
import { ShardQueue } from './shard-queue.ts';
import type { ShardAsk } from './shard-ask.ts';
import { answerAsk, type ShardAnswer } from './shard-desk.ts';
import { stampJobs, type WantedJob } from './wanted-job.ts';
import { WorkSession, type WorkerHealth, type WorkSink, type WorkStart } from './work-session.ts';

export interface QueueServicePorts extends ShardTablePorts {
  readonly door: Door;
  readonly metrics: ServiceMetrics;
  readonly wheel: DeadlineWheel;
  /** Long polls and workers that wait at once. */
  readonly receiversMax: number;
  /** A trouble of the node that no caller is told of. */
  onFault(error: FlowError, api: string): void;
  /** A job was acknowledged so long after its delivery. */
  jobFinished?(queue: string, durationMs: number): void;
}

/** A queue, and possibly one of its shards. */
export interface QueueName {
  readonly caller: Caller;
  /** Without its kind. */
  readonly queue: string;
  readonly shard: number | undefined;
}

export interface Enqueued {
  readonly shard: number;
  readonly results: readonly EnqueueResult[];
}

export interface EnqueueRequest extends QueueName {
  readonly jobs: readonly WantedJob[];
  readonly requestId: string;
  readonly transaction: TransactionTag | undefined;
  readonly timeoutMs: number;
}

export type EnqueueDone = (result: Enqueued | FlowError) => void;

export type SettleDone = (result: readonly ReceiptResult[] | FlowError) => void;

/** Items of one expire command. */
const EXPIRE_ITEMS_MAX = 250;
const FIGURES_AGE_MS = 1_000;
/** How often schedules and redrives are looked at. */
const DRIVE_EVERY_MS = 200;
const SETTLE_TIMEOUT_MS = 10_000;

export class QueueService {
  readonly shards: ShardTable<QueueMachine>;
  private readonly ports: QueueServicePorts;
  private readonly queues = new WeakMap<ServedShard<QueueMachine>, ShardQueue>();
  private readonly sessions = new Map<string, Set<WorkSession>>();
  private receivers = 0;
  private figured: { readonly atMs: number; readonly figures: readonly QueueFigures[] } = {
    atMs: Number.NEGATIVE_INFINITY,
    figures: [],
  };
  private sessionCount = 0;
  private timer: TimerHandle | undefined;

  constructor(ports: QueueServicePorts) {
    this.ports = ports;
    this.shards = new ShardTable<QueueMachine>(ports, {
      noun: 'queue',
      qualified: (name) => qualifiedName('queue', name),
      is: (machine): machine is QueueMachine => machine instanceof QueueMachine,
      configure: ({ changedRevision, config }, timeMs) =>
        encodeQueueCommand({ kind: 'configure', timeMs, revision: changedRevision, config }),
      expire: (timeMs) => encodeQueueCommand({ kind: 'expire', timeMs, max: EXPIRE_ITEMS_MAX }),
    });
    this.shards.onServing((served) => this.served(served));
  }

  /** Begins what leaders do by themselves. */
  start(): void {
    this.timer = this.ports.scheduler.after(DRIVE_EVERY_MS, () => {
      for (const served of this.shards.all()) this.queueOf(served).drive();
      this.start();
    });
  }

  /** All jobs into one shard. No promise: `done` is called once, possibly before this returns. */
  enqueue(request: EnqueueRequest, done: EnqueueDone): void {
    const startMs = this.ports.clock.monotonicMs();
    const answer = (result: Enqueued | FlowError): void => {
      this.measured('enqueue', isFlowError(result) ? result : undefined, startMs);
      done(result);
    };
    const shard = this.admit(request, 'enqueue');
    if (isFlowError(shard)) return answer(shard);
    const { requestId, transaction, caller } = request;
    const nowMs = shard.served.nowMs();
    const refused = checkJobs(request.jobs, shard.served.machine.config, nowMs);
    if (refused !== undefined) return answer(refused);
    const bytes = request.jobs.reduce((sum, job) => sum + jobBytes(job), 0);
    const charged = this.ports.door.charge(caller, 'enqueue', request.queue, bytes);
    if (charged !== undefined) return answer(charged);
    if (!caller.inFlight.take(bytes)) return answer(tooMuchInFlight(caller.inFlight.limitBytes));
    const jobs = stampJobs(request.jobs, nowMs);
    this.propose(shard, { kind: 'enqueue', jobs, requestId, transaction }, request.timeoutMs, (result) => {
      caller.inFlight.give(bytes);
      if (!result.ok) return answer(result.error);
      const { results } = result.value as QueueReply & { readonly kind: 'enqueued' };
      answer({ shard: shard.shard, results });
    });
  }

  /** Leases up to `max` jobs; empty where there was none in time. Rejects with CANCELLED when the caller has gone. */
  async receive(name: QueueName, request: PollRequest, signal: AbortSignal): Promise<readonly LeasedJob[]> {
    const startMs = this.ports.clock.monotonicMs();
    try {
      const jobs = await this.poll(name, request, signal);
      this.measured('receive', undefined, startMs);
      return jobs;
    } catch (error) {
      if (isFlowError(error)) this.measured('receive', error, startMs);
      throw error;
    }
  }

  /** Begins to push jobs. Throws where the worker is not let in. */
  work(name: Omit<QueueName, 'shard'>, start: WorkStart, sink: WorkSink): WorkSession {
    const { caller, queue } = name;
    throwIf(this.ports.door.authorise(caller, 'receive', qualifiedName('queue', queue)));
    throwIf(checkWork(start));
    const resource = this.shards.resource(queue);
    if (isFlowError(resource)) throw resource;
    this.enter();
    const session = new WorkSession(start, sink, {
      id: `${this.ports.node}-${++this.sessionCount}`,
      nowMs: () => this.ports.clock.wallMs(),
      after: (delayMs, task) => this.ports.scheduler.after(delayMs, task),
      closed: () => {
        this.receivers--;
        this.leave(resource.uuid, session);
      },
    });
    const sessions = this.sessions.get(resource.uuid) ?? new Set();
    this.sessions.set(resource.uuid, sessions.add(session));
    for (const group of resource.groups) {
      const served = this.shards.serving(group);
      if (!isFlowError(served)) session.attach(this.queueOf(served));
    }
    return session;
  }

  /** One result for each receipt, in order. `done` is called once. */
  settle(name: QueueName, settlement: Settlement, done: SettleDone): void {
    const startMs = this.ports.clock.monotonicMs();
    const answer: SettleDone = (result) => {
      this.measured(settlement.kind, isFlowError(result) ? result : undefined, startMs);
      done(result);
    };
    const refused = checkReceipts(settlement);
    const shard = refused ?? this.admit(name, 'receive');
    if (isFlowError(shard)) return answer(shard);
    this.propose(shard, settlement, SETTLE_TIMEOUT_MS, (result) => {
      if (!result.ok) return answer(result.error);
      const { results } = result.value as QueueReply & { readonly kind: 'receipts' };
      if (settlement.kind === 'ack') this.timed(name.queue, shard, settlement.receipts, results);
      answer(results);
    });
  }

  /** The shard that a call is for: the named one, or one that this node leads. */
  admit(name: QueueName, action: Action): ShardQueue | FlowError {
    const closed = this.ports.door.authorise(name.caller, action, qualifiedName('queue', name.queue));
    if (closed !== undefined) return closed;
    if (name.shard === undefined) {
      const resource = this.shards.resource(name.queue);
      if (isFlowError(resource)) return resource;
      const served = this.shards.anyServing(resource, Math.floor(this.ports.clock.monotonicMs()));
      return isFlowError(served) ? served : this.queueOf(served);
    }
    const ref = this.shards.find(name.queue, name.shard);
    if (isFlowError(ref)) return ref;
    const served = this.shards.serving(ref.group);
    return isFlowError(served) ? served : this.queueOf(served);
  }

  /** All shards of a queue that this node leads, ascending. */
  led(resource: CatalogStream): readonly ShardQueue[] {
    const led: ShardQueue[] = [];
    for (const group of resource.groups) {
      const served = this.shards.serving(group);
      if (!isFlowError(served)) led.push(this.queueOf(served));
    }
    return led;
  }

  /** What administration asks of a shard, here or from another node; NOT_LEADER where this node does not lead it. */
  async answer(group: GroupId, ask: ShardAsk): Promise<ShardAnswer> {
    const served = this.shards.serving(group);
    if (isFlowError(served)) throw served;
    const uuid = this.shards.resourceOf(group)?.uuid ?? '';
    const workers = (): readonly WorkerHealth[] => [...this.sessionsOf(uuid)].map((one) => one.health());
    return await answerAsk(ask, this.queueOf(served), workers);
  }

  /** Workers that are connected to this node, by the uuid of their queue. */
  sessionsOf(uuid: string): ReadonlySet<WorkSession> {
    return this.sessions.get(uuid) ?? new Set();
  }

  propose(shard: ShardQueue, body: QueueCommandBody, timeoutMs: number, done: ShardDone): void {
    const { served } = shard;
    served.proposeThen(encodeQueueCommand({ ...body, timeMs: served.nowMs() }), timeoutMs, done);
  }

  /** For metrics, a second old at most. */
  figures(): readonly QueueFigures[] {
    const nowMs = this.ports.clock.monotonicMs();
    if (nowMs - this.figured.atMs < FIGURES_AGE_MS) return this.figured.figures;
    const shards = this.shards.all().flatMap((served) => {
      const queue = this.shards.resourceOf(served.replica.group)?.name;
      return queue === undefined ? [] : [{ queue, shard: this.queueOf(served) }];
    });
    this.figured = { atMs: nowMs, figures: figuresOf(shards) };
    return this.figured.figures;
  }

  close(): void {
    this.timer?.cancel();
    this.shards.close();
  }

  private async poll(
    name: QueueName,
    request: PollRequest,
    signal: AbortSignal,
  ): Promise<readonly LeasedJob[]> {
    throwIf(checkPoll(request));
    const shards = this.pollable(name);
    if (signal.aborted) throw new FlowError('CANCELLED', 'the caller has gone');
    this.enter();
    try {
      return await new Promise<readonly LeasedJob[]>((resolve, reject) => {
        new PolledReceive(request, shards, {
          wheel: this.ports.wheel,
          signal,
          done: (result) => (isFlowError(result) ? reject(result) : resolve(result)),
        }).begin();
      });
    } finally {
      this.receivers--;
    }
  }

  private pollable(name: QueueName): readonly ShardQueue[] {
    const first = this.admit(name, 'receive');
    if (isFlowError(first)) throw first;
    if (name.shard !== undefined) return [first];
    const resource = this.shards.resourceOf(first.served.replica.group);
    const led = resource === undefined ? [first] : this.led(resource);
    const at = led.indexOf(first);
    return [...led.slice(at), ...led.slice(0, at)];
  }

  private enter(): void {
    if (this.receivers >= this.ports.receiversMax) {
      throw new FlowError('OVERLOADED', 'too many receivers wait on this node', {
        hint: 'Retry later, or receive with max_wait_ms 0.',
      });
    }
    this.receivers++;
  }

  private leave(uuid: string, session: WorkSession): void {
    const sessions = this.sessions.get(uuid);
    sessions?.delete(session);
    if (sessions?.size === 0) this.sessions.delete(uuid);
  }

  private served(served: ServedShard<QueueMachine>): void {
    const resource = this.shards.resourceOf(served.replica.group);
    if (resource === undefined) return;
    for (const session of this.sessionsOf(resource.uuid)) session.attach(this.queueOf(served));
  }

  private queueOf(served: ServedShard<QueueMachine>): ShardQueue {
    let queue = this.queues.get(served);
    if (queue === undefined) {
      const { group } = served.replica;
      queue = new ShardQueue(served, this.shards.shardOf(group), {
        fault: (error) => this.ports.onFault(error, 'receive'),
      });
      this.queues.set(served, queue);
    }
    return queue;
  }

  private timed(
    queue: string,
    shard: ShardQueue,
    receipts: readonly Receipt[],
    results: readonly ReceiptResult[],
  ): void {
    const nowMs = shard.served.nowMs();
    for (const [i, { seq }] of receipts.entries()) {
      if (results[i]?.kind !== 'done') continue;
      const tookMs = shard.deliveries.finished(seq, nowMs);
      if (tookMs !== undefined) this.ports.jobFinished?.(queue, tookMs);
    }
  }

  private measured(api: string, error: FlowError | undefined, startMs: number): void {
    this.ports.metrics.request(api, error?.code ?? 'OK', this.ports.clock.monotonicMs() - startMs);
  }
}

function tooMuchInFlight(limitBytes: number): FlowError {
  return new FlowError('OVERLOADED', 'too many bytes of jobs of this connection are under way', {
    hint: 'Wait for answers before sending more.',
    details: { limitBytes },
  });
}

function throwIf(error: FlowError | undefined): void {
  if (error !== undefined) throw error;
}
