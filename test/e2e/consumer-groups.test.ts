/** Consumer groups and transactions over three real nodes that are killed meanwhile. */
import { crc32c, utf8Encode } from '@flowmesh/base';
import {
  connect,
  type FlowMesh,
  type GroupConsumer,
  type GroupConsumerEvent,
  type GroupConsumerOptions,
  isFlowError,
  type JobReceipt,
} from '@flowmesh/client';
import { type flowmesh, QueuesClient } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { Cluster, type ClusterNode, until } from './harness/cluster.ts';
import { leadersOf } from './proofs/watch.ts';

const COORDINATORS = 'coordinator:groups';

interface Run {
  readonly consumer: GroupConsumer;
  readonly seen: string[];
  readonly events: string[];
  readonly done: Promise<void>;
}

function run(mesh: FlowMesh, group: string, stream: string, sessionTimeoutMs = 15_000): Run {
  const seen: string[] = [];
  const events: string[] = [];
  const consumer = mesh.consumer({
    group,
    streams: [stream],
    sessionTimeoutMs,
    onEvent: (event) => events.push(event.kind),
  });
  const done = (async () => {
    for await (const record of consumer) {
      seen.push(Buffer.from(record.value ?? []).toString());
      await consumer.commit();
    }
  })();
  return { consumer, seen, events, done };
}

/** One call; the answer's type has to be named, since the methods are overloaded. */
function unary<Res>(call: (done: (error: unknown, answer?: Res) => void) => unknown): Promise<Res> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (answer === undefined) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(answer);
    });
  });
}

const owned = (runs: readonly Run[]): readonly number[] =>
  runs.map(({ consumer }) => consumer.assignment().length).sort((a, b) => a - b);

/** The node that coordinates a group, once there is one. */
async function coordinatorOf(mesh: FlowMesh, cluster: Cluster, group: string): Promise<ClusterNode> {
  await mesh.groups.describe(group);
  const { streams } = await mesh.metadata([COORDINATORS]);
  const shards = streams[0]?.partitions.length ?? 1;
  const leaders = await leadersOf(mesh, COORDINATORS, shards);
  return cluster.node(leaders[crc32c(utf8Encode(group)) % shards] ?? 0);
}

