/**
 * What each node ought to hold. A share follows the capacity of the disk (equal where none is known), within what distinct nodes
 * and racks allow: of a partition with r replicas a rack of K takes at most ⌈r/K⌉ and at least ⌊r/K⌋, a node at most one. A small
 * rack therefore has to hold more on each node, and a plan must not fight that.
 *
 * Only normal nodes have shares. What lies on draining and away nodes stays there and is left out.
 */
import type { ClusterLoad } from './cluster-load.ts';

/** A tolerated range; inside it nothing is moved. */
export interface Band {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface Shares {
  /** Sum over the normal nodes is what they have to hold; 0 for every other node. */
  readonly replicas: Float64Array;
  readonly bytes: Float64Array;
  readonly leaders: Float64Array;
  /** Part of all replicas, sum 1. */
  readonly fraction: Float64Array;
}

/** `extra`: replicas still to be placed, each of `bytes`, in partitions of `replicationFactor`. */
export interface ExtraReplicas {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly bytes: number;
  /** Leaders that come with them: none if partitions that exist only get more replicas. */
  readonly leaders: number;
}

export function computeShares(load: ClusterLoad, extra?: ExtraReplicas): Shares {
  const kinds = partitionKinds(load, extra);
  const replicas = divide(load, kinds, 'count');
  const bytes = divide(load, kinds, 'bytes');
  const total = replicas.reduce((sum, share) => sum + share, 0);
  const fraction = replicas.map((share) => (total === 0 ? 0 : share / total));
  let led = extra?.leaders ?? 0;
  for (let i = 0; i < load.nodes.length; i++) {
    const { state } = load.node(i);
    if (state !== 'draining' && state !== 'away') led += load.leaders[i] as number;
  }
  return { replicas, bytes, fraction, leaders: divideLeaders(load, replicas, led) };
}

/** At least from the whole number below a share up to the one above. */
export function wholeBand(shares: Float64Array, threshold: number): Band {
  return {
    low: shares.map((share) => Math.min(Math.floor(share), Math.ceil(share * (1 - threshold)))),
    high: shares.map((share) => Math.max(Math.ceil(share), Math.floor(share * (1 + threshold)))),
  };
}

export function byteBand(shares: Float64Array, threshold: number): Band {
  return {
    low: shares.map((share) => share * (1 - threshold)),
    high: shares.map((share) => share * (1 + threshold)),
  };
}

/** How far `value` lies outside the band of `node`. */
export function outside(band: Band, node: number, value: number): number {
  const low = band.low[node] as number;
  const high = band.high[node] as number;
  if (value < low) return low - value;
  return value > high ? value - high : 0;
}

/** Change of the squared distance from the bands if one unit goes from `from` to `to`. Below zero is better. */
export function squaredGain(band: Band, values: Int32Array, from: number, to: number): number {
  const a = values[from] as number;
  const b = values[to] as number;
  const before = outside(band, from, a) ** 2 + outside(band, to, b) ** 2;
  return outside(band, from, a - 1) ** 2 + outside(band, to, b + 1) ** 2 - before;
}

/** Leading is work, not disk space: equal for all, except that none leads more than it holds. */
function divideLeaders(load: ClusterLoad, replicas: Float64Array, total: number): Float64Array {
  const normal = load.nodes.map((_, node) => node).filter((node) => load.isNormal(node));
  const parts = normal.map((node) => ({ weight: 1, low: 0, high: replicas[node] as number }));
  const shares = new Float64Array(load.nodes.length);
  for (const [i, share] of fill(parts, total).entries()) shares[normal[i] as number] = share;
  return shares;
}

/** All partitions with the same number of replicas. */
interface PartitionKind {
  readonly replicationFactor: number;
  count: number;
  bytes: number;
}

function partitionKinds(load: ClusterLoad, extra: ExtraReplicas | undefined): readonly PartitionKind[] {
  const kinds = new Map<number, PartitionKind>();
  const add = (replicationFactor: number, count: number, bytes: number): void => {
    const kind = kinds.get(replicationFactor) ?? { replicationFactor, count: 0, bytes: 0 };
    kind.count += count;
    kind.bytes += bytes;
    kinds.set(replicationFactor, kind);
  };
  for (const partition of load.partitions) add(partition.replicas.length, 1, partition.sizeBytes);
  if (extra !== undefined) add(extra.replicationFactor, extra.partitions, extra.partitions * extra.bytes);
  return [...kinds.values()];
}

interface Part {
  readonly weight: number;
  readonly low: number;
  readonly high: number;
}

function divide(load: ClusterLoad, kinds: readonly PartitionKind[], unit: 'count' | 'bytes'): Float64Array {
  const shares = new Float64Array(load.nodes.length);
  const weights = capacityWeights(load);
  const racks = new Map<number, number[]>();
  const stuck = new Map<number, number>();
  let total = kinds.reduce((sum, kind) => sum + kind[unit] * kind.replicationFactor, 0);
  for (let i = 0; i < load.nodes.length; i++) {
    const rack = load.rackOf(i);
    const { state } = load.node(i);
    if (state === 'normal') racks.set(rack, [...(racks.get(rack) ?? []), i]);
    if (state !== 'draining' && state !== 'away') continue;
    const held = load[unit][i] as number;
    stuck.set(rack, (stuck.get(rack) ?? 0) + held);
    total -= held;
  }
  const onNode = kinds.reduce((sum, kind) => sum + kind[unit], 0);
  const parts = [...racks].map(([rack, members]): Part => {
    const inRack = (round: (x: number) => number): number => {
      const held = kinds.map(
        (kind) => kind[unit] * Math.min(members.length, round(kind.replicationFactor / racks.size)),
      );
      return Math.max(0, held.reduce((sum, one) => sum + one, 0) - (stuck.get(rack) ?? 0));
    };
    const weight = members.reduce((sum, i) => sum + (weights[i] as number), 0);
    return { weight, low: inRack(Math.floor), high: inRack(Math.ceil) };
  });
  const ofRacks = fill(parts, total);
  for (const [r, members] of [...racks.values()].entries()) {
    const ofNodes = fill(
      members.map((i) => ({ weight: weights[i] as number, low: 0, high: onNode })),
      ofRacks[r] as number,
    );
    for (const [k, i] of members.entries()) shares[i] = ofNodes[k] as number;
  }
  return shares;
}

/** A node of unknown capacity counts like the mean of the known ones. */
function capacityWeights(load: ClusterLoad): Float64Array {
  const known = load.nodes.filter((node) => node.state === 'normal' && node.capacityBytes > 0);
  const mean = known.reduce((sum, node) => sum + node.capacityBytes, 0) / Math.max(1, known.length);
  return Float64Array.from(load.nodes, (node) => {
    if (known.length === 0) return 1;
    return (node.capacityBytes > 0 ? node.capacityBytes : mean) / mean;
  });
}

/** Divides `total` by weight with every part inside its bounds; what a bound takes or leaves goes to the others. */
function fill(parts: readonly Part[], total: number): readonly number[] {
  const at = (level: number): readonly number[] =>
    parts.map((part) => Math.min(part.high, Math.max(part.low, level * part.weight)));
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  let below = 0;
  let above = Math.max(1, ...parts.map((part) => part.high / part.weight));
  for (let i = 0; i < FILL_STEPS; i++) {
    const middle = (below + above) / 2;
    if (sum(at(middle)) < total) below = middle;
    else above = middle;
  }
  const found = at(above);
  // Halving leaves a rest far below one byte; a whole share must come out whole, or its band would be one replica wide.
  return found.map((value) => (Math.abs(value - Math.round(value)) < ROUNDING ? Math.round(value) : value));
}

const FILL_STEPS = 80;
const ROUNDING = 1e-6;
