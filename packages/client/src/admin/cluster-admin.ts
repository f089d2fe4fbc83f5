/** The cluster as a whole: what any node knows of it. */
import type { CallOptions, Router } from '../routing/router.ts';
import { callUnary } from '../wire/node-connection.ts';

export interface NodeStatus {
  readonly id: number;
  readonly alive: boolean;
  readonly leaders: number;
  readonly replicas: number;
  /** Sentences to act on. */
  readonly troubles: readonly string[];
  /** host:port of its gRPC listener; undefined where the answering node does not tell. */
  readonly address: string | undefined;
}

export interface ClusterStatus {
  readonly clusterId: string;
  /** The node that answered. */
  readonly answeredBy: number;
  readonly version: string;
  readonly metadataLeader: number | undefined;
  readonly partitions: number;
  readonly leaderlessPartitions: number;
  readonly underReplicatedPartitions: number;
  readonly nodes: readonly NodeStatus[];
}

export class ClusterAdmin {
  private readonly router: Router;

  constructor(router: Router) {
    this.router = router;
  }

  async status(options: CallOptions = {}): Promise<ClusterStatus> {
    await this.router.metadata([], options);
    const status = await this.router.callAny(options, (connection, limits) =>
      callUnary(connection.cluster.status.bind(connection.cluster), {}, limits),
    );
    return {
      clusterId: status.clusterId,
      answeredBy: status.nodeId,
      version: status.version,
      metadataLeader: status.metadataLeader === 0 ? undefined : status.metadataLeader,
      partitions: status.partitions,
      leaderlessPartitions: status.leaderlessPartitions,
      underReplicatedPartitions: status.underReplicatedPartitions,
      nodes: [...status.nodes]
        .map((node) => ({
          id: node.id ?? 0,
          alive: node.alive ?? false,
          leaders: node.leaders ?? 0,
          replicas: node.replicas ?? 0,
          troubles: [...(node.troubles ?? [])],
          address: this.router.cache.node(node.id ?? 0)?.address,
        }))
        .sort((a, b) => a.id - b.id),
    };
  }
}
