/** What operators ask of cluster control beyond commands to the catalog; the face is `ClusterOpsPort`. */
import {
  type Clock,
  FlowError,
  type GroupId,
  METADATA_GROUP,
  type MemberId,
  type NodeId,
  nodeOf,
} from '@flowmesh/base';
import {
  type BalanceSummary,
  type CatalogMachine,
  type CatalogPartition,
  type ClusterConfig,
  describeBalance,
  type PlannerNode,
  type PlannerPartition,
  planMoves,
  minInsyncReplicas,
  StreamMachine,
} from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../replica/replica-api.ts';
import type {
  Balance,
  ClusterOpsPort,
  ElectionCounts,
  EpochStart,
  LeaderPort,
  MoveProgress,
  NodePort,
  RebalancePlan,
  ReplicaDetail,
} from '../services/ports.ts';
import { type ClusterSituation, clusterSituation } from './controller/cluster-situation.ts';
import type { LeaderBalancer } from './leader-balancer.ts';
import type { MemberDriver } from './member-driver.ts';

export interface ClusterOpsOptions {
  readonly self: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: () => CatalogMachine;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly config: () => ClusterConfig;
  readonly balancer: LeaderBalancer;
  readonly driver: MemberDriver;
  readonly clock: Clock;
  /** Steps of a plan that is shown; the rest is found when these are done. */
  readonly planStepsMax: number;
}

export class ClusterOps implements ClusterOpsPort {
  private readonly options: ClusterOpsOptions;

  constructor(options: ClusterOpsOptions) {
    this.options = options;
  }

  async transferLeader(group: GroupId, to: NodeId | undefined, signal: AbortSignal) {
    return await this.options.balancer.transfer(group, to, signal);
  }

  electPreferred(groups: ReadonlySet<GroupId> | undefined): ElectionCounts {
    return this.options.balancer.electPreferred(groups);
  }

  planRebalance(): RebalancePlan | FlowError {
    const { catalog, leaders, nodes, clock, config, planStepsMax } = this.options;
    const { repairDelayMs, balancerThresholdPercent, diskHighPercent } = config();
    const situation = clusterSituation({
      catalog: catalog(),
      leaders,
      nodes,
      clock,
      watchingSinceMs: Number.NEGATIVE_INFINITY,
      repairDelayMs,
    });
    if (!situation.complete) return incomplete(situation);
    const moves = planMoves(situation.nodes, situation.partitions, {
      movesMax: planStepsMax,
      perNodeMovesMax: Number.MAX_SAFE_INTEGER,
      diskHighFraction: diskHighPercent / 100,
      balanceThreshold: balancerThresholdPercent / 100,
    });
    const targets = new Map(moves.map(({ group, to }) => [group, to]));
    const after = situation.partitions.map((partition) => ({
      ...partition,
      replicas: targets.get(partition.group) ?? partition.replicas,
    }));
    return {
      moves,
      before: balanceOf(situation.nodes, situation.partitions),
      after: balanceOf(situation.nodes, after),
      truncated: moves.length >= planStepsMax,
    };
  }

  moveProgress(group: GroupId): MoveProgress | undefined {
    const partition = this.options.catalog().partitionOfGroup(group);
    if (partition?.move === undefined) return undefined;
    const wanted = new Set([...partition.replicas, ...partition.learners].map((member) => nodeOf(member)));
    const removing = partition.move.releasing
      .map((member) => nodeOf(member))
      .filter((node) => !wanted.has(node));
    const adding = arrivals(partition).map((member) => nodeOf(member));
    return { adding, removing, step: this.options.driver.progressOf(group) ?? this.stepElsewhere(group) };
  }

  private stepElsewhere(group: GroupId): string {
    const leader = this.options.leaders.leaderOf(group);
    if (leader === undefined) return 'waits for the partition to have a leader';
    return leader.node === this.options.self ? 'begins' : `is driven by its leader, node ${leader.node}`;
  }

  replicaDetails(group: GroupId): readonly ReplicaDetail[] | undefined {
    const replica = this.led(group);
    if (replica === undefined) return undefined;
    const { progress, lastIndex } = replica.status();
    const inSync = replica.inSync();
    return progress.map(({ member, match, state, learner }) => {
      const own = member === replica.member;
      return {
        node: nodeOf(member),
        member,
        role: own ? 'leader' : learner ? 'learner' : 'voter',
        inSync: !learner && inSync.includes(nodeOf(member)),
        lagEntries: own ? 0 : Math.max(0, lastIndex - match),
        state: own ? 'replicate' : state,
      };
    });
  }

  epochs(group: GroupId): readonly EpochStart[] | undefined {
    const machine = this.led(group)?.machine;
    return machine instanceof StreamMachine ? machine.epochStarts() : undefined;
  }

  minInsyncOf(stream: string): number {
    const found = this.options.catalog().streamByUuid(stream);
    return found === undefined ? 1 : minInsyncReplicas(found.config);
  }

  private led(group: GroupId): Replica | undefined {
    const replica = this.options.replicas.get(group);
    return replica?.serving === true ? replica : undefined;
  }
}

/** Wanted members that were not wanted before the move. */
function arrivals({ group, replicas, move }: CatalogPartition): readonly MemberId[] {
  if (move === undefined || group === METADATA_GROUP) return [];
  if (move.previous.length === 0) return move.replacing;
  return replicas.filter((member) => !move.previous.includes(member));
}

function balanceOf(nodes: readonly PlannerNode[], partitions: readonly PlannerPartition[]): Balance {
  const summary: BalanceSummary = describeBalance(nodes, partitions);
  const leaders = new Map(summary.leaders.map(({ node, count }) => [node, count]));
  return {
    nodes: summary.replicas.map(({ node, count, bytes }) => ({
      node,
      replicas: count,
      leaders: leaders.get(node) ?? 0,
      bytes,
    })),
    replicaSkew: summary.replicaSkew,
    leaderSkew: summary.leaderSkew,
  };
}

/** Who is not reached may stay away for long; who is reached tells of itself soon. */
function incomplete({ nodes }: ClusterSituation): FlowError {
  const away = nodes.filter(({ state }) => state === 'away' || state === 'dead').map(({ id }) => id);
  if (away.length > 0) {
    return new FlowError('PRECONDITION_FAILED', `nodes are not reached: ${away.join(', ')}`, {
      hint: 'A plan needs all nodes up: start them, or remove those that are gone with flowmesh-admin nodes remove.',
      details: { nodes: away.join(', ') },
    });
  }
  return new FlowError('UNAVAILABLE', 'not every node and partition has told of itself yet', {
    hint: 'Try again in a few seconds; if it stays, see flowmesh-admin health --explain.',
  });
}
