/**
 * AlterPartitionReassignments and ListPartitionReassignments: moves of partitions as operators of Kafka know them. A move is decided when
 * the request is answered, and done later; without replicas a move is cancelled.
 */
import { nodeId, NODE_ID_MAX } from '@flowmesh/base';
import { AlterPartitionReassignments, ListPartitionReassignments } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { PartitionReport } from '../../services/cluster/partition-admin.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { changing, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type AlterRequest = RequestOf<typeof AlterPartitionReassignments>;
type AlterResponse = ResponseInput<typeof AlterPartitionReassignments>;
type ListRequest = RequestOf<typeof ListPartitionReassignments>;
type ListResponse = ResponseInput<typeof ListPartitionReassignments>;
type Moving = ListResponse['topics'][number]['partitions'][number];

interface Wanted {
  readonly topic: string;
  readonly partition: number;
  /** Undefined: no move any more. */
  readonly replicas: readonly number[] | undefined;
}

export function reassignmentApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    changing(
      ports,
      servedApi(AlterPartitionReassignments, (request, context) => alter(ports, request, context)),
    ),
    servedApi(ListPartitionReassignments, (request, context) => list(ports, request, context)),
  ];
}

async function alter(
  ports: KafkaPorts,
  request: AlterRequest,
  context: RequestContext,
): Promise<AlterResponse> {
  const closed = ports.door.authorise(context.caller, 'cluster-admin', 'reassignments');
  if (closed !== undefined) return { throttleTimeMs: 0, ...refusalOf(closed, 'admin'), responses: [] };
  const responses: AlterResponse['responses'][number][] = [];
  for (const { name, partitions } of request.topics) {
    const outcomes: AlterResponse['responses'][number]['partitions'][number][] = [];
    for (const { partitionIndex, replicas } of partitions) {
      const wanted = { topic: name, partition: partitionIndex, replicas };
      outcomes.push({ partitionIndex, ...(await reassign(ports, wanted, context)) });
    }
    responses.push({ name, partitions: outcomes });
  }
  return { throttleTimeMs: 0, ...ACCEPTED, responses };
}

async function reassign(ports: KafkaPorts, wanted: Wanted, context: RequestContext): Promise<Refusal> {
  const { topic: stream, partition, replicas } = wanted;
  const { partitions } = ports.clusterAdmin;
  const { caller, signal } = context;
  const groups = ports.admin.find(stream)?.groups;
  if (groups?.[partition] === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION');
  const { view, move } = partitions.reportOf({ stream, partition });
  const change = { caller, signal, requestId: ports.newUuid(), stream };
  try {
    if (replicas === undefined) {
      if (move === undefined) return refusal('NO_REASSIGNMENT_IN_PROGRESS');
      await partitions.cancelMoves({ ...change, partitions: [partition] });
      return ACCEPTED;
    }
    const refused = refuseReplicas(replicas);
    if (refused !== undefined) return refused;
    const to = replicas.map((id) => nodeId(id));
    if (to.length === view.replicas.length && to.every((node, i) => node === view.replicas[i]))
      return ACCEPTED;
    if (move !== undefined)
      return refusal('REASSIGNMENT_IN_PROGRESS', 'the partition is moving already: cancel that, or wait');
    await partitions.move({ ...change, partition, to, dryRun: false });
    return ACCEPTED;
  } catch (thrown) {
    const error = asFlowError(thrown);
    if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-AlterPartitionReassignments');
    return refusalOf(error, 'assignment');
  }
}

function refuseReplicas(replicas: readonly number[]): Refusal | undefined {
  if (replicas.length === 0) return refusal('INVALID_REPLICA_ASSIGNMENT', 'no replica is named');
  const bad = replicas.find((id) => id < 1 || id > NODE_ID_MAX);
  if (bad !== undefined) return refusal('INVALID_REPLICA_ASSIGNMENT', `there is no broker ${bad}`);
  return undefined;
}

async function list(
  ports: KafkaPorts,
  request: ListRequest,
  { caller }: RequestContext,
): Promise<ListResponse> {
  try {
    const found = await ports.clusterAdmin.partitions.list(caller, {
      streams: [],
      node: undefined,
      filter: 'moving',
      after: undefined,
      size: Number.MAX_SAFE_INTEGER,
    });
    const wanted = new Map(request.topics?.map(({ name, partitionIndexes }) => [name, partitionIndexes]));
    const topics = new Map<string, Moving[]>();
    for (const report of found.partitions) {
      const { name, stream, partition } = report.view;
      if (stream.kind !== 'stream') continue;
      if (request.topics !== undefined && wanted.get(name)?.includes(partition) !== true) continue;
      topics.set(name, [...(topics.get(name) ?? []), moving(report)]);
    }
    const listed = [...topics].map(([name, partitions]) => ({ name, partitions }));
    return { throttleTimeMs: 0, ...ACCEPTED, topics: listed };
  } catch (thrown) {
    return { throttleTimeMs: 0, ...refusalOf(asFlowError(thrown), 'admin'), topics: [] };
  }
}

function moving({ view, move }: PartitionReport): Moving {
  const { adding = [], removing = [] } = move ?? {};
  return {
    partitionIndex: view.partition,
    replicas: [...new Set([...view.replicas, ...removing])],
    addingReplicas: adding,
    removingReplicas: removing,
  };
}
