/** The queue service over real machines, a fake node and time that a test moves. */
import { FlowError, groupId, nodeId } from '@flowmesh/base';
import { QueueMachine, type ReceiptResult, type TransactionTag } from '@flowmesh/engines';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { NO_METRICS, OPEN_DOOR } from '../../../src/services/ports.ts';
import { LeaderCalls } from '../../../src/services/forward/leader-calls.ts';
import { DeadLetters } from '../../../src/services/queue/dead-letters.ts';
import type { LeasedJob } from '../../../src/services/queue/leased-job.ts';
import type { PollRequest } from '../../../src/services/queue/polled-receive.ts';
import { QueueAdmin, type QueueCall } from '../../../src/services/queue/queue-admin.ts';
import { type Enqueued, QueueService } from '../../../src/services/queue/queue-service.ts';
import { decodeAsk, encodeAsk, type ShardAsk } from '../../../src/services/queue/shard-ask.ts';
import { ShardAsks } from '../../../src/services/queue/shard-asks.ts';
import type { Settlement } from '../../../src/services/queue/settlement.ts';
import type { WantedJob } from '../../../src/services/queue/wanted-job.ts';
import { caller, createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../fake-cluster.ts';
import { type FakeReplica, FakeReplicas } from '../fake-replicas.ts';
import { ManualTime } from '../manual-time.ts';

const NOBODY = new AbortController().signal;

export class QueueBench {
  readonly time = new ManualTime();
  readonly catalog = new FakeCatalog(3);
  readonly leaders = new FakeLeaders();
  readonly replicas = new FakeReplicas();
  readonly wheel = new DeadlineWheel({ clock: this.time, scheduler: this.time });
  readonly caller = caller();
  readonly faults: FlowError[] = [];
  readonly service: QueueService;
  readonly admin: QueueAdmin;
  readonly deadLetters: DeadLetters;

  constructor(receiversMax = 100) {
    this.service = new QueueService({
      node: nodeId(1),
      replicas: this.replicas,
      catalog: this.catalog,
      leaders: this.leaders,
      disk: new FakeDisk(),
      door: OPEN_DOOR,
      metrics: NO_METRICS,
      clock: this.time,
      scheduler: this.time,
      wheel: this.wheel,
      receiversMax,
      onFault: (error) => this.faults.push(error),
    });
    const { leaders, service } = this;
    const calls = new LeaderCalls({
      node: nodeId(1),
      leaders,
      forward: () => Promise.reject(new FlowError('UNAVAILABLE', 'no other node runs', { retryable: false })),
    });
    calls.handle('queue-admin', async (group, payload) =>
      encodeAsk(await service.answer(group, decodeAsk<ShardAsk>(payload))),
    );
    const asks = new ShardAsks(calls, this.time);
    this.admin = new QueueAdmin({ catalog: this.catalog, door: OPEN_DOOR, clock: this.time, asks });
    this.deadLetters = new DeadLetters(this.admin, asks);
    service.start();
  }

  /** A queue of which this node leads every shard. */
  queue(
    name: string,
    options: { shards?: number; config?: Record<string, string> } = {},
  ): readonly FakeReplica<QueueMachine>[] {
    const groups = createStream(this.catalog, `queue:${name}`, {
      partitions: options.shards ?? 1,
      config: options.config ?? {},
    });
    const placed = groups.map((group) => {
      this.leaders.set(group, 1);
      return this.replicas.placeWith(group ?? groupId(0), new QueueMachine());
    });
    for (const replica of placed)
      for (const listener of this.replicas.listeners) listener.onServing?.(replica, 1);
    this.time.settle();
    return placed;
  }

  call(queue: string): QueueCall {
    return { caller: this.caller, queue, signal: NOBODY };
  }

  /** Jobs that have used up their one attempt, in a queue that allows no more. */
  async bury(
    queue: string,
    jobs: readonly Partial<WantedJob>[],
    error = 'it failed',
    shard = 0,
  ): Promise<void> {
    await this.enqueue(
      queue,
      jobs.map((wanted) => ({ ...wanted, attemptsMax: 1 })),
      { shard },
    );
    const held = await this.receive(queue, { max: 100 }, { shard });
    const items = held.map((one) => ({ ...receiptOf(one), delayMs: undefined, error }));
    await this.settle(queue, { kind: 'nack', items }, shard);
  }

  /** Moves time in small steps, and lets everything go on that became due. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.time.advance(Math.min(100, ms - passed));
      await this.idle();
    }
  }

  async enqueue(
    queue: string,
    jobs: readonly Partial<WantedJob>[],
    options: { shard?: number; requestId?: string; transaction?: TransactionTag } = {},
  ): Promise<Enqueued | FlowError> {
    const answer = new Promise<Enqueued | FlowError>((resolve) => {
      this.service.enqueue(
        {
          caller: this.caller,
          queue,
          shard: options.shard ?? 0,
          jobs: jobs.map(job),
          requestId: options.requestId ?? '',
          transaction: options.transaction,
          timeoutMs: 1_000,
        },
        resolve,
      );
    });
    return await this.settled(answer);
  }

  async receive(
    queue: string,
    request: Partial<PollRequest> = {},
    options: { shard?: number | undefined; signal?: AbortSignal } = {},
  ): Promise<readonly LeasedJob[]> {
    return await this.settled(this.polling(queue, request, options));
  }

  /** A receive that may still wait. */
  polling(
    queue: string,
    request: Partial<PollRequest> = {},
    options: { shard?: number | undefined; signal?: AbortSignal } = {},
  ): Promise<readonly LeasedJob[]> {
    const { signal = NOBODY } = options;
    const shard = 'shard' in options ? options.shard : 0;
    const whole = { worker: 'w', max: 10, bytesMax: 1 << 20, visibilityMs: undefined, waitMs: 0, ...request };
    return this.service.receive({ caller: this.caller, queue, shard }, whole, signal);
  }

  async settle(
    queue: string,
    settlement: Settlement,
    shard = 0,
  ): Promise<readonly ReceiptResult[] | FlowError> {
    const answer = new Promise<readonly ReceiptResult[] | FlowError>((resolve) => {
      this.service.settle({ caller: this.caller, queue, shard }, settlement, resolve);
    });
    return await this.settled(answer);
  }

  async ack(queue: string, jobs: readonly LeasedJob[]): Promise<readonly ReceiptResult[] | FlowError> {
    return await this.settle(queue, { kind: 'ack', receipts: jobs.map(receiptOf), transaction: undefined });
  }

  /** Lets everything go on that needs no time. */
  async idle(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      this.time.settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends turns, and lets promises of the machine's loads go on, until the answer is there. */
  async settled<T>(answer: Promise<T>): Promise<T> {
    let open = true;
    void answer.then(
      () => (open = false),
      () => (open = false),
    );
    for (let i = 0; i < 200 && open; i++) {
      this.time.settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (open) throw new Error('no answer');
    return await answer;
  }
}

export function job(wanted: Partial<WantedJob>): WantedJob {
  return {
    payload: Buffer.from('work'),
    headers: [],
    key: new Uint8Array(0),
    priority: 0,
    notBeforeMs: 0,
    delayMs: 0,
    dedupId: '',
    attemptsMax: undefined,
    origin: '',
    ...wanted,
  };
}

export function receiptOf({ meta }: LeasedJob): { readonly seq: number; readonly leaseEpoch: number } {
  return { seq: meta.seq, leaseEpoch: meta.leaseEpoch };
}

export function payloads(jobs: readonly LeasedJob[]): string[] {
  return jobs.map(({ body }) => Buffer.from(body.payload).toString());
}

export function text(payload: string): Partial<WantedJob> {
  return { payload: Buffer.from(payload) };
}
