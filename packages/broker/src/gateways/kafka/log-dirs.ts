/**
 * DescribeLogDirs: what of each partition lies on this node. A node keeps everything in one directory, and its path is nobody's business
 * out there, so that it has a plain name.
 */
import type { NodeId } from '@flowmesh/base';
import { DescribeLogDirs } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { PartitionView } from '../../services/metadata/partition-views.ts';
import { asFlowError, refusalOf } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Request = RequestOf<typeof DescribeLogDirs>;
type Response = ResponseInput<typeof DescribeLogDirs>;
type StoredTopic = Response['results'][number]['topics'][number];

const LOG_DIR = 'flowmesh';
const UNKNOWN_LAG = -1;

export function logDirsApi(ports: KafkaPorts): ServedApi {
  return servedApi(DescribeLogDirs, (request, context) => describeLogDirs(ports, request, context));
}

async function describeLogDirs(
  ports: KafkaPorts,
  request: Request,
  { caller }: RequestContext,
): Promise<Response> {
  try {
    const { partitions } = await ports.clusterAdmin.partitions.list(caller, {
      streams: [],
      node: ports.nodeId,
      filter: undefined,
      after: undefined,
      size: Number.MAX_SAFE_INTEGER,
    });
    const asked = askedFor(request.topics);
    const views = partitions.map(({ view }) => view).filter((view) => asked(view));
    const report = ports.nodes.reportOf(ports.nodeId);
    const result = {
      errorCode: 0,
      logDir: LOG_DIR,
      topics: byTopic(views, ports.nodeId),
      totalBytes: report?.diskTotalBytes ?? -1,
      usableBytes: report?.diskFreeBytes ?? -1,
    };
    return { throttleTimeMs: 0, errorCode: 0, results: [result] };
  } catch (thrown) {
    const { errorCode } = refusalOf(asFlowError(thrown), 'admin');
    return { throttleTimeMs: 0, errorCode, results: [] };
  }
}

/** Of streams alone: to Kafka's clients there is nothing else. */
function askedFor(topics: Request['topics']): (view: PartitionView) => boolean {
  if (topics === undefined) return ({ stream }) => stream.kind === 'stream';
  const wanted = new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  return ({ stream, partition }) =>
    stream.kind === 'stream' && (wanted.get(stream.name)?.has(partition) ?? false);
}

function byTopic(views: readonly PartitionView[], node: NodeId): readonly StoredTopic[] {
  const topics = new Map<string, StoredTopic['partitions'][number][]>();
  for (const { name, partition, leader, summary } of views) {
    const stored = {
      partitionIndex: partition,
      // Its leader tells the size; every replica holds the same.
      partitionSize: summary?.sizeBytes ?? 0,
      offsetLag: leader === node || summary?.inSync.includes(node) === true ? 0 : UNKNOWN_LAG,
      isFutureKey: false,
    };
    const known = topics.get(name);
    if (known === undefined) topics.set(name, [stored]);
    else known.push(stored);
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
}
