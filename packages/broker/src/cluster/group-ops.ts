/**
 * What this node does and tells of the groups that it leads, for operators: handing leaderships over, details of replicas and of moves.
 */
import { FlowError, METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { GroupId, NodeId, Scheduler } from '@flowmesh/base';
import { resolveStreamConfig } from '@flowmesh/engines';
import type { CatalogMachine } from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../replica/replica-api.ts';
import type {
  ClusterOpsPort,
  ElectionCounts,
  EpochStart,
  LeaderPort,
  MoveProgress,
  RebalancePlan,
  ReplicaDetail,
} from '../services/ports.ts';

export interface GroupOpsOptions {
  readonly self: NodeId;
  readonly replicas: ReplicaManager;
  readonly leaders: LeaderPort;
  readonly catalog: () => CatalogMachine;
  readonly scheduler: Scheduler;
  readonly transferTimeoutMs: number;
}

export class GroupOps implements ClusterOpsPort {
  private readonly options: GroupOpsOptions;

  constructor(options: GroupOpsOptions) {
    this.options = options;
  }

  async transferLeader(
    group: GroupId,
    to: NodeId | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly leader: NodeId; readonly term: number }> {
    const replica = this.serving(group);
    if (replica === undefined) throw new FlowError('NOT_LEADER', 'this node does not lead the partition');
    const target = this.targetOf(replica, to);
    const refused = replica.transferLeadership(target);
    if (refused !== undefined) throw refused;
    return await this.awaitLeader(group, target, signal);
  }

  electPreferred(groups: ReadonlySet<GroupId> | undefined): ElectionCounts {
    let transferred = 0;
    let already = 0;
    let notPossible = 0;
    for (const replica of this.options.replicas.all()) {
      const { group } = replica;
      if (group === METADATA_GROUP || !replica.serving || groups?.has(group) === false) continue;
      const [preferred] = this.options.catalog().partitionOfGroup(group)?.replicas ?? [];
      if (preferred === undefined) continue;
      if (preferred === replica.member) already++;
      else if (!replica.inSync().includes(nodeOf(preferred))) notPossible++;
      else if (replica.transferLeadership(nodeOf(preferred)) === undefined) transferred++;
      else notPossible++;
    }
    return { transferred, already, notPossible };
  }

  planRebalance(): RebalancePlan | FlowError {
    return new FlowError('UNSUPPORTED', 'this version of the node cannot plan a rebalance', {
      hint: 'Upgrade the node.',
    });
  }

  moveProgress(group: GroupId): MoveProgress | undefined {
    const placed = this.options.catalog().partitionOfGroup(group);
    if (placed?.move === undefined) return undefined;
    const before = new Set(placed.move.previous.map((member) => nodeOf(member)));
    const wanted = placed.replicas.map((member) => nodeOf(member));
    const adding = before.size === 0 ? [] : wanted.filter((node) => !before.has(node));
    const removing = placed.move.releasing
      .map((member) => nodeOf(member))
      .filter((node) => !wanted.includes(node));
    const behind = (this.replicaDetails(group) ?? []).filter(
      (each) => wanted.includes(each.node) && !each.inSync,
    );
    const step =
      behind.length === 0
        ? 'waiting for the members to change'
        : `copying to ${behind.map((each) => `node ${each.node} (${each.lagEntries} entries behind)`).join(', ')}`;
    return { adding, removing, step };
  }

  replicaDetails(group: GroupId): readonly ReplicaDetail[] | undefined {
    const replica = this.serving(group);
    if (replica === undefined) return undefined;
    const { progress, lastIndex } = replica.status();
    const inSync = new Set(replica.inSync());
    return progress
      .map(({ member, match, state, learner }): ReplicaDetail => {
        const leads = member === replica.member;
        return {
          node: nodeOf(member),
          member,
          role: leads ? 'leader' : learner ? 'learner' : 'voter',
          inSync: inSync.has(nodeOf(member)),
          lagEntries: leads ? 0 : Math.max(0, lastIndex - match),
          state,
        };
      })
      .sort((a, b) => a.node - b.node);
  }

  epochs(group: GroupId): readonly EpochStart[] | undefined {
    return this.serving(group) === undefined ? undefined : [];
  }

  minInsyncOf(uuid: string): number {
    const stream = this.options.catalog().streamByUuid(uuid);
    return stream === undefined ? 1 : resolveStreamConfig(stream.config).minInsyncReplicas;
  }

  private serving(group: GroupId): Replica | undefined {
    const replica = this.options.replicas.get(group);
    return replica?.serving === true ? replica : undefined;
  }

  private targetOf(replica: Replica, to: NodeId | undefined): NodeId {
    const { self, catalog } = this.options;
    const others = replica.inSync().filter((node) => node !== self);
    const fit = others.filter((node) => catalog().node(node)?.mode === 'normal');
    const [best] = fit;
    if (to !== undefined && fit.includes(to)) return to;
    if (to === undefined && best !== undefined) return best;
    const what =
      to === undefined
        ? 'no other replica is in sync'
        : `the replica on node ${to} is not in sync, or draining`;
    throw new FlowError('PRECONDITION_FAILED', `${what}, so it cannot lead`, {
      hint: 'See who could: flowmesh-admin partitions describe STREAM PARTITION',
    });
  }

  private async awaitLeader(
    group: GroupId,
    target: NodeId,
    signal: AbortSignal,
  ): Promise<{ readonly leader: NodeId; readonly term: number }> {
    const { leaders, scheduler, transferTimeoutMs } = this.options;
    let leave: () => void = () => undefined;
    try {
      return await new Promise((resolve, reject) => {
        const look = (): void => {
          const leader = leaders.leaderOf(group);
          if (leader?.node === target) resolve({ leader: leader.node, term: leader.term });
        };
        const forget = leaders.onLeaderChange((changed) => {
          if (changed === group) look();
        });
        const late = new FlowError('TIMEOUT', `node ${target} has not taken the leadership over in time`, {
          hint: 'The old leader goes on; try again, or see whether that node is overloaded.',
        });
        const timer = scheduler.after(transferTimeoutMs, () => reject(late));
        const abort = (): void => reject(new FlowError('CANCELLED', 'the caller gave up'));
        signal.addEventListener('abort', abort, { once: true });
        leave = () => {
          forget();
          timer.cancel();
          signal.removeEventListener('abort', abort);
        };
        look();
      });
    } finally {
      leave();
    }
  }
}
