/**
 * Dynamic configuration as operators read and change it, by scope: `cluster`, `node:<id>` (overrides of the cluster's), `stream:<name>`.
 * Every key is listed with where its value comes from.
 */
import { FlowError } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import {
  CLUSTER_CONFIG_KEYS,
  CLUSTER_SCOPE,
  NODE_KEYS,
  nodeOfScope,
  nodeScope,
  STREAM_CONFIG_KEYS,
} from '@flowmesh/engines';
import type { CatalogCommand, CatalogStream, ClusterConfigKey, StreamConfigKey } from '@flowmesh/engines';
import type { Caller } from '../ports.ts';
import { callerName, findNode, findStream, pass, propose, rehearse } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';

export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  readonly source: 'default' | 'cluster' | 'node' | 'stream';
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
  | { readonly kind: 'stream'; readonly stream: CatalogStream };

type Spec =
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly fallback: number;
      readonly unlimited?: true;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly fallback: string };

const STREAM_DESCRIPTIONS: Readonly<Record<StreamConfigKey, string>> = {
  'max.message.bytes': 'Largest batch accepted, header included.',
  'min.insync.replicas': 'Replicas that must be in sync for an append with acks=all to be taken.',
  'retention.ms': 'How long records are kept; -1: for ever.',
  'retention.bytes': 'How much each partition keeps; -1: without limit.',
  'compression.type': 'producer: batches are kept as they were sent.',
  'message.timestamp.type': 'Whether records carry the time of the producer or of the append.',
};

export class ConfigAdmin {
  private readonly ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>;

  constructor(ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>) {
    this.ports = ports;
  }

  /** By key. */
  get(caller: Caller, scope: string): readonly ConfigEntry[] {
    pass(this.ports.door, caller, 'cluster', scope);
    const parsed = this.parse(scope);
    return this.entries(parsed, this.valuesOf(parsed));
  }

  /** The entries that are different afterwards, as they are then. */
  async set(change: ConfigChange): Promise<readonly ConfigEntry[]> {
    const { catalog, door } = this.ports;
    const { caller, scope, set, unset, dryRun, signal } = change;
    pass(door, caller, scope.startsWith('stream:') ? 'alter' : 'cluster-admin', scope);
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
    return parsed.kind === 'stream'
      ? { kind: 'alter-stream', ...common, uuid: parsed.stream.uuid }
      : { kind: 'set-config', ...common, scope };
  }

  private parse(scope: string): Scope {
    const { catalog } = this.ports;
    if (scope === CLUSTER_SCOPE) return { kind: 'cluster' };
    if (scope.startsWith('stream:'))
      return { kind: 'stream', stream: findStream(catalog, scope.slice('stream:'.length)) };
    const node = nodeOfScope(scope);
    if (node === undefined) {
      throw new FlowError('INVALID_ARGUMENT', `'${scope.slice(0, 100)}' is no scope of the configuration`, {
        hint: 'Scopes are cluster, node:ID and stream:NAME, for instance node:3.',
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
      case 'stream':
        return scope.stream.config;
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
      case 'stream':
        return keysOf(STREAM_CONFIG_KEYS).map((key) =>
          entryOf(key, STREAM_CONFIG_KEYS[key], STREAM_DESCRIPTIONS[key], [['stream', values]]),
        );
    }
  }
}

type Layers = readonly (readonly [source: 'cluster' | 'node' | 'stream', values: Values])[];

function clusterEntry(key: ClusterConfigKey, layers: Layers): ConfigEntry {
  const spec = CLUSTER_CONFIG_KEYS[key];
  return entryOf(key, spec, spec.description, layers);
}

/** The first layer that has the key wins. */
function entryOf(key: string, spec: Spec, description: string, layers: Layers): ConfigEntry {
  const defaultValue = String(spec.fallback);
  for (const [source, values] of layers) {
    const value = values[key];
    if (value !== undefined) return { key, value, source, defaultValue, description, type: typeOf(spec) };
  }
  return { key, value: defaultValue, source: 'default', defaultValue, description, type: typeOf(spec) };
}

function typeOf(spec: Spec): string {
  switch (spec.kind) {
    case 'choice':
      return `one of ${spec.choices.map((choice) => (choice === '' ? '(empty)' : choice)).join(', ')}`;
    case 'integer': {
      const max = spec.max === Number.MAX_SAFE_INTEGER ? 'any size' : String(spec.max);
      return `integer from ${spec.min} to ${max}${spec.unlimited === true ? ', or -1' : ''}`;
    }
  }
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return (Object.keys(table) as Key[]).sort();
}
