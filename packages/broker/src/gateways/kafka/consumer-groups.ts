/** ConsumerGroupHeartbeat: members whose partitions are assigned by the broker. Topics are told by their ids. */
import { type PartitionKey, partitionKey, partitionOf } from '@flowmesh/engines';
import { ConsumerGroupHeartbeat } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { ACCEPTED, refusal } from './errors.ts';
import type { Refusal } from './errors.ts';
import { groupName, instanceName, memberId, toldOf } from './group-names.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Request = RequestOf<typeof ConsumerGroupHeartbeat>;
type Response = ResponseInput<typeof ConsumerGroupHeartbeat>;
type TopicPartitions = NonNullable<Response['assignment']>['topicPartitions'];

/** Clients make their member ids themselves. */
const OWN_ID_SINCE = 1;
const EPOCH_MIN = -2;

export function consumerGroupApis(ports: KafkaPorts): readonly ServedApi[] {
  return [servedApi(ConsumerGroupHeartbeat, (request, context) => heartbeat(ports, request, context))];
}

async function heartbeat(
  ports: KafkaPorts,
  request: Request,
  { caller, clientId, version }: RequestContext,
): Promise<Response> {
  const { memberEpoch, rebalanceTimeoutMs } = request;
  const not = (refused: Refusal): Response => ({
    throttleTimeMs: 0,
    ...refused,
    memberId: request.memberId,
    memberEpoch,
    heartbeatIntervalMs: 0,
  });
  const needsId = version >= OWN_ID_SINCE || memberEpoch !== 0;
  if (memberEpoch < EPOCH_MIN || (request.memberId === '' && needsId))
    return not(refusal('INVALID_REQUEST', 'a member has an id, and an epoch of -2 or more'));
  try {
    const answer = await ports.coordination.consumers.heartbeat({
      caller,
      clientId,
      group: groupName(request.groupId),
      member: memberId(request.memberId),
      epoch: memberEpoch,
      instanceId: instanceName(request.instanceId),
      rack: request.rackId,
      rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? undefined : rebalanceTimeoutMs,
      streams: request.subscribedTopicNames,
      regex: request.subscribedTopicRegex,
      assignor: request.serverAssignor,
      owned: request.topicPartitions === undefined ? undefined : named(ports, request.topicPartitions),
    });
    const { partitions } = answer;
    return {
      throttleTimeMs: 0,
      ...ACCEPTED,
      memberId: answer.member,
      memberEpoch: answer.epoch,
      heartbeatIntervalMs: answer.heartbeatIntervalMs,
      assignment: partitions === undefined ? undefined : { topicPartitions: withIds(ports, partitions) },
    };
  } catch (thrown) {
    return not(toldOf(ports, thrown, 'consumer-group'));
  }
}

/** Of topics that are no more, nothing is owned. */
function named(
  { cluster }: KafkaPorts,
  topics: NonNullable<Request['topicPartitions']>,
): readonly PartitionKey[] {
  return topics.flatMap(({ topicId, partitions }) => {
    const name = cluster.streamName(topicId);
    return name === undefined ? [] : partitions.map((partition) => partitionKey(name, partition));
  });
}

function withIds({ admin }: KafkaPorts, keys: readonly PartitionKey[]): TopicPartitions {
  const topics = new Map<string, number[]>();
  for (const key of keys) {
    const { stream, partition } = partitionOf(key);
    const topicId = admin.find(stream)?.uuid;
    if (topicId === undefined) continue;
    topics.set(topicId, [...(topics.get(topicId) ?? []), partition]);
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }));
}
