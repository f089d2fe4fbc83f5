/** Share groups over real nodes: who has which record survives the leader, by kill -9, and a restart of all. */
import { setTimeout as pause } from 'node:timers/promises';
import { CreateTopics, Metadata, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { expect, it } from 'vitest';
import { RawClient } from '../../packages/broker/test/gateways/kafka/raw-client.ts';
import { ShareClient } from '../../packages/broker/test/gateways/kafka/share-client.ts';
import { Cluster, type ClusterNode } from './harness/cluster.ts';

const ACCEPT = 1;
const WAIT_MS = 60_000;

interface Led {
  readonly node: ClusterNode;
  readonly topicId: string;
}

/** The node that leads the only partition, as `asked` tells it. */
async function leaderOf(cluster: Cluster, asked: ClusterNode): Promise<Led | undefined> {
  const client = await RawClient.connect(asked.ports.kafka);
  try {
    const { topics, brokers } = await client.call(Metadata, 12, {
      topics: [{ name: 'tasks', topicId: ZERO_UUID }],
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
    const [topic] = topics;
    const port = brokers.find(({ nodeId }) => nodeId === topic?.partitions[0]?.leaderId)?.port;
    const node = cluster.nodes.find(({ ports, running }) => running && ports.kafka === port);
    return node === undefined || topic === undefined ? undefined : { node, topicId: topic.topicId };
  } finally {
    client.close();
  }
}

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline; await pause(100)) {
    const found = await what().catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error('waited in vain');
}

/** The same member, at whoever leads now; its session is another one. */
async function at(led: Led, member?: string): Promise<ShareClient> {
  return new ShareClient(await RawClient.connect(led.node.ports.kafka), led.topicId, 'workers', member);
}

it('keep who has which record over a killed leader, and what is done over a restart of all nodes', async () => {
  await using cluster = await Cluster.start({ nodes: 3, kafka: true });
  const admin = await RawClient.connect(cluster.node(1).ports.kafka);
  await until(async () => {
    const wanted = { name: 'tasks', numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] };
    const { topics } = await admin.call(CreateTopics, 6, { topics: [wanted], timeoutMs: 10_000 });
    return [0, 36].includes(topics[0]?.errorCode ?? -1) ? true : undefined;
  });
  admin.close();
  const first = await until(() => leaderOf(cluster, cluster.node(1)));
  const a = await at(first);
  const b = await at(first);
  await until(async () =>
    (await a.configure('share.auto.offset.reset', 'earliest')) === 0 ? true : undefined,
  );
  // Nothing of it is to run out, however long nodes take to start.
  expect(await a.configure('share.record.lock.duration.ms', '3600000')).toBe(0);
  await a.produce('tasks', ...Array.from({ length: 30 }, (_, i) => `task-${i}`));
  await a.produce('tasks', ...Array.from({ length: 30 }, (_, i) => `task-${i + 30}`));
  expect((await a.take({ maxRecords: 30 })).acquired).toEqual([[0, 29, 1]]);
  expect(await a.acknowledge(1, { first: 0, last: 9, types: [ACCEPT] })).toBe(0);
  expect((await b.take({ maxRecords: 10, shareAcquireMode: 1, version: 2 })).acquired).toEqual([[30, 39, 1]]);

  await first.node.stop('SIGKILL');
  const rest = cluster.nodes.filter(({ running }) => running);
  const second = await until(() => leaderOf(cluster, rest[0] ?? first.node));
  const [a2, b2] = [await at(second, a.member), await at(second, b.member)];
  // What both have is theirs still; only what nobody has is given out.
  const opened = await until(async () => {
    const taken = await b2.take({ shareSessionEpoch: 0, maxRecords: 100 });
    return taken.error === 0 ? taken : undefined;
  });
  expect(opened.acquired).toEqual([[40, 59, 1]]);
  expect((await a2.take({ maxRecords: 100 })).acquired).toEqual([]);
  expect(await a2.acknowledge(1, { first: 10, last: 29, types: [ACCEPT] })).toBe(0);
  expect(await a2.acknowledge(2, { first: 30, last: 30, types: [ACCEPT] })).toBe(121);
  expect(await b2.acknowledge(1, { first: 30, last: 49, types: [ACCEPT] })).toBe(0);

  first.node.start();
  await cluster.ready();
  await Promise.all(cluster.nodes.map((node) => node.stop('SIGKILL')));
  for (const node of cluster.nodes) node.start();
  await cluster.ready();
  const third = await until(() => leaderOf(cluster, cluster.node(1)));
  const last = await at(third, b.member);
  const said = await until(async () => {
    const { error } = await last.take({ shareSessionEpoch: 0 });
    return error === 0 ? await last.acknowledge(1, { first: 50, last: 59, types: [ACCEPT] }) : undefined;
  });
  expect(said).toBe(0);
  await last.produce('tasks', 'one more');
  expect((await last.take({ maxWaitMs: 10_000 })).acquired).toEqual([[60, 60, 1]]);
});
