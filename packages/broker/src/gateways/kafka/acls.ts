/**
 * DescribeAcls, CreateAcls and DeleteAcls: rules of Kafka are grants of users (`User:name`). Rules are for users that exist and for every host;
 * what Kafka has no resource for (queues, buckets) is not told here.
 */
import type { CatalogUser, Grant, GrantOperation, GrantResource } from '@flowmesh/engines';
import { grantKey, USER_NAME } from '@flowmesh/engines';
import { CreateAcls, DeleteAcls, DescribeAcls } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { changing, pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Creation = RequestOf<typeof CreateAcls>['creations'][number];
type Filter = RequestOf<typeof DeleteAcls>['filters'][number];
type Matching = ResponseInput<typeof DeleteAcls>['filterResults'][number]['matchingAcls'][number];

const ANY = 1;
const RESOURCES: ReadonlyMap<number, GrantResource> = new Map([
  [2, 'stream'],
  [3, 'group'],
  [4, 'cluster'],
  [5, 'transaction'],
]);
const OPERATIONS: ReadonlyMap<number, GrantOperation> = new Map([
  [2, 'all'],
  [3, 'read'],
  [4, 'write'],
  [5, 'create'],
  [6, 'delete'],
  [7, 'alter'],
  [8, 'describe'],
  [9, 'cluster-action'],
  [10, 'describe-configs'],
  [11, 'alter-configs'],
  [12, 'idempotent-write'],
]);
const MATCH = 2;
const LITERAL = 3;
const PREFIXED = 4;
const DENY = 2;
const ALLOW = 3;
const EVERY_HOST = '*';
const USER = 'User:';
/** What Kafka calls its one resource of the type cluster. */
const CLUSTER_NAME = 'kafka-cluster';

/** A grant as Kafka tells it. */
interface Rule {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

export function aclApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(DescribeAcls, async (request, context) => describeAcls(ports, request, context)),
    changing(
      ports,
      servedApi(CreateAcls, (request, context) => createAcls(ports, request, context)),
    ),
    changing(
      ports,
      servedApi(DeleteAcls, (request, context) => deleteAcls(ports, request, context)),
    ),
  ];
}

function describeAcls(
  { clusterAdmin }: KafkaPorts,
  filter: RequestOf<typeof DescribeAcls>,
  { caller }: RequestContext,
): ResponseInput<typeof DescribeAcls> {
  try {
    const rules = clusterAdmin.users.list(caller).flatMap(rulesOf);
    const found = rules.filter(({ rule }) => fits(rule, filter)).map(({ rule }) => rule);
    const groups = Map.groupBy(found, (rule) =>
      [rule.resourceType, rule.patternType, rule.resourceName].join(' '),
    );
    const resources = [...groups.values()].flatMap((acls) => {
      const [first] = acls;
      return first === undefined ? [] : [{ ...first, acls }];
    });
    return { throttleTimeMs: 0, ...ACCEPTED, resources };
  } catch (thrown) {
    return { throttleTimeMs: 0, ...refusalOf(asFlowError(thrown), 'admin'), resources: [] };
  }
}

async function createAcls(
  ports: KafkaPorts,
  { creations }: RequestOf<typeof CreateAcls>,
  context: RequestContext,
): Promise<ResponseInput<typeof CreateAcls>> {
  const read = creations.map(grantOf);
  const byUser = Map.groupBy(
    read.filter((one) => 'grant' in one),
    ({ user }) => user,
  );
  const outcomes = new Map<string, Refusal>();
  for (const [user, granted] of byUser) {
    const add = granted.map(({ grant }) => grant);
    outcomes.set(user, await change(ports, context, { user, add, remove: [] }));
  }
  const results = read.map((one) => ('grant' in one ? (outcomes.get(one.user) ?? ACCEPTED) : one));
  return { throttleTimeMs: 0, results };
}

async function deleteAcls(
  ports: KafkaPorts,
  { filters }: RequestOf<typeof DeleteAcls>,
  context: RequestContext,
): Promise<ResponseInput<typeof DeleteAcls>> {
  const filterResults: ResponseInput<typeof DeleteAcls>['filterResults'][number][] = [];
  for (const filter of filters) {
    try {
      pass(ports, context.caller, 'cluster-admin', 'users');
      const matchingAcls: Matching[] = [];
      for (const user of ports.clusterAdmin.users.list(context.caller)) {
        const found = rulesOf(user).filter(({ rule }) => fits(rule, filter));
        if (found.length === 0) continue;
        const remove = found.map(({ grant }) => grant);
        const outcome = await change(ports, context, { user: user.name, add: [], remove });
        matchingAcls.push(...found.map(({ rule }) => ({ ...outcome, ...rule })));
      }
      filterResults.push({ ...ACCEPTED, matchingAcls });
    } catch (thrown) {
      filterResults.push({ ...refusalOf(asFlowError(thrown), 'admin'), matchingAcls: [] });
    }
  }
  return { throttleTimeMs: 0, filterResults };
}

