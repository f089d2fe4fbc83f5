import type { GroupId } from '@flowmesh/base';
import {
  DeleteRecords,
  Fetch,
  InitProducerId,
  ListOffsets,
  OffsetForLeaderEpoch,
  Produce,
} from '@flowmesh/kafka/protocol';
import type { RequestInput } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../services/eventually.ts';
import { batchOf } from '../../services/fake-cluster.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';

type FetchPartition = RequestInput<typeof Fetch>['topics'][number]['partitions'][number];

const NO_ID = '00000000-0000-0000-0000-000000000000';

function groupOf(world: KafkaWorld, name: string, partition = 0): GroupId {
  const group = world.catalog.machine.streamByName(name)?.groups[partition];
  if (group === undefined) throw new Error(`no partition ${partition} of ${name}`);
  return group;
}

async function produce(
  client: RawClient,
  records: Uint8Array | undefined,
  options: { name?: string; index?: number; acks?: number; version?: number } = {},
) {
  const { name = 'orders', index = 0, acks = -1, version = 9 } = options;
  const topicData = [{ name, topicId: NO_ID, partitionData: [{ index, records }] }];
  const { responses } = await client.call(Produce, version, { acks, timeoutMs: 1_000, topicData });
  const one = responses[0]?.partitionResponses[0];
  if (one === undefined) throw new Error('no answer for the partition');
  return one;
}

const partitionAt = (partition: number, fetchOffset: number, bytes = 1 << 20): FetchPartition => ({
  partition,
  fetchOffset,
  partitionMaxBytes: bytes,
});

function fetchRequest(
  partitions: readonly FetchPartition[],
  change: {
    topicId?: string;
    maxWaitMs?: number;
    minBytes?: number;
    maxBytes?: number;
    sessionId?: number;
    sessionEpoch?: number;
  } = {},
): RequestInput<typeof Fetch> {
  const { topicId = NO_ID, maxWaitMs = 0, minBytes = 1, ...rest } = change;
  const topics = [{ topic: 'orders', topicId, partitions }];
  return { maxWaitMs, minBytes, topics, forgottenTopicsData: [], ...rest };
}

async function fetchOf(client: RawClient, version: number, request: RequestInput<typeof Fetch>) {
  const answer = await client.call(Fetch, version, request);
  return { ...answer, partitions: answer.responses.flatMap((topic) => topic.partitions) };
}

