/**
 * CreateTopics, DeleteTopics and CreatePartitions. Topics of one request are done one after the other, each with its own outcome. Where
 * replicas go is the cluster's decision, unless the request says it; the balancer may move them later all the same.
 */
import { FlowError, NODE_ID_MAX, nodeId } from '@flowmesh/base';
import { checkResourceConfig, checkResourceName } from '@flowmesh/engines';
import { CreatePartitions, CreateTopics, DeleteTopics, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { Placement, ResourceDescription } from '../../services/metadata/resource-admin.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { ErrorPlace, Refusal } from './errors.ts';
import { pass, servedApi } from './served-api.ts';
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
  await heardEverywhere(ports, topics, context);
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
  const closed = ports.door.authorise(caller, 'create', topic.name);
  if (closed !== undefined) return notCreated(topic, refusalOf(closed, 'create'));
  const refused = refuseTopic(ports, topic, config);
  if (refused !== undefined) return notCreated(topic, refused);
  const accepted = { name: topic.name, ...ACCEPTED, topicId: ZERO_UUID };
  const placement = topic.assignments.length > 0 ? placementOf(topic.assignments) : undefined;
  const wanted = {
    caller,
    name: topic.name,
    partitions: topic.numPartitions === DEFAULT ? undefined : topic.numPartitions,
    replicationFactor: topic.replicationFactor === DEFAULT ? undefined : topic.replicationFactor,
    placement,
    config,
    requestId: ports.newUuid(),
    timeoutMs: Math.min(Math.max(how.timeoutMs, 1), TIMEOUT_MS_MAX),
  };
  try {
    if (how.validateOnly) {
      const { partitions, replicationFactor } = ports.admin.rehearse(wanted);
      return { ...accepted, numPartitions: partitions, replicationFactor, configs: configsOf(config) };
    }
    return { ...accepted, ...shapeOf(await ports.admin.create(wanted, signal)) };
  } catch (thrown) {
    return notCreated(topic, told(ports, thrown, placement === undefined ? 'create' : 'assignment'));
  }
}

function shapeOf({ resource }: ResourceDescription): Omit<Created, 'name' | 'errorCode' | 'errorMessage'> {
  return {
    topicId: resource.uuid,
    numPartitions: resource.groups.length,
    replicationFactor: resource.replicationFactor,
    configs: configsOf(resource.config),
  };
}

function configsOf(config: Readonly<Record<string, string>>): Created['configs'] {
  return topicConfigs(config).map(({ name, value, configSource }) => ({
    name,
    value,
    configSource,
    readOnly: false,
    isSensitive: false,
  }));
}

/** In the order of the partitions. */
function placementOf(assignments: NewTopic['assignments']): Placement {
  return [...assignments]
    .sort((a, b) => a.partitionIndex - b.partitionIndex)
    .map(({ brokerIds }) => brokerIds.map((id) => nodeId(id)));
}

/** What is told before anything is proposed, each with a code of its own. */
function refuseTopic(
  { admin }: KafkaPorts,
  { name, assignments, numPartitions, replicationFactor }: NewTopic,
  config: Readonly<Record<string, string>>,
): Refusal | undefined {
  const badName = checkResourceName('stream', name);
  if (badName !== undefined) return refusal('INVALID_TOPIC_EXCEPTION', badName.message);
  if (assignments.length > 0 && (numPartitions !== DEFAULT || replicationFactor !== DEFAULT))
    return refusal('INVALID_REQUEST', 'an assignment says both numbers: leave them -1');
  const badPlaces =
    refuseAssignment(assignments.map(({ brokerIds }) => brokerIds)) ?? refuseGaps(assignments);
  if (badPlaces !== undefined) return refusal('INVALID_REPLICA_ASSIGNMENT', badPlaces);
  const badConfig = checkResourceConfig('stream', config);
  if (badConfig !== undefined) return refusalOf(badConfig, 'config');
  if (admin.find(name) !== undefined) return refusal('TOPIC_ALREADY_EXISTS', `topic ${name} exists`);
  return undefined;
}