describe('consumer groups', () => {
  it('share a stream among three members, and lose nothing and move nothing when the coordinator is killed', async () => {
    await using cluster = await Cluster.start({ nodes: 3 });
    const meshes = await Promise.all([0, 1, 2].map(() => connect({ endpoints: cluster.endpoints })));
    const [mesh] = meshes as [FlowMesh, FlowMesh, FlowMesh];
    try {
      await mesh.streams.create({ name: 'orders', partitions: 6, replicationFactor: 3 });
      const runs = meshes.map((each) => run(each, 'billing', 'orders'));
      await until(
        async () =>
          owned(runs).join() === '2,2,2' && (await mesh.groups.describe('billing')).state === 'stable',
        60_000,
        () => `assignments ${owned(runs).join()}`,
      );
      const before = await mesh.groups.describe('billing');
      // Whoever joined first may have had more of them until the last one had joined.
      for (const { events } of runs) events.length = 0;
      const producer = mesh.producer();
      const send = (from: number, to: number): Promise<unknown> =>
        Promise.all(
          Array.from({ length: to - from }, (_, i) =>
            producer.send({ stream: 'orders', partition: (from + i) % 6, value: `${from + i}` }),
          ),
        );
      await send(0, 300);
      const victim = await coordinatorOf(mesh, cluster, 'billing');
      await victim.stop('SIGKILL');
      await send(300, 600);
      const all = (): number => new Set(runs.flatMap(({ seen }) => seen)).size;
      await until(
        () => Promise.resolve(all() === 600),
        60_000,
        () => `${all()} of 600 records were read`,
      );
      victim.start();
      await cluster.ready();
      const after = await mesh.groups.describe('billing');
      expect(after.rebalances).toBe(before.rebalances);
      expect(after.memberInfos.map(({ memberId }) => memberId)).toEqual(
        before.memberInfos.map(({ memberId }) => memberId),
      );
      expect(
        runs.flatMap(({ events }) => events.filter((kind) => kind === 'lost' || kind === 'revoked')),
      ).toEqual([]);
      await until(
        async () => (await mesh.groups.describe('billing')).partitions.every(({ lag }) => lag === 0),
        120_000,
        () => 'the group has lag left',
      );
      await runs[2]?.consumer.close();
      await until(
        () => Promise.resolve(owned(runs.slice(0, 2)).join() === '3,3'),
        120_000,
        () => `assignments ${owned(runs).join()}`,
      );
      await Promise.all(runs.map(({ consumer }) => consumer.close()));
      await Promise.all(runs.map(({ done }) => done));
      await mesh.groups.reset('billing', { to: { shift: -10 }, dryRun: true });
      const reset = await mesh.groups.reset('billing', { to: 'earliest' });
      expect(reset.map(({ before: was, after: is }) => [was, is])).toEqual(
        Array.from({ length: 6 }, () => [100, 0]),
      );
      await mesh.groups.undoReset('billing');
      expect((await mesh.groups.offsets('billing')).map(({ offset }) => offset)).toEqual([
        100, 100, 100, 100, 100, 100,
      ]);
      await mesh.groups.delete('billing');
      expect(await mesh.groups.list()).toEqual([]);
    } finally {
      await Promise.all(meshes.map((each) => each.close()));
    }
  });

  it('lesson: have no ghost among their members where nobody was there for longer than a session', async () => {
    await using cluster = await Cluster.start({ nodes: 3 });
    await using mesh = await connect({ endpoints: cluster.endpoints });
    await mesh.streams.create({ name: 'orders', partitions: 2, replicationFactor: 3 });
    const reader = run(mesh, 'billing', 'orders', 6_000);
    const told = (kind: string): number => reader.events.filter((one) => one === kind).length;
    await until(
      () => Promise.resolve(told('assigned') > 0),
      60_000,
      () => `told: ${reader.events.join()}`,
    );
    const former = reader.consumer.member.memberId;
    await Promise.all(cluster.nodes.map((node) => node.stop('SIGKILL')));
    await until(
      () => Promise.resolve(told('lost') === 1),
      60_000,
      () => `told: ${reader.events.join()}`,
    );
    for (const node of cluster.nodes) node.start();
    await until(
      () => Promise.resolve(told('joined') === 2),
      60_000,
      () => `told: ${reader.events.join()}`,
    );
    const { memberInfos } = await mesh.groups.describe('billing');
    expect(memberInfos.map(({ memberId }) => memberId)).not.toContain(former);
    await mesh.producer().send({ stream: 'orders', partition: 0, value: 'on' });
    await until(
      () => Promise.resolve(reader.seen.includes('on')),
      60_000,
      () => `told: ${reader.events.join()}`,
    );
    await reader.consumer.close();
    await reader.done;
  });

  it('consume, transform and produce every record exactly once while nodes are killed', async () => {
    await using cluster = await Cluster.start({ nodes: 3 });
    const mesh = await connect({ endpoints: cluster.endpoints });
    try {
      for (const name of ['in', 'out'])
        await mesh.streams.create({ name, partitions: 3, replicationFactor: 3 });
      const count = 400;
      const producer = mesh.producer();
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          producer.send({ stream: 'in', partition: i % 3, value: `${i}` }),
        ),
      );
      let copied = 0;
      let kills = 0;
      const stopped = new AbortController();
      const work = (async () => {
        // Whatever fails is aborted, and done again by another consumer, from the committed offsets on.
        while (!stopped.signal.aborted) {
          const transaction = mesh.transaction('copier', { timeoutMs: 20_000 });
          const consumer = mesh.consumer({ group: 'copiers', streams: ['in'], signal: stopped.signal });
          try {
            for await (const record of consumer) {
              await transaction.begin();
              const value = record.value ?? '';
              await transaction.send({ stream: 'out', partition: record.partition, value });
              const { stream, partition, offset } = record;
              await transaction.sendOffsets(consumer.member, [{ stream, partition, offset: offset + 1 }]);
              if (copied % 10 === 7) await transaction.abort();
              else await transaction.commit();
              copied++;
              if (copied % 10 === 8) break;
            }
          } catch (error) {
            if (!isFlowError(error)) throw error;
          } finally {
            await consumer.close();
            await transaction.close();
          }
        }
      })();
      const offsetSum = async (): Promise<number> =>
        (await mesh.groups.offsets('copiers').catch(() => [])).reduce((sum, { offset }) => sum + offset, 0);
      for (; kills < 3; kills++) {
        await until(
          () => Promise.resolve(copied > kills * 60),
          120_000,
          () => `${copied} transactions are done`,
        );
        const victim = cluster.nodes[kills % 3];
        await victim?.stop('SIGKILL');
        victim?.start();
        await cluster.ready();
      }
      await until(
        async () => (await offsetSum()) === count,
        240_000,
        () => `${copied} transactions are done`,
      );
      stopped.abort();
      await work;
      const out: string[] = [];
      for await (const record of mesh.consume({ stream: 'out', from: 'earliest', to: 'latest' })) {
        out.push(Buffer.from(record.value ?? []).toString());
      }
      expect(out.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    } finally {
      await mesh.close();
    }
  });

  it('never begin at the end, or anywhere else, without a word', async () => {
    await using cluster = await Cluster.start({ nodes: 1 });
    const mesh = await connect({ endpoints: cluster.endpoints });
    const first = async (options: Omit<GroupConsumerOptions, 'streams'>): Promise<number> => {
      for await (const { offset } of mesh.consumer({ ...options, streams: ['orders'] })) return offset;
      return -1;
    };
    try {
      await mesh.streams.create({ name: 'orders', partitions: 1, replicationFactor: 1 });
      const producer = mesh.producer();
      for (let i = 0; i < 5; i++) await producer.send({ stream: 'orders', value: `${i}` });
      await expect(first({ group: 'strict', from: 'fail' })).rejects.toMatchObject({
        code: 'OFFSET_OUT_OF_RANGE',
      });
      const told: GroupConsumerEvent[] = [];
      expect(await first({ group: 'new', onEvent: (event) => told.push(event) })).toBe(0);
      expect(told).toContainEqual({
        kind: 'reset',
        partition: { stream: 'orders', partition: 0 },
        to: 0,
        reason: 'no-offset',
      });
      // Whoever begins at the end has that written down before it reads: its successor passes nothing over.
      const late = mesh.consumer({ group: 'late', streams: ['orders'], from: 'latest' });
      const reading = late[Symbol.asyncIterator]().next();
      await until(
        async () => (await mesh.groups.offsets('late'))[0]?.offset === 5,
        120_000,
        () => 'the end is not written down',
      );
      await late.close();
      await reading;
      await producer.send({ stream: 'orders', value: '5' });
      expect(await first({ group: 'late', from: 'latest' })).toBe(5);
      await mesh.groups.commit('behind', [{ stream: 'orders', partition: 0, offset: 1 }]);
      await mesh.streams.truncate({ stream: 'orders', partition: 0, beforeOffset: 3 });
      await expect(first({ group: 'behind' })).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
      expect(
        await first({ group: 'behind', onOutOfRange: 'earliest', onEvent: (event) => told.push(event) }),
      ).toBe(3);
      expect(told.at(-1)).toMatchObject({ kind: 'reset', to: 3, reason: 'out-of-range' });
    } finally {
      await mesh.close();
    }
  });

  it('acknowledge a job and produce its result together, or neither', async () => {
    await using cluster = await Cluster.start({ nodes: 1 });
    const mesh = await connect({ endpoints: cluster.endpoints });
    const queues = new QueuesClient(cluster.endpoints[0] as string, credentials.createInsecure());
    try {
      await mesh.streams.create({ name: 'results', partitions: 1, replicationFactor: 1 });
      await unary((done) => queues.createQueue({ name: 'jobs', shards: 1, requestId: 'create' }, done));
      const job = { payload: Buffer.from('one') };
      const put = { queue: 'jobs', shard: 0, jobs: [job], requestId: 'put' };
      // The shard's leader may still be on its way.
      await until(
        () =>
          unary((done) => queues.enqueue(put, done)).then(
            () => true,
            () => false,
          ),
        120_000,
        () => 'the queue takes no job',
      );
      const receive = async (): Promise<readonly JobReceipt[]> => {
        const wanted = { queue: 'jobs', shard: 0, max: 1, visibilityTimeoutMs: 2_000 };
        const { jobs } = await unary<flowmesh.v1.ReceiveResponse>((done) => queues.receive(wanted, done));
        return jobs.map(({ receipt }) => ({
          shard: receipt?.shard ?? 0,
          seq: receipt?.seq ?? 0,
          leaseEpoch: receipt?.leaseEpoch ?? 0,
        }));
      };
      const transaction = mesh.transaction('worker');
      const attempt = async (receipts: readonly JobReceipt[]): Promise<void> => {
        await transaction.begin();
        await transaction.send({ stream: 'results', value: 'done' });
        await transaction.ack('jobs', receipts);
      };
      await attempt(await receive());
      await transaction.abort();
      let again: readonly JobReceipt[] = [];
      await until(
        async () => (again = await receive()).length === 1,
        120_000,
        () => 'the job of the aborted transaction does not come again',
      );
      await attempt(again);
      await transaction.commit();
      const results: string[] = [];
      for await (const record of mesh.consume({ stream: 'results', from: 'earliest', to: 'latest' })) {
        results.push(Buffer.from(record.value ?? []).toString());
      }
      expect(results).toEqual(['done']);
      const receipts = again.map((receipt) => ({ ...receipt }));
      const { results: acks } = await unary<flowmesh.v1.SettleResponse>((done) =>
        queues.ack({ queue: 'jobs', receipts }, done),
      );
      expect(acks.map(({ outcome }) => outcome)).toEqual(['gone']);
    } finally {
      queues.close();
      await mesh.close();
    }
  });
});
