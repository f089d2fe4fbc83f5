/** Rebalancing: what would be moved to even out the nodes, doing it, and how far it is. One rebalance runs at a time. */
import type { flowmesh } from '@flowmesh/proto';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny, present } from './cluster-call.ts';

export interface NodeBalance {
  readonly node: number;
  readonly replicas: number;
  /** Partitions whose preferred leader it is; `NodeStatus.leaders` tells how many it leads. */
  readonly leaders: number;
  readonly bytes: number;
}

export interface Balance {
  /** (most − least) / mean over the nodes that take part; 0 is even. Whole replicas cannot always be: 8 on 3 nodes come to 0.375. */
  readonly replicaSkew: number;
  /** Of the preferred leaders. Who leads at the moment goes back to them by itself. */
  readonly leaderSkew: number;
  readonly nodes: readonly NodeBalance[];
}

export interface PlannedMove {
  readonly stream: string;
  readonly partition: number;
  /** Replicas now and then: node ids, preferred leader first. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly reason: string;
  /** To be copied. */
  readonly bytes: number;
}

export interface RebalancePlan {
  readonly moves: readonly PlannedMove[];
  readonly bytes: number;
  readonly before: Balance;
  readonly after: Balance;
  /** There are more moves than the answer lists. */
  readonly truncated: boolean;
}

export interface RebalanceStatus {
  readonly id: string | undefined;
  /** none, running, done or cancelled. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly movesDone: number;
  readonly movesRunning: number;
  readonly movesLeft: number;
  /** Still to be copied. */
  readonly bytes: number;
  readonly balance: Balance;
}

export class RebalanceAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** Changes nothing. */
  async plan(options: CallOptions = {}): Promise<RebalancePlan> {
    const plan = await askAny(this.deps, options, (client) => client.planRebalance, {});
    return {
      moves: plan.moves.map((move) => ({
        stream: move.stream ?? '',
        partition: move.partition ?? 0,
        from: [...(move.from ?? [])],
        to: [...(move.to ?? [])],
        reason: move.reason ?? '',
        bytes: move.bytes ?? 0,
      })),
      bytes: plan.bytes,
      before: toBalance(plan.before),
      after: toBalance(plan.after),
      truncated: plan.truncated,
    };
  }

  /** PRECONDITION_FAILED (one is running). */
  async start(options: CallOptions = {}): Promise<RebalanceStatus> {
    const request = { requestId: this.deps.surroundings.requestId() };
    return toStatus(await askAny(this.deps, options, (client) => client.startRebalance, request));
  }

  async status(options: CallOptions = {}): Promise<RebalanceStatus> {
    return toStatus(await askAny(this.deps, options, (client) => client.getRebalance, {}));
  }

  /** Moves that can still be turned back are; what is done stays. */
  async cancel(options: CallOptions = {}): Promise<RebalanceStatus> {
    const request = { requestId: this.deps.surroundings.requestId() };
    return toStatus(await askAny(this.deps, options, (client) => client.cancelRebalance, request));
  }
}

function toBalance(balance: flowmesh.v1.Balance.$Properties | undefined | null): Balance {
  return {
    replicaSkew: balance?.replicaSkew ?? 0,
    leaderSkew: balance?.leaderSkew ?? 0,
    nodes: (balance?.nodes ?? [])
      .map((one) => ({
        node: one.node ?? 0,
        replicas: one.replicas ?? 0,
        leaders: one.leaders ?? 0,
        bytes: one.bytes ?? 0,
      }))
      .sort((a, b) => a.node - b.node),
  };
}

function toStatus(status: flowmesh.v1.RebalanceStatus): RebalanceStatus {
  return {
    id: present(status.id),
    state: present(status.state) ?? 'none',
    startedAt: present(status.startedAtMs),
    endedAt: present(status.endedAtMs),
    movesDone: status.movesDone,
    movesRunning: status.movesRunning,
    movesLeft: status.movesLeft,
    bytes: status.bytes,
    balance: toBalance(status.balance),
  };
}
