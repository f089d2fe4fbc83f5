/** What the programs of clients find at the broker, and what is looked at after them: what they say of themselves is not all. */
import { setTimeout as pause } from 'node:timers/promises';
import { nodeCodecs } from '@flowmesh/compression';
import { compressionOf, encodeBatch, COMPRESSIONS } from '@flowmesh/kafka';
import { CreateTopics, Fetch, Metadata, Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { RawClient } from '../../packages/broker/test/gateways/kafka/raw-client.ts';
import { CODECS, type CodecName, SEED_RECORDS, SEED_TOPIC, TOPICS } from './scenarios.ts';

const ATTRIBUTES_LOW_AT = 22;
const TIMEOUT_MS = 20_000;

async function connected<T>(address: string, work: (client: RawClient) => Promise<T>): Promise<T> {
  const client = await RawClient.connect(Number(address.split(':')[1]));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

async function createTopics(
  bootstrap: string,
  topics: readonly (readonly [name: string, partitions: number])[],
): Promise<void> {
  await connected(bootstrap, async (client) => {
    const wanted = topics.map(([name, numPartitions]) => ({
      name,
      numPartitions,
      replicationFactor: -1,
      assignments: [],
      configs: [],
    }));
    const answer = await client.call(CreateTopics, 6, { topics: wanted, timeoutMs: TIMEOUT_MS });
    const failed = answer.topics.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) throw new Error(`cannot create ${failed.name}: ${failed.errorMessage}`);
  });
}

/** Calls `work` with a connection to the leader of partition 0. */
async function atLeader<T>(
  bootstrap: string,
  topic: string,
  work: (client: RawClient) => Promise<T>,
): Promise<T> {
  for (const deadline = performance.now() + TIMEOUT_MS; performance.now() < deadline; await pause(50)) {
    const leader = await connected(bootstrap, async (client) => {
      const topics = [{ name: topic, topicId: ZERO_UUID }];
      const found = await client.call(Metadata, 9, {
        topics,
        allowAutoTopicCreation: false,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      });
      const { leaderId } = found.topics[0]?.partitions[0] ?? {};
      return found.brokers.find(({ nodeId }) => nodeId === leaderId);
    });
    if (leader !== undefined) return await connected(`${leader.host}:${leader.port}`, work);
  }
  throw new Error(`no leader of ${topic} was found`);
}

/** The topic that all clients read: a batch of each codec, as other clients might have written it. */
export async function seed(bootstrap: string): Promise<void> {
  await createTopics(bootstrap, [[SEED_TOPIC, 1]]);
  const each = SEED_RECORDS / COMPRESSIONS.length;
  await atLeader(bootstrap, SEED_TOPIC, async (client) => {
    for (const [turn, kind] of COMPRESSIONS.entries()) {
      const values = Array.from({ length: each }, (_, i) => ({
        key: undefined,
        value: Buffer.from(`seed-${turn * each + i}`),
        timestampMs: 1_700_000_000_000,
        headers: [],
      }));
      const codec = kind === 'none' ? undefined : nodeCodecs[kind];
      const compression = kind === 'none' || codec === undefined ? {} : { compression: { kind, codec } };
      const records = encodeBatch(values, compression);
      const topicData = [{ name: SEED_TOPIC, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }];
      await accepted(async () => {
        const answer = await client.call(Produce, 9, { acks: -1, timeoutMs: TIMEOUT_MS, topicData });
        return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1;
      });
    }
  });
}

/** Sends again what a leader refuses that is about to serve. */
async function accepted(send: () => Promise<number>): Promise<void> {
  let code = await send();
  for (const deadline = performance.now() + TIMEOUT_MS; performance.now() < deadline; code = await send()) {
    if (code === 0) return;
    await pause(50);
  }
  throw new Error(`the seed was refused with error ${code}`);
}

export async function prepareTopics(bootstrap: string, prefix: string): Promise<void> {
  await createTopics(
    bootstrap,
    Object.entries(TOPICS).map(([name, partitions]) => [`${prefix}-${name}`, partitions]),
  );
}

/** Why what lies in the codec's topic is not what the client was told to send; undefined where it is. */
export async function storedWrongly(
  bootstrap: string,
  prefix: string,
  codec: CodecName,
): Promise<string | undefined> {
  const topic = `${prefix}-${codec}`;
  const first = await firstBatch(bootstrap, topic);
  const attributes = first?.[ATTRIBUTES_LOW_AT];
  if (attributes === undefined) return 'nothing is stored';
  const stored = compressionOf(attributes);
  return stored === codec ? undefined : `stored as ${stored}, not as ${codec}`;
}

/** Of partition 0. What a leader that was just elected does not know yet to be committed is waited for, and one that has just gone is not believed. */
async function firstBatch(bootstrap: string, topic: string): Promise<Uint8Array | undefined> {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }];
  let refused = 0;
  for (const deadline = performance.now() + TIMEOUT_MS; performance.now() < deadline; await pause(50)) {
    const found = await atLeader(bootstrap, topic, async (client) => {
      const answer = await client.call(Fetch, 11, {
        maxWaitMs: 2_000,
        minBytes: 1,
        topics: [{ topic, topicId: ZERO_UUID, partitions }],
        forgottenTopicsData: [],
      });
      return answer.responses[0]?.partitions[0];
    });
    refused = found?.errorCode ?? -1;
    if (found !== undefined && refused === 0) return found.records;
  }
  throw new Error(`${topic} could not be fetched: ${refused}`);
}

export function isCodec(scenario: string): scenario is CodecName {
  return (CODECS as readonly string[]).includes(scenario);
}
