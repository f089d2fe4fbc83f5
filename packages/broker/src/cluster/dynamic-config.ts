/**
 * The dynamic configuration as it holds for this node: what is set for the node, else for the cluster, else the default. Follows the
 * local copy of the catalog; listeners hear of every change.
 */
import type { NodeId } from '@flowmesh/base';
import { type CatalogMachine, type ClusterConfig, nodeScope, resolveClusterConfig } from '@flowmesh/engines';

export interface DynamicConfigOptions {
  readonly self: NodeId;
  readonly catalog: () => CatalogMachine;
  /** As the node's own configuration says; holds until the cluster sets another. */
  readonly replicaLagTimeMaxMs: number;
}

export class DynamicConfig {
  private readonly options: DynamicConfigOptions;
  private readonly listeners = new Set<(config: ClusterConfig) => void>();
  private words: string | undefined;
  private resolved: ClusterConfig;

  constructor(options: DynamicConfigOptions) {
    this.options = options;
    this.resolved = this.resolve({}, {});
  }

  current(): ClusterConfig {
    return this.resolved;
  }

  /** Calls `listener` after every change, and once now. */
  onChange(listener: (config: ClusterConfig) => void): void {
    this.listeners.add(listener);
    listener(this.resolved);
  }

  /** The catalog has changed, perhaps. */
  follow(): void {
    const catalog = this.options.catalog();
    const cluster = catalog.config('cluster');
    const node = catalog.config(nodeScope(this.options.self));
    const words = JSON.stringify([cluster, node]);
    if (words === this.words) return;
    this.words = words;
    this.resolved = this.resolve(cluster, node);
    for (const listener of this.listeners) listener(this.resolved);
  }

  private resolve(
    cluster: Readonly<Record<string, string>>,
    node: Readonly<Record<string, string>>,
  ): ClusterConfig {
    const resolved = resolveClusterConfig(cluster, node);
    const set = cluster['replica.lag.time.max.ms'] !== undefined;
    return set ? resolved : { ...resolved, replicaLagTimeMaxMs: this.options.replicaLagTimeMaxMs };
  }
}
