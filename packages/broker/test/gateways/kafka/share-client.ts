/** A member of a share group that speaks the codec: heartbeats, a session, fetches, and what it says of records. */
import { randomUUID } from 'node:crypto';
import {
  IncrementalAlterConfigs,
  Produce,
  ShareAcknowledge,
  ShareFetch,
  ShareGroupHeartbeat,
  ZERO_UUID,
} from '@flowmesh/kafka/protocol';
import type { RequestInput, ResponseOf } from '@flowmesh/kafka/protocol';
import { batchOf } from '../../services/fake-cluster.ts';
import type { RawClient } from './raw-client.ts';

/** Resources of this type are groups. */
const GROUP = 32;

export interface Say {
  readonly first: number;
  readonly last: number;
  readonly types: readonly number[];
}

export interface Told {
  readonly error: number;
  readonly acknowledgeError: number;
  /** First offset, last offset and delivery count. */
  readonly acquired: readonly (readonly [number, number, number])[];
  readonly bytes: number;
}

export class ShareClient {
  readonly member: string;
  epoch = 0;
  private readonly client: RawClient;
  private readonly topicId: string;
  private readonly group: string;

  constructor(client: RawClient, topicId: string, group = 'workers', member: string = randomUUID()) {
    this.member = member;
    this.client = client;
    this.topicId = topicId;
    this.group = group;
  }

  async heartbeat(
    memberEpoch: number,
    streams?: readonly string[],
  ): Promise<ResponseOf<typeof ShareGroupHeartbeat>> {
    return await this.client.call(ShareGroupHeartbeat, 1, {
      groupId: this.group,
      memberId: this.member,
      memberEpoch,
      subscribedTopicNames: streams === undefined ? undefined : [...streams],
    });
  }

  async fetch(
    change: Partial<RequestInput<typeof ShareFetch>> & {
      readonly say?: readonly Say[];
      readonly version?: number;
    } = {},
  ): Promise<ResponseOf<typeof ShareFetch>> {
    const { say, version = 1, ...rest } = change;
    const shareSessionEpoch = rest.shareSessionEpoch ?? this.epoch;
    const names = shareSessionEpoch === 0 || say !== undefined;
    const response = await this.client.call(ShareFetch, version, {
      groupId: this.group,
      memberId: this.member,
      maxWaitMs: 0,
      minBytes: 1,
      maxRecords: 500,
      batchSize: 500,
      topics: names ? this.topics(say ?? []) : [],
      forgottenTopicsData: [],
      ...rest,
      shareSessionEpoch,
    });
    if (response.errorCode === 0) this.epoch = shareSessionEpoch < 0 ? 0 : shareSessionEpoch + 1;
    return response;
  }

  /** Of the partition. */
  async take(change: Parameters<ShareClient['fetch']>[0] = {}): Promise<Told> {
    const { errorCode, responses } = await this.fetch(change);
    const [partition] = responses[0]?.partitions ?? [];
    return {
      error: errorCode === 0 ? (partition?.errorCode ?? 0) : errorCode,
      acknowledgeError: partition?.acknowledgeErrorCode ?? 0,
      acquired: (partition?.acquiredRecords ?? []).map((one) => [
        one.firstOffset,
        one.lastOffset,
        one.deliveryCount,
      ]),
      bytes: partition?.records.length ?? 0,
    };
  }

  async acknowledge(shareSessionEpoch: number, ...say: Say[]): Promise<number> {
    const { errorCode, responses } = await this.client.call(ShareAcknowledge, 1, {
      groupId: this.group,
      memberId: this.member,
      shareSessionEpoch,
      topics: this.topics(say),
    });
    if (errorCode === 0) this.epoch = shareSessionEpoch < 0 ? 0 : shareSessionEpoch + 1;
    return errorCode === 0 ? (responses[0]?.partitions[0]?.errorCode ?? 0) : errorCode;
  }

  /** Of the group; the error code. */
  async configure(name: string, value: string): Promise<number> {
    const configs = [{ name, configOperation: 0, value }];
    const { responses } = await this.client.call(IncrementalAlterConfigs, 1, {
      resources: [{ resourceType: GROUP, resourceName: this.group, configs }],
      validateOnly: false,
    });
    return responses[0]?.errorCode ?? -1;
  }

  async produce(topic: string, ...values: string[]): Promise<void> {
    const partitionData = [{ index: 0, records: batchOf(values) }];
    await this.client.call(Produce, 9, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: topic, topicId: ZERO_UUID, partitionData }],
    });
  }

  private topics(say: readonly Say[]): RequestInput<typeof ShareAcknowledge>['topics'] {
    const acknowledgementBatches = say.map(({ first, last, types }) => ({
      firstOffset: first,
      lastOffset: last,
      acknowledgeTypes: [...types],
    }));
    return [{ topicId: this.topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches }] }];
  }
}
