/** Brokers, topics and leaders, as far as a benchmark needs them: made, found, waited for, deleted. */
import { setTimeout as pause } from 'node:timers/promises';
import { FlowError } from '@flowmesh/base';
import {
  CreateTopics,
  DeleteTopics,
  DescribeConfigs,
  kafkaErrorName,
  ListOffsets,
  Metadata,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import { KafkaConnection } from './kafka-connection.ts';

const METADATA_VERSION = 9;
const CREATE_VERSION = 5;
const DELETE_VERSION = 4;
const CONFIGS_VERSION = 1;
const OFFSETS_VERSION = 5;
const TIMEOUT_MS = 30_000;
const LOOK_MS = 100;
const TOPIC_RESOURCE = 2;
const LATEST = -1;

export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export class KafkaCluster {
  private readonly bootstrap: readonly string[];
  private readonly connections = new Map<string, Promise<KafkaConnection>>();

  constructor(bootstrap: readonly string[]) {
    this.bootstrap = bootstrap;
  }

  connection(address: string): Promise<KafkaConnection> {
    const open = this.connections.get(address) ?? KafkaConnection.open(address);
    this.connections.set(address, open);
    return open;
  }

  async brokers(): Promise<number> {
    return (await this.metadata([])).brokers.length;
  }

  async create({ name, partitions, replicationFactor }: TopicPlan): Promise<void> {
    const any = await this.any();
    const answer = await any.call(CreateTopics, CREATE_VERSION, {
      topics: [{ name, numPartitions: partitions, replicationFactor, assignments: [], configs: [] }],
      timeoutMs: TIMEOUT_MS,
    });
    const { errorCode = 0, errorMessage } = answer.topics[0] ?? {};
    if (errorCode !== 0) throw kafkaFailure(errorCode, `cannot create ${name}: ${errorMessage ?? ''}`);
    await this.leaders(name, partitions);
  }

  async delete(name: string): Promise<void> {
    const any = await this.any();
    await any.call(DeleteTopics, DELETE_VERSION, { topics: [], topicNames: [name], timeoutMs: TIMEOUT_MS });
  }

  /** Addresses by partition, once all of them have a leader. TIMEOUT. */
  async leaders(topic: string, partitions: number): Promise<ReadonlyMap<number, string>> {
    for (const until = performance.now() + TIMEOUT_MS; performance.now() < until; await pause(LOOK_MS)) {
      const { brokers, topics } = await this.metadata([topic]);
      const addresses = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]));
      const found = new Map<number, string>();
      for (const { partitionIndex, leaderId } of topics[0]?.partitions ?? []) {
        const address = addresses.get(leaderId);
        if (address !== undefined) found.set(partitionIndex, address);
      }
      if (found.size >= partitions) return found;
    }
    throw new FlowError('TIMEOUT', `${topic} has no leaders after ${TIMEOUT_MS} ms`);
  }

  /** Configuration of a topic; empty where the broker does not tell. */
  async config(topic: string): Promise<Readonly<Record<string, string>>> {
    const any = await this.any();
    const { results } = await any.call(DescribeConfigs, CONFIGS_VERSION, {
      resources: [{ resourceType: TOPIC_RESOURCE, resourceName: topic }],
    });
    return Object.fromEntries((results[0]?.configs ?? []).map(({ name, value }) => [name, value ?? '']));
  }

  /** Of one partition. */
  async endOffset(topic: string, partition: number, address: string): Promise<number> {
    const leader = await this.connection(address);
    const answer = await leader.call(ListOffsets, OFFSETS_VERSION, {
      replicaId: -1,
      isolationLevel: 0,
      timeoutMs: TIMEOUT_MS,
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: LATEST }] }],
    });
    const { errorCode = 0, offset = 0 } = answer.topics[0]?.partitions[0] ?? {};
    if (errorCode !== 0) throw kafkaFailure(errorCode, `cannot find the end of ${topic}/${partition}`);
    return offset;
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.connections.values());
    for (const one of open) if (one.status === 'fulfilled') one.value.close();
  }

  private async metadata(topics: readonly string[]) {
    const any = await this.any();
    return await any.call(Metadata, METADATA_VERSION, {
      topics: topics.map((name) => ({ name, topicId: ZERO_UUID })),
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
  }

  /** The first of the bootstrap addresses that answers. */
  private async any(): Promise<KafkaConnection> {
    let failure: unknown;
    for (const address of this.bootstrap) {
      try {
        return await this.connection(address);
      } catch (error) {
        this.connections.delete(address);
        failure = error;
      }
    }
    throw failure;
  }
}

export function kafkaFailure(code: number, message: string): FlowError {
  return new FlowError('UNAVAILABLE', `${message} (${kafkaErrorName(code) ?? code})`);
}
