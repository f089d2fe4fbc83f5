/**
 * A listener for Kafka's clients under requests that no client would send: every API in every version with whatever its schema allows,
 * damaged frames, lengths that lie, connections that write a byte at a time or stop in the middle. Clients that keep to the protocol
 * write, read and ask all the while, each on a connection of its own. Promised: the node lives and reports no fault of its own, every
 * request of those clients is answered in time, what they wrote is what they read, and memory does not grow.
 */
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '@flowmesh/base';
import { batchesIn, decodeRecords, encodeBatch } from '@flowmesh/kafka';
import {
  ApiVersions,
  APIS,
  CreateTopics,
  DeleteTopics,
  Fetch,
  ListOffsets,
  Metadata,
  Produce,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { Api } from '@flowmesh/kafka/protocol';
import { RawClient } from '../../../packages/broker/test/gateways/kafka/raw-client.ts';
import { Cluster, type ClusterNode } from '../harness/cluster.ts';
import { RandomRequests } from '../harness/kafka-messages.ts';
import { mebibytes, rssBytes } from '../harness/process-stats.ts';

export interface KafkaFuzzOptions {
  readonly durationMs: number;
  readonly seed: number;
  /** Connections that send what is wrong, at once. */
  readonly attackers: number;
  /** In which every request of a well-behaved client must be answered. */
  readonly answerMs: number;
  readonly report: (line: string) => void;
}

export interface KafkaFuzzReport {
  readonly apis: number;
  readonly wellFormed: number;
  readonly damaged: number;
  readonly slow: number;
  readonly halfOpen: number;
  readonly answered: number;
  readonly connections: number;
  readonly goodRequests: number;
  readonly goodMsP50: number;
  readonly goodMsP99: number;
  readonly goodMsMax: number;
  readonly written: number;
  readonly rssMebibytes: readonly number[];
  readonly broken: readonly string[];
}

const START_MS_MAX = 240_000;
const GOOD_TOPIC = 'well-behaved';
const GOOD_CLIENTS = 3;
const NAMES = ['fuzz-a', 'fuzz-b', 'fuzz-c'];
const REQUESTS_PER_CONNECTION = 40;
/** Connections that stay open and say nothing more. */
const HALF_OPEN_MAX = 60;
/** Some requests wait by right, such as a fetch without records; an attacker does not. */
const ATTACKER_PATIENCE_MS = 300;
const SAMPLES = 12;
const GROWTH_MAX_MEBIBYTES = 150;
const CLEAN_EVERY_MS = 5_000;

export async function proveKafkaFuzz(options: KafkaFuzzOptions): Promise<KafkaFuzzReport> {
  await using cluster = await Cluster.prepare({ nodes: 1, kafka: true });
  const node = cluster.node(1);
  node.start();
  await cluster.ready(START_MS_MAX);
  const trial = new FuzzTrial(node, options);
  await trial.prepare();
  const end = performance.now() + options.durationMs;
  const running = (): boolean => performance.now() < end && node.running;
  const work = [
    ...Array.from({ length: GOOD_CLIENTS }, (_, i) => trial.behave(i, running)),
    ...Array.from({ length: options.attackers }, (_, i) => trial.attack(options.seed * 1_000 + i, running)),
    trial.clean(running),
    trial.watch(options.durationMs / SAMPLES, running),
  ];
  await Promise.all(work);
  return await trial.judge();
}

class FuzzTrial {
  private readonly node: ClusterNode;
  private readonly options: KafkaFuzzOptions;
  private readonly broken: string[] = [];
  private readonly goodMs: number[] = [];
  private readonly rss: number[] = [];
  private readonly halfOpen: net.Socket[] = [];
  private readonly counts = { wellFormed: 0, damaged: 0, slow: 0, halfOpen: 0, answered: 0, connections: 0 };
  private readonly seen = new Set<string>();
  private served: readonly (readonly [api: Api, version: number])[] = [];
  private written = 0;

  constructor(node: ClusterNode, options: KafkaFuzzOptions) {
    this.node = node;
    this.options = options;
  }

  private get port(): number {
    return this.node.ports.kafka;
  }

  async prepare(): Promise<void> {
    const client = await RawClient.connect(this.port);
    const { apiKeys } = await client.call(ApiVersions, 0, {
      clientSoftwareName: '',
      clientSoftwareVersion: '',
    });
    this.served = apiKeys.flatMap(({ apiKey, minVersion, maxVersion }) => {
      const api = APIS.find(({ key }) => key === apiKey);
      if (api === undefined) return [];
      // Versions that are refused as a whole have no schema.
      const first = Math.max(minVersion, api.versions[0]);
      return Array.from({ length: maxVersion - first + 1 }, (_, i) => [api, first + i] as const);
    });
    const topics = [GOOD_TOPIC, ...NAMES].map((name) => ({
      name,
      numPartitions: name === GOOD_TOPIC ? GOOD_CLIENTS : 2,
      replicationFactor: 1,
      assignments: [],
      configs: [],
    }));
    await client.call(CreateTopics, 5, { topics, timeoutMs: 30_000 });
    client.close();
    this.options.report(`${apiKeys.length} APIs are served, in ${this.served.length} versions altogether`);
  }

  // ---- clients that keep to the protocol

  /** Each writes to a partition of its own, and reads it back. */
  async behave(partition: number, running: () => boolean): Promise<void> {
    const client = await RawClient.connect(this.port);
    let offset = 0;
    while (running()) {
      const value = `${partition}-${offset}`;
      try {
        offset = await this.timed(() => this.writeAndRead(client, { partition, offset, value }));
        await this.timed(() => this.ask(client));
      } catch (error) {
        this.broken.push(`a well-behaved client: ${error instanceof Error ? error.message : String(error)}`);
        break;
      }
      await pause(20);
    }
    client.close();
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const late = pause(this.options.answerMs, undefined, { ref: false }).then(() => {
      throw new Error(`not answered within ${this.options.answerMs} ms`);
    });
    late.catch(() => undefined);
    const result = await Promise.race([work(), late]);
    this.goodMs.push(performance.now() - started);
    return result;
  }

  private async writeAndRead(
    client: RawClient,
    { partition, offset, value }: { partition: number; offset: number; value: string },
  ): Promise<number> {
    const records = encodeBatch([
      { key: undefined, value: Buffer.from(value), timestampMs: 1_700_000_000_000, headers: [] },
    ]);
    const topicData = [
      { name: GOOD_TOPIC, topicId: ZERO_UUID, partitionData: [{ index: partition, records }] },
    ];
    const stored = await client.call(Produce, 9, { acks: -1, timeoutMs: 10_000, topicData });
    const answer = stored.responses[0]?.partitionResponses[0];
    // A leader that is about to serve asks for patience; everybody else would ask again.
    if (answer?.errorCode === 5 || answer?.errorCode === 6) return offset;
    if (answer?.errorCode !== 0 || answer.baseOffset !== offset)
      throw new Error(`stored with error ${answer?.errorCode} at ${answer?.baseOffset}, not at ${offset}`);
    const partitions = [{ partition, fetchOffset: offset, partitionMaxBytes: 1 << 16 }];
    const fetched = await client.call(Fetch, 11, {
      maxWaitMs: 1_000,
      minBytes: 1,
      topics: [{ topic: GOOD_TOPIC, topicId: ZERO_UUID, partitions }],
      forgottenTopicsData: [],
    });
    const found = [...batchesIn(fetched.responses[0]?.partitions[0]?.records ?? new Uint8Array(0))].flatMap(
      (batch) => [...decodeRecords(batch)].map((record) => Buffer.from(record.value ?? []).toString()),
    );
    if (found[0] !== value) throw new Error(`read ${found[0]} where ${value} was written`);
    this.written++;
    return offset + 1;
  }

  private async ask(client: RawClient): Promise<void> {
    const topics = [{ name: GOOD_TOPIC, topicId: ZERO_UUID }];
    const OPTIONS = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    const metadata = await client.call(Metadata, 9, { ...OPTIONS, topics });
    if (metadata.topics[0]?.partitions.length !== GOOD_CLIENTS)
      throw new Error('the metadata of its topic is not what it was');
    await client.call(ListOffsets, 5, {
      replicaId: -1,
      isolationLevel: 0,
      timeoutMs: 0,
      topics: [{ name: GOOD_TOPIC, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    });
  }

  // ---- those that do not

  async attack(seed: number, running: () => boolean): Promise<void> {
    const random = new RandomRequests(new SeededRandom(seed), NAMES);
    while (running()) {
      this.counts.connections++;
      const socket = net.connect(this.port, '127.0.0.1');
      let ended = false;
      socket.on('error', () => undefined);
      socket.on('data', () => this.counts.answered++);
      socket.on('close', () => (ended = true));
      for (let i = 0; i < REQUESTS_PER_CONNECTION && !ended && running(); i++) {
        await this.send(socket, random);
        await nextAnswer(socket, ATTACKER_PATIENCE_MS);
      }
      socket.destroy();
      if (random.below(4) === 0) this.leaveHalfOpen(random);
    }
  }

  private async send(socket: net.Socket, random: RandomRequests): Promise<void> {
    const [api, version] = this.served[random.below(this.served.length)] as readonly [Api, number];
    const frame = random.frame(api, version);
    this.seen.add(api.name);
    const kind = random.below(10);
    if (kind < 4) {
      this.counts.wellFormed++;
      socket.write(frame);
    } else if (kind < 9) {
      this.counts.damaged++;
      socket.write(random.damaged(frame));
    } else {
      this.counts.slow++;
      for (const byte of frame.subarray(0, 200)) {
        socket.write(Buffer.from([byte]));
        await pause(1);
      }
      socket.write(frame.subarray(200));
    }
  }

  /** Stays open with half a frame sent, as one whose machine was switched off. */
  private leaveHalfOpen(random: RandomRequests): void {
    const socket = net.connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const [api, version] = this.served[random.below(this.served.length)] as readonly [Api, number];
    const frame = random.frame(api, version);
    this.counts.halfOpen++;
    socket.write(frame.subarray(0, 1 + random.below(frame.length)));
    if (random.below(2) === 0) socket.end();
    else socket.pause();
    this.halfOpen.push(socket);
    if (this.halfOpen.length > HALF_OPEN_MAX) this.halfOpen.shift()?.destroy();
  }

  /** Topics that came into being by damaged names would be a growth of their own. */
  async clean(running: () => boolean): Promise<void> {
    const kept = new Set([GOOD_TOPIC, ...NAMES]);
    for (let next = performance.now(); running(); await pause(200)) {
      if (performance.now() < next) continue;
      next = performance.now() + CLEAN_EVERY_MS;
      const client = await RawClient.connect(this.port);
      const options = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
      const { topics } = await client.call(Metadata, 9, { ...options, topics: undefined });
      const topicNames = topics.flatMap(({ name }) => (name === undefined || kept.has(name) ? [] : [name]));
      if (topicNames.length > 0)
        await client.call(DeleteTopics, 5, { topics: [], topicNames, timeoutMs: 10_000 });
      client.close();
    }
  }

  async watch(everyMs: number, running: () => boolean): Promise<void> {
    for (let next = performance.now() + everyMs; running(); await pause(100)) {
      const { pid } = this.node;
      if (performance.now() < next || pid === undefined) continue;
      next += everyMs;
      this.rss.push(mebibytes(rssBytes(pid)));
      const { wellFormed, damaged } = this.counts;
      this.options.report(
        `${wellFormed} well-formed and ${damaged} damaged requests, ${this.written} records, ${this.rss.at(-1)} MiB`,
      );
    }
  }

  /** What the node reports of itself, each kind once. */
  private faults(): readonly string[] {
    const kinds = new Map<string, number>();
    for (const entry of this.node.logEntries()) {
      const text = JSON.stringify(entry);
      if (!text.includes('"INTERNAL"')) continue;
      const where = /"stack":"(.*?\\n.*?\\n.*?)\\n/.exec(text)?.[1] ?? text.slice(0, 500);
      kinds.set(where, (kinds.get(where) ?? 0) + 1);
    }
    return [...kinds].map(([where, times]) => `a fault of the node, ${times} times: ${where}`);
  }

  async judge(): Promise<KafkaFuzzReport> {
    for (const socket of this.halfOpen) socket.destroy();
    const { node, broken } = this;
    if (!node.running) broken.push(`the node ended: ${node.log().slice(-1_000)}`);
    else if ((await node.http('/readyz'))?.status !== 200) broken.push('the node is not ready any more');
    broken.push(...this.faults());
    const settled = Math.max(...this.rss.slice(0, SAMPLES / 2));
    const last = Math.max(...this.rss.slice(-2));
    if (last - settled > GROWTH_MAX_MEBIBYTES)
      broken.push(`memory grew from ${settled} to ${last} MiB in the second half`);
    const ms = this.goodMs.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(ms[Math.floor((ms.length - 1) * share)] ?? 0);
    return {
      apis: this.seen.size,
      ...this.counts,
      goodRequests: ms.length,
      goodMsP50: at(0.5),
      goodMsP99: at(0.99),
      goodMsMax: at(1),
      written: this.written,
      rssMebibytes: this.rss,
      broken,
    };
  }
}

/** Or the end of the connection, or of patience. */
function nextAnswer(socket: net.Socket, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('data', done);
      socket.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    socket.on('data', done);
    socket.on('close', done);
  });
}