async function change(
  { clusterAdmin, newUuid }: KafkaPorts,
  { caller, signal }: RequestContext,
  {
    user,
    add,
    remove,
  }: { readonly user: string; readonly add: readonly Grant[]; readonly remove: readonly Grant[] },
): Promise<Refusal> {
  const request = { caller, signal, requestId: newUuid(), name: user, add, remove };
  return await clusterAdmin.users.changeGrants(request).then(
    () => ACCEPTED,
    (thrown: unknown) => {
      const error = asFlowError(thrown);
      return error.code === 'NOT_FOUND'
        ? refusal('INVALID_REQUEST', `${error.message}: rules are for users that there are`)
        : refusalOf(error, 'admin');
    },
  );
}

function grantOf(rule: Creation): { readonly user: string; readonly grant: Grant } | Refusal {
  const resource = RESOURCES.get(rule.resourceType);
  const operation = OPERATIONS.get(rule.operation);
  const literal = rule.resourcePatternType === LITERAL;
  if (resource === undefined) return invalid(`resources of type ${rule.resourceType} have no rules`);
  if (operation === undefined) return invalid(`operation ${rule.operation} cannot be granted`);
  if (!literal && rule.resourcePatternType !== PREFIXED) return invalid('patterns are literal or prefixed');
  if (rule.host !== EVERY_HOST) return invalid('rules are for every host (*)');
  if (rule.permissionType !== ALLOW && rule.permissionType !== DENY) return invalid('rules allow or deny');
  const user = rule.principal.startsWith(USER) ? rule.principal.slice(USER.length) : '';
  if (!USER_NAME.test(user)) return invalid(`${rule.principal} is not User: and the name of a user`);
  if (rule.resourceName === '') return invalid('the name of the resource is missing');
  const cluster = resource === 'cluster';
  if (cluster && (rule.resourceName !== CLUSTER_NAME || !literal))
    return invalid(`the cluster is ${CLUSTER_NAME}`);
  const grant: Grant = {
    resource,
    name: cluster ? '*' : rule.resourceName,
    match: literal ? 'literal' : 'prefix',
    operation,
    effect: rule.permissionType === ALLOW ? 'allow' : 'deny',
  };
  return { user, grant };
}

function invalid(why: string): Refusal {
  return refusal('INVALID_REQUEST', why);
}

/** In the order of their keys, as the user has them. */
function rulesOf(user: CatalogUser): readonly { readonly grant: Grant; readonly rule: Rule }[] {
  const numbers = (table: ReadonlyMap<number, string>, value: string): number =>
    [...table].find(([, name]) => name === value)?.[0] ?? 0;
  return [...user.grants]
    .sort((a, b) => (grantKey(a) < grantKey(b) ? -1 : 1))
    .map((grant) => ({
      grant,
      rule: {
        resourceType: numbers(RESOURCES, grant.resource),
        resourceName: grant.resource === 'cluster' ? CLUSTER_NAME : grant.name,
        patternType: grant.match === 'literal' ? LITERAL : PREFIXED,
        principal: `${USER}${user.name}`,
        host: EVERY_HOST,
        operation: numbers(OPERATIONS, grant.operation),
        permissionType: grant.effect === 'allow' ? ALLOW : DENY,
      },
    }))
    .filter(({ rule }) => rule.resourceType !== 0);
}

function fits(rule: Rule, filter: Omit<Filter, never>): boolean {
  const is = (asked: number, value: number): boolean => asked === ANY || asked === value;
  return (
    is(filter.resourceTypeFilter, rule.resourceType) &&
    is(filter.operation, rule.operation) &&
    is(filter.permissionType, rule.permissionType) &&
    (filter.principalFilter === undefined || filter.principalFilter === rule.principal) &&
    (filter.hostFilter === undefined || filter.hostFilter === rule.host) &&
    fitsName(rule, filter)
  );
}

/** `match`: every rule that concerns a resource of that name. */
function fitsName(rule: Rule, { resourceNameFilter: name, patternTypeFilter: pattern }: Filter): boolean {
  if (pattern !== ANY && pattern !== MATCH && pattern !== rule.patternType) return false;
  if (name === undefined || name === rule.resourceName) return true;
  if (pattern !== MATCH) return false;
  return rule.patternType === PREFIXED ? name.startsWith(rule.resourceName) : rule.resourceName === '*';
}
