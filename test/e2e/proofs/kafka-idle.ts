/**
 * Thousands of connections to the listener for Kafka's clients that have nothing to do: what each costs in memory, what all of them cost in
 * processor time while they are silent and while each waits in a long poll, how soon all of them are told of one record, and what is left
 * when they are gone. The node runs alone; one process holds the other ends.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { encodeBatch } from '@flowmesh/kafka';
import { CreateTopics, Fetch, Metadata, Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { decodeReply, RawClient } from '../../../packages/broker/test/gateways/kafka/raw-client.ts';
import { Cluster, type ClusterNode } from '../harness/cluster.ts';
import { cpuSeconds, rssBytes } from '../harness/process-stats.ts';

export interface KafkaIdleOptions {
  readonly connections: number;
  /** How long processor time is counted, in each state. */
  readonly countedMs: number;
  readonly report: (line: string) => void;
}

export interface KafkaIdleReport {
  readonly connections: number;
  /** Resident memory of the node: without them, with silent ones, with each in a long poll, after the record, when they are gone. */
  readonly mebibytes: Readonly<Record<'alone' | 'silent' | 'polling' | 'told' | 'gone', number>>;
  readonly kibibytesEach: { readonly silent: number; readonly polling: number };
  /** Hundredths of a core that the node takes. */
  readonly cpuPercent: Readonly<Record<'alone' | 'silent' | 'polling', number>>;
  /** From the record's acknowledgement: until the median and the last connection had it. */
  readonly toldMs: { readonly p50: number; readonly last: number };
  readonly broken: readonly string[];
}

const START_MS_MAX = 240_000;
const TOPIC = 'quiet';
/** As long as the node lets a fetch wait. */
const POLL_MS = 60_000;
const AT_ONCE = 100;
const TOLD_MS_MAX = 60_000;
const WRITTEN_MS_MAX = 30_000;
/** LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS. */
const RETRIABLE: ReadonlySet<number> = new Set([5, 6, 19]);

export async function proveKafkaIdle(options: KafkaIdleOptions): Promise<KafkaIdleReport> {
  await using cluster = await Cluster.prepare({ nodes: 1, kafka: true });
  const node = cluster.node(1);
  node.start();
  await cluster.ready(START_MS_MAX);
  return await new IdleTrial(node, options).run();
}

class IdleTrial {
  private readonly node: ClusterNode;
  private readonly options: KafkaIdleOptions;
  private readonly pid: number;
  private readonly broken: string[] = [];

  constructor(node: ClusterNode, options: KafkaIdleOptions) {
    if (node.pid === undefined) throw new Error('the node does not run');
    this.node = node;
    this.pid = node.pid;
    this.options = options;
  }

