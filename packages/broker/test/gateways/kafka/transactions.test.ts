/** Transactions as Kafka's clients ask for them, frame by frame, against the real services over fake replicas. */
import type { GroupId } from '@flowmesh/base';
import { ATTRIBUTE_TRANSACTIONAL, CoordinatorMachine } from '@flowmesh/engines';
import { batchesIn, decodeRecords, setProducer } from '@flowmesh/kafka';
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  DescribeProducers,
  DescribeTransactions,
  EndTxn,
  Fetch,
  InitProducerId,
  ListOffsets,
  ListTransactions,
  Produce,
  TxnOffsetCommit,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { batchOf, createStream } from '../../services/fake-cluster.ts';
import type { FakeReplica } from '../../services/fake-replicas.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';
import { ShareClient } from './share-client.ts';

const CODE = {
  offsetOutOfRange: 1,
  unknownTopic: 3,
  tooLarge: 10,
  requiredAcks: 21,
  invalidRequest: 42,
  invalidEpoch: 47,
  invalidState: 48,
  invalidMapping: 49,
  invalidTimeout: 50,
  notAttempted: 55,
  fenced: 90,
  unknownId: 105,
  badPattern: 128,
} as const;

interface World extends KafkaWorld {
  readonly raw: RawClient;
  readonly coordinator: FakeReplica<CoordinatorMachine>;
}

async function worldOf(config: Record<string, string> = {}): Promise<World> {
  const world = await startKafkaWorld();
  const [group] = createStream(world.catalog, 'coordinator:groups') as [GroupId];
  world.leaders.set(group, 1);
  const coordinator = world.replicas.placeWith(group, new CoordinatorMachine());
  world.stream('orders', { partitions: 2, config });
  return { ...world, raw: await world.client(), coordinator };
}

/** A transactional producer of Kafka's: one epoch, sequences that go on. */
class Producer {
  producerId = -1;
  producerEpoch = -1;
  private readonly client: RawClient;
  private readonly id: string;
  private readonly sequences = new Map<number, number>();

  constructor(client: RawClient, id = 't') {
    this.client = client;
    this.id = id;
  }

  async init(options: { timeoutMs?: number; goOn?: boolean; version?: number } = {}): Promise<number> {
    const { timeoutMs: transactionTimeoutMs = 60_000, goOn = false, version = 4 } = options;
    const own = { producerId: this.producerId, producerEpoch: this.producerEpoch };
    const known = goOn ? own : { producerId: -1, producerEpoch: -1 };
    const request = { transactionalId: this.id, transactionTimeoutMs, ...known };
    const answer = await this.client.call(InitProducerId, version, request);
    if (answer.errorCode !== 0) return answer.errorCode;
    if (answer.producerEpoch !== this.producerEpoch) this.sequences.clear();
    this.producerId = answer.producerId;
    this.producerEpoch = answer.producerEpoch;
    return 0;
  }

  private get claim() {
    return { transactionalId: this.id, producerId: this.producerId, producerEpoch: this.producerEpoch };
  }

  async add(partitions: readonly number[], topic = 'orders', version = 3): Promise<(number | undefined)[]> {
    const answer = await this.client.call(AddPartitionsToTxn, version, {
      v3AndBelowTransactionalId: this.id,
      v3AndBelowProducerId: this.producerId,
      v3AndBelowProducerEpoch: this.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions }],
    });
    const [first] = answer.resultsByTopicV3AndBelow;
    return first?.resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode) ?? [];
  }

  /** `late`: as a batch that was on its way, which is not counted on. */
  async write(value: string, options: { late?: boolean; acks?: number; partition?: number } = {}) {
    const { late = false, acks = -1, partition: index = 0 } = options;
    const baseSequence = this.sequences.get(index) ?? 0;
    const records = batchOf([value]);
    records[22] = (records[22] ?? 0) | ATTRIBUTE_TRANSACTIONAL;
    const { producerId, producerEpoch } = this;
    setProducer(records, { producerId, producerEpoch, baseSequence });
    const topicData = [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index, records }] }];
    const request = { transactionalId: this.id, acks, timeoutMs: 1_000, topicData };
    const answer = await this.client.call(Produce, 9, request);
    const errorCode = answer.responses[0]?.partitionResponses[0]?.errorCode;
    if (errorCode === 0 && !late) this.sequences.set(index, baseSequence + 1);
    return errorCode;
  }

  async end(committed: boolean, version = 3): Promise<number> {
    return (await this.client.call(EndTxn, version, { ...this.claim, committed })).errorCode;
  }

  async addOffsets(groupId: string): Promise<number> {
    return (await this.client.call(AddOffsetsToTxn, 3, { ...this.claim, groupId })).errorCode;
  }

  async stage(groupId: string, committedOffset: number, version = 3, topic = 'orders') {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm' }];
    const topics = [{ name: topic, partitions }];
    const request = { ...this.claim, groupId, groupInstanceId: undefined, topics };
    const answer = await this.client.call(TxnOffsetCommit, version, request);
    return answer.topics[0]?.partitions[0]?.errorCode;
  }
}

