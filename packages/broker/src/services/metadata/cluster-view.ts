/** The cluster as clients and operators see it, from this node's local copy of the metadata and its soft state. */
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { FlowError, NodeId, Scheduler } from '@flowmesh/base';
import type { CatalogNode, CatalogStream } from '@flowmesh/engines';
import { FEATURES } from '@flowmesh/engines';
import { nodeLoads } from '../cluster/node-loads.ts';
import type { NodeLoad } from '../cluster/node-loads.ts';
import type { Caller, CatalogPort, Door, LeaderPort, NodeInfo, NodePort, TroublesPort } from '../ports.ts';
import type { PartitionState } from '../partition-state.ts';
import { partitionViews } from './partition-views.ts';
import type { PartitionView } from './partition-views.ts';
import { describeResource } from './resource-admin.ts';
import type { ResourceDescription } from './resource-admin.ts';

export interface ClusterViewPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly door: Door;
  readonly node: NodeInfo;
  readonly troubles: TroublesPort;
  readonly nodes: NodePort;
  readonly scheduler: Scheduler;
}

export interface NodeView {
  readonly node: CatalogNode;
  readonly alive: boolean;
  /** For Kafka's clients by listener, as it told last; empty where it has none, or has not told. */
  readonly kafkaAddresses: ReadonlyMap<string, string>;
}

export interface ClusterMetadata {
  readonly clusterId: string;
  readonly revision: number;
  /** Leads the metadata; undefined while nobody is known to. */
  readonly controller: NodeId | undefined;
  readonly nodes: readonly NodeView[];
  /** By the names that were asked for. */
  readonly streams: readonly {
    readonly name: string;
    readonly found: ResourceDescription | undefined;
    /** The caller may not see it. */
    readonly denied: FlowError | undefined;
  }[];
}

export interface ClusterStatus {
  readonly clusterId: string;
  readonly node: NodeInfo;
  readonly metadataLeader: NodeId | undefined;
  readonly partitions: number;
  readonly leaderless: number;
  readonly underReplicated: number;
  readonly offline: number;
  readonly underMinIsr: number;
  readonly moving: number;
  readonly featureLevel: number;
  /** What all active nodes know. */
  readonly featureLevelMax: number;
  readonly metadataVoters: readonly NodeId[];
  /** Members of the metadata group come or go. */
  readonly metadataChanging: boolean;
  readonly revision: number;
  readonly nodes: readonly NodeLoad[];
}

export class ClusterView {
  private readonly ports: ClusterViewPorts;

  constructor(ports: ClusterViewPorts) {
    this.ports = ports;
  }

  /** Of all streams that the caller may see, or of what has these qualified names. Anybody who may call at all may ask where the nodes are. */
  metadata(caller: Caller, names: readonly string[] | 'all'): ClusterMetadata {
    const { catalog, door, node } = this.ports;
    const look = (name: string, stream: CatalogStream | undefined): ClusterMetadata['streams'][number] => {
      const denied = door.authorise(caller, 'describe', name);
      const found =
        denied !== undefined || stream === undefined ? undefined : describeResource(this.ports, stream);
      return { name, found, denied };
    };
    const wanted =
      names === 'all'
        ? catalog.machine
            .resources('stream')
            .map((stream) => look(stream.name, stream))
            .filter(({ denied }) => denied === undefined)
        : names.map((name) => look(name, catalog.machine.streamByName(name)));
    return {
      clusterId: node.clusterId,
      revision: catalog.machine.revision,
      controller: this.ports.leaders.leaderOf(METADATA_GROUP)?.node,
      nodes: this.nodes(),
      streams: wanted,
    };
  }

  /** Of the stream with this uuid; asks no door. */
  streamName(uuid: string): string | undefined {
    const found = this.ports.catalog.machine.streamByUuid(uuid);
    return found?.kind === 'stream' ? found.name : undefined;
  }

  /** Of all streams, in order; asks no door. */
  streamNames(): readonly string[] {
    return this.ports.catalog.machine.resources('stream').map(({ name }) => name);
  }

  async status(caller: Caller): Promise<ClusterStatus> {
    this.pass(caller);
    const { catalog, leaders, node } = this.ports;
    const counts = new Map<PartitionState, number>();
    let partitions = 0;
    let moving = 0;
    const nodes = await nodeLoads(this.ports, {
      each: ({ state, placed }) => {
        partitions++;
        counts.set(state, (counts.get(state) ?? 0) + 1);
        if (placed.move !== undefined) moving++;
      },
    });
    const { machine } = catalog;
    const metadata = machine.partitionOfGroup(METADATA_GROUP);
    const inState = (state: PartitionState): number => counts.get(state) ?? 0;
    return {
      clusterId: node.clusterId,
      node,
      metadataLeader: leaders.leaderOf(METADATA_GROUP)?.node,
      partitions,
      leaderless: inState('leaderless') + inState('offline'),
      // Whatever is worse is short of replicas as well.
      underReplicated: partitions - inState('online'),
      offline: inState('offline'),
      underMinIsr: inState('under-min-isr'),
      moving,
      featureLevel: machine.featureLevel,
      featureLevelMax: Math.min(FEATURES.max, ...nodes.map((load) => load.node.features.max)),
      metadataVoters: (metadata?.replicas ?? []).map((member) => nodeOf(member)),
      metadataChanging: metadata?.move !== undefined,
      revision: machine.revision,
      nodes,
    };
  }

  /** Of resources that say nothing themselves. */
  defaults(): { readonly partitions: number; readonly replicationFactor: number } {
    const { machine } = this.ports.catalog;
    return {
      partitions: machine.clusterConfig('defaultPartitions'),
      replicationFactor: machine.clusterConfig('defaultReplicationFactor'),
    };
  }

  /** For metrics, which ask no door; undefined for an unknown stream. At most `max` partitions. */
  partitionsOf(name: string, max: number): readonly PartitionView[] | undefined {
    const { catalog, leaders } = this.ports;
    const stream = catalog.machine.streamByName(name);
    if (stream === undefined) return undefined;
    return partitionViews({ machine: catalog.machine, leaders }, stream).slice(0, max);
  }

  /** Nodes that were replaced for good are history and not shown. */
  private nodes(): NodeView[] {
    const { catalog, leaders, nodes } = this.ports;
    return catalog.machine
      .nodes()
      .filter((node) => node.state === 'active')
      .map((node) => ({
        node,
        alive: leaders.alive(node.id),
        kafkaAddresses: nodes.reportOf(node.id)?.kafkaAddresses ?? new Map(),
      }));
  }

  private pass(caller: Caller): void {
    const closed = this.ports.door.authorise(caller, 'cluster', '');
    if (closed !== undefined) throw closed;
  }
}
