/**
 * DescribeConfigs, AlterConfigs and IncrementalAlterConfigs. Topics and share groups are configured; what brokers say of themselves is read only: nodes
 * take their configuration from their own file, and the cluster's is changed with flowmesh-admin.
 */
import { FlowError } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import { AlterConfigs, DescribeConfigs, IncrementalAlterConfigs } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { Caller } from '../../services/ports.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { alterGroup, describeGroup, GROUP, groupConfigs } from './group-configs.ts';
import { changing, pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';
import { isListKey, topicConfigs } from './topic-configs.ts';

type Described = ResponseInput<typeof DescribeConfigs>['results'][number];
type Question = RequestOf<typeof DescribeConfigs>['resources'][number];
type Replacement = RequestOf<typeof AlterConfigs>['resources'][number];
type Alteration = RequestOf<typeof IncrementalAlterConfigs>['resources'][number];

interface ConfigChange {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

const TOPIC = 2;
const BROKER = 4;
const OPERATION = { set: 0, delete: 1, append: 2, subtract: 3 } as const;
const STATIC_BROKER_CONFIG = 4;
const TYPE = { boolean: 1, text: 2, integer: 3 } as const;

export function configApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(DescribeConfigs, async (request, context) => describeConfigs(ports, request, context)),
    ...[
      servedApi(AlterConfigs, async ({ resources, validateOnly }, context) => ({
        throttleTimeMs: 0,
        responses: await alterAll(ports, resources, { context, validateOnly, changeOf: replacement }),
      })),
      servedApi(IncrementalAlterConfigs, async ({ resources, validateOnly }, context) => ({
        throttleTimeMs: 0,
        responses: await alterAll(ports, resources, { context, validateOnly, changeOf: alteration }),
      })),
    ].map((api) => changing(ports, api)),
  ];
}

function describeConfigs(
  ports: KafkaPorts,
  request: RequestOf<typeof DescribeConfigs>,
  context: RequestContext,
): ResponseInput<typeof DescribeConfigs> {
  const { caller } = context;
  const results = request.resources.map((question): Described => {
    const { resourceType, resourceName } = question;
    const place = { resourceType, resourceName };
    try {
      if (resourceType === TOPIC) {
        pass(ports, caller, 'describe-configs', resourceName);
        const { config } = topicOf(ports, resourceName);
        return { ...ACCEPTED, ...place, configs: describeTopic(question, config, request) };
      }
      if (resourceType === GROUP) {
        const how = { ...request, isAsked: (key: string) => isAsked(question, key) };
        return { ...ACCEPTED, ...place, configs: describeGroup(ports, context, resourceName, how) };
      }
      if (resourceType === BROKER) pass(ports, caller, 'describe-configs', '');
      if (resourceType === BROKER && isBroker(ports, caller, resourceName))
        return { ...ACCEPTED, ...place, configs: describeBroker(ports, question, request) };
      const refused = refusal(
        'INVALID_REQUEST',
        resourceType === BROKER
          ? `there is no broker ${resourceName}`
          : `resources of type ${resourceType} have no configuration`,
      );
      return { ...refused, ...place, configs: [] };
    } catch (error) {
      return { ...refusalOf(asFlowError(error), 'admin'), ...place, configs: [] };
    }
  });
  return { throttleTimeMs: 0, results };
}

function topicOf({ admin }: KafkaPorts, name: string): CatalogStream {
  const found = admin.find(name);
  if (found !== undefined) return found;
  throw new FlowError('NOT_FOUND', `topic ${name} does not exist`);
}

/** No name stands for the defaults of all. */
function isBroker({ cluster }: KafkaPorts, caller: Caller, name: string): boolean {
  return name === '' || cluster.metadata(caller, []).nodes.some(({ node }) => String(node.id) === name);
}

interface Detail {
  readonly includeSynonyms: boolean;
  readonly includeDocumentation: boolean;
}

function isAsked({ configurationKeys }: Question, name: string): boolean {
  return configurationKeys === undefined || configurationKeys.includes(name);
}

function describeTopic(
  question: Question,
  config: Readonly<Record<string, string>>,
  detail: Detail,
): Described['configs'] {
  return topicConfigs(config)
    .filter(({ name }) => isAsked(question, name))
    .map(({ name, value, configSource, configType, documentation, fallback }) => {
      const synonyms = [
        { name, value, source: configSource },
        ...(value === fallback ? [] : [{ name, value: fallback, source: 5 }]),
      ];
      return {
        name,
        value,
        readOnly: false,
        configSource,
        isSensitive: false,
        synonyms: detail.includeSynonyms ? synonyms : [],
        configType,
        documentation: detail.includeDocumentation ? documentation : undefined,
      };
    });
}

/** What tools ask brokers for, as it is here. */
function describeBroker({ cluster }: KafkaPorts, question: Question, detail: Detail): Described['configs'] {
  const { partitions, replicationFactor } = cluster.defaults();
  const known: readonly (readonly [name: string, value: string, type: number])[] = [
    ['auto.create.topics.enable', 'true', TYPE.boolean],
    ...(question.resourceName === '' ? [] : [['broker.id', question.resourceName, TYPE.integer] as const]),
    ['default.replication.factor', String(replicationFactor), TYPE.integer],
    ['delete.topic.enable', 'true', TYPE.boolean],
    ['num.partitions', String(partitions), TYPE.integer],
    ...topicConfigs({})
      .filter(({ name }) => BROKER_NAMES.has(name))
      .map(({ name, value, configType }) => [BROKER_NAMES.get(name) ?? name, value, configType] as const),
  ];
  return known
    .filter(([name]) => isAsked(question, name))
    .map(([name, value, configType]) => ({
      name,
      value,
      readOnly: true,
      configSource: STATIC_BROKER_CONFIG,
      isSensitive: false,
      synonyms: detail.includeSynonyms ? [{ name, value, source: STATIC_BROKER_CONFIG }] : [],
      configType,
      documentation: undefined,
    }));
}

