/** Queues of the cluster: made, looked at and removed, and jobs put in and taken out. `mesh.queues`. */
import { FlowError } from '@flowmesh/base';
import type { Payload } from '../producer/types.ts';
import { createUnlessThere } from '../routing/create-unless-there.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { callUnary } from '../wire/node-connection.ts';
import { Enqueuer } from './enqueuer.ts';
import { bytesCodec, type ValueCodec } from '../value-codecs.ts';
import { QueueOperations } from './queue-operations.ts';
import type {
  CreateQueueOptions,
  EnqueuedJob,
  JobReceipt,
  NackOptions,
  NewJob,
  QueueInfo,
  ReceiveOptions,
  SettleOutcome,
  UpdateQueueOptions,
} from './queue-types.ts';
import { bytesOf, toJob, toQueue, toReceipt } from './queue-wire.ts';
import { receiveJobs } from './receive.ts';
import { ReceivedJob } from './received-job.ts';
import { settle, type SettleItem } from './settler.ts';

const PAGE_SIZE = 500;

/** Anything that shows a lease: a received job, or its receipt. */
export type Held = JobReceipt | { readonly receipt: JobReceipt };

interface Typed<T> {
  readonly codec: ValueCodec<T>;
}

export class Queues {
  /** Looking at jobs, figures, pauses, purges, workers, schedules. */
  readonly operations: QueueOperations;
  private readonly deps: LeaderCallDeps;
  private readonly enqueuer: Enqueuer;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
    this.enqueuer = new Enqueuer(deps);
    this.operations = new QueueOperations(deps);
  }

  // ---- queues as things

  /** ALREADY_EXISTS, INVALID_ARGUMENT, PRECONDITION_FAILED (too few nodes, a cluster in the middle of an upgrade). */
  async create(options: CreateQueueOptions): Promise<QueueInfo> {
    if (options.ifNotExists !== true) return await this.createNew(options);
    return await createUnlessThere(
      () => this.createNew(options),
      () => this.get(options.name, options),
    );
  }

  private async createNew(options: CreateQueueOptions): Promise<QueueInfo> {
    const { name, shards = 0, replicationFactor = 0, config = {} } = options;
    const requestId = this.deps.surroundings.requestId();
    const request = { name, shards, replicationFactor, config: { ...config }, requestId };
    const queue = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.createQueue.bind(queues), request, limits),
    );
    this.deps.router.cache.forget(`queue:${name}`);
    return toQueue(queue);
  }

  /** Changes configuration, number of shards or copies. NOT_FOUND, INVALID_ARGUMENT, PRECONDITION_FAILED. */
  async update(options: UpdateQueueOptions): Promise<QueueInfo> {
    const request = {
      name: options.name,
      setConfig: { ...options.setConfig },
      unsetConfig: [...(options.unsetConfig ?? [])],
      shards: options.shards ?? 0,
      replicationFactor: options.replicationFactor ?? 0,
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const queue = await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.updateQueue.bind(queues), request, limits),
    );
    this.deps.router.cache.forget(`queue:${options.name}`);
    return toQueue(queue);
  }

  /** With all its jobs, dead letters too. NOT_FOUND. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    const request = { name, requestId: this.deps.surroundings.requestId() };
    await this.deps.router.callAny(options, ({ queues }, limits) =>
      callUnary(queues.deleteQueue.bind(queues), request, limits),
    );
    this.deps.router.cache.forget(`queue:${name}`);
  }

  /** NOT_FOUND. */
  async get(name: string, options: CallOptions = {}): Promise<QueueInfo> {
    return toQueue(
      await this.deps.router.callAny(options, ({ queues }, limits) =>
        callUnary(queues.getQueue.bind(queues), { name }, limits),
      ),
    );
  }

  /** All queues, or those whose name begins with `prefix`, by name. */
  async *list(options: CallOptions & { readonly prefix?: string } = {}): AsyncGenerator<QueueInfo> {
    let pageToken = '';
    do {
      const request = { prefix: options.prefix ?? '', pageSize: PAGE_SIZE, pageToken };
      const page = await this.deps.router.callAny(options, ({ queues }, limits) =>
        callUnary(queues.listQueues.bind(queues), request, limits),
      );
      for (const queue of page.queues) yield toQueue(queue);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  // ---- jobs

  /**
   * Puts a job in; resolves once it is safe. Jobs of a shard keep the order of their calls, and many that are under way share a request.
   * OVERLOADED: the queue is full, or too much is on its way. PRECONDITION_FAILED: it is paused.
   */
  enqueue(queue: string, job: NewJob, options?: CallOptions): Promise<EnqueuedJob>;
  enqueue<T>(queue: string, job: NewJob<T>, options: CallOptions & Typed<T>): Promise<EnqueuedJob>;
  async enqueue(
    queue: string,
    job: NewJob<unknown>,
    options: CallOptions & Partial<Typed<unknown>> = {},
  ): Promise<EnqueuedJob> {
    return await this.enqueuer.enqueue(queue, job, encoded(job, options.codec), options);
  }

  /** Many jobs; each has an outcome of its own: what was stored, or why it was not. Rejects only where the queue is not there. */
  enqueueAll(
    queue: string,
    jobs: readonly NewJob[],
    options?: CallOptions,
  ): Promise<readonly (EnqueuedJob | FlowError)[]>;
  enqueueAll<T>(
    queue: string,
    jobs: readonly NewJob<T>[],
    options: CallOptions & Typed<T>,
  ): Promise<readonly (EnqueuedJob | FlowError)[]>;
  async enqueueAll(
    queue: string,
    jobs: readonly NewJob<unknown>[],
    options: CallOptions & Partial<Typed<unknown>> = {},
  ): Promise<readonly (EnqueuedJob | FlowError)[]> {
    const { codec } = options;
    await this.deps.router.stream(`queue:${queue}`, options);
    return await Promise.all(
      jobs.map(async (job) => {
        try {
          return await this.enqueuer.enqueue(queue, job, encoded(job, codec), options);
        } catch (failure) {
          if (failure instanceof FlowError) return failure;
          throw failure;
        }
      }),
    );
  }

  /** Takes up to `max` jobs, waiting up to `waitMs` for the first; they come back unless they are acknowledged in time. */
  receive(queue: string, options?: ReceiveOptions): Promise<readonly ReceivedJob<Uint8Array>[]>;
  receive<T>(queue: string, options: ReceiveOptions & Typed<T>): Promise<readonly ReceivedJob<T>[]>;
  async receive(
    queue: string,
    options: ReceiveOptions & Partial<Typed<unknown>> = {},
  ): Promise<readonly ReceivedJob<unknown>[]> {
    const { codec = bytesCodec } = options;
    const settling = {
      settle: (item: SettleItem, call: CallOptions) => this.settleOne(queue, item, call),
    };
    const jobs = await receiveJobs(this.deps, queue, options);
    return jobs.map(
      (job) =>
        new ReceivedJob<unknown>(toJob(job), toReceipt(job), {
          settling,
          codec: codec as ValueCodec<unknown>,
        }),
    );
  }

  /** The outcomes are in the order of the jobs. */
  async ack(
    queue: string,
    jobs: readonly Held[],
    options: CallOptions = {},
  ): Promise<readonly SettleOutcome[]> {
    const items = jobs.map((job) => ({ kind: 'ack', receipt: receiptOf(job) }) as const);
    return await settle(this.deps, queue, items, options);
  }

  async nack(
    queue: string,
    jobs: readonly Held[],
    options: NackOptions = {},
  ): Promise<readonly SettleOutcome[]> {
    const { delayMs, error = '' } = options;
    const items = jobs.map((job) => ({ kind: 'nack', receipt: receiptOf(job), delayMs, error }) as const);
    return await settle(this.deps, queue, items, options);
  }

  /** For so long from now. */
  async extend(
    queue: string,
    jobs: readonly Held[],
    visibilityMs: number,
    options: CallOptions = {},
  ): Promise<readonly SettleOutcome[]> {
    const items = jobs.map((job) => ({ kind: 'extend', receipt: receiptOf(job), visibilityMs }) as const);
    return await settle(this.deps, queue, items, options);
  }

  /** Given back as if they had not been delivered. */
  async release(
    queue: string,
    jobs: readonly Held[],
    options: CallOptions = {},
  ): Promise<readonly SettleOutcome[]> {
    const items = jobs.map((job) => ({ kind: 'release', receipt: receiptOf(job) }) as const);
    return await settle(this.deps, queue, items, options);
  }

  /** What has not been answered fails with CANCELLED. Part of `mesh.close`. */
  close(): void {
    this.enqueuer.close();
  }

  private async settleOne(queue: string, item: SettleItem, options: CallOptions): Promise<SettleOutcome> {
    const [outcome] = await settle(this.deps, queue, [item], options);
    return outcome ?? { outcome: 'gone', until: 0 };
  }
}

function encoded(job: NewJob<unknown>, codec: ValueCodec<unknown> | undefined): Uint8Array {
  if (codec !== undefined) return codec.encode(job.payload);
  const { payload } = job;
  if (typeof payload === 'string' || payload instanceof Uint8Array) return bytesOf(payload as Payload);
  throw new FlowError('INVALID_ARGUMENT', 'a payload is bytes or text where no codec is given', {
    hint: 'Pass a codec: { codec: jsonCodec() }.',
  });
}

function receiptOf(job: Held): JobReceipt {
  return 'receipt' in job ? job.receipt : job;
}
