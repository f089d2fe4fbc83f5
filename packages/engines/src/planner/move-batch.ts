/**
 * One plan while it grows: which moves are allowed, which node is the best receiver, what is planned already. All hard rules are
 * checked here, so that no kind of move can forget one.
 *
 * A move replaces one replica, and a partition is touched once per plan. `blocked` says that something useful had to wait for a
 * node that is busy: what is less urgent then waits too, or it would take the place of what comes next.
 */
import { assert } from '@flowmesh/base';
import type { ClusterLoad } from './cluster-load.ts';
import type { MoveReason, PlannedMove, PlannerLimits } from './planner-types.ts';
import type { Shares } from './shares.ts';

export class MoveBatch {
  readonly load: ClusterLoad;
  readonly shares: Shares;
  readonly limits: PlannerLimits;
  readonly moves: PlannedMove[] = [];
  blocked = false;

  constructor(load: ClusterLoad, shares: Shares, limits: PlannerLimits) {
    this.load = load;
    this.shares = shares;
    this.limits = limits;
  }

  /** Moves that may still be planned. */
  get room(): number {
    return this.limits.movesMax - this.load.movesInProgress - this.moves.length;
  }

  isBusy(node: number, moves = 1): boolean {
    if (this.load.node(node).state === 'dead') return false;
    return (this.load.busy[node] as number) + moves > this.limits.perNodeMovesMax;
  }

  /** Enough live replicas to commit the change of members, before and after. */
  canCommit(p: number): boolean {
    const replicas = this.load.partition(p).replicas.length;
    return this.load.fixed[p] === 0 && this.load.liveReplicas(p) > replicas / 2;
  }

  /** For moves that can wait: all replicas must be there. */
  isWhole(p: number): boolean {
    return this.load.fixed[p] === 0 && this.load.liveReplicas(p) === this.load.partition(p).replicas.length;
  }

  canReceive(node: number, p: number): boolean {
    const { load } = this;
    if (!load.isNormal(node) || load.holds(p, node)) return false;
    return fitsDisk(load, node, load.partition(p).sizeBytes, this.limits.diskHighFraction);
  }

  /** Change of the number of pairs in the same rack if the replica on `from` went to `to`. */
  rackChange(p: number, from: number, to: number): number {
    return this.load.rackMates(p, to, from) - this.load.rackMates(p, from, from);
  }

  /** Replicas of the stream of `p` on `node`, counting `more`, beyond its share of that stream. */
  streamExcess(p: number, node: number, more: number): number {
    const { byNode, total } = this.load.streamReplicas(p);
    const share = Math.ceil(total * (this.shares.fraction[node] as number) - ROUNDING);
    return Math.max(0, (byNode[node] as number) + more - share);
  }

  /** Neither rack diversity nor the spread of the stream suffers. */
  keepsSpread(p: number, from: number, to: number): boolean {
    if (this.rackChange(p, from, to) > 0) return false;
    const excess = this.streamExcess(p, to, 1);
    return excess === 0 || excess <= this.streamExcess(p, from, 0);
  }

  /**
   * The best node to take the replica of `p` that lies on `from`: rack, then spread, then the lower load. Undefined where none may
   * (`blocked` then says whether one was merely busy).
   */
  bestReceiver(p: number, from: number, accepts?: (to: number) => boolean): number | undefined {
    let best: number | undefined;
    let bestRank: Rank = [0, 0, 0];
    let busy = false;
    for (let to = 0; to < this.load.nodes.length; to++) {
      if (!this.canReceive(to, p) || accepts?.(to) === false) continue;
      if (this.isBusy(to)) {
        busy = true;
        continue;
      }
      const rank: Rank = [
        this.rackChange(p, from, to),
        this.streamExcess(p, to, 1),
        loadWith(this.load, this.shares, to, this.load.partition(p).sizeBytes),
      ];
      if (best !== undefined && !isLower(rank, bestRank)) continue;
      best = to;
      bestRank = rank;
    }
    if (best === undefined && busy) this.blocked = true;
    return best;
  }

  /** Moves the replica of `p` on `from` to `to`. If the preferred leader goes, the member with the fewest leaders follows it. */
  move(p: number, from: number, to: number, reason: MoveReason): void {
    const { load } = this;
    assert(this.room > 0 && !this.isBusy(from) && !this.isBusy(to), 'the plan has room for the move');
    assert(this.canReceive(to, p) && this.canCommit(p), 'the move keeps the hard rules');
    const order = Array.from(load.replicasOf(p), (node) => (node === from ? to : node));
    const led = load.leaderOf(p) === from ? leaderFirst(load, this.shares, p, order) : order;
    this.emit(p, led, reason, load.partition(p).sizeBytes);
  }

  /** Makes `leader`, one of its replicas, the preferred leader of `p`. */
  lead(p: number, leader: number): void {
    assert(this.room > 0 && this.load.holds(p, leader), 'a leader is a replica');
    const others = Array.from(this.load.replicasOf(p)).filter((node) => node !== leader);
    this.emit(p, [leader, ...others], 'leaders', 0);
  }

  private emit(p: number, order: readonly number[], reason: MoveReason, bytes: number): void {
    const { load } = this;
    const partition = load.partition(p);
    load.replace(p, order);
    const to = order.map((node) => load.node(node).id);
    this.moves.push({ group: partition.group, from: partition.replicas, to, reason, bytes });
  }
}

/** `order` with the normal member first that has the fewest leaders, of this stream and then of all, for its share. */
export function leaderFirst(
  load: ClusterLoad,
  shares: Shares,
  p: number | undefined,
  order: readonly number[],
): number[] {
  let best: number | undefined;
  let bestRank: Rank = [0, 0, 0];
  for (const node of order) {
    if (!load.isNormal(node)) continue;
    const ofStream = p === undefined ? 0 : (load.streamLeaders(p).byNode[node] as number);
    const rank: Rank = [0, ofStream, ratio((load.leaders[node] as number) + 1, shares.leaders[node])];
    if (best !== undefined && !isLower(rank, bestRank)) continue;
    best = node;
    bestRank = rank;
  }
  const leader = best ?? order[0];
  return leader === undefined ? [] : [leader, ...order.filter((node) => node !== leader)];
}

/** Load relative to the share, of replicas or bytes, whichever is worse, if one replica of `sizeBytes` came. 1 is a full share. */
export function loadWith(load: ClusterLoad, shares: Shares, node: number, sizeBytes: number): number {
  const count = ratio((load.count[node] as number) + 1, shares.replicas[node]);
  const bytes = (load.bytes[node] as number) + sizeBytes;
  return bytes === 0 ? count : Math.max(count, ratio(bytes, shares.bytes[node]));
}

/** `value` relative to `share`; a node without a share comes last. */
export function ratio(value: number, share: number | undefined): number {
  if (share === undefined || share <= 0) return value === 0 ? 0 : Number.MAX_VALUE;
  return value / share;
}

/** Stays below the limit of its disk although nothing that leaves it has gone yet. */
export function fitsDisk(load: ClusterLoad, node: number, sizeBytes: number, highFraction: number): boolean {
  const { capacityBytes, usedBytes } = load.node(node);
  if (capacityBytes === 0) return true;
  return usedBytes + (load.incoming[node] as number) + sizeBytes < highFraction * capacityBytes;
}

/** Compared from the left; lower is better. */
export type Rank = readonly [number, number, number];

export function isLower(a: Rank, b: Rank): boolean {
  if (a[0] !== b[0]) return a[0] < b[0];
  if (a[1] !== b[1]) return a[1] < b[1];
  return a[2] < b[2];
}

const ROUNDING = 1e-6;
