/**
 * The planner: where replicas should lie, and which moves bring them there. Pure and deterministic: the same input in the same
 * order gives the same plan, on every node. It proposes; the catalog decides and the nodes carry out.
 *
 *   planMoves(nodes, partitions, limits) → PlannedMove[]                 the next batch; empty: nothing to do
 *   placeNew(nodes, partitions, request) → (readonly NodeId[])[] | FlowError         new streams, added partitions
 *   changeReplicationFactor(nodes, ofStream, all, replicationFactor) → PlannedMove[] | FlowError
 *   planMetadataVoters(nodes, current, wanted) → NodeId[]
 *   describeBalance(nodes, partitions) → BalanceSummary
 *
 * Hard rules of every plan: distinct nodes; only a `normal` node receives, and stays below the disk limit with what it receives;
 * the number of live replicas never falls; a partition without a live majority is left alone.
 */
import type { GroupId, NodeId } from '@flowmesh/base';

/**
 * normal: takes anything. draining: keeps its replicas, takes neither new ones nor leadership. leaving: decommissioned, its
 * replicas go. dead: away for longer than the repair delay, its replicas are replaced. away: not reachable, but not yet for long
 * enough to repair: receives nothing, loses nothing.
 */
export type PlannerNodeState = 'normal' | 'draining' | 'leaving' | 'dead' | 'away';

export interface PlannerNode {
  readonly id: NodeId;
  /** Empty: a rack of its own. */
  readonly rack: string;
  readonly state: PlannerNodeState;
  /** Size of its disk; 0 where unknown, which takes the mean of the known ones as its share and has no disk limit. */
  readonly capacityBytes: number;
  /** Of its disk, everything that lies there. */
  readonly usedBytes: number;
}

export interface PlannerPartition {
  readonly group: GroupId;
  /** Key for spreading the partitions of one stream. */
  readonly stream: string;
  /** The wanted nodes, preferred leader first. A node that is not among the nodes given counts as dead. */
  readonly replicas: readonly NodeId[];
  readonly sizeBytes: number;
  /** A move is in progress: it is left alone, its load counts at its targets. */
  readonly moving: boolean;
  /**
   * While moving, the nodes it comes from, so that the limit of each node counts just those that give or take. Without it the move
   * counts at every target.
   */
  readonly movingFrom?: readonly NodeId[];
  /** The metadata group; never moved by `planMoves`. */
  readonly metadata?: boolean;
}

export interface PlannerLimits {
  /** Moves at one time, those in progress counted. */
  readonly movesMax: number;
  /** Replicas that a node gives or takes at one time, moves in progress counted. A dead node gives nothing, so it has no limit. */
  readonly perNodeMovesMax: number;
  /** Share of a disk above which replicas leave it and none arrives, for instance 0.8. */
  readonly diskHighFraction: number;
  /** Tolerated deviation from a node's share, as a fraction, for instance 0.05; at least up to the next whole replica. */
  readonly balanceThreshold: number;
}

export type MoveReason =
  | 'repair'
  | 'decommission'
  | 'rack'
  | 'disk'
  | 'balance'
  | 'leaders'
  | 'replication-factor'
  | 'manual';

export interface PlannedMove {
  readonly group: GroupId;
  readonly from: readonly NodeId[];
  /** Preferred leader first. The same set in another order costs nothing but a transfer of leadership. */
  readonly to: readonly NodeId[];
  readonly reason: MoveReason;
  /** To be copied: the partition's size for each node that is new to it. */
  readonly bytes: number;
}

export interface PlacementWish {
  readonly stream: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** As in `PlannerLimits`; 0.8 if absent. */
  readonly diskHighFraction?: number;
}

export interface BalanceSummary {
  readonly replicas: readonly { readonly node: NodeId; readonly count: number; readonly bytes: number }[];
  /** Preferred leaders. */
  readonly leaders: readonly { readonly node: NodeId; readonly count: number }[];
  /**
   * Over the normal nodes: (most − fewest) / mean, each count taken relative to the node's share. 0.1 means ten percent between the
   * fullest and the emptiest. Shares are equal unless capacities differ or a small rack has to hold more.
   */
  readonly replicaSkew: number;
  readonly leaderSkew: number;
  readonly byteSkew: number;
}
