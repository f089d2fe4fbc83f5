/**
 * Metadata, DescribeCluster and FindCoordinator: where to go. Leaders that a Kafka client cannot reach are none for it. A topic that is
 * missing is created where the request allows it, and answered when its partitions have leaders: clients begin to write at once. Where an
 * election is under way, the answer waits for it.
 */
import { FlowError, isFlowError, nodeId } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import { checkResourceName } from '@flowmesh/engines';
import { DescribeCluster, FindCoordinator, Metadata, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { ClusterMetadata } from '../../services/metadata/cluster-view.ts';
import type { PartitionDescription } from '../../services/metadata/resource-admin.ts';
import { brokerOf, brokersOf } from './brokers.ts';
import type { Broker } from './brokers.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import { pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type MetadataTopic = NonNullable<ResponseInput<typeof Metadata>['topics']>[number];
type FoundCoordinator = ResponseInput<typeof FindCoordinator>['coordinators'][number];

const CREATE_TIMEOUT_MS = 10_000;
/** Topics that one request creates; the rest is told to come again. */
const CREATES_MAX = 20;
const BROKERS = 1;
/** Of what a coordinator is asked for. */
const KEY_TYPES: readonly string[] = ['group', 'transaction'];

export function metadataApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(Metadata, (request, context) => metadata(ports, request, context)),
    servedApi(DescribeCluster, async (request, { caller }) => describeCluster(ports, request, caller)),
    servedApi(FindCoordinator, (request, context) => findCoordinator(ports, request, context)),
  ];
}

async function metadata(
  ports: KafkaPorts,
  request: RequestOf<typeof Metadata>,
  context: RequestContext,
): Promise<ResponseInput<typeof Metadata>> {
  const { version } = context;
  const { topics } = request;
  const all = topics === undefined || (version === 0 && topics.length === 0);
  const wanted = all ? [] : topics.map((topic) => named(ports, topic));
  const names = wanted.flatMap(({ name }) => (name !== undefined && isName(name) ? [name] : []));
  if (request.allowAutoTopicCreation) await createMissing(ports, names, context);
  const found = await withLeaders(ports, all ? 'all' : [...new Set(names)], context);
  const view = new MetadataView(found, ports.listener);
  const known = new Map(found.streams.map((stream) => [stream.name, stream]));
  const answered = all
    ? found.streams.map((stream) => view.topic(stream.name, undefined, stream))
    : wanted.map(({ name, topicId }) => view.topic(name, topicId, known.get(name ?? '')));
  return {
    throttleTimeMs: 0,
    brokers: view.brokers,
    clusterId: found.clusterId,
    controllerId: view.controller,
    topics: answered,
    errorCode: 0,
  };
}

/** Waits for the elections that are under way in what the caller may see: several clients take a listing with one leaderless topic for none. */
async function withLeaders(
  { admin, cluster, patience }: KafkaPorts,
  names: readonly string[] | 'all',
  { caller, signal }: RequestContext,
): Promise<ClusterMetadata> {
  const found = cluster.metadata(caller, names);
  const visible = found.streams.filter((stream) => stream.found !== undefined);
  const groups = visible.flatMap(({ name }) => admin.find(name)?.groups ?? []);
  return (await patience.wait(groups, signal)) ? cluster.metadata(caller, names) : found;
}

interface WantedTopic {
  readonly name: string | undefined;
  /** As it was asked for; undefined where it was asked for by name. */
  readonly topicId: string | undefined;
}

function named(
  { cluster }: KafkaPorts,
  topic: { readonly name: string | undefined; readonly topicId: string },
): WantedTopic {
  if (topic.name !== undefined || topic.topicId === ZERO_UUID)
    return { name: topic.name, topicId: undefined };
  return { name: cluster.streamName(topic.topicId), topicId: topic.topicId };
}

function isName(name: string): boolean {
  return checkResourceName('stream', name) === undefined;
}

/** Whatever cannot be created now is told by the topic's error. */
async function createMissing(
  ports: KafkaPorts,
  names: readonly string[],
  { caller, signal }: RequestContext,
): Promise<void> {
  const missing = [...new Set(names)].filter((name) => ports.admin.find(name) === undefined);
  if (missing.length === 0) return;
  await Promise.all(
    missing.slice(0, CREATES_MAX).map(async (name) => {
      const wanted = {
        caller,
        name,
        partitions: undefined,
        replicationFactor: undefined,
        config: {},
        requestId: ports.newUuid(),
        timeoutMs: CREATE_TIMEOUT_MS,
      };
      await ports.admin.create(wanted, signal).catch((error: unknown) => {
        if (!isFlowError(error)) throw error;
      });
    }),
  );
  const groups = missing.flatMap((name) => ports.admin.find(name)?.groups ?? []);
  await ports.copies.catchUp(signal, groups);
}

/** One answer's brokers, and topics in terms of them. */
export class MetadataView {
  readonly brokers: readonly Broker[];
  readonly controller: number;
  private readonly reachable: ReadonlySet<NodeId>;
  private readonly alive: ReadonlySet<NodeId>;

