/** DescribeTopicPartitions: topics by name, so many partitions an answer; a cursor says where the next one begins. */
import { DescribeTopicPartitions } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { MetadataView } from './metadata.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Request = RequestOf<typeof DescribeTopicPartitions>;
type Response = ResponseInput<typeof DescribeTopicPartitions>;
type PagedTopic = Response['topics'][number];

const PARTITIONS_MAX = 2_000;

export function topicPagesApi(ports: KafkaPorts): ServedApi {
  return servedApi(DescribeTopicPartitions, async (request, context) => page(ports, request, context));
}

function page({ cluster, listener }: KafkaPorts, request: Request, { caller }: RequestContext): Response {
  const { cursor } = request;
  const names = request.topics.length === 0 ? cluster.streamNames() : request.topics.map(({ name }) => name);
  const wanted = [...new Set(names)]
    .sort((a, b) => (a < b ? -1 : 1))
    .filter((name) => cursor === undefined || name >= cursor.topicName);
  const found = cluster.metadata(caller, wanted);
  const view = new MetadataView(found, listener);
  const topics: PagedTopic[] = [];
  let room = Math.min(Math.max(request.responsePartitionLimit, 1), PARTITIONS_MAX);
  for (const stream of found.streams) {
    const { name } = stream;
    // Of all, those that may not be seen are left out; one that was asked for is refused.
    if (request.topics.length === 0 && stream.denied !== undefined) continue;
    if (room === 0) return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: 0 } };
    const { errorCode, topicId, partitions } = view.topic(name, undefined, stream);
    const from = name === cursor?.topicName ? Math.max(cursor.partitionIndex, 0) : 0;
    const shown = partitions.slice(from, from + room).map((partition) => ({
      ...partition,
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: partition.offlineReplicas ?? [],
    }));
    topics.push({ errorCode, name, topicId, partitions: shown });
    room -= shown.length;
    const next = from + shown.length;
    if (next < partitions.length)
      return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: next } };
  }
  return { throttleTimeMs: 0, topics };
}
