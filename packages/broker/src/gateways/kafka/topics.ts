/**
 * CreateTopics, DeleteTopics and CreatePartitions. Topics of one request are done one after the other, each with its own outcome. Where
 * replicas go is the cluster's decision: a request that brings an assignment is refused.
 */
import { FlowError } from '@flowmesh/base';
import { checkResourceConfig, checkResourceName } from '@flowmesh/engines';
import { CreatePartitions, CreateTopics, DeleteTopics, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { ResourceDescription } from '../../services/metadata/resource-admin.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { ErrorPlace, Refusal } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';
import { topicConfigs } from './topic-configs.ts';

type NewTopic = RequestOf<typeof CreateTopics>['topics'][number];
type Created = ResponseInput<typeof CreateTopics>['topics'][number];
type MorePartitions = RequestOf<typeof CreatePartitions>['topics'][number];

const DEFAULT = -1;
const TIMEOUT_MS_MAX = 600_000;
const IDS_SINCE = 6;

export function topicApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(CreateTopics, (request, context) => createTopics(ports, request, context)),
    servedApi(DeleteTopics, (request, context) => deleteTopics(ports, request, context)),
    servedApi(CreatePartitions, (request, context) => createPartitions(ports, request, context)),
  ];
}

async function createTopics(
  ports: KafkaPorts,
  request: RequestOf<typeof CreateTopics>,
  context: RequestContext,
): Promise<ResponseInput<typeof CreateTopics>> {
  const { timeoutMs, validateOnly } = request;
  const topics: Created[] = [];
  for (const topic of request.topics) {
    const repeated = request.topics.filter(({ name }) => name === topic.name).length > 1;
    topics.push(
      repeated
        ? notCreated(topic, refusal('INVALID_REQUEST', 'the topic is named more than once'))
        : await createTopic(ports, topic, { context, timeoutMs, validateOnly }),
    );
  }
  return { throttleTimeMs: 0, topics };
}

async function createTopic(
  ports: KafkaPorts,
  topic: NewTopic,
  how: { readonly context: RequestContext; readonly timeoutMs: number; readonly validateOnly: boolean },
): Promise<Created> {
  const { caller, signal } = how.context;
  const config = Object.fromEntries(
    topic.configs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
  const refused = refuseTopic(ports, topic, config);
  if (refused !== undefined) return notCreated(topic, refused);
  const accepted = { name: topic.name, ...ACCEPTED, topicId: ZERO_UUID };
  if (how.validateOnly) return { ...accepted, configs: undefined };
  try {
    const made = await ports.admin.create(
      {
        caller,
        name: topic.name,
        partitions: topic.numPartitions === DEFAULT ? undefined : topic.numPartitions,
        replicationFactor: topic.replicationFactor === DEFAULT ? undefined : topic.replicationFactor,
        config,
        requestId: ports.newUuid(),
        timeoutMs: Math.min(Math.max(how.timeoutMs, 1), TIMEOUT_MS_MAX),
      },
      signal,
    );
    return { ...accepted, ...shapeOf(made) };
  } catch (thrown) {
    return notCreated(topic, told(ports, thrown, 'create'));
  }
}

function shapeOf({ resource }: ResourceDescription): Omit<Created, 'name' | 'errorCode' | 'errorMessage'> {
  return {
    topicId: resource.uuid,
    numPartitions: resource.groups.length,
    replicationFactor: resource.replicationFactor,
    configs: topicConfigs(resource.config).map(({ name, value, configSource }) => ({
      name,
      value,
      configSource,
      readOnly: false,
      isSensitive: false,
    })),
  };
}

/** What is told before anything is proposed, each with a code of its own. */
function refuseTopic(
  { admin }: KafkaPorts,
  { name, assignments }: NewTopic,
  config: Readonly<Record<string, string>>,
): Refusal | undefined {
  const badName = checkResourceName('stream', name);
  if (badName !== undefined) return refusal('INVALID_TOPIC_EXCEPTION', badName.message);
  if (assignments.length > 0)
    return refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      'the cluster places replicas itself: leave the assignment out',
    );
  const badConfig = checkResourceConfig('stream', config);
  if (badConfig !== undefined) return refusalOf(badConfig, 'config');
  if (admin.find(name) !== undefined) return refusal('TOPIC_ALREADY_EXISTS', `topic ${name} exists`);
  return undefined;
}

function notCreated({ name }: NewTopic, refused: Refusal): Created {
  return { name, topicId: ZERO_UUID, ...refused, configs: undefined };
}

async function deleteTopics(
  ports: KafkaPorts,
  request: RequestOf<typeof DeleteTopics>,
  { caller, signal, version }: RequestContext,
): Promise<ResponseInput<typeof DeleteTopics>> {
  const wanted =
    version >= IDS_SINCE ? request.topics : request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }));
  const responses: ResponseInput<typeof DeleteTopics>['responses'][number][] = [];
  for (const { name: asked, topicId } of wanted) {
    const name = asked ?? ports.cluster.streamName(topicId);
    if (name === undefined) {
      responses.push({ name, topicId, ...refusal('UNKNOWN_TOPIC_ID') });
      continue;
    }
    const id = ports.admin.find(name)?.uuid ?? topicId;
    const outcome = await ports.admin.delete(caller, name, ports.newUuid(), signal).then(
      () => ACCEPTED,
      (thrown: unknown) => told(ports, thrown, 'admin'),
    );
    responses.push({ name, topicId: id, ...outcome });
  }
  return { throttleTimeMs: 0, responses };
}

async function createPartitions(
  ports: KafkaPorts,
  { topics, validateOnly }: RequestOf<typeof CreatePartitions>,
  context: RequestContext,
): Promise<ResponseInput<typeof CreatePartitions>> {
  const results: ResponseInput<typeof CreatePartitions>['results'][number][] = [];
  for (const topic of topics) {
    const outcome = await growTopic(ports, topic, validateOnly, context).then(
      () => ACCEPTED,
      (thrown: unknown) => told(ports, thrown, 'create'),
    );
    results.push({ name: topic.name, ...outcome });
  }
  return { throttleTimeMs: 0, results };
}

async function growTopic(
  { admin, updates, newUuid }: KafkaPorts,
  { name, count, assignments }: MorePartitions,
  dryRun: boolean,
  { caller, signal }: RequestContext,
): Promise<void> {
  const now = admin.find(name)?.groups.length;
  if (now !== undefined && count <= now) {
    throw new FlowError('INVALID_ARGUMENT', `topic ${name} has ${now} partitions; ${count} are not more`, {
      details: { field: 'partitions' },
    });
  }
  if (assignments !== undefined && assignments.length > 0)
    throw new FlowError('INVALID_ARGUMENT', 'the cluster places replicas itself: leave the assignment out');
  await updates.update({
    caller,
    signal,
    requestId: newUuid(),
    name,
    set: {},
    unset: [],
    partitions: count,
    replicationFactor: undefined,
    dryRun,
  });
}

function told(ports: KafkaPorts, thrown: unknown, place: ErrorPlace): Refusal {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-topics');
  return refusalOf(error, place);
}
