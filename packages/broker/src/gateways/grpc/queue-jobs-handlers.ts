/** The ways of jobs in `flowmesh.v1.Queues`: enqueue, receive and settle. Checks of fields, translation, nothing else. */
import { isFlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { Caller } from '../../services/ports.ts';
import type { EnqueueRequest, QueueService } from '../../services/queue/queue-service.ts';
import type { Settlement } from '../../services/queue/settlement.ts';
import type { CallContext } from './calls.ts';
import {
  errorOf,
  extendItems,
  nackItems,
  newJob,
  receipts,
  shardNumber,
  wireEnqueued,
  wireLeased,
  wireSettled,
} from './queue-wire.ts';
import * as check from './request-checks.ts';

const ENQUEUE_TIMEOUT = { min: 1, max: 600_000, otherwise: 30_000 };
const RECEIVE_BYTES = { min: 1, max: 64 << 20, otherwise: 4 << 20 };

type Settled = flowmesh.v1.SettleResponse.$Properties;

export class QueueJobsHandlers {
  private readonly queues: QueueService;

  constructor(queues: QueueService) {
    this.queues = queues;
  }

  async enqueue(
    request: flowmesh.v1.EnqueueRequest,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.EnqueueResponse.$Properties> {
    return await new Promise((resolve, reject) => {
      this.queues.enqueue(this.enqueueArguments(request, caller), (result) => {
        if (isFlowError(result)) reject(result);
        else resolve(wireEnqueued(result));
      });
    });
  }

  /** One request of an EnqueueStream. */
  readonly enqueuePipelined = (
    request: flowmesh.v1.EnqueueRequest,
    caller: Caller,
    respond: (response: flowmesh.v1.EnqueueResponse.$Properties) => void,
  ): void => {
    const { correlation } = request;
    try {
      this.queues.enqueue(this.enqueueArguments(request, caller), (result) => {
        if (isFlowError(result)) respond({ correlation, error: errorOf(result) });
        else respond({ correlation, ...wireEnqueued(result) });
      });
    } catch (error) {
      respond({ correlation, error: errorOf(error) });
    }
  };

  async receive(
    request: flowmesh.v1.ReceiveRequest,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.ReceiveResponse.$Properties> {
    const jobs = await this.queues.receive(
      { caller, queue: check.streamName(request.queue, 'queue'), shard: shardNumber(request.shard) },
      {
        worker: request.worker,
        max: request.max === 0 ? 1 : request.max,
        bytesMax: check.orDefault(request.maxBytes, 'max_bytes', RECEIVE_BYTES),
        visibilityMs: request.visibilityTimeoutMs ?? undefined,
        waitMs: request.maxWaitMs,
      },
      signal,
    );
    return { jobs: jobs.map(wireLeased) };
  }

  async ack(request: flowmesh.v1.AckRequest, { caller }: CallContext): Promise<Settled> {
    const { shard, receipts: acked } = receipts(request.receipts);
    const transaction = transactionOf(request.transaction);
    return await this.settle(request.queue, caller, shard, { kind: 'ack', receipts: acked, transaction });
  }

  async nack(request: flowmesh.v1.NackRequest, { caller }: CallContext): Promise<Settled> {
    const { shard, items } = nackItems(request.items);
    return await this.settle(request.queue, caller, shard, { kind: 'nack', items });
  }

  async extend(request: flowmesh.v1.ExtendRequest, { caller }: CallContext): Promise<Settled> {
    const { shard, settlement } = extendItems(request.items);
    return await this.settle(request.queue, caller, shard, settlement);
  }

  async release(request: flowmesh.v1.ReleaseRequest, { caller }: CallContext): Promise<Settled> {
    const { shard, receipts: released } = receipts(request.receipts);
    const settlement: Settlement = { kind: 'release', receipts: released, undelivered: true };
    return await this.settle(request.queue, caller, shard, settlement);
  }

  private async settle(
    queue: string,
    caller: Caller,
    shard: number,
    settlement: Settlement,
  ): Promise<Settled> {
    return await new Promise((resolve, reject) => {
      const name = { caller, queue: check.streamName(queue, 'queue'), shard };
      this.queues.settle(name, settlement, (result) => {
        if (isFlowError(result)) reject(result);
        else resolve({ results: result.map(wireSettled) });
      });
    });
  }

  private enqueueArguments(request: flowmesh.v1.EnqueueRequest, caller: Caller): EnqueueRequest {
    return {
      caller,
      queue: check.streamName(request.queue, 'queue'),
      shard: shardNumber(request.shard),
      jobs: request.jobs.map((job, i) => newJob(job, `jobs[${i}]`)),
      requestId: request.requestId === '' ? '' : check.requestId(request.requestId),
      transaction: transactionOf(request.transaction),
      timeoutMs: check.orDefault(request.timeoutMs, 'timeout_ms', ENQUEUE_TIMEOUT),
    };
  }
}

function transactionOf(
  sent: flowmesh.v1.JobTransaction.$Properties | null | undefined,
): EnqueueRequest['transaction'] {
  if (sent === null || sent === undefined) return undefined;
  return {
    producerId: check.integer(sent.producerId ?? 0, 'transaction.producer_id', {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }),
    epoch: check.integer(sent.producerEpoch ?? 0, 'transaction.producer_epoch', { min: 0, max: 32_767 }),
  };
}