/** What a consumer shows of an answer: it leaves out control batches and, read_committed, what the list names. */
async function consumed(client: RawClient, isolationLevel: 0 | 1, fetchOffset = 0) {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1 << 20 }];
  const topics = [{ topic: 'orders', topicId: ZERO_UUID, partitions }];
  const request = { maxWaitMs: 0, minBytes: 1, isolationLevel, topics, forgottenTopicsData: [] };
  const answer = (await client.call(Fetch, 12, request)).responses[0]?.partitions[0];
  if (answer === undefined) throw new Error('no answer');
  const aborted = [...(answer.abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<number>();
  const values: string[] = [];
  for (const batch of batchesIn(answer.records ?? new Uint8Array(0))) {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    const [offset, attributes, producerId] = [view.getBigInt64(0), view.getInt16(21), view.getBigInt64(43)];
    while (aborted[0] !== undefined && aborted[0].firstOffset <= Number(offset))
      open.add(aborted.shift()?.producerId ?? -1);
    if ((attributes & 0x20) !== 0) open.delete(Number(producerId));
    else if (!open.has(Number(producerId)) || (attributes & 0x10) === 0)
      values.push(...[...decodeRecords(batch)].map(({ value }) => Buffer.from(value ?? []).toString()));
  }
  const { errorCode, highWatermark, lastStableOffset } = answer;
  return { errorCode, values, highWatermark, lastStableOffset };
}

async function offsetAt(
  client: RawClient,
  timestamp: number,
  options: { version?: number; committed?: boolean } = {},
) {
  const { version = 10, committed = false } = options;
  const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp }] }];
  const request = { replicaId: -1, isolationLevel: committed ? 1 : 0, timeoutMs: 0, topics };
  const answer = await client.call(ListOffsets, version, request);
  const { errorCode, offset, timestamp: found } = answer.topics[0]?.partitions[0] ?? {};
  return errorCode === 0 ? [offset, found] : errorCode;
}

async function produce(client: RawClient, records: Uint8Array) {
  const topicData = [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }];
  const answer = await client.call(Produce, 9, { acks: -1, timeoutMs: 1_000, topicData });
  return answer.responses[0]?.partitionResponses[0]?.errorCode;
}

