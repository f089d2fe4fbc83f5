/** Faults that other brokers for Kafka's clients have shipped, each by its name. */
import { encodeBatch } from '@flowmesh/kafka';
import {
  CreatePartitions,
  DescribeConfigs,
  IncrementalAlterConfigs,
  Produce,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import { type RawClient } from './raw-client.ts';

const TOPIC = 2;
const BROKER = 4;
const OPERATION = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

async function worldWith(config: Record<string, string> = {}): Promise<[KafkaWorld, RawClient]> {
  const world = await startKafkaWorld();
  world.stream('orders', { partitions: 2, config });
  return [world, await world.client()];
}

describe('faults that other brokers had', () => {
  it('CreatePartitions returning an empty array: every topic has its result, in every version', async () => {
    const [, client] = await worldWith();
    for (let version = 0; version <= 3; version++) {
      const topics = ['orders', 'none', 'orders-too'].map((name) => ({ name, count: 5 + version }));
      const request = { topics, timeoutMs: 1_000, validateOnly: false };
      const { results } = await client.call(CreatePartitions, version, request);
      expect(results.map(({ name, errorCode }) => [name, errorCode])).toEqual([
        ['orders', 0],
        ['none', 3],
        ['orders-too', 3],
      ]);
    }
  });

  it('DescribeConfigs returning nothing: topics and brokers tell their keys, whole or by name, in every version', async () => {
    const [, client] = await worldWith();
    for (let version = 1; version <= 4; version++) {
      const ask = async (resourceType: number, resourceName: string, configurationKeys?: string[]) => {
        const resources = [{ resourceType, resourceName, configurationKeys }];
        const { results } = await client.call(DescribeConfigs, version, { resources });
        expect(results).toHaveLength(1);
        expect(results[0]?.errorCode).toBe(0);
        return results[0]?.configs.map(({ name }) => name) ?? [];
      };
      expect(await ask(TOPIC, 'orders')).toEqual(
        expect.arrayContaining(['cleanup.policy', 'max.message.bytes', 'retention.bytes', 'retention.ms']),
      );
      expect(await ask(TOPIC, 'orders', ['retention.ms'])).toEqual(['retention.ms']);
      for (const broker of ['1', ''])
        expect(await ask(BROKER, broker)).toEqual(
          expect.arrayContaining([
            'auto.create.topics.enable',
            'default.replication.factor',
            'num.partitions',
          ]),
        );
    }
    const resources = [{ resourceType: BROKER, resourceName: '77' }];
    const stranger = await client.call(DescribeConfigs, 4, { resources });
    expect(stranger.results[0]).toMatchObject({ errorCode: 42, configs: [] });
  });

  it('IncrementalAlterConfigs APPEND and SUBTRACT crashing: lists change, whatever else is refused, nothing breaks', async () => {
    const [world, client] = await worldWith();
    const alter = async (
      configs: { name: string; configOperation: number; value?: string }[],
      resourceName = 'orders',
    ) => {
      const resources = [{ resourceType: TOPIC, resourceName, configs }];
      const answer = await client.call(IncrementalAlterConfigs, 1, { resources, validateOnly: false });
      return answer.responses.map(({ errorCode }) => errorCode);
    };
    const { append, subtract } = OPERATION;
    const policy = (configOperation: number, value?: string) =>
      alter([{ name: 'cleanup.policy', configOperation, ...(value === undefined ? {} : { value }) }]);
    const now = () => world.catalog.machine.streamByName('orders')?.config['cleanup.policy'];
    expect(await policy(append, 'compact')).toEqual([0]);
    expect(now()).toBe('delete,compact');
    expect(await policy(append, 'compact')).toEqual([0]);
    expect(now()).toBe('delete,compact');
    expect(await policy(subtract, 'delete,compact')).toEqual([40]);
    expect(await policy(subtract, 'delete')).toEqual([0]);
    expect(now()).toBe('compact');
    expect(await policy(subtract, 'delete')).toEqual([0]);
    expect(now()).toBe('compact');
    expect(await policy(append)).toEqual([40]);
    expect(await policy(subtract)).toEqual([40]);
    expect(await policy(append, 'shred')).toEqual([40]);
    expect(await alter([{ name: 'retention.ms', configOperation: append, value: '5' }])).toEqual([40]);
    expect(await alter([{ name: 'no.such.key', configOperation: subtract, value: '5' }])).toEqual([40]);
    expect(await alter([], 'orders')).toEqual([0]);
    expect(await alter([], 'none')).toEqual([3]);
    expect(world.faults).toEqual([]);
  });

  it('keyless records on compacted topics: refused with INVALID_RECORD, and what has keys is taken', async () => {
    const [, client] = await worldWith({ 'cleanup.policy': 'compact' });
    const bytes = (text: string) => Buffer.from(text);
    const write = async (keys: readonly (string | undefined)[], index = 0) => {
      const records = encodeBatch(
        keys.map((key) => ({
          key: key === undefined ? undefined : bytes(key),
          value: bytes('v'),
          timestampMs: 1,
          headers: [],
        })),
      );
      const topicData = [{ name: 'orders', topicId: ZERO_UUID, partitionData: [{ index, records }] }];
      const answer = await client.call(Produce, 9, { acks: -1, timeoutMs: 1_000, topicData });
      return answer.responses[0]?.partitionResponses[0]?.errorCode;
    };
    expect(await write(['a'])).toBe(0);
    expect(await write([undefined])).toBe(87);
    expect(await write(['a', undefined])).toBe(87);
    expect(await write([''])).toBe(0);
    expect(await write(['b'], 1)).toBe(0);
  });
});
