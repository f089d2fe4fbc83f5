/**
 * Transactions of one process: records of several streams and offsets of consumer groups become visible together, or not at all.
 *
 *   idle ──begin──► open ──commit | abort──► idle
 *     ▲               │ a write failed, the time was up: only abort leads on
 *     └── fenced: another process took the id, for good
 */
import { FlowError } from '@flowmesh/base';
import { partitionForKey } from '@flowmesh/kafka';
import type { flowmesh } from '@flowmesh/proto';
import { commitGroupOffsets } from '../group/group-offsets.ts';
import type { GroupMembership, OffsetToCommit } from '../group/group-types.ts';
import type { Producer, TransactionHooks } from '../producer/producer.ts';
import type { OutgoingRecord, ProducerIdentity, RecordMetadata, SendOptions } from '../producer/types.ts';
import type { EnqueuedJob, JobReceipt, NewJob } from '../queue/queue-types.ts';
import { bytesOf, toEnqueued, toWireJob } from '../queue/queue-wire.ts';
import type { CoordinatorPlaces } from '../routing/coordinator-call.ts';
import { callLeader, type LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { asFlowError } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';

export interface TransactionOptions {
  /** Aborted by the cluster when it takes longer. Default 60,000, at most 900,000. */
  readonly timeoutMs?: number;
}

export interface TransactionDeps extends LeaderCallDeps {
  readonly places: CoordinatorPlaces;
  /** A producer for one transaction. */
  readonly makeProducer: (hooks: TransactionHooks) => Producer;
  readonly onClosed?: (transaction: TransactionalProducer) => void;
}

interface Open {
  readonly identity: ProducerIdentity;
  readonly producer: Producer;
  /** Partitions and groups that the coordinator knows of, or is being told of. */
  readonly enlisted: Map<string, 'asked' | 'known'>;
  /** Sends without an answer. */
  readonly pending: Set<Promise<unknown>>;
  /** Rejects everything that waits, once the transaction cannot be committed any more. */
  readonly broken: Promise<never>;
  readonly breakUp: (error: FlowError) => void;
  failure: FlowError | undefined;
}

const END_TIMEOUT_MS = 60_000;

export class TransactionalProducer implements AsyncDisposable {
  readonly id: string;
  private readonly deps: TransactionDeps;
  private readonly timeoutMs: number;
  private identity: ProducerIdentity | undefined;
  private open: Open | undefined;
  private fenced: FlowError | undefined;
  private targets: flowmesh.v1.TransactionTarget.$Properties[] = [];

  constructor(deps: TransactionDeps, id: string, options: TransactionOptions = {}) {
    this.deps = deps;
    this.id = id;
    this.timeoutMs = options.timeoutMs ?? 0;
  }

  /** The first time it takes the id over: whoever had it is fenced, and what that one left open is aborted. */
  async begin(options: CallOptions = {}): Promise<void> {
    if (this.fenced !== undefined) throw this.fenced;
    if (this.open !== undefined) throw this.misused('is open already: commit or abort it first');
    this.identity ??= await this.init(options);
    this.open = this.opened(this.identity);
  }

  /** As `Producer.send`; the record is seen by nobody before `commit`. */
  async send(record: OutgoingRecord, options: SendOptions = {}): Promise<RecordMetadata> {
    const open = this.current();
    const sent = Promise.race([open.producer.send(record, options), open.broken]).catch((failure: unknown) =>
      Promise.reject(this.spoil(open, asFlowError(failure))),
    );
    open.pending.add(sent);
    try {
      return await sent;
    } finally {
      open.pending.delete(sent);
    }
  }

  /** Commits offsets of a group together with the transaction; `by` (`consumer.member`) makes sure that the member still reads them. */
  async sendOffsets(
    by: GroupMembership,
    offsets: readonly OffsetToCommit[],
    options: CallOptions = {},
  ): Promise<void> {
    const open = this.current();
    if (offsets.length === 0) return;
    try {
      if (open.enlisted.get(`group ${by.group}`) === undefined) {
        await this.add(open.identity, [{ group: by.group }], options);
        open.enlisted.set(`group ${by.group}`, 'known');
      }
      const { id: producerId, epoch: producerEpoch } = open.identity;
      const call = { group: by.group, by, offsets, transaction: { producerId, producerEpoch } };
      await Promise.race([commitGroupOffsets(this.deps.places, call, options), open.broken]);
    } catch (failure) {
      throw this.spoil(open, asFlowError(failure));
    }
  }

  /** Acknowledges jobs of a queue when the transaction commits; until then, and if it is aborted, they stay leased as they are. */
  async ack(queue: string, receipts: readonly JobReceipt[], options: CallOptions = {}): Promise<void> {
    const open = this.current();
    try {
      for (const shard of new Set(receipts.map((receipt) => receipt.shard))) {
        await this.ackShard(
          open,
          { queue, shard },
          receipts.filter((one) => one.shard === shard),
          options,
        );
      }
    } catch (failure) {
      throw this.spoil(open, asFlowError(failure));
    }
  }

  /** Puts a job into a queue when the transaction commits; nobody is given it before, nor if it is aborted. */
  async enqueue(queue: string, job: NewJob, options: CallOptions = {}): Promise<EnqueuedJob> {
    const open = this.current();
    const stream = `queue:${queue}`;
    try {
      const { partitions } = await this.deps.router.stream(stream, options);
      const keyed = job.key === undefined ? 0 : partitionForKey(bytesOf(job.key), partitions.length);
      const shard = job.shard ?? keyed;
      await this.enlistShard(open, { queue, shard }, options);
      const { id: producerId, epoch: producerEpoch } = open.identity;
      const request = {
        queue,
        shard,
        jobs: [toWireJob(job, bytesOf(job.payload))],
        requestId: this.deps.surroundings.requestId(),
        transaction: { producerId, producerEpoch },
      };
      const { results } = await callLeader(
        this.deps,
        { stream, partition: shard },
        options,
        (connection, limits) => callUnary(connection.queues.enqueue.bind(connection.queues), request, limits),
      );
      const enqueued = toEnqueued(shard, results[0] ?? {});
      if (enqueued instanceof FlowError) throw enqueued;
      return enqueued;
    } catch (failure) {
      throw this.spoil(open, asFlowError(failure));
    }
  }

  /**
   * Resolves once the decision is durable. TRANSACTION_ABORTED: its time was up, do it again in another one. PRODUCER_FENCED: another
   * process goes on under this id. Any other failure of a write in it: abort it.
   */
  async commit(options: CallOptions = {}): Promise<void> {
    const open = this.current();
    await Promise.race([open.producer.flush(), open.broken]).catch(() => undefined);
    // Whatever failed has said so by then.
    await Promise.allSettled(open.pending);
    if (open.failure !== undefined) {
      throw new FlowError(
        'PRECONDITION_FAILED',
        `a part of the transaction failed: ${open.failure.message}`,
        {
          hint: 'Abort it, and do it again.',
          cause: open.failure,
        },
      );
    }
    await this.end(open, true, options);
  }

  /** Nothing of it will be seen. Does nothing where no transaction is open. */
  async abort(options: CallOptions = {}): Promise<void> {
    const { open } = this;
    if (open === undefined) return;
    await this.end(open, false, options);
  }

  /** Aborts what is open. */
  async close(): Promise<void> {
    try {
      await this.abort();
    } catch {
      // The coordinator aborts it when its time is up.
    }
    this.deps.onClosed?.(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async ackShard(
    open: Open,
    { queue, shard }: { readonly queue: string; readonly shard: number },
    receipts: readonly JobReceipt[],
    options: CallOptions,
  ): Promise<void> {
    await this.enlistShard(open, { queue, shard }, options);
    const { id: producerId, epoch: producerEpoch } = open.identity;
    const request = {
      queue,
      receipts: receipts.map(({ seq, leaseEpoch }) => ({ shard, seq, leaseEpoch })),
      transaction: { producerId, producerEpoch },
    };
    const where = { stream: `queue:${queue}`, partition: shard };
    const { results } = await callLeader(this.deps, where, options, (connection, limits) =>
      callUnary(connection.queues.ack.bind(connection.queues), request, limits),
    );
    const refused = results.find(({ outcome }) => outcome === 'stale' || outcome === 'gone');
    if (refused === undefined) return;
    throw new FlowError(
      'PRECONDITION_FAILED',
      `a job of ${queue} is ${refused.outcome}: its lease is another's by now`,
      {
        hint: 'Abort the transaction: somebody else does the job, or has done it.',
      },
    );
  }

  private async enlistShard(
    open: Open,
    { queue, shard }: { readonly queue: string; readonly shard: number },
    options: CallOptions,
  ): Promise<void> {
    const name = `queue ${queue}:${shard}`;
    if (open.enlisted.get(name) !== undefined) return;
    await this.add(open.identity, [{ queue: { name: queue, part: shard } }], options);
    open.enlisted.set(name, 'known');
  }

  private current(): Open {
    if (this.fenced !== undefined) throw this.fenced;
    if (this.open === undefined) throw this.misused('has not begun: call begin first');
    return this.open;
  }

  private misused(what: string): FlowError {
    return new FlowError('PRECONDITION_FAILED', `the transaction of ${this.id} ${what}`);
  }

  private opened(identity: ProducerIdentity): Open {
    const enlisted: Open['enlisted'] = new Map();
    let breakUp: (error: FlowError) => void = () => undefined;
    const broken = new Promise<never>((_, reject) => {
      breakUp = reject;
    });
    broken.catch(() => undefined);
    const producer = this.deps.makeProducer({
      identity,
      enlisted: (stream, partition) => this.enlist(open, stream, partition),
    });
    const pending = new Set<Promise<unknown>>();
    const open: Open = { identity, producer, enlisted, pending, broken, breakUp, failure: undefined };
    return open;
  }

  /** Partitions of one turn of the event loop are added together. */
  private enlist(open: Open, stream: string, partition: number): boolean {
    const name = `stream ${stream}:${partition}`;
    const known = open.enlisted.get(name);
    if (known !== undefined) return known === 'known';
    open.enlisted.set(name, 'asked');
    if (this.targets.push({ stream: { name: stream, part: partition } }) > 1) return false;
    queueMicrotask(() => {
      const { targets } = this;
      this.targets = [];
      this.add(open.identity, targets, {}).then(
        () => {
          for (const { stream: part } of targets)
            open.enlisted.set(`stream ${part?.name}:${part?.part}`, 'known');
          open.producer.poke();
        },
        (failure: unknown) => void this.spoil(open, asFlowError(failure)),
      );
    });
    return false;
  }

  private spoil(open: Open, error: FlowError): FlowError {
    open.failure ??= error;
    open.breakUp(error);
    if (error.code === 'PRODUCER_FENCED') this.fenced = error;
    return error;
  }

  // ---- the coordinator

  private async init(options: CallOptions): Promise<ProducerIdentity> {
    const request = { transactionalId: this.id, timeoutMs: this.timeoutMs };
    const answer = await this.deps.places.call(this.id, options, (connection, limits) =>
      callUnary(connection.transactions.initTransactions.bind(connection.transactions), request, limits),
    );
    return { id: answer.producerId, epoch: answer.producerEpoch };
  }

  private async add(
    identity: ProducerIdentity,
    targets: flowmesh.v1.TransactionTarget.$Properties[],
    options: CallOptions,
  ): Promise<void> {
    const request = { ...this.claim(identity), targets };
    await this.deps.places.call(this.id, options, (connection, limits) =>
      callUnary(connection.transactions.addToTransaction.bind(connection.transactions), request, limits),
    );
  }

  private async end(open: Open, commit: boolean, options: CallOptions): Promise<void> {
    const request = { ...this.claim(open.identity), commit };
    const within = { timeoutMs: END_TIMEOUT_MS, ...options };
    // What is still under way is refused by the partitions once the marker is there.
    open.breakUp(new FlowError('CANCELLED', 'the transaction was ended'));
    await open.producer.close({ signal: AbortSignal.abort() });
    this.open = undefined;
    this.identity = undefined;
    try {
      const answer = await this.deps.places.call(this.id, within, (connection, limits) =>
        callUnary(connection.transactions.endTransaction.bind(connection.transactions), request, limits),
      );
      // Else the next one begins with taking the id over anew, which waits for this one.
      if (answer.complete) this.identity = { id: answer.producerId, epoch: answer.producerEpoch };
    } catch (failure) {
      const error = asFlowError(failure);
      if (error.code === 'PRODUCER_FENCED') this.fenced = error;
      throw error;
    }
  }

  private claim({ id, epoch }: ProducerIdentity): {
    readonly transactionalId: string;
    readonly producerId: number;
    readonly producerEpoch: number;
  } {
    return { transactionalId: this.id, producerId: id, producerEpoch: epoch };
  }
}
