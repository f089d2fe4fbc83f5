import { ApiVersions, DescribeCluster, Metadata, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { startKafkaWorld } from './kafka-world.ts';
import { decodeReply } from './raw-client.ts';

const OPTIONS = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
const ASK = { clientSoftwareName: 'raw', clientSoftwareVersion: '1' };

describe('a Kafka connection', () => {
  it('tells what is served in every version that asks', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    for (let version = 0; version <= 4; version++) {
      const { errorCode, apiKeys } = await client.call(ApiVersions, version, ASK);
      expect(errorCode).toBe(0);
      expect(apiKeys).toContainEqual({ apiKey: 3, minVersion: 0, maxVersion: 13 });
      expect(apiKeys).toContainEqual({ apiKey: 18, minVersion: 0, maxVersion: 4 });
      expect(apiKeys.map(({ apiKey }) => apiKey)).toEqual(
        apiKeys.map(({ apiKey }) => apiKey).sort((a, b) => a - b),
      );
    }
  });

  it('answers a version of ApiVersions that it does not know in version 0, with the list', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    // Key 18, version 99, correlation id 7, no client id, no tags.
    client.socket.write(Buffer.from('0000000b0012006300000007ffff00', 'hex'));
    const reply = await client.next();
    if (reply === undefined) throw new Error('the connection ended');
    expect(reply.correlationId).toBe(7);
    const { errorCode, apiKeys } = decodeReply(ApiVersions, 0, reply);
    expect(errorCode).toBe(35);
    expect(apiKeys.length).toBeGreaterThan(2);
  });

  it('answers in the order of the requests', async () => {
    const world = await startKafkaWorld();
    world.catalog.onApplied = () => {
      for (const group of world.catalog.machine.streamByName('new')?.groups ?? [])
        world.leaders.set(group, 1);
    };
    const client = await world.client();
    // The first one creates a topic, which takes longer than what follows.
    const first = client.send(Metadata, 12, { ...OPTIONS, topics: [{ name: 'new', topicId: ZERO_UUID }] });
    const others = [0, 1, 2].map(() => client.send(ApiVersions, 3, ASK));
    expect((await client.next())?.correlationId).toBe(first);
    for (const id of others) expect((await client.next())?.correlationId).toBe(id);
  });

  it('ends with the reason in the log where bytes are no request', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    client.send(ApiVersions, 0, ASK);
    client.socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await client.next()).toBeDefined();
    expect(await client.next()).toBeUndefined();
    expect(world.refused.map((error) => error.message)).toEqual([expect.stringContaining('this is HTTP')]);
  });

  it('ends where a request is longer than allowed, or of an API or version that is not served', async () => {
    const world = await startKafkaWorld({ frameBytesMax: 100 });
    for (const hex of ['00000065', '0000000a7fff000000000001ffff', '0000000a0003006400000001ffff']) {
      const client = await world.client();
      client.socket.write(Buffer.from(hex, 'hex'));
      expect(await client.next()).toBeUndefined();
    }
    expect(world.refused.map((error) => error.code)).toEqual(Array(3).fill('INVALID_ARGUMENT'));
  });

  it('answers a client that has closed its side, then ends', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    client.send(ApiVersions, 0, ASK);
    client.send(DescribeCluster, 0, {
      includeClusterAuthorizedOperations: false,
      includeFencedBrokers: false,
    });
    client.socket.end();
    expect(await client.next()).toBeDefined();
    expect(await client.next()).toBeDefined();
    expect(await client.next()).toBeUndefined();
    expect(world.refused).toEqual([]);
  });
});