describe('a transactional producer of Kafka', () => {
  it('keeps its epoch over transactions that are committed and aborted, in every version', async () => {
    const { raw } = await worldOf();
    const producer = new Producer(raw);
    expect(await producer.init()).toBe(0);
    const epoch = producer.producerEpoch;
    const kept: string[] = [];
    for (let version = 0; version <= 4; version++) {
      expect(await producer.add([0, 1], 'orders', Math.min(version, 3))).toEqual([0, 0]);
      const [mine, commit] = [`${version}`, version % 2 === 0];
      expect(await producer.write(mine)).toBe(0);
      expect((await consumed(raw, 1)).values).toEqual(kept);
      expect(await producer.end(commit, version)).toBe(0);
      if (commit) kept.push(mine);
      expect((await consumed(raw, 1)).values).toEqual(kept);
    }
    expect(producer.producerEpoch).toBe(epoch);
    expect((await consumed(raw, 0)).values).toEqual(['0', '1', '2', '3', '4']);
  });

  it('is told of its end again as it was, and of no other', async () => {
    const { raw } = await worldOf();
    const producer = new Producer(raw);
    await producer.init();
    expect(await producer.end(true)).toBe(CODE.invalidState);
    await producer.add([0]);
    expect([await producer.end(false), await producer.end(false)]).toEqual([0, 0]);
    expect(await producer.end(true)).toBe(CODE.invalidState);
    await producer.add([0]);
    expect([await producer.end(true), await producer.end(true)]).toEqual([0, 0]);
    expect(await producer.end(false)).toBe(CODE.invalidState);
  });

  it('that sends a batch after the marker, or to a partition that it has not added, leaves nothing open', async () => {
    const { raw } = await worldOf();
    const producer = new Producer(raw);
    await producer.init();
    await producer.add([0]);
    await producer.write('a');
    expect(await producer.write('elsewhere', { partition: 1 })).toBe(CODE.invalidState);
    await producer.end(true);
    expect(await producer.write('late', { late: true })).toBe(CODE.invalidEpoch);
    const { lastStableOffset, highWatermark, values } = await consumed(raw, 1);
    expect([lastStableOffset, values]).toEqual([highWatermark, ['a']]);
    await producer.add([0]);
    expect(await producer.write('b')).toBe(0);
    expect(await producer.end(true)).toBe(0);
    expect((await consumed(raw, 1)).values).toEqual(['a', 'b']);
  });

  it('is fenced by the next one with its id, in the words that its version knows', async () => {
    const { raw } = await worldOf();
    const [old, next] = [new Producer(raw), new Producer(raw)];
    await old.init();
    await old.add([0]);
    await old.write('half');
    expect(await next.init()).toBe(0);
    expect(await old.write('more', { late: true })).toBe(CODE.invalidEpoch);
    expect(await old.add([0])).toEqual([CODE.fenced]);
    expect(await old.add([0], 'orders', 1)).toEqual([CODE.invalidEpoch]);
    expect([await old.end(true), await old.end(true, 1)]).toEqual([CODE.fenced, CODE.invalidEpoch]);
    expect(await old.init({ goOn: true })).toBe(CODE.fenced);
    expect(await old.init({ goOn: true, version: 3 })).toBe(CODE.invalidEpoch);
    expect((await consumed(raw, 1)).values).toEqual([]);
  });

  it('raises its own epoch after a failure, once for a request that is repeated', async () => {
    const { raw } = await worldOf();
    const producer = new Producer(raw);
    await producer.init();
    await producer.add([0]);
    await producer.write('half');
    const { producerId, producerEpoch } = producer;
    expect(await producer.init({ goOn: true })).toBe(0);
    const raised = producer.producerEpoch;
    expect(raised).toBeGreaterThan(producerEpoch);
    Object.assign(producer, { producerId, producerEpoch });
    expect(await producer.init({ goOn: true })).toBe(0);
    expect(producer.producerEpoch).toBe(raised);
    await producer.add([0]);
    expect(await producer.write('whole')).toBe(0);
    await producer.end(true);
    expect((await consumed(raw, 1)).values).toEqual(['whole']);
  });

  it('commits offsets of a group with its transaction, back as well as forward, or not at all', async () => {
    const { raw, coordinator } = await worldOf();
    const producer = new Producer(raw);
    const committed = () => coordinator.machine.groups.get('g')?.offsets.get('orders:0' as never)?.offset;
    await producer.init();
    expect(await producer.stage('g', 5)).toBe(CODE.invalidState);
    for (const [offset, commit] of [
      [5, true],
      [9, false],
      [7, true],
      [3, true],
    ] as const) {
      expect(await producer.addOffsets('g')).toBe(0);
      expect(await producer.stage('g', offset, commit ? 3 : 0)).toBe(0);
      expect(await producer.end(commit)).toBe(0);
      expect(committed()).toBe(commit ? offset : 5);
    }
    await producer.addOffsets('g');
    expect(await producer.stage('g', 8, 3, 'none')).toBe(CODE.unknownTopic);
  });

  it('is refused what makes no sense', async () => {
    const { raw } = await worldOf();
    const producer = new Producer(raw);
    expect(await producer.add([0])).toEqual([CODE.invalidMapping]);
    expect(await new Producer(raw, '').init()).toBe(CODE.invalidRequest);
    await producer.init();
    expect(await producer.add([0, 7])).toEqual([CODE.notAttempted, CODE.unknownTopic]);
    expect(await producer.add([0], 'none')).toEqual([CODE.unknownTopic]);
    await producer.add([0]);
    expect(await producer.write('a', { acks: 1 })).toBe(CODE.requiredAcks);
  });

  it('is described, with its transactions, for operators', async () => {
    const { raw } = await worldOf();
    const [open, other] = [new Producer(raw, 'open'), new Producer(raw, 'other')];
    await open.init();
    await open.add([1, 0]);
    await open.write('a');
    await other.init();
    await other.add([0]);
    await other.end(false);
    const { transactionStates } = await raw.call(DescribeTransactions, 0, {
      transactionalIds: ['open', 'other', 'none'],
    });
    expect(transactionStates).toMatchObject([
      {
        errorCode: 0,
        transactionState: 'Ongoing',
        producerId: open.producerId,
        topics: [{ topic: 'orders', partitions: [0, 1] }],
      },
      { errorCode: 0, transactionState: 'CompleteAbort', topics: [] },
      { errorCode: CODE.unknownId },
    ]);
    const list = async (filter: {
      state?: string;
      producer?: number;
      pattern?: string;
      duration?: number;
    }) => {
      const answer = await raw.call(ListTransactions, 2, {
        stateFilters: filter.state === undefined ? [] : [filter.state],
        producerIdFilters: filter.producer === undefined ? [] : [filter.producer],
        durationFilter: filter.duration ?? -1,
        transactionalIdPattern: filter.pattern,
      });
      const ids = answer.transactionStates.map(({ transactionalId }) => transactionalId);
      return [answer.errorCode, ...answer.unknownStateFilters, ...ids];
    };
    expect(await list({})).toEqual([0, 'open', 'other']);
    expect(await list({ state: 'Ongoing' })).toEqual([0, 'open']);
    expect(await list({ state: 'Odd' })).toEqual([0, 'Odd']);
    expect(await list({ producer: other.producerId })).toEqual([0, 'other']);
    expect(await list({ pattern: 'o.*r' })).toEqual([0, 'other']);
    expect(await list({ pattern: '(' })).toEqual([CODE.badPattern]);
    expect(await list({ duration: 3_600_000 })).toEqual([0]);
    const producers = await raw.call(DescribeProducers, 0, {
      topics: [{ name: 'orders', partitionIndexes: [0, 9] }],
    });
    const [known, unknown] = producers.topics[0]?.partitions ?? [];
    expect(known?.activeProducers).toMatchObject([
      { producerId: open.producerId, lastSequence: 0, currentTxnStartOffset: 0 },
      { producerId: other.producerId, lastSequence: -1, currentTxnStartOffset: -1 },
    ]);
    expect(unknown?.errorCode).toBe(CODE.unknownTopic);
  });
});