  async run(): Promise<KafkaIdleReport> {
    const { connections, report } = this.options;
    const writer = await RawClient.connect(this.node.ports.kafka);
    const topic = { name: TOPIC, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const made = await writer.call(CreateTopics, 5, { topics: [topic], timeoutMs: 30_000 });
    if (made.topics[0]?.errorCode !== 0) throw new Error(`no topic: ${made.topics[0]?.errorMessage}`);
    await this.publish(writer);
    const alone = await this.state();
    report(`alone: ${mib(alone.bytes)} MiB, ${alone.cpuPercent} % of a core`);
    const clients = await this.open();
    const silent = await this.state();
    report(`${connections} silent connections: ${mib(silent.bytes)} MiB, ${silent.cpuPercent} % of a core`);
    const told = clients.map((client) => this.poll(client));
    const polling = await this.state();
    report(`${connections} long polls: ${mib(polling.bytes)} MiB, ${polling.cpuPercent} % of a core`);
    await this.publish(writer);
    const sinceMs = performance.now();
    const late = pause(TOLD_MS_MAX, 'late' as const, { ref: false });
    const times = (await Promise.race([Promise.all(told), late])) as number[] | 'late';
    if (times === 'late') this.broken.push(`not every long poll was answered within ${TOLD_MS_MAX} ms`);
    const ms = (times === 'late' ? [TOLD_MS_MAX] : times.map((at) => at - sinceMs)).sort((a, b) => a - b);
    const toldMs = {
      p50: Math.max(0, Math.round(ms[ms.length >> 1] ?? 0)),
      last: Math.round(ms.at(-1) ?? 0),
    };
    report(`one record: told to the median after ${toldMs.p50} ms, to the last after ${toldMs.last} ms`);
    const after = rssBytes(this.pid);
    for (const client of clients) client.close();
    const gone = await this.state();
    writer.close();
    if (!this.node.running) this.broken.push('the node ended');
    const each = (state: { readonly bytes: number }): number =>
      Math.round(((state.bytes - alone.bytes) / connections / 1024) * 10) / 10;
    return {
      connections,
      mebibytes: {
        alone: mib(alone.bytes),
        silent: mib(silent.bytes),
        polling: mib(polling.bytes),
        told: mib(after),
        gone: mib(gone.bytes),
      },
      kibibytesEach: { silent: each(silent), polling: each(polling) },
      cpuPercent: { alone: alone.cpuPercent, silent: silent.cpuPercent, polling: polling.cpuPercent },
      toldMs,
      broken: this.broken,
    };
  }

  /** Sent again, as clients do, where the leader is not ready to serve. */
  private async publish(writer: RawClient): Promise<void> {
    const untilMs = performance.now() + WRITTEN_MS_MAX;
    for (;;) {
      const code = await this.produce(writer);
      if (code === 0) return;
      if (!RETRIABLE.has(code) || performance.now() > untilMs)
        throw new Error(`the record was refused: ${code}`);
      await pause(50);
    }
  }

  private async produce(writer: RawClient): Promise<number> {
    const record = { key: undefined, value: Buffer.from('news'), headers: [], timestampMs: Date.now() };
    const { responses } = await writer.call(Produce, 9, {
      transactionalId: undefined,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [
        { name: TOPIC, topicId: ZERO_UUID, partitionData: [{ index: 0, records: encodeBatch([record]) }] },
      ],
    });
    return responses[0]?.partitionResponses[0]?.errorCode ?? -1;
  }

  /** Each asks once where things are, as clients do, and then says nothing. */
  private async open(): Promise<readonly RawClient[]> {
    const clients: RawClient[] = [];
    const { connections } = this.options;
    while (clients.length < connections) {
      const count = Math.min(AT_ONCE, connections - clients.length);
      clients.push(...(await Promise.all(Array.from({ length: count }, () => this.connect()))));
    }
    return clients;
  }

  private async connect(): Promise<RawClient> {
    const client = await RawClient.connect(this.node.ports.kafka);
    const options = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    await client.call(Metadata, 9, { ...options, topics: [{ name: TOPIC, topicId: ZERO_UUID }] });
    return client;
  }

  /** Resolves with the time at which the second record had come. A poll whose time is up is sent again. */
  private async poll(client: RawClient): Promise<number> {
    for (;;) {
      client.send(Fetch, 11, {
        replicaId: -1,
        maxWaitMs: POLL_MS,
        minBytes: 1,
        maxBytes: 1 << 20,
        isolationLevel: 0,
        sessionId: 0,
        sessionEpoch: -1,
        topics: [
          {
            topic: TOPIC,
            topicId: ZERO_UUID,
            partitions: [{ partition: 0, fetchOffset: 1, partitionMaxBytes: 1 << 20 }],
          },
        ],
        forgottenTopicsData: [],
      });
      const reply = await client.next();
      if (reply === undefined) throw new Error('a waiting connection was closed');
      const { responses } = decodeReply(Fetch, 11, reply);
      if ((responses[0]?.partitions[0]?.records?.length ?? 0) > 0) return performance.now();
    }
  }

  private async state(): Promise<{ readonly bytes: number; readonly cpuPercent: number }> {
    const { countedMs } = this.options;
    // What the state took to come about is not counted.
    await pause(countedMs / 4);
    const [cpu, at] = [cpuSeconds(this.pid), performance.now()];
    await pause(countedMs);
    const seconds = (performance.now() - at) / 1_000;
    const cpuPercent = Math.round(((cpuSeconds(this.pid) - cpu) / seconds) * 1_000) / 10;
    return { bytes: rssBytes(this.pid), cpuPercent };
  }
}

const mib = (bytes: number): number => Math.round(bytes / (1 << 20));