describe('produce over Kafka', () => {
  it('stores a batch in every version that is served, and says where it lies', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    for (let version = 3; version <= 11; version++) {
      const stored = await produce(client, batchOf(['a', 'b']), { version });
      expect(stored).toMatchObject({ errorCode: 0, baseOffset: (version - 3) * 2, logAppendTimeMs: -1 });
    }
  });

  it('refuses versions 0 to 2 with UNSUPPORTED_VERSION in their own form', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    // acks 1, timeout 1 s, topic "t", partition 5, one byte of records.
    const body = Buffer.from('0001000003e8000000010001740000000100000005000000017f', 'hex');
    const error = { 0: '0023', 1: '0023', 2: '0023' };
    const tails = { 0: 'ffffffffffffffff', 1: 'ffffffffffffffff00000000', 2: `${'ff'.repeat(16)}00000000` };
    for (const version of [0, 1, 2] as const) {
      const head = Buffer.from(`00000000000${version}00000009ffff`.slice(4), 'hex');
      const length = Buffer.alloc(4);
      length.writeInt32BE(head.length + body.length);
      client.socket.write(Buffer.concat([length, head, body]));
      const reply = await client.next();
      expect(Buffer.from(reply?.frame ?? []).toString('hex')).toBe(
        `00000009000000010001740000000100000005${error[version]}${tails[version]}`,
      );
    }
  });

  it('refuses what is no good batch with the code that producers act on', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { config: { 'max.message.bytes': '200' } });
    world.stream('compacted', { config: { 'cleanup.policy': 'compact' } });
    const client = await world.client();
    const good = batchOf(['a']);
    const changed = (at: number, value: number): Uint8Array => {
      const copy = Uint8Array.from(good);
      copy[at] = value;
      return copy;
    };
    const code = async (
      ...args: Parameters<typeof produce> extends [unknown, ...infer Rest] ? Rest : never
    ) => (await produce(client, ...args)).errorCode;
    expect(await code(undefined)).toBe(87);
    expect(await code(changed(16, 1))).toBe(87);
    expect(await code(Buffer.concat([good, good]))).toBe(87);
    expect(await code(changed(good.length - 1, 9))).toBe(2);
    expect(await code(changed(22, 4), { version: 6 })).toBe(76);
    expect(await code(changed(22, 5))).toBe(76);
    expect(await code(batchOf(['x'.repeat(200)]))).toBe(10);
    expect(await code(good, { name: 'compacted' })).toBe(87);
    expect(await code(good, { name: 'none' })).toBe(3);
    expect(await code(good, { index: 7 })).toBe(3);
    expect(await code(good, { acks: 2 })).toBe(21);
  });

  it('stores the same sequence once, and refuses a gap and an old epoch', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    const by = (baseSequence: number, producerEpoch: number): Uint8Array =>
      batchOf(['a'], { producer: { producerId: 5, producerEpoch, baseSequence } });
    expect((await produce(client, by(0, 1))).baseOffset).toBe(0);
    expect(await produce(client, by(0, 1))).toMatchObject({ errorCode: 0, baseOffset: 0 });
    expect((await produce(client, by(7, 1))).errorCode).toBe(45);
    expect((await produce(client, by(0, 0))).errorCode).toBe(47);
  });

  it('names the leader where another node leads', async () => {
    const world = await startKafkaWorld();
    const [replica] = world.stream('orders');
    if (replica !== undefined) replica.serving = false;
    world.leaders.set(groupOf(world, 'orders'), 2, 9);
    const client = await world.client();
    const topicData = [
      { name: 'orders', topicId: NO_ID, partitionData: [{ index: 0, records: batchOf(['a']) }] },
    ];
    const answer = await client.call(Produce, 10, { acks: -1, timeoutMs: 1_000, topicData });
    expect(answer.responses[0]?.partitionResponses[0]).toMatchObject({
      errorCode: 6,
      currentLeader: { leaderId: 2, leaderEpoch: 9 },
    });
    expect(answer.nodeEndpoints).toEqual([{ nodeId: 2, host: '::2', port: 9093, rack: undefined }]);
    const fetched = await fetchOf(client, 16, {
      ...fetchRequest([partitionAt(0, 0)], {
        topicId: world.catalog.machine.streamByName('orders')?.uuid ?? '',
      }),
    });
    expect(fetched.partitions[0]).toMatchObject({
      errorCode: 6,
      currentLeader: { leaderId: 2, leaderEpoch: 9 },
    });
    expect(fetched.nodeEndpoints).toHaveLength(1);
  });

  it('sends no response without acknowledgements, and ends the connection where the batch is refused', async () => {
    const world = await startKafkaWorld();
    const [replica] = world.stream('orders');
    const client = await world.client();
    const silent = (records: Uint8Array): RequestInput<typeof Produce> => ({
      acks: 0,
      timeoutMs: 1_000,
      topicData: [{ name: 'orders', topicId: NO_ID, partitionData: [{ index: 0, records }] }],
    });
    client.send(Produce, 9, silent(batchOf(['a'])));
    expect((await produce(client, batchOf(['b']))).baseOffset).toBe(1);
    expect(replica?.machine.endOffset).toBe(2);
    client.send(Produce, 9, silent(Buffer.alloc(70)));
    expect(await client.next()).toBeUndefined();
    expect(world.refused).toHaveLength(1);
  });

  it('gives idempotent producers ids of their own', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    const request = { transactionalId: undefined, transactionTimeoutMs: 60_000 };
    const first = await client.call(InitProducerId, 4, request);
    const second = await client.call(InitProducerId, 0, request);
    expect([first.errorCode, second.errorCode]).toEqual([0, 0]);
    expect(second.producerId).not.toBe(first.producerId);
  });
});

