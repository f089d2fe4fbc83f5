/** The cluster as clients and operators see it, from this node's local copy of the metadata and its soft state. */
import { METADATA_GROUP } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import type { CatalogNode, CatalogStream } from '@flowmesh/engines';
import type { Caller, CatalogPort, Door, LeaderPort, NodeInfo, TroublesPort } from '../ports.ts';
import type { StreamAdmin, StreamDescription } from './stream-admin.ts';

export interface ClusterViewPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly door: Door;
  readonly node: NodeInfo;
  readonly troubles: TroublesPort;
  readonly streams: StreamAdmin;
}

export interface NodeView {
  readonly node: CatalogNode;
  readonly alive: boolean;
}

export interface ClusterMetadata {
  readonly clusterId: string;
  readonly revision: number;
  readonly nodes: readonly NodeView[];
  readonly streams: readonly { readonly name: string; readonly found: StreamDescription | undefined }[];
}

export interface NodeLoad extends NodeView {
  readonly leaders: number;
  readonly replicas: number;
  readonly troubles: readonly string[];
}

export interface ClusterStatus {
  readonly clusterId: string;
  readonly node: NodeInfo;
  readonly metadataLeader: NodeId | undefined;
  readonly partitions: number;
  readonly leaderless: number;
  readonly underReplicated: number;
  readonly nodes: readonly NodeLoad[];
}

export class ClusterView {
  private readonly ports: ClusterViewPorts;

  constructor(ports: ClusterViewPorts) {
    this.ports = ports;
  }

  metadata(caller: Caller, names: readonly string[] | 'all'): ClusterMetadata {
    const { catalog, node, streams } = this.ports;
    this.pass(caller);
    const describe = (stream: CatalogStream | undefined): StreamDescription | undefined =>
      stream === undefined ? undefined : streams.describeStream(stream);
    const wanted =
      names === 'all'
        ? catalog.machine.streams().map((stream) => ({ name: stream.name, found: describe(stream) }))
        : names.map((name) => ({ name, found: describe(catalog.machine.streamByName(name)) }));
    return {
      clusterId: node.clusterId,
      revision: catalog.machine.revision,
      nodes: this.nodes(),
      streams: wanted,
    };
  }

  status(caller: Caller): ClusterStatus {
    this.pass(caller);
    const { catalog, leaders, node, troubles, streams } = this.ports;
    const loads = new Map<NodeId, { leaders: number; replicas: number }>();
    const load = (of: NodeId): { leaders: number; replicas: number } => {
      const known = loads.get(of) ?? { leaders: 0, replicas: 0 };
      loads.set(of, known);
      return known;
    };
    let partitions = 0;
    let leaderless = 0;
    let underReplicated = 0;
    for (const stream of catalog.machine.streams()) {
      for (const partition of streams.describeStream(stream).partitions) {
        partitions++;
        if (partition.leader === undefined) leaderless++;
        else load(partition.leader).leaders++;
        for (const replica of partition.replicas) load(replica).replicas++;
        if ((partition.summary?.inSync.length ?? 0) < partition.replicas.length) underReplicated++;
      }
    }
    return {
      clusterId: node.clusterId,
      node,
      metadataLeader: leaders.leaderOf(METADATA_GROUP)?.node,
      partitions,
      leaderless,
      underReplicated,
      nodes: this.nodes().map((view) => ({
        ...view,
        ...load(view.node.id),
        troubles: troubles.troublesOf(view.node.id),
      })),
    };
  }

  /** Nodes that were replaced for good are history and not shown. */
  private nodes(): NodeView[] {
    const { catalog, leaders } = this.ports;
    return catalog.machine
      .nodes()
      .filter((node) => node.state === 'active')
      .map((node) => ({ node, alive: leaders.alive(node.id) }));
  }

  private pass(caller: Caller): void {
    const closed = this.ports.door.authorise(caller, 'cluster', '');
    if (closed !== undefined) throw closed;
  }
}
