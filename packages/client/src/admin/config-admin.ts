/** Configuration that lives in the cluster: of the cluster, of a node, of a stream. Files of nodes are another matter. */
import type { flowmesh } from '@flowmesh/proto';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny, present } from './cluster-call.ts';

/** `cluster`, `node:3` or `stream:orders`. */
export type ConfigScope = string;

export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  /** Where the value comes from: default, cluster, node or stream. */
  readonly source: string;
  readonly defaultValue: string;
  readonly description: string | undefined;
  readonly type: string | undefined;
}

export interface ConfigChange extends CallOptions {
  readonly scope: ConfigScope;
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** Keys that go back to what they inherit. */
  readonly unset?: readonly string[] | undefined;
  /** Only check and tell what would change. */
  readonly dryRun?: boolean | undefined;
}

export class ConfigAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** What holds in a scope, ascending by key. NOT_FOUND, INVALID_ARGUMENT (scope). */
  async get(scope: ConfigScope, options: CallOptions = {}): Promise<readonly ConfigEntry[]> {
    const { entries } = await askAny(this.deps, options, (client) => client.getConfig, { scope });
    return entries.map(toEntry).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** All of it or nothing; returns the entries as they are then. INVALID_ARGUMENT (key, value), NOT_FOUND (scope). */
  async change(change: ConfigChange): Promise<readonly ConfigEntry[]> {
    const request = {
      scope: change.scope,
      set: { ...change.set },
      unset: [...(change.unset ?? [])],
      dryRun: change.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const { changed } = await askAny(this.deps, change, (client) => client.setConfig, request);
    return changed.map(toEntry).sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

function toEntry(entry: flowmesh.v1.ConfigEntry.$Properties): ConfigEntry {
  return {
    key: entry.key ?? '',
    value: entry.value ?? '',
    source: entry.source ?? '',
    defaultValue: entry.defaultValue ?? '',
    description: present(entry.description),
    type: present(entry.type),
  };
}