  constructor({ nodes, controller }: ClusterMetadata, listener: string) {
    this.brokers = brokersOf(nodes, listener);
    this.reachable = new Set(this.brokers.map((broker) => broker.nodeId));
    this.alive = new Set(nodes.filter(({ alive }) => alive).map(({ node }) => node.id));
    // Any node takes what is meant for the controller; the one that leads the metadata saves a hop.
    const leads = controller !== undefined && this.reachable.has(controller) ? controller : undefined;
    this.controller = leads ?? this.brokers[0]?.nodeId ?? -1;
  }

  topic(
    name: string | undefined,
    topicId: string | undefined,
    stream: ClusterMetadata['streams'][number] | undefined,
  ): MetadataTopic {
    const { found, denied } = stream ?? {};
    if (found === undefined) {
      const error =
        denied === undefined ? missingTopic(name, topicId) : refusalOf(denied, 'common').errorCode;
      // What may not be seen is not named to somebody who came with its id.
      const told = denied !== undefined && topicId !== undefined ? undefined : name;
      return { errorCode: error, name: told, topicId: topicId ?? ZERO_UUID, partitions: [] };
    }
    return {
      errorCode: 0,
      name: found.resource.name,
      topicId: found.resource.uuid,
      partitions: found.partitions.map((partition) => this.partition(partition)),
    };
  }

  private partition({
    partition,
    leader,
    leaderEpoch,
    replicas,
    summary,
  }: PartitionDescription): MetadataTopic['partitions'][number] {
    const leads = leader !== undefined && this.reachable.has(leader);
    return {
      errorCode: leads ? 0 : refusal('LEADER_NOT_AVAILABLE').errorCode,
      partitionIndex: partition,
      leaderId: leads ? leader : -1,
      leaderEpoch,
      replicaNodes: replicas,
      // Before its leader has told, the leader itself is all that is known to be in sync.
      isrNodes: summary?.inSync ?? (leader === undefined ? [] : [leader]),
      offlineReplicas: replicas.filter((node) => !this.alive.has(node)),
    };
  }
}

function missingTopic(name: string | undefined, topicId: string | undefined): number {
  if (topicId !== undefined) return refusal('UNKNOWN_TOPIC_ID').errorCode;
  if (name === undefined || !isName(name)) return refusal('INVALID_TOPIC_EXCEPTION').errorCode;
  return refusal('UNKNOWN_TOPIC_OR_PARTITION').errorCode;
}

function describeCluster(
  ports: KafkaPorts,
  request: RequestOf<typeof DescribeCluster>,
  caller: RequestContext['caller'],
): ResponseInput<typeof DescribeCluster> {
  const found = ports.cluster.metadata(caller, []);
  const view = new MetadataView(found, ports.listener);
  const { clusterId } = found;
  const common = { throttleTimeMs: 0, endpointType: request.endpointType, clusterId };
  if (request.endpointType !== BROKERS) {
    const refused = refusal('UNSUPPORTED_ENDPOINT_TYPE', 'there are no controllers apart from the brokers');
    return { ...common, ...refused, brokers: [] };
  }
  const brokers = view.brokers.map(({ nodeId: brokerId, host, port, rack }) => ({
    brokerId,
    host,
    port,
    rack,
    isFenced: false,
  }));
  return { ...common, ...ACCEPTED, controllerId: view.controller, brokers };
}

async function findCoordinator(
  ports: KafkaPorts,
  request: RequestOf<typeof FindCoordinator>,
  { caller, version, signal }: RequestContext,
): Promise<ResponseInput<typeof FindCoordinator>> {
  const keys = version >= 4 ? request.coordinatorKeys : [request.key];
  const coordinators = await Promise.all(
    keys.map((key) => coordinatorOf(ports, { caller, key, keyType: request.keyType, signal })),
  );
  const [first] = coordinators;
  const { errorCode = 0, errorMessage, nodeId: node = -1, host = '', port = -1 } = first ?? {};
  return { throttleTimeMs: 0, errorCode, errorMessage, nodeId: node, host, port, coordinators };
}

interface CoordinatorQuestion {
  readonly caller: RequestContext['caller'];
  readonly key: string;
  readonly keyType: number;
  readonly signal: AbortSignal;
}

async function coordinatorOf(
  ports: KafkaPorts,
  { caller, key, keyType, signal }: CoordinatorQuestion,
): Promise<FoundCoordinator> {
  const nowhere = { key, nodeId: -1, host: '', port: -1 };
  const kind = KEY_TYPES[keyType];
  if (kind === undefined)
    return { ...nowhere, ...refusal('INVALID_REQUEST', `coordinators of type ${keyType} are not served`) };
  try {
    pass(ports, caller, 'describe', `${kind}:${key}`);
    const { group } = await ports.coordination.find(key);
    await ports.patience.wait(group === undefined ? [] : [group], signal);
    const leader = group === undefined ? undefined : ports.leaders.leaderOf(group);
    const broker = leader === undefined ? undefined : brokerOf(ports, nodeId(leader.node));
    if (broker === undefined) throw new FlowError('NO_LEADER', 'the coordinator has no leader to be reached');
    return { key, nodeId: broker.nodeId, host: broker.host, port: broker.port, ...ACCEPTED };
  } catch (error) {
    return { ...nowhere, ...refusalOf(asFlowError(error), 'coordinator') };
  }
}
