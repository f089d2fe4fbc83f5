/** The door of the SDK: a client of one cluster, from which producers, consumers and administration hang. */
import { readFileSync } from 'node:fs';
import { FlowError } from '@flowmesh/base';
import { decodeRecords, encodeBatch, partitionForKey } from '@flowmesh/kafka';
import { ClusterAdmin } from './admin/cluster-admin.ts';
import { StreamAdmin } from './admin/stream-admin.ts';
import { CODECS, CRC32C } from './codecs.ts';
import { Consumer, type DecodeBatch } from './consumer/consumer.ts';
import type { ConsumeOptions } from './consumer/types.ts';
import { GroupConsumer } from './group/group-consumer.ts';
import type { GroupConsumerOptions } from './group/group-types.ts';
import { GroupsAdmin } from './group/groups-admin.ts';
import { Kv } from './kv/kv.ts';
import { BATCH_DECOMPRESSED_BYTES_MAX } from './limits.ts';
import { Producer } from './producer/producer.ts';
import type { EncodeBatch } from './producer/producer-batch.ts';
import type { Compression, ProducerOptions } from './producer/types.ts';
import { DeadLetters } from './queue/dead-letters.ts';
import { LeaseGuard } from './queue/lease-guard.ts';
import type { LeaseThreadSettings } from './queue/lease-messages.ts';
import { extendAtLeader } from './queue/lease-keeper.ts';
import { Queues } from './queue/queues.ts';
import { startLeaseThread } from './queue/start-lease-thread.ts';
import { Worker } from './queue/worker.ts';
import type { JobHandler, WorkerOptions } from './queue/worker-types.ts';
import { CoordinatorPlaces } from './routing/coordinator-call.ts';
import type { LeaderCallDeps } from './routing/leader-call.ts';
import type { MetadataAnswer } from './routing/metadata-cache.ts';
import { type CallOptions, Router } from './routing/router.ts';
import { processClockMs, type Surroundings, systemSurroundings } from './system.ts';
import { TransactionalProducer, type TransactionOptions } from './transaction/transaction.ts';
import type { SecurityOptions } from './wire/channel-security.ts';
import { ConnectionPool } from './wire/node-connection.ts';

/**
 * Where nodes ask who is calling: user and password, over TLS or on this machine. Default: the environment's FLOWMESH_USER and
 * FLOWMESH_PASSWORD, or what the file holds that FLOWMESH_PASSWORD_FILE names.
 */
export interface ConnectOptions extends SecurityOptions {
  /**
   * host:port of some nodes' gRPC listeners; the others are found through them. Default: the environment's FLOWMESH_URL (several are
   * separated by commas), else 127.0.0.1:50051.
   */
  readonly endpoints?: readonly string[];
  /** For the first contact; default 10,000. */
  readonly timeoutMs?: number;
  /** Clock, timers, randomness; for tests. */
  readonly surroundings?: Surroundings;
  readonly signal?: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_ENDPOINT = '127.0.0.1:50051';

/**
 * Connects to a cluster; resolves once a node has answered. UNAVAILABLE, INVALID_ARGUMENT, CANCELLED.
 *
 *   await using mesh = await connect({ endpoints: ['127.0.0.1:50051'] });
 */
export async function connect(options: ConnectOptions = {}): Promise<FlowMesh> {
  const { endpoints = endpointsOf(process.env['FLOWMESH_URL']) } = options;
  if (endpoints.length === 0) {
    throw new FlowError('INVALID_ARGUMENT', 'no endpoints given', {
      hint: 'Name at least one node, for instance 127.0.0.1:50051.',
    });
  }
  const security = securityOf(options, process.env);
  const mesh = new FlowMesh(endpoints, options.surroundings ?? systemSurroundings(), security);
  try {
    await mesh.metadata([], { timeoutMs: options.timeoutMs ?? CONNECT_TIMEOUT_MS, signal: options.signal });
    return mesh;
  } catch (error) {
    await mesh.close();
    throw notReached(error, endpoints);
  }
}

/**
 * A client of one cluster, made by `connect`. Everything hangs from it and ends with `close`, or at the end of a block with `await using`:
 *
 *   write and read streams   producer · consume (alone) · consumer (as a member of a group) · transaction (all or nothing)
 *   queues and their jobs    queues · worker
 *   keys and values          kv
 *   look after things        streams · queues · kv · groups · cluster
 *
 * What fails rejects with a FlowError: `code` to branch on, `retryable`, `message` with the cause, `hint` with what to do. Calls find leaders and
 * repeat what is safe to repeat by themselves, for 30 s unless `timeoutMs` says otherwise.
 */
export class FlowMesh implements AsyncDisposable {
  /** Streams: create, get, list, update, delete; their offsets; truncation. */
  readonly streams: StreamAdmin;
  /** The cluster for its operators: health, nodes, partitions, rebalancing, join tokens, configuration. */
  readonly cluster: ClusterAdmin;
  /** Consumer groups: list, describe (members, lag), reset and undo-reset of offsets, delete. */
  readonly groups: GroupsAdmin;
  /** Buckets of keys and values: `mesh.kv.create`, and `mesh.kv.bucket(name)` to read, write and watch. */
  readonly kv: Kv;
  /** Queues: create, get, list, update, delete; jobs: enqueue, receive, ack, nack, extend, release. */
  readonly queues: Queues;
  /** Jobs that have used up their attempts. */
  readonly deadLetters: DeadLetters;
  private readonly deps: LeaderCallDeps;
  private readonly producers = new Set<Producer>();
  private readonly consumers = new Set<Consumer | GroupConsumer>();
  private readonly workers = new Set<{ close(): Promise<void> }>();
  private readonly transactions = new Set<TransactionalProducer>();
  private readonly places: CoordinatorPlaces;
  private readonly leases: LeaseGuard;
  private closing: Promise<void> | undefined;