describe('fetch over Kafka', () => {
  it('gives batches as they were stored in every version, from the middle of one the whole of it', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const topicId = world.catalog.machine.streamByName('orders')?.uuid ?? '';
    const client = await world.client();
    await produce(client, batchOf(['a', 'b', 'c']));
    for (let version = 4; version <= 17; version++) {
      const { sessionId, partitions } = await fetchOf(
        client,
        version,
        fetchRequest([partitionAt(0, 1)], { topicId }),
      );
      expect(sessionId).toBe(0);
      expect(partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 3, lastStableOffset: 3 });
      expect(partitions[0]?.records?.length).toBe(batchOf(['a', 'b', 'c']).length);
    }
  });

  it('waits for records, and is woken by the partition that gets some', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { partitions: 3 });
    const [reader, writer] = [await world.client(), await world.client()];
    const all = [0, 1, 2].map((partition) => partitionAt(partition, 0));
    const waiting = fetchOf(reader, 11, fetchRequest(all, { maxWaitMs: 30_000 }));
    await produce(writer, batchOf(['late']), { index: 1 });
    const { partitions } = await waiting;
    expect(partitions.map(({ records }) => (records?.length ?? 0) > 0)).toEqual([false, true, false]);
  });

  it('ends a long poll where another partition of its topic finds a new leader', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { partitions: 2 });
    const [, other] = world.catalog.machine.streamByName('orders')?.groups ?? [];
    if (other === undefined) throw new Error('no group');
    const client = await world.client();
    const waiting = fetchOf(
      client,
      11,
      fetchRequest([partitionAt(0, 0)], { maxWaitMs: 60_000, minBytes: 1 }),
    );
    let answered = false;
    void waiting.then(() => {
      answered = true;
    });
    let leader = 1;
    await eventually(() => {
      leader = 3 - leader;
      world.leaders.set(other, leader);
      expect(answered).toBe(true);
    });
    expect((await waiting).partitions[0]).toMatchObject({ errorCode: 0 });
  });

  it('goes on waiting for one partition while another has more than its share', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { partitions: 2 });
    const [reader, writer] = [await world.client(), await world.client()];
    for (const value of ['a', 'b']) await produce(writer, batchOf([value.repeat(100)]));
    const both = [partitionAt(0, 0, 1), partitionAt(1, 0)];
    const waiting = fetchOf(reader, 11, fetchRequest(both, { maxWaitMs: 60_000, minBytes: 1_000 }));
    await produce(writer, batchOf(['x'.repeat(1_000)]), { index: 1 });
    const { partitions } = await waiting;
    const [full = 0, other = 0] = partitions.map(({ records }) => records?.length ?? 0);
    expect(full).toBe(batchOf(['a'.repeat(100)]).length);
    expect(other).toBeGreaterThan(1_000);
  });

  it('answers with nothing when its time is up, and at once where a partition has an error', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    const empty = await fetchOf(client, 11, fetchRequest([partitionAt(0, 0)], { maxWaitMs: 20 }));
    expect(empty.partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 0 });
    const wrong = [partitionAt(0, 0), partitionAt(0, 5), partitionAt(9, 0)];
    const failed = await fetchOf(client, 11, fetchRequest(wrong, { maxWaitMs: 30_000 }));
    expect(failed.partitions.map(({ errorCode }) => errorCode)).toEqual([0, 1, 3]);
  });

  it('gives the first batch however large it is, and no more than fits of the others', async () => {
    const world = await startKafkaWorld();
    world.stream('orders', { partitions: 2 });
    const client = await world.client();
    for (const index of [0, 1]) await produce(client, batchOf(['x'.repeat(500)]), { index });
    const both = [partitionAt(0, 0, 10), partitionAt(1, 0, 10)];
    const small = await fetchOf(client, 11, fetchRequest(both, { maxBytes: 100 }));
    expect(small.partitions.map(({ records }) => (records?.length ?? 0) > 500)).toEqual([true, false]);
    expect(small.partitions[1]).toMatchObject({ errorCode: 0, highWatermark: 1 });
    const large = await fetchOf(client, 11, fetchRequest(both, { maxBytes: 10_000 }));
    expect(large.partitions.map(({ records }) => (records?.length ?? 0) > 500)).toEqual([true, true]);
  });

  it('knows no foreign sessions, topic ids and no other leader epochs', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    world.leaders.set(groupOf(world, 'orders'), 1, 4);
    const client = await world.client();
    const session = await fetchOf(
      client,
      11,
      fetchRequest([partitionAt(0, 0)], { sessionId: 3, sessionEpoch: 1 }),
    );
    expect(session.errorCode).toBe(70);
    const byId = await fetchOf(client, 13, fetchRequest([partitionAt(0, 0)], { maxWaitMs: 30_000 }));
    expect(byId.partitions[0]?.errorCode).toBe(100);
    const epochs = [3, 4, 5].map((currentLeaderEpoch) => ({ ...partitionAt(0, 0), currentLeaderEpoch }));
    const { partitions } = await fetchOf(client, 11, fetchRequest(epochs));
    expect(partitions.map(({ errorCode }) => errorCode)).toEqual([74, 0, 75]);
  });
});

