/** What services need of cluster control, as plain values that a test sets. */
import { FlowError } from '@flowmesh/base';
import type { GroupId, NodeId } from '@flowmesh/base';
import { type FeatureRange, FEATURES } from '@flowmesh/engines';
import type {
  ClusterOpsPort,
  ElectionCounts,
  EpochStart,
  MoveProgress,
  NodePort,
  NodeReport,
  RebalancePlan,
  ReplicaDetail,
} from '../../src/services/ports.ts';

export class FakeNodes implements NodePort {
  readonly reports = new Map<NodeId, NodeReport>();
  readonly down = new Map<NodeId, number>();

  reportOf(node: NodeId): NodeReport | undefined {
    return this.reports.get(node);
  }

  /** Connected, and they have not told what they know. All others run this build. */
  readonly silent = new Set<NodeId>();

  featuresOf(node: NodeId): FeatureRange | undefined {
    return this.silent.has(node) ? undefined : FEATURES;
  }

  downMs(node: NodeId): number {
    return this.down.get(node) ?? 0;
  }

  upMs(): number {
    return 60_000;
  }
}

export class FakeOps implements ClusterOpsPort {
  readonly transfers: (readonly [group: GroupId, to: NodeId | undefined])[] = [];
  readonly elections: (ReadonlySet<GroupId> | undefined)[] = [];
  readonly details = new Map<GroupId, readonly ReplicaDetail[]>();
  readonly starts = new Map<GroupId, readonly EpochStart[]>();
  readonly progress = new Map<GroupId, MoveProgress>();
  transferred: { readonly leader: NodeId; readonly term: number } | FlowError = new FlowError(
    'PRECONDITION_FAILED',
    'no other replica is in sync',
  );
  counts: ElectionCounts = { transferred: 0, already: 0, notPossible: 0 };
  plansAsked = 0;
  plan: RebalancePlan | FlowError = {
    moves: [],
    before: { nodes: [], replicaSkew: 0, leaderSkew: 0 },
    after: { nodes: [], replicaSkew: 0, leaderSkew: 0 },
    truncated: false,
  };

  async transferLeader(
    group: GroupId,
    to: NodeId | undefined,
  ): Promise<{ readonly leader: NodeId; readonly term: number }> {
    this.transfers.push([group, to]);
    if (this.transferred instanceof FlowError) throw this.transferred;
    return this.transferred;
  }

  electPreferred(groups: ReadonlySet<GroupId> | undefined): ElectionCounts {
    this.elections.push(groups);
    return this.counts;
  }

  planRebalance(): RebalancePlan | FlowError {
    this.plansAsked++;
    return this.plan;
  }

  moveProgress(group: GroupId): MoveProgress | undefined {
    return this.progress.get(group);
  }

  replicaDetails(group: GroupId): readonly ReplicaDetail[] | undefined {
    return this.details.get(group);
  }

  epochs(group: GroupId): readonly EpochStart[] | undefined {
    return this.starts.get(group);
  }

  minInsyncOf(): number {
    return 1;
  }
}
