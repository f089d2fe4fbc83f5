/**
 * A topic of one partition that is written to over Kafka's protocol, the same code on both sides: to its leader as the cluster's metadata tell,
 * which are asked for again, at once and then every 20 ms, while the leader does not take what it is sent.
 */
import { KafkaCluster, KafkaConnection, kafkaFailure } from '@flowmesh/cli/bench';
import { encodeBatch } from '@flowmesh/kafka';
import { Metadata, Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import { type FailoverSide, freshName, inTime, type NodeProcesses, REPLICAS } from '../contest.ts';

const METADATA_VERSION = 9;
const PRODUCE_VERSION = 8;
const ASK_MS_MAX = 1_000;
const ASK_AGAIN_MS = 20;
const ACKS_ALL = -1;
const VALUE = new Uint8Array(100).fill(120);

export async function kafkaSide(bootstrap: readonly string[], nodes: NodeProcesses): Promise<FailoverSide> {
  const topic = freshName();
  const cluster = new KafkaCluster(bootstrap);
  try {
    await cluster.create({ name: topic, partitions: 1, replicationFactor: REPLICAS });
  } finally {
    await cluster.close();
  }
  return new KafkaTopic(bootstrap, topic, nodes);
}

interface Place {
  /** Undefined: nobody, as far as the one that was asked knows. */
  readonly leader: string | undefined;
  readonly inSync: number;
}

class KafkaTopic implements FailoverSide {
  readonly nodes: NodeProcesses;
  private readonly bootstrap: readonly string[];
  private readonly topic: string;
  private readonly connections = new Map<string, Promise<KafkaConnection>>();
  private known: string | undefined;
  private looking: Promise<void> | undefined;
  private askedMs = 0;
  private turn = 0;

  constructor(bootstrap: readonly string[], topic: string, nodes: NodeProcesses) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.nodes = nodes;
  }

  async write(_sequence: number, timeoutMs: number): Promise<void> {
    const { known } = this;
    if (known === undefined) {
      this.look();
      throw new Error('no leader is known');
    }
    try {
      const answer = await inTime(this.produce(known, timeoutMs), timeoutMs);
      const { errorCode = -1 } = answer.responses[0]?.partitionResponses[0] ?? {};
      if (errorCode !== 0) throw kafkaFailure(errorCode, 'refused');
    } catch (error) {
      this.look();
      throw error;
    }
  }

  async leader(): Promise<number> {
    const { leader } = await this.ask();
    // A broker may name its host in another way than whoever started it.
    const port = leader?.slice(leader.lastIndexOf(':')) ?? ' ';
    const node = this.bootstrap.findIndex((address) => address.endsWith(port));
    if (node < 0) throw new Error(`${this.topic} has no leader`);
    return node;
  }

  async whole(): Promise<boolean> {
    const { leader, inSync } = await this.ask();
    return leader !== undefined && inSync === REPLICAS;
  }

  async close(): Promise<void> {
    await this.looking;
    const open = await Promise.allSettled(this.connections.values());
    for (const one of open) if (one.status === 'fulfilled') one.value.close();
    const cluster = new KafkaCluster(this.bootstrap);
    try {
      await inTime(cluster.delete(this.topic), 10 * ASK_MS_MAX);
    } finally {
      await cluster.close();
    }
  }

  private async produce(address: string, timeoutMs: number) {
    const record = { key: undefined, value: VALUE, headers: [], timestampMs: Date.now() };
    return await this.call(address, (connection) =>
      connection.call(Produce, PRODUCE_VERSION, {
        acks: ACKS_ALL,
        timeoutMs,
        topicData: [
          {
            name: this.topic,
            topicId: ZERO_UUID,
            partitionData: [{ index: 0, records: encodeBatch([record]) }],
          },
        ],
      }),
    );
  }

  /** Finds the leader; one question at a time. */
  private look(): void {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
  }

  private async lookOnce(): Promise<void> {
    const wait = this.askedMs + ASK_AGAIN_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.askedMs = performance.now();
    try {
      this.known = (await this.ask()).leader;
    } catch {
      // Another one is asked next time.
    }
  }

  /** The next node in turn. */
  private async ask(): Promise<Place> {
    const address = this.bootstrap[this.turn++ % this.bootstrap.length] as string;
    const request = {
      topics: [{ name: this.topic, topicId: ZERO_UUID }],
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    const answer = this.call(address, (connection) => connection.call(Metadata, METADATA_VERSION, request));
    const { brokers, topics } = await inTime(answer, ASK_MS_MAX);
    const [partition] = topics[0]?.partitions ?? [];
    const broker = brokers.find(({ nodeId }) => nodeId === partition?.leaderId);
    const leader = broker === undefined ? undefined : `${broker.host}:${broker.port}`;
    return { leader, inSync: partition?.isrNodes.length ?? 0 };
  }

  /** Over the connection that is open, or a new one where it has ended. */
  private async call<T>(address: string, work: (connection: KafkaConnection) => Promise<T>): Promise<T> {
    const open = this.connections.get(address) ?? KafkaConnection.open(address);
    this.connections.set(address, open);
    try {
      return await work(await open);
    } catch (error) {
      if (this.connections.get(address) === open) this.connections.delete(address);
      throw error;
    }
  }
}
