/**
 * Dynamic configuration as operators read and change it, by scope: `cluster`, `node:<id>` (overrides of the cluster's), `stream:<name>`,
 * `queue:<name>`, `bucket:<name>`, `coordinator:<name>`, `group:<name>` (of share groups).
 * Every key is listed with where its value comes from.
 */
import { FlowError } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import {
  CLUSTER_CONFIG_KEYS,
  CLUSTER_SCOPE,
  CONFIG_TABLES,
  GROUP_KEYS,
  groupOfScope,
  groupScope,
  NODE_KEYS,
  nodeOfScope,
  nodeScope,
} from '@flowmesh/engines';
import type {
  CatalogCommand,
  CatalogStream,
  ClusterConfigKey,
  KeySpec,
  ResourceKind,
} from '@flowmesh/engines';
import type { Action, Caller } from '../ports.ts';
import { callerName, findNode, findResource, pass, propose, rehearse } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';

type Source = 'default' | 'cluster' | 'node' | 'group' | ResourceKind;

export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  readonly source: Source;
  readonly defaultValue: string;
  readonly description: string;
  /** In words, with the range or the choices. */
  readonly type: string;
}

export interface ConfigChange extends Change {
  readonly scope: string;
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  readonly dryRun: boolean;
}

type Values = Readonly<Record<string, string>>;

type Scope =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'node'; readonly node: NodeId }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'resource'; readonly resource: CatalogStream };

const RESOURCE_KINDS = Object.keys(CONFIG_TABLES) as ResourceKind[];

export class ConfigAdmin {
  private readonly ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>;

  constructor(ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>) {
    this.ports = ports;
  }

  /** By key. */
  get(caller: Caller, scope: string): readonly ConfigEntry[] {
    pass(this.ports.door, caller, groupOfScope(scope) === undefined ? 'cluster' : 'describe-configs', scope);
    const parsed = this.parse(scope);
    return this.entries(parsed, this.valuesOf(parsed));
  }

  /** Groups that have a configuration of their own, by name. */
  groups(): readonly string[] {
    return this.ports.catalog.machine.configuredGroups();
  }

  /** The entries that are different afterwards, as they are then. */
  async set(change: ConfigChange): Promise<readonly ConfigEntry[]> {
    const { catalog, door } = this.ports;
    const { caller, scope, set, unset, dryRun, signal } = change;
    pass(door, caller, actionOf(scope), scope);
    if (Object.keys(set).length + unset.length === 0) {
      throw new FlowError('INVALID_ARGUMENT', 'no key is to be set or unset', {
        hint: `Name at least one; the keys there are: flowmesh-admin config get ${scope}`,
      });
    }
    const parsed = this.parse(scope);
    const before = this.valuesOf(parsed);
    const command = this.commandOf(change, parsed);
    if (dryRun) rehearse(catalog, command);
    else if (command.kind === 'alter-stream') await propose(catalog, command, 'stream-altered', signal);
    else await propose(catalog, command, 'config-set', signal);
    const after = new Map(Object.entries(before));
    for (const key of unset) after.delete(key);
    for (const [key, value] of Object.entries(set)) after.set(key, value);
    const earlier = new Map(this.entries(parsed, before).map((entry) => [entry.key, entry]));
    return this.entries(parsed, Object.fromEntries(after)).filter((entry) => {
      const was = earlier.get(entry.key);
      return was?.value !== entry.value || was.source !== entry.source;
    });
  }

  private commandOf({ caller, requestId, scope, set, unset }: ConfigChange, parsed: Scope): CatalogCommand {
    const common = { requestId, timeMs: this.ports.clock.wallMs(), by: callerName(caller), set, unset };
    return parsed.kind === 'resource'
      ? { kind: 'alter-stream', ...common, uuid: parsed.resource.uuid }
      : { kind: 'set-config', ...common, scope };
  }

