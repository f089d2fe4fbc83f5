/** What transactions touch, and how clients reach it: one request to the services each, as a gateway would make it. */
import type { GroupId } from '@flowmesh/base';
import type { Receipt, ReceiptResult } from '@flowmesh/engines';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { AppendedBatch } from '../../../../packages/broker/src/services/stream/pending-append.ts';
import type {
  Enqueued,
  EnqueueRequest,
} from '../../../../packages/broker/src/services/queue/queue-service.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { CoordinationNode } from '../coordinator/coordination-node.ts';
import type { PartitionWatch } from './partition-watch.ts';
import type { Producer, TransactionBook } from './transaction-book.ts';

export const STREAM = 'results';
export const SOURCE = 'orders';
export const QUEUE = 'jobs';
export const SOURCE_GROUP = 'worker';

export interface TransactionPlace {
  readonly book: TransactionBook;
  readonly partitions: readonly PartitionWatch[];
  /** Of the only shard of the queue. */
  readonly queue: GroupId;
  /** Of the coordinator shard that keeps the offsets. */
  readonly offsets: GroupId;
  readonly sourcePartitions: number;
  /** Of the coordinator shard that has a transactional id. */
  coordinatorOf(id: string): GroupId;
  /** Each once: what is committed shows whose it is. */
  nextOffset(): number;
  nodeOf(process: SimProcess): CoordinationNode | undefined;
}

export interface Append {
  readonly caller: Caller;
  readonly partition: number;
  readonly batch: Uint8Array;
}

export function append(node: CoordinationNode, { caller, partition, batch }: Append): Promise<AppendedBatch> {
  return new Promise((resolve, reject) => {
    const request = { caller, stream: STREAM, partition, acks: 'all', timeoutMs: 2_000 } as const;
    // The service keeps what it is given.
    node.streams.append({ ...request, batch: batch.slice() }, (result) => {
      if (result.ok) resolve(result.appended);
      else reject(result.error);
    });
  });
}

export function enqueue(
  node: CoordinationNode,
  wish: Pick<EnqueueRequest, 'caller' | 'requestId'> & { readonly payload: Uint8Array },
  producer: Producer | undefined,
): Promise<Enqueued> {
  return new Promise((resolve, reject) => {
    const { caller, requestId, payload } = wish;
    const job = {
      payload,
      headers: [],
      key: new Uint8Array(0),
      priority: 5,
      notBeforeMs: 0,
      delayMs: 0,
      dedupId: '',
      attemptsMax: -1,
      origin: '',
    };
    const place = { caller, queue: QUEUE, shard: 0, timeoutMs: 2_000 };
    const transaction = producer === undefined ? undefined : tagOf(producer);
    node.queues.enqueue({ ...place, jobs: [job], requestId, transaction }, (result) => {
      if (result instanceof Error) reject(result);
      else resolve(result);
    });
  });
}

export function acknowledge(
  node: CoordinationNode,
  caller: Caller,
  receipts: readonly Receipt[],
  producer: Producer | undefined,
): Promise<readonly ReceiptResult[]> {
  return new Promise((resolve, reject) => {
    const transaction = producer === undefined ? undefined : tagOf(producer);
    const name = { caller, queue: QUEUE, shard: 0 };
    node.queues.settle(name, { kind: 'ack', receipts, transaction }, (result) => {
      if (result instanceof Error) reject(result);
      else resolve(result);
    });
  });
}

function tagOf({ producerId, producerEpoch }: Producer): { producerId: number; epoch: number } {
  return { producerId, epoch: producerEpoch };
}