describe('faults that other brokers had', () => {
  it('transaction timeout not validated: what is not from 1 ms to 15 minutes is refused', async () => {
    const { raw } = await worldOf();
    for (const timeoutMs of [0, -1, 900_001, 2 ** 31 - 1])
      expect(await new Producer(raw).init({ timeoutMs })).toBe(CODE.invalidTimeout);
    for (const timeoutMs of [1, 900_000]) expect(await new Producer(raw).init({ timeoutMs })).toBe(0);
  });

  it('aborted data leaking to read_committed: aborted and open records are not shown, those around them are', async () => {
    const { raw } = await worldOf();
    const [one, two] = [new Producer(raw, 'one'), new Producer(raw, 'two')];
    for (const each of [one, two]) {
      await each.init();
      await each.add([0]);
    }
    await one.write('aborted');
    await two.write('committed');
    await produce(raw, batchOf(['plain']));
    await one.write('aborted too');
    expect(await consumed(raw, 1)).toMatchObject({ values: [], lastStableOffset: 0, highWatermark: 4 });
    await one.end(false);
    expect(await consumed(raw, 1)).toMatchObject({ values: [], lastStableOffset: 1 });
    await two.end(true);
    expect((await consumed(raw, 1)).values).toEqual(['committed', 'plain']);
    expect((await consumed(raw, 1, 3)).values).toEqual([]);
    await one.add([0]);
    await one.write('open');
    expect(await consumed(raw, 1)).toMatchObject({ values: ['committed', 'plain'], lastStableOffset: 6 });
    await one.end(true);
    expect((await consumed(raw, 1)).values).toEqual(['committed', 'plain', 'open']);
    expect((await consumed(raw, 0)).values).toHaveLength(5);
  });

  it('aborted data leaking to read_committed: members of share groups that read what is committed are given nothing else', async () => {
    const world = await worldOf();
    const { raw } = world;
    const topicId = world.services.admin.find('orders')?.uuid ?? '';
    const [committed, all] = [
      new ShareClient(await world.client(), topicId, 'committed'),
      new ShareClient(await world.client(), topicId, 'all'),
    ];
    for (const one of [committed, all]) await one.configure('share.auto.offset.reset', 'earliest');
    await committed.configure('share.isolation.level', 'read_committed');
    const producer = new Producer(raw);
    await producer.init();
    for (const [value, commit] of [
      ['aborted', false],
      ['kept', true],
      ['aborted too', false],
    ] as const) {
      await producer.add([0]);
      await producer.write(value);
      await producer.end(commit);
    }
    await producer.add([0]);
    await producer.write('open');
    // Offsets 1, 3 and 5 are markers.
    expect((await all.take()).acquired).toEqual([
      [0, 0, 1],
      [2, 2, 1],
      [4, 4, 1],
      [6, 6, 1],
    ]);
    expect((await committed.take()).acquired).toEqual([[2, 2, 1]]);
    expect(await committed.acknowledge(1, { first: 2, last: 2, types: [1] })).toBe(0);
    const waiting = committed.take({ maxWaitMs: 30_000 });
    await producer.end(true);
    expect((await waiting).acquired).toEqual([[6, 6, 1]]);
  });

  it('timestamp ListOffsets wrong: the first record at or after a time, the greatest time, the ends, in every version', async () => {
    const { raw } = await worldOf();
    await produce(raw, batchOf(['a', 'b', 'c'], { timestampMs: 1_000, stepMs: 10 }));
    await produce(raw, batchOf(['out of order'], { timestampMs: 500 }));
    await produce(raw, batchOf(['d', 'e'], { timestampMs: 3_000, stepMs: -1_500 }));
    for (let version = 1; version <= 10; version++) {
      const at = (timestamp: number) => offsetAt(raw, timestamp, { version });
      expect(await at(-2)).toEqual([0, -1]);
      expect(await at(-1)).toEqual([6, -1]);
      expect(await at(0)).toEqual([0, 1_000]);
      expect(await at(1_010)).toEqual([1, 1_010]);
      expect(await at(1_011)).toEqual([2, 1_020]);
      expect(await at(1_021)).toEqual([4, 3_000]);
      expect(await at(3_001)).toEqual([-1, -1]);
      expect(await at(-3)).toEqual(version < 7 ? CODE.invalidRequest : [4, 3_000]);
      expect(await at(-4)).toEqual(version < 8 ? CODE.invalidRequest : [0, -1]);
      expect(await at(-5)).toEqual(version < 9 ? CODE.invalidRequest : [-1, -1]);
    }
  });

  it('timestamp ListOffsets wrong: what is not committed is not found, nor what was deleted', async () => {
    const world = await worldOf();
    const { raw } = world;
    await produce(raw, batchOf(['a'], { timestampMs: 9_000 }));
    await produce(raw, batchOf(['b'], { timestampMs: 2_000 }));
    const producer = new Producer(raw);
    await producer.init();
    await producer.add([0]);
    await producer.write('open');
    expect(await offsetAt(raw, -1, { committed: true })).toEqual([2, -1]);
    expect(await offsetAt(raw, -1)).toEqual([3, -1]);
    expect(await offsetAt(raw, -3)).toEqual([0, 9_000]);
    const name = { caller: {} as never, stream: 'orders', partition: 0 };
    await world.services.streams.truncate(name, 1, 1_000);
    expect(await offsetAt(raw, -3)).toEqual([1, 2_000]);
    expect(await offsetAt(raw, 8_000)).toEqual([-1, -1]);
  });

  it('a fetch in mid-batch that hangs the consumer: it gets the whole batch, and comes to the end from everywhere', async () => {
    const { raw } = await worldOf();
    await produce(raw, batchOf(['a', 'b', 'c']));
    const producer = new Producer(raw);
    await producer.init();
    await producer.add([0]);
    await producer.write('d');
    await producer.end(true);
    for (const isolation of [0, 1] as const) {
      for (const offset of [0, 1, 2]) expect((await consumed(raw, isolation, offset)).values).toHaveLength(4);
      // From the marker on there is nothing to be shown, but the answer moves the consumer on.
      expect(await consumed(raw, isolation, 4)).toMatchObject({ errorCode: 0, values: [], highWatermark: 5 });
      expect(await consumed(raw, isolation, 5)).toMatchObject({ errorCode: 0, values: [] });
      expect((await consumed(raw, isolation, 6)).errorCode).toBe(CODE.offsetOutOfRange);
    }
  });

  it('large messages not rejected: one byte more than the topic takes is refused, and what fits is stored', async () => {
    const fits = batchOf(['x'.repeat(2_000)]);
    const { raw } = await worldOf({ 'max.message.bytes': String(fits.length) });
    expect(await produce(raw, batchOf(['x'.repeat(2_001)]))).toBe(CODE.tooLarge);
    expect(await produce(raw, fits)).toBe(0);
    expect((await consumed(raw, 0)).values).toHaveLength(1);
  });
});