/** Defaults of topics, as the configuration of Kafka's brokers calls them. */
const BROKER_NAMES: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'log.cleanup.policy'],
  ['max.message.bytes', 'message.max.bytes'],
  ['message.timestamp.type', 'log.message.timestamp.type'],
  ['min.insync.replicas', 'min.insync.replicas'],
  ['retention.bytes', 'log.retention.bytes'],
  ['retention.ms', 'log.retention.ms'],
]);

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string }[];
}

interface Outcome extends Refusal {
  readonly resourceType: number;
  readonly resourceName: string;
}

async function alterAll<R extends Resource>(
  ports: KafkaPorts,
  resources: readonly R[],
  how: {
    readonly context: RequestContext;
    readonly validateOnly: boolean;
    readonly changeOf: (resource: R, current: Readonly<Record<string, string>>) => ConfigChange;
  },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const resource of resources) {
    const { resourceType, resourceName } = resource;
    const outcome = await alterOne(ports, resource, how).then(
      () => ACCEPTED,
      (thrown: unknown) => {
        const error = asFlowError(thrown);
        if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-configs');
        return refusalOf(error, resourceType === BROKER ? 'admin' : 'config');
      },
    );
    outcomes.push({ ...outcome, resourceType, resourceName });
  }
  return outcomes;
}

async function alterOne<R extends Resource>(
  ports: KafkaPorts,
  resource: R,
  how: {
    readonly context: RequestContext;
    readonly validateOnly: boolean;
    readonly changeOf: (resource: R, current: Readonly<Record<string, string>>) => ConfigChange;
  },
): Promise<void> {
  const { resourceType, resourceName: name, configs } = resource;
  const { caller, signal } = how.context;
  if (resourceType !== GROUP) pass(ports, caller, 'alter-configs', resourceType === TOPIC ? name : '');
  if (resourceType !== TOPIC && resourceType !== GROUP) {
    // Tools take limits away after a move, whether they had set any or not.
    const changesNothing =
      resourceType === BROKER && Object.keys(how.changeOf(resource, {}).set).length === 0;
    if (changesNothing) return;
    throw new FlowError('INVALID_ARGUMENT', 'only topics and groups are configured over this protocol', {
      hint: 'Change the cluster with: flowmesh-admin config set.',
    });
  }
  const twice = configs.find((one, at) => configs.findIndex((other) => other.name === one.name) !== at);
  if (twice !== undefined) throw new FlowError('INVALID_ARGUMENT', `${twice.name} is named more than once`);
  const current =
    resourceType === GROUP ? groupConfigs(ports, how.context, name) : topicOf(ports, name).config;
  const change = how.changeOf(resource, current);
  // A request may name no key at all, or take away what is not set.
  if (Object.keys(change.set).length + change.unset.length === 0) return;
  if (resourceType === GROUP)
    return await alterGroup(ports, how.context, name, { ...change, dryRun: how.validateOnly });
  await ports.updates.update({
    caller,
    signal,
    requestId: ports.newUuid(),
    name,
    ...change,
    partitions: undefined,
    replicationFactor: undefined,
    dryRun: how.validateOnly,
  });
}

/** What is not named goes back to its default. */
function replacement({ configs }: Replacement, current: Readonly<Record<string, string>>): ConfigChange {
  const set: Record<string, string> = {};
  for (const { name, value } of configs) set[name] = given(name, value);
  return { set, unset: Object.keys(current).filter((name) => !Object.hasOwn(set, name)) };
}

function alteration({ configs }: Alteration, current: Readonly<Record<string, string>>): ConfigChange {
  const set: Record<string, string> = {};
  const unset: string[] = [];
  const now = new Map(topicConfigs(current).map(({ name, value }) => [name, value]));
  for (const { name, configOperation, value } of configs) {
    if (configOperation === OPERATION.delete) {
      // A key that is not set is gone already, also one that does not exist here.
      if (Object.hasOwn(current, name)) unset.push(name);
    } else if (configOperation === OPERATION.set) set[name] = given(name, value);
    else set[name] = edited(name, { now: now.get(name) ?? '', value: given(name, value), configOperation });
  }
  return { set, unset };
}

function edited(
  name: string,
  { now, value, configOperation }: { now: string; value: string; configOperation: number },
): string {
  if (!isListKey(name))
    throw new FlowError('INVALID_ARGUMENT', `${name} is no list; nothing can be appended or subtracted`);
  const items = now.split(',').filter((item) => item !== '');
  const named = value.split(',').map((item) => item.trim());
  if (configOperation === OPERATION.append) return [...new Set([...items, ...named])].join(',');
  if (configOperation === OPERATION.subtract) return items.filter((item) => !named.includes(item)).join(',');
  throw new FlowError('INVALID_ARGUMENT', `there is no operation ${configOperation} on configuration keys`);
}

function given(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new FlowError('INVALID_ARGUMENT', `${name} has no value`, { hint: 'Delete the key instead.' });
}