  private parse(scope: string): Scope {
    const { catalog } = this.ports;
    if (scope === CLUSTER_SCOPE) return { kind: 'cluster' };
    const named = resourceScope(scope);
    const group = groupOfScope(scope);
    if (group !== undefined) return { kind: 'group', group };
    if (named !== undefined)
      return { kind: 'resource', resource: findResource(catalog, named.kind, named.name) };
    const node = nodeOfScope(scope);
    if (node === undefined) {
      throw new FlowError('INVALID_ARGUMENT', `'${scope.slice(0, 100)}' is no scope of the configuration`, {
        hint: 'Scopes are cluster, node:ID, stream:NAME, queue:NAME, bucket:NAME and group:NAME, for instance node:3.',
        details: { field: 'scope' },
      });
    }
    return { kind: 'node', node: findNode(catalog, node).id };
  }

  private valuesOf(scope: Scope): Values {
    const { machine } = this.ports.catalog;
    switch (scope.kind) {
      case 'cluster':
        return machine.config(CLUSTER_SCOPE);
      case 'node':
        return machine.config(nodeScope(scope.node));
      case 'group':
        return machine.config(groupScope(scope.group));
      case 'resource':
        return scope.resource.config;
    }
  }

  private entries(scope: Scope, values: Values): readonly ConfigEntry[] {
    switch (scope.kind) {
      case 'cluster':
        return keysOf(CLUSTER_CONFIG_KEYS).map((key) => clusterEntry(key, [['cluster', values]]));
      case 'node': {
        const cluster = this.valuesOf({ kind: 'cluster' });
        return keysOf(CLUSTER_CONFIG_KEYS)
          .filter((key) => Object.hasOwn(NODE_KEYS.keys, key))
          .map((key) =>
            clusterEntry(key, [
              ['node', values],
              ['cluster', cluster],
            ]),
          );
      }
      case 'group':
        return Object.entries(GROUP_KEYS.keys)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, spec]) => entryOf(key, spec, spec.description ?? '', [['group', values]]));
      case 'resource': {
        const { kind } = scope.resource;
        return Object.entries(CONFIG_TABLES[kind].keys)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, spec]) => entryOf(key, spec, spec.description ?? '', [[kind, values]]));
      }
    }
  }
}

/** Undefined where the scope is none of a stream, queue, bucket or coordinator. */
function resourceScope(scope: string): { readonly kind: ResourceKind; readonly name: string } | undefined {
  const at = scope.indexOf(':');
  const kind = RESOURCE_KINDS.find((one) => one === scope.slice(0, Math.max(0, at)));
  return kind === undefined ? undefined : { kind, name: scope.slice(at + 1) };
}

function actionOf(scope: string): Action {
  if (groupOfScope(scope) !== undefined) return 'alter-configs';
  return resourceScope(scope) === undefined ? 'cluster-admin' : 'alter';
}

type Layers = readonly (readonly [source: Exclude<Source, 'default'>, values: Values])[];

function clusterEntry(key: ClusterConfigKey, layers: Layers): ConfigEntry {
  const spec = CLUSTER_CONFIG_KEYS[key];
  return entryOf(key, spec, spec.description, layers);
}

/** The first layer that has the key wins. */
function entryOf(key: string, spec: KeySpec, description: string, layers: Layers): ConfigEntry {
  const defaultValue = String(spec.fallback);
  for (const [source, values] of layers) {
    const value = values[key];
    if (value !== undefined) return { key, value, source, defaultValue, description, type: typeOf(spec) };
  }
  return { key, value: defaultValue, source: 'default', defaultValue, description, type: typeOf(spec) };
}

function typeOf(spec: KeySpec): string {
  switch (spec.kind) {
    case 'choice':
      return `one of ${spec.choices.map((choice) => (choice === '' ? '(empty)' : choice)).join(', ')}`;
    case 'fraction':
      return 'number from 0 to 1';
    case 'integer': {
      const max = spec.max === Number.MAX_SAFE_INTEGER ? 'any size' : String(spec.max);
      return `integer from ${spec.min} to ${max}${spec.unlimited === true ? ', or -1' : ''}`;
    }
  }
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return (Object.keys(table) as Key[]).sort();
}