describe('offsets over Kafka', () => {
  it('finds the beginning, the end, and the first record at or after a time', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    await produce(client, batchOf(['a', 'b', 'c'], { timestampMs: 1_000, stepMs: 10 }));
    for (let version = 1; version <= 6; version++) {
      const at = async (timestamp: number) => {
        const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp }] }];
        const request = { replicaId: -1, isolationLevel: 0, timeoutMs: 0, topics };
        const answer = await client.call(ListOffsets, version, request);
        return answer.topics[0]?.partitions[0];
      };
      expect(await at(-2)).toMatchObject({ errorCode: 0, offset: 0, timestamp: -1 });
      expect(await at(-1)).toMatchObject({ errorCode: 0, offset: 3, timestamp: -1 });
      expect(await at(1_005)).toMatchObject({ errorCode: 0, offset: 1, timestamp: 1_010 });
      expect(await at(2_000)).toMatchObject({ errorCode: 0, offset: -1, timestamp: -1 });
    }
  });

  it('says where a leader epoch ended', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    await produce(client, batchOf(['a', 'b']));
    const topics = [
      { topic: 'orders', partitions: [1, 9].map((leaderEpoch) => ({ partition: 0, leaderEpoch })) },
      { topic: 'none', partitions: [{ partition: 0, leaderEpoch: 1 }] },
    ];
    const answer = await client.call(OffsetForLeaderEpoch, 4, { topics });
    expect(answer.topics.flatMap(({ partitions }) => partitions)).toMatchObject([
      { errorCode: 0, leaderEpoch: 1, endOffset: 2 },
      { errorCode: 0, leaderEpoch: -1, endOffset: -1 },
      { errorCode: 3 },
    ]);
  });

  it('deletes records before an offset, or all of them', async () => {
    const world = await startKafkaWorld();
    world.stream('orders');
    const client = await world.client();
    await produce(client, batchOf(['a', 'b', 'c']));
    const before = async (offset: number) => {
      const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, offset }] }];
      const answer = await client.call(DeleteRecords, 2, { topics, timeoutMs: 1_000 });
      return answer.topics[0]?.partitions[0];
    };
    expect(await before(2)).toMatchObject({ errorCode: 0, lowWatermark: 2 });
    expect(await before(99)).toMatchObject({ errorCode: 1 });
    expect(await before(-1)).toMatchObject({ errorCode: 0, lowWatermark: 3 });
    expect((await fetchOf(client, 11, fetchRequest([partitionAt(0, 0)]))).partitions[0]?.errorCode).toBe(1);
  });
});