  /** Use `connect`. */
  constructor(endpoints: readonly string[], surroundings: Surroundings, security: SecurityOptions = {}) {
    const pool = new ConnectionPool(security);
    // Every node has a token of its own.
    const endpointsOnly = security.token !== undefined;
    const router = new Router({ endpoints, endpointsOnly, pool, surroundings });
    this.deps = { router, pool, surroundings };
    this.streams = new StreamAdmin(this.deps);
    this.cluster = new ClusterAdmin(this.deps);
    this.queues = new Queues(this.deps);
    this.deadLetters = new DeadLetters(this.deps);
    this.places = new CoordinatorPlaces(this.deps);
    this.groups = new GroupsAdmin({ ...this.deps, places: this.places });
    this.kv = new Kv(this.deps);
    this.leases = leaseGuard({ endpoints, security }, this.deps);
  }

  /**
   * Writes records: `const { partition, offset } = await producer.send({ stream: 'orders', key: 'ada', value: '{}' })`. A send resolves once
   * the record is as safe as `acks` says (default: fsynced by a majority). It is idempotent: what is sent again after a failure is stored once.
   * One is enough for a process. UNSUPPORTED: an unknown compression.
   */
  producer(options: ProducerOptions = {}): Producer {
    this.refuseIfClosed();
    const producer = new Producer(
      {
        ...this.deps,
        encode: batchEncoder(options.compression ?? 'none'),
        partitionOf: partitionForKey,
        onClosed: (closed) => this.producers.delete(closed),
      },
      options,
    );
    this.producers.add(producer);
    return producer;
  }

  /**
   * Reads a stream alone, from wherever it is told, and remembers nothing:
   * `for await (const record of mesh.consume({ stream: 'orders', from: 'earliest' }))`. It goes on by itself when leaders move. The iteration
   * throws NOT_FOUND, INVALID_ARGUMENT (a filter that is not valid) and OFFSET_OUT_OF_RANGE, and ends without an error when it is aborted.
   */
  consume(options: ConsumeOptions): Consumer {
    this.refuseIfClosed();
    const consumer = new Consumer(
      { ...this.deps, decode, onClosed: (closed) => this.consumers.delete(closed) },
      options,
    );
    this.consumers.add(consumer);
    return consumer;
  }

  /**
   * A member of a consumer group: `for await (const record of mesh.consumer({ group: 'billing', streams: ['orders'] }))`, with
   * `await consumer.commit()` where a record is done. Partitions are spread over the members; who comes later begins at what was committed.
   * Heartbeats go on while a record is handled. The iteration throws what ends the membership: MEMBER_FENCED, NOT_FOUND, OFFSET_OUT_OF_RANGE.
   */
  consumer(options: GroupConsumerOptions): GroupConsumer {
    this.refuseIfClosed();
    const consumer = new GroupConsumer(
      {
        ...this.deps,
        decode,
        places: this.places,
        onClosed: (closed) => this.consumers.delete(closed),
      },
      options,
    );
    this.consumers.add(consumer);
    return consumer;
  }

  /**
   * Transactions under an id that belongs to this process alone: `begin`, then `send` records, `sendOffsets` of a group and `ack` jobs, then
   * `commit` or `abort`: all of it is seen, or nothing. Up to 60 s each (`timeoutMs`, at most 15 min), then the cluster aborts it.
   * TRANSACTION_ABORTED: its time was up. PRODUCER_FENCED: another process took the id over.
   */
  transaction(
    id: string,
    options: TransactionOptions & Pick<ProducerOptions, 'compression'> = {},
  ): TransactionalProducer {
    this.refuseIfClosed();
    const encode = batchEncoder(options.compression ?? 'none', true);
    const transaction = new TransactionalProducer(
      {
        ...this.deps,
        places: this.places,
        makeProducer: (hooks) =>
          new Producer(
            { ...this.deps, encode, partitionOf: partitionForKey, transaction: hooks },
            { lingerMs: 0 },
          ),
        onClosed: (closed) => this.transactions.delete(closed),
      },
      id,
      options,
    );
    this.transactions.add(transaction);
    return transaction;
  }

