import { Fetch, Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestInput, RequestOf } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { FetchSessions } from '../../../src/gateways/kafka/fetch-sessions.ts';
import { batchOf } from '../../services/fake-cluster.ts';
import { startKafkaWorld } from './kafka-world.ts';
import type { RawClient } from './raw-client.ts';

type Request = RequestInput<typeof Fetch>;
type Topics = Request['topics'];

const at = (partition: number, fetchOffset: number): Topics[number]['partitions'][number] => ({
  partition,
  fetchOffset,
  partitionMaxBytes: 1 << 20,
});

function topic(name: string, ...partitions: Topics[number]['partitions'][number][]): Topics[number] {
  return { topic: name, topicId: ZERO_UUID, partitions };
}

/** What a client of one session says and is told. */
class SessionClient {
  id = 0;
  epoch = 0;
  private readonly client: RawClient;

  constructor(client: RawClient) {
    this.client = client;
  }

  /** Error, or `topic/partition: bytes, error` of what was told. */
  async fetch(
    topics: Topics = [],
    more: Partial<Request> & { readonly version?: number } = {},
  ): Promise<number | readonly string[]> {
    const { version = 11, ...rest } = more;
    const answer = await this.client.call(Fetch, version, {
      maxWaitMs: 0,
      minBytes: 1,
      sessionId: this.id,
      sessionEpoch: this.epoch,
      topics,
      forgottenTopicsData: [],
      ...rest,
    });
    if (answer.errorCode !== 0) return answer.errorCode;
    this.id = answer.sessionId;
    this.epoch++;
    return answer.responses.flatMap((one) =>
      one.partitions.map(
        ({ partitionIndex, records, errorCode }) =>
          `${one.topic}/${partitionIndex}: ${(records?.length ?? 0) > 0 ? 'records' : 'nothing'}${errorCode === 0 ? '' : `, ${errorCode}`}`,
      ),
    );
  }

  async produce(name: string, index: number): Promise<void> {
    const partitionData = [{ index, records: batchOf(['value']) }];
    const topicData = [{ name, topicId: ZERO_UUID, partitionData }];
    await this.client.call(Produce, 9, { acks: -1, timeoutMs: 1_000, topicData });
  }
}

async function opened(): Promise<SessionClient> {
  const world = await startKafkaWorld();
  world.stream('orders', { partitions: 2 });
  world.stream('bills');
  const client = new SessionClient(await world.client());
  expect(await client.fetch([topic('orders', at(0, 0), at(1, 0))])).toEqual([
    'orders/0: nothing',
    'orders/1: nothing',
  ]);
  expect(client.id).toBeGreaterThan(0);
  return client;
}

describe('fetch sessions over Kafka', () => {
  it('remember what is read, and tell what is new of it', async () => {
    const client = await opened();
    expect(await client.fetch()).toEqual([]);
    await client.produce('orders', 1);
    expect(await client.fetch()).toEqual(['orders/1: records']);
    expect(await client.fetch()).toEqual(['orders/1: records']);
    expect(await client.fetch([topic('orders', at(1, 1))])).toEqual([]);
    await client.produce('orders', 0);
    expect(await client.fetch()).toEqual(['orders/0: records']);
  });

  it('grow and shrink by what requests name', async () => {
    const client = await opened();
    expect(await client.fetch([topic('bills', at(0, 0))])).toEqual(['bills/0: nothing']);
    await client.produce('bills', 0);
    await client.produce('orders', 0);
    const forgottenTopicsData = [{ topic: 'orders', topicId: ZERO_UUID, partitions: [0] }];
    expect(await client.fetch([], { forgottenTopicsData })).toEqual(['bills/0: records']);
  });

  it('tell the marks of a partition when they change, without records', async () => {
    const client = await opened();
    await client.produce('orders', 0);
    const elsewhere = [topic('orders', at(0, 1))];
    expect(await client.fetch(elsewhere)).toEqual(['orders/0: nothing']);
    expect(await client.fetch()).toEqual([]);
  });

  it('tell an error for as long as it lasts', async () => {
    const client = await opened();
    expect(await client.fetch([topic('orders', at(1, 70))])).toEqual(['orders/1: nothing, 1']);
    expect(await client.fetch()).toEqual(['orders/1: nothing, 1']);
    expect(await client.fetch([topic('orders', at(1, 0))])).toEqual(['orders/1: nothing']);
  });

  it('are lost where id or epoch are others, and end when they are told to', async () => {
    const client = await opened();
    const { id } = client;
    expect(await client.fetch([], { sessionEpoch: 7 })).toBe(71);
    expect(await client.fetch([], { sessionId: id === 1 ? 2 : id - 1 })).toBe(70);
    expect(await client.fetch([], { version: 13 })).toBe(106);
    expect(await client.fetch()).toEqual([]);
    const all = [topic('orders', at(0, 0))];
    expect(await client.fetch(all, { sessionEpoch: -1 })).toEqual(['orders/0: nothing']);
    expect(client.id).toBe(0);
    expect(await client.fetch([], { sessionId: id, sessionEpoch: 3 })).toBe(70);
  });

  it('are opened anew in the place of others', async () => {
    const client = await opened();
    const { id } = client;
    client.epoch = 0;
    expect(await client.fetch([topic('bills', at(0, 0))])).toEqual(['bills/0: nothing']);
    expect(client.id).not.toBe(id);
    await client.produce('orders', 0);
    expect(await client.fetch()).toEqual([]);
  });
});

describe('the room for fetch sessions', () => {
  const nobody = {
    clusterId: undefined,
    replicaId: -1,
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1,
    isolationLevel: 0,
  };
  const asked = (partitions: number, sessionId = 0, sessionEpoch = 0): RequestOf<typeof Fetch> => {
    const { topic: name, topicId } = topic('orders');
    const all = Array.from({ length: partitions }, (_, i) => ({
      ...at(i, 0),
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      replicaDirectoryId: ZERO_UUID,
    }));
    return {
      ...nobody,
      replicaState: { replicaId: -1, replicaEpoch: -1 },
      sessionId,
      sessionEpoch,
      topics: [{ topic: name, topicId, partitions: all }],
      forgottenTopicsData: [],
      rackId: '',
    };
  };

  it('has an end: who was idle for long gives way, others go on and the newcomer has none', () => {
    let nowMs = 0;
    let ids = 0;
    const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
    const limits = { sessionsMax: 2, partitionsMax: 5, idleMs: 100 };
    const sessions = new FetchSessions(clock, () => ++ids, limits);
    const idOf = (request: RequestOf<typeof Fetch>): unknown => {
      const begun = sessions.begin(request, false);
      return typeof begun === 'string' ? begun : begun.sessionId;
    };
    expect(idOf(asked(1))).toBe(1);
    nowMs = 60;
    expect(idOf(asked(1))).toBe(2);
    expect(idOf(asked(1))).toBe(0);
    nowMs = 100;
    expect(idOf(asked(1))).toBe(3);
    expect(idOf(asked(0, 1, 1))).toBe('FETCH_SESSION_ID_NOT_FOUND');
    expect(idOf(asked(0, 2, 1))).toBe(2);
    expect(idOf(asked(9, 2, 2))).toBe('FETCH_SESSION_ID_NOT_FOUND');
    expect(sessions.size).toBe(1);
    expect(idOf(asked(9))).toBe(0);
    expect(idOf(asked(4))).toBe(5);
    expect(idOf(asked(0, 5, -1))).toBe(0);
    expect(idOf(asked(4))).toBe(6);
  });
});
