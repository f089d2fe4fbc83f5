/** Reads partitions of a topic: one fetch a broker under way, records decoded, in the order of their offsets. */
import { setTimeout as pause } from 'node:timers/promises';
import { readBatchHeader } from '@flowmesh/base';
import { nodeCodecs } from '@flowmesh/compression';
import { batchesIn, decodeRecords } from '@flowmesh/kafka';
import { Fetch, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { kafkaFailure } from './kafka-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';

const FETCH_VERSION = 11;
const WAIT_MS = 200;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 16 * 1024 * 1024;

export interface ReadPartition {
  readonly partition: number;
  readonly leader: KafkaConnection;
  offset: number;
}

export interface KafkaReadOptions {
  readonly topic: string;
  readonly partitions: readonly ReadPartition[];
  /** Back to the beginning at the end. */
  readonly again: boolean;
  readonly onRecord: (value: Uint8Array | undefined) => void;
  /** Records a second that are taken at most; as many as there are where it is left out. */
  readonly perSecondMax?: number;
}

/** Until `signal` aborts. */
export async function readTopic(options: KafkaReadOptions, signal: AbortSignal): Promise<void> {
  const brokers = new Map<KafkaConnection, ReadPartition[]>();
  for (const one of options.partitions) brokers.set(one.leader, [...(brokers.get(one.leader) ?? []), one]);
  const { perSecondMax = Number.POSITIVE_INFINITY } = options;
  const startMs = performance.now();
  let taken = 0;
  const onRecord: KafkaReadOptions['onRecord'] = (value) => {
    taken++;
    options.onRecord(value);
  };
  await Promise.all(
    [...brokers].map(async ([connection, partitions]) => {
      while (!signal.aborted) {
        await fetchOnce(connection, partitions, { ...options, onRecord });
        const aheadMs = startMs + (taken / perSecondMax) * 1_000 - performance.now();
        // Timers get their turn although answers never end.
        await pause(Math.max(0, aheadMs), undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}

async function fetchOnce(
  connection: KafkaConnection,
  partitions: ReadPartition[],
  { topic, again, onRecord }: KafkaReadOptions,
): Promise<void> {
  const answer = await connection.call(Fetch, FETCH_VERSION, {
    maxWaitMs: WAIT_MS,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    topics: [
      {
        topic,
        topicId: ZERO_UUID,
        partitions: partitions.map(({ partition, offset }) => ({
          partition,
          fetchOffset: offset,
          partitionMaxBytes: PARTITION_BYTES,
        })),
      },
    ],
    forgottenTopicsData: [],
  });
  for (const { partitionIndex, errorCode, records, highWatermark } of answer.responses[0]?.partitions ?? []) {
    const read = partitions.find(({ partition }) => partition === partitionIndex);
    if (read === undefined) continue;
    if (errorCode !== 0) throw kafkaFailure(errorCode, `cannot read ${topic}/${partitionIndex}`);
    for (const batch of batchesIn(records ?? new Uint8Array(0))) {
      for (const record of decodeRecords(batch, { codecs: nodeCodecs })) {
        if (record.offset >= read.offset) onRecord(record.value);
      }
      const header = readBatchHeader(batch);
      if (header !== undefined) read.offset = header.baseOffset + header.lastOffsetDelta + 1;
    }
    if (again && read.offset >= highWatermark) read.offset = 0;
  }
  // Whoever is served first gets the most of a fetch.
  partitions.push(...partitions.splice(0, 1));
}