  /**
   * Gives the jobs of a queue to a handler, `concurrency` at a time:
   *
   *   const worker = mesh.worker('emails', async ({ payload }) => { await send(payload); }, { codec: jsonCodec<Email>(), concurrency: 10 });
   *
   * What resolves is acknowledged, what throws is tried again by the queue's policy and is a dead letter in the end.
   */
  worker<T = Uint8Array>(queue: string, handler: JobHandler<T>, options: WorkerOptions<T> = {}): Worker<T> {
    this.refuseIfClosed();
    const worker: Worker<T> = new Worker<T>(
      { ...this.deps, leases: this.leases, onClosed: () => this.workers.delete(worker) },
      queue,
      handler,
      options,
    );
    this.workers.add(worker);
    return worker;
  }

  /** Nodes, and leaders of the named streams (`all`: of every stream), as the answering node knows them. */
  metadata(streams: readonly string[] | 'all' = [], options: CallOptions = {}): Promise<MetadataAnswer> {
    this.refuseIfClosed();
    return this.deps.router.metadata(streams, options);
  }

  /** Flushes producers, ends consumers, closes every connection. */
  close(): Promise<void> {
    this.closing ??= this.doClose();
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async doClose(): Promise<void> {
    for (const consumer of this.consumers) await consumer.close();
    await Promise.all([...this.workers].map((worker) => worker.close()));
    await this.leases.close();
    this.queues.close();
    for (const transaction of this.transactions) await transaction.close();
    await Promise.all([...this.producers].map((producer) => producer.close()));
    this.kv.close();
    await this.deps.router.close();
    this.deps.pool.close();
  }

  private refuseIfClosed(): void {
    if (this.closing !== undefined) throw new FlowError('CANCELLED', 'the client is closed');
  }
}

function leaseGuard({ endpoints, security }: LeaseThreadSettings, deps: LeaderCallDeps): LeaseGuard {
  const { scheduler } = deps.surroundings;
  return new LeaseGuard({
    scheduler,
    nowMs: processClockMs,
    startThread: (events) => {
      // Those that are known by now too: the nodes that were named first may be gone.
      const known = deps.router.cache.nodes().map(({ address }) => address);
      const all = new Set([...known, ...endpoints]);
      return startLeaseThread({ endpoints: [...all], security }, scheduler, events);
    },
    extend: (extension) => extendAtLeader(deps, extension),
    warn: (text) => process.emitWarning(text, 'FlowMeshWorker'),
  });
}

function endpointsOf(url: string | undefined): readonly string[] {
  const named = (url ?? '').split(',').map((address) => address.trim());
  const addresses = named.filter((address) => address !== '');
  return addresses.length > 0 ? addresses : [DEFAULT_ENDPOINT];
}

function securityOf(
  { tls, user, password, token }: SecurityOptions,
  variables: Readonly<Record<string, string | undefined>>,
): SecurityOptions {
  if (user !== undefined || token !== undefined) return { tls, user, password, token };
  const file = variables['FLOWMESH_PASSWORD_FILE'];
  const found =
    variables['FLOWMESH_PASSWORD'] ??
    (file === undefined ? undefined : readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  return { tls, user: variables['FLOWMESH_USER'], password: password ?? found };
}

function batchEncoder(compression: Compression, transactional = false): EncodeBatch {
  const codec = compression === 'none' ? undefined : CODECS[compression];
  if (compression !== 'none' && codec === undefined) {
    throw new FlowError('UNSUPPORTED', `compression ${compression} is not available`, {
      hint: 'Known are none, gzip, snappy, lz4 and zstd.',
    });
  }
  const chosen =
    compression === 'none' || codec === undefined ? {} : { compression: { kind: compression, codec } };
  return (records, producer) =>
    encodeBatch(records, {
      ...chosen,
      transactional,
      crc: CRC32C,
      producer: {
        producerId: producer.id,
        producerEpoch: producer.epoch,
        baseSequence: producer.baseSequence,
      },
    });
}

const decode: DecodeBatch = (batch) =>
  decodeRecords(batch, { codecs: CODECS, decompressedBytesMax: BATCH_DECOMPRESSED_BYTES_MAX });

function notReached(error: unknown, endpoints: readonly string[]): unknown {
  if (!(error instanceof FlowError) || (error.code !== 'UNAVAILABLE' && error.code !== 'TIMEOUT'))
    return error;
  return new FlowError('UNAVAILABLE', `no FlowMesh node answers at ${endpoints.join(', ')}`, {
    cause: error,
    hint: 'Start a cluster (flowmesh dev --nodes 3) or name another address (--url, FLOWMESH_URL).',
  });
}
