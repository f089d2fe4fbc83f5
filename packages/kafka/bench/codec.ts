/**
 * What reading and writing messages costs, in operations a second of one core, and the bytes that are copied:
 *
 *   node packages/kafka/bench/codec.ts [--seconds 1]
 *
 * Produce and Fetch carry batches of 1 MiB, which must not be copied; Metadata has 1,000 partitions on three brokers. Each case runs
 * for the given time after as long a warm-up. Seconds are those of the processor, so that other work on the machine counts less.
 */
import { parseArgs } from 'node:util';
import {
  Fetch,
  type Frame,
  Metadata,
  Produce,
  readRequestHeader,
  readResponseHeader,
  requestFrame,
  responseFrame,
  ZERO_UUID,
} from '../src/protocol/index.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '1' } } });
const SECONDS = Number(values.seconds);
const BATCH = new Uint8Array(1024 * 1024);
const PARTITIONS = 1000;

const produceRequest = {
  acks: -1,
  timeoutMs: 30_000,
  topicData: [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records: BATCH }] }],
};

const fetchResponse = {
  throttleTimeMs: 0,
  errorCode: 0,
  responses: [
    {
      topic: 'orders',
      topicId: ZERO_UUID,
      partitions: [
        {
          partitionIndex: 0,
          errorCode: 0,
          highWatermark: 1_000_000,
          lastStableOffset: 1_000_000,
          logStartOffset: 0,
          records: [BATCH],
        },
      ],
    },
  ],
};

const metadataResponse = {
  throttleTimeMs: 0,
  brokers: [1, 2, 3].map((nodeId) => ({ nodeId, host: `broker-${nodeId}.example`, port: 9092 })),
  clusterId: 'flowmesh-bench',
  controllerId: 1,
  topics: Array.from({ length: PARTITIONS / 10 }, (_, topic) => ({
    errorCode: 0,
    name: `orders-${topic}`,
    topicId: ZERO_UUID,
    partitions: Array.from({ length: 10 }, (__, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: 1 + (partitionIndex % 3),
      leaderEpoch: 7,
      replicaNodes: [1, 2, 3],
      isrNodes: [1, 2, 3],
      offlineReplicas: [],
    })),
  })),
  errorCode: 0,
};

/** The frame without its length, in one piece, as a connection delivers it. */
function received(frame: Frame): Uint8Array {
  return new Uint8Array(Buffer.concat(frame.chunks).subarray(4));
}

/** Bytes that the writer put into buffers of its own. */
function copiedBytes(frame: Frame): number {
  return frame.chunks.reduce((sum, chunk) => sum + (chunk === BATCH ? 0 : chunk.length), 0);
}

function measure(name: string, bytes: number, copied: number, run: () => unknown): void {
  const turn = (): number => {
    const start = performance.now();
    const cpu = process.cpuUsage();
    let count = 0;
    for (; performance.now() - start < SECONDS * 1000; count += 16) for (let i = 0; i < 16; i++) run();
    const { user, system } = process.cpuUsage(cpu);
    return count / ((user + system) / 1e6);
  };
  turn();
  const rate = turn();
  const columns = [
    name.padEnd(24),
    `${Math.round(rate).toLocaleString('en')} ops/s`.padStart(20),
    `${(1e6 / rate).toFixed(1)} µs`.padStart(12),
    `${bytes.toLocaleString('en')} B`.padStart(14),
    `${copied.toLocaleString('en')} B copied`.padStart(18),
  ];
  console.log(columns.join(''));
}

for (const version of [3, 11]) {
  const header = { version, correlationId: 1, clientId: 'bench' };
  const frame = requestFrame(Produce, header, produceRequest);
  const bytes = received(frame);
  measure(`Produce v${version} write`, frame.bytes, copiedBytes(frame), () =>
    requestFrame(Produce, header, produceRequest),
  );
  measure(`Produce v${version} read`, frame.bytes, 0, () =>
    Produce.request.decode(version, bytes, readRequestHeader(bytes).bodyAt),
  );
}
for (const version of [4, 17]) {
  const header = { version, correlationId: 1 };
  const frame = responseFrame(Fetch, header, fetchResponse);
  const bytes = received(frame);
  measure(`Fetch v${version} write`, frame.bytes, copiedBytes(frame), () =>
    responseFrame(Fetch, header, fetchResponse),
  );
  measure(`Fetch v${version} read`, frame.bytes, 0, () =>
    Fetch.response.decode(version, bytes, readResponseHeader(bytes, Fetch, version).bodyAt),
  );
}
for (const version of [5, 12]) {
  const header = { version, correlationId: 1 };
  const frame = responseFrame(Metadata, header, metadataResponse);
  const bytes = received(frame);
  measure(`Metadata v${version} write`, frame.bytes, copiedBytes(frame), () =>
    responseFrame(Metadata, header, metadataResponse),
  );
  measure(`Metadata v${version} read`, frame.bytes, 0, () =>
    Metadata.response.decode(version, bytes, readResponseHeader(bytes, Metadata, version).bodyAt),
  );
}