/** What cannot be a placement whatever the nodes are; undefined where it could be one. */
function refuseAssignment(places: readonly (readonly number[])[]): string | undefined {
  const replicas = places[0]?.length ?? 1;
  if (replicas === 0) return 'a partition has no broker';
  if (places.some((brokers) => brokers.length !== replicas))
    return 'the partitions have different numbers of brokers';
  if (places.some((brokers) => new Set(brokers).size !== brokers.length))
    return 'a partition names a broker twice';
  const stranger = places.flat().find((id) => id < 1 || id > NODE_ID_MAX);
  return stranger === undefined ? undefined : `there is no broker ${stranger}`;
}

function refuseGaps(assignments: NewTopic['assignments']): string | undefined {
  const indexes = new Set(assignments.map(({ partitionIndex }) => partitionIndex));
  const complete = indexes.size === assignments.length && assignments.every((_, index) => indexes.has(index));
  return complete ? undefined : 'the partitions are not numbered from 0 without gaps';
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
    const closed = ports.door.authorise(caller, 'delete', name);
    if (closed !== undefined) {
      // Neither the name of an id is told, nor the id of a name.
      const told = refusalOf(closed, 'admin');
      const { errorMessage } = asked === undefined ? ACCEPTED : told;
      responses.push({ name: asked, topicId, errorCode: told.errorCode, errorMessage });
      continue;
    }
    const id = ports.admin.find(name)?.uuid ?? topicId;
    const outcome = await ports.admin.delete(caller, name, ports.newUuid(), signal).then(
      () => ACCEPTED,
      (thrown: unknown) => told(ports, thrown, 'admin'),
    );
    responses.push({ name, topicId: id, ...outcome });
  }
  await ports.copies.catchUp(signal);
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
      (thrown: unknown) => told(ports, thrown, topic.assignments === undefined ? 'create' : 'growth'),
    );
    results.push({ name: topic.name, ...outcome });
  }
  await heardEverywhere(ports, results, context);
  return { throttleTimeMs: 0, results };
}

async function growTopic(
  { admin, updates, newUuid, door }: KafkaPorts,
  { name, count, assignments }: MorePartitions,
  dryRun: boolean,
  { caller, signal }: RequestContext,
): Promise<void> {
  pass({ door }, caller, 'alter', name);
  const now = admin.find(name)?.groups.length;
  if (now !== undefined && count <= now) {
    throw new FlowError('INVALID_ARGUMENT', `topic ${name} has ${now} partitions; ${count} are not more`, {
      details: { field: 'partitions' },
    });
  }
  const places = assignments?.map(({ brokerIds }) => brokerIds);
  const bad = places === undefined ? undefined : refuseAssignment(places);
  if (bad !== undefined) throw new FlowError('INVALID_ARGUMENT', bad);
  await updates.update({
    caller,
    signal,
    requestId: newUuid(),
    name,
    set: {},
    unset: [],
    partitions: count,
    replicationFactor: undefined,
    placement: places?.map((brokers) => brokers.map((id) => nodeId(id))),
    dryRun,
  });
}

/** Clients ask whichever node they like next, and take it for an error where a partition has no leader. */
async function heardEverywhere(
  { admin, copies }: KafkaPorts,
  outcomes: readonly { readonly name: string; readonly errorCode: number }[],
  { signal }: RequestContext,
): Promise<void> {
  const changed = outcomes.filter(({ errorCode }) => errorCode === ACCEPTED.errorCode);
  await copies.catchUp(
    signal,
    changed.flatMap(({ name }) => admin.find(name)?.groups ?? []),
  );
}

function told(ports: KafkaPorts, thrown: unknown, place: ErrorPlace): Refusal {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-topics');
  return refusalOf(error, place);
}
