/**
 * A batching producer, as Kafka's own clients do it: records of a partition gather in a batch until it is full or `lingerMs` old; a request
 * to a broker takes one batch of each of its partitions; at most five requests to a broker are under way. Records without keys go to one
 * partition until its batch leaves, then to the next. Not idempotent and without retries: what fails counts as failed.
 */
import { fastCrc32c, nodeCodecs } from '@flowmesh/compression';
import { encodeBatch, type EncodeOptions, type KafkaRecord } from '@flowmesh/kafka';
import { Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { kafkaFailure } from './kafka-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';

const PRODUCE_VERSION = 8;
const REQUESTS_MAX = 5;
const TIMEOUT_MS = 30_000;
/** What a record takes beside its value, about. */
const RECORD_OVERHEAD_BYTES = 16;

export interface KafkaProducerOptions {
  readonly topic: string;
  readonly acks: -1 | 1;
  readonly lingerMs: number;
  readonly batchBytes: number;
  readonly requestBytesMax: number;
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
}

interface Pending {
  readonly record: KafkaRecord;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  readonly bornMs: number;
  readonly pending: Pending[];
  bytes: number;
}

interface PartitionQueue {
  readonly partition: number;
  readonly broker: Broker;
  readonly batches: Batch[];
}

interface Broker {
  readonly connection: KafkaConnection;
  readonly queues: PartitionQueue[];
  underWay: number;
  timer: NodeJS.Timeout | undefined;
}

export class KafkaProducer {
  private readonly options: KafkaProducerOptions;
  private readonly queues: readonly PartitionQueue[];
  private readonly encoding: EncodeOptions;
  private sticky = 0;

  /** `leaders`: the connection to the leader of each partition, from 0. */
  constructor(options: KafkaProducerOptions, leaders: readonly KafkaConnection[]) {
    this.options = options;
    const brokers = new Map<KafkaConnection, Broker>();
    this.queues = leaders.map((connection, partition) => {
      const broker = brokers.get(connection) ?? { connection, queues: [], underWay: 0, timer: undefined };
      brokers.set(connection, broker);
      const queue = { partition, broker, batches: [] };
      broker.queues.push(queue);
      return queue;
    });
    const { compression: kind } = options;
    const codec = kind === 'none' ? undefined : nodeCodecs[kind];
    this.encoding = {
      crc: fastCrc32c,
      ...(kind === 'none' || codec === undefined ? {} : { compression: { kind, codec } }),
    };
  }

  /** Resolves when the broker has acknowledged it. */
  send(value: Uint8Array): Promise<void> {
    const queue = this.queues[this.sticky] as PartitionQueue;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const nowMs = Date.now();
    const record = { key: undefined, value, headers: [], timestampMs: nowMs };
    const bytes = value.length + RECORD_OVERHEAD_BYTES;
    let batch = queue.batches.at(-1);
    if (batch === undefined || batch.bytes + bytes > this.options.batchBytes) {
      batch = { bornMs: performance.now(), pending: [], bytes: 0 };
      queue.batches.push(batch);
    }
    batch.pending.push({ record, resolve, reject });
    batch.bytes += bytes;
    if (batch.bytes >= this.options.batchBytes) {
      this.moveOn(queue);
      this.drain(queue.broker);
    } else this.arm(queue.broker);
    return promise;
  }

  private moveOn(from: PartitionQueue): void {
    if (this.queues[this.sticky] === from) this.sticky = (this.sticky + 1) % this.queues.length;
  }

  /** Sends now or when the oldest batch is due. */
  private arm(broker: Broker): void {
    if (broker.timer !== undefined || broker.underWay >= REQUESTS_MAX) return;
    const dueMs = this.dueMs(broker);
    if (dueMs === undefined) return;
    const waitMs = Math.max(0, dueMs - performance.now());
    broker.timer = setTimeout(() => {
      broker.timer = undefined;
      this.drain(broker);
    }, waitMs);
  }

  /** When the next request may leave; at once where a batch is full. */
  private dueMs(broker: Broker): number | undefined {
    let dueMs: number | undefined;
    for (const { batches } of broker.queues) {
      const [first] = batches;
      if (first === undefined) continue;
      const full = batches.length > 1 || first.bytes >= this.options.batchBytes;
      dueMs = Math.min(dueMs ?? Number.POSITIVE_INFINITY, full ? 0 : first.bornMs + this.options.lingerMs);
    }
    return dueMs;
  }

  private drain(broker: Broker): void {
    while (
      broker.underWay < REQUESTS_MAX &&
      (this.dueMs(broker) ?? Number.POSITIVE_INFINITY) <= performance.now()
    ) {
      this.request(broker);
    }
    this.arm(broker);
  }

  private request(broker: Broker): void {
    const taken: { readonly partition: number; readonly batch: Batch }[] = [];
    let bytes = 0;
    for (const queue of broker.queues) {
      const [batch] = queue.batches;
      if (batch === undefined || (taken.length > 0 && bytes + batch.bytes > this.options.requestBytesMax))
        continue;
      queue.batches.shift();
      this.moveOn(queue);
      taken.push({ partition: queue.partition, batch });
      bytes += batch.bytes;
    }
    // The next request begins with the partitions that this one had no room for.
    broker.queues.push(...broker.queues.splice(0, 1));
    broker.underWay++;
    void this.exchange(broker, taken).finally(() => {
      broker.underWay--;
      this.drain(broker);
    });
  }

  private async exchange(
    broker: Broker,
    taken: readonly { readonly partition: number; readonly batch: Batch }[],
  ): Promise<void> {
    const { topic, acks } = this.options;
    try {
      const partitionData = taken.map(({ partition, batch }) => ({
        index: partition,
        records: encodeBatch(
          batch.pending.map(({ record }) => record),
          this.encoding,
        ),
      }));
      const answer = await broker.connection.call(Produce, PRODUCE_VERSION, {
        acks,
        timeoutMs: TIMEOUT_MS,
        topicData: [{ name: topic, topicId: ZERO_UUID, partitionData }],
      });
      const answers = new Map(
        answer.responses[0]?.partitionResponses.map((one) => [one.index, one.errorCode]) ?? [],
      );
      for (const { partition, batch } of taken) {
        const code = answers.get(partition) ?? -1;
        if (code === 0) for (const { resolve } of batch.pending) resolve();
        else rejectAll(batch, kafkaFailure(code, `${topic}/${partition} refused a batch`));
      }
    } catch (error) {
      for (const { batch } of taken) rejectAll(batch, error as Error);
    }
  }
}

function rejectAll(batch: Batch, error: Error): void {
  for (const { reject } of batch.pending) reject(error);
}
