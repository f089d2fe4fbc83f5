/**
 * Preferred leaders, balanced by changing the order of replicas, which copies nothing: first over all streams, then within each.
 * A change lowers the squared distance from the bands, so that leaders can pass over a node between two that share no partition.
 */
import { planLeaderChains } from './leader-chains.ts';
import type { MoveBatch } from './move-batch.ts';
import { ratio } from './move-batch.ts';
import { outside, squaredGain, wholeBand } from './shares.ts';

export function planLeaders(batch: MoveBatch): void {
  const { load, shares, limits } = batch;
  const all = wholeBand(shares.leaders, limits.balanceThreshold);
  const gain = (from: number, to: number): number => squaredGain(all, load.leaders, from, to);
  const led = shares.leaders.reduce((sum, share) => sum + share, 0);
  const streamGain = (p: number, from: number, to: number): number => {
    const { byNode, total } = load.streamLeaders(p);
    const distance = (node: number, leaders: number): number => {
      const share = (total * (shares.leaders[node] as number)) / led;
      const high = Math.max(Math.ceil(share - ROUNDING), Math.floor(share * (1 + limits.balanceThreshold)));
      return Math.max(0, leaders - high);
    };
    const a = byNode[from] as number;
    const b = byNode[to] as number;
    const before = distance(from, a) ** 2 + distance(to, b) ** 2;
    return distance(from, a - 1) ** 2 + distance(to, b + 1) ** 2 - before;
  };
  const uneven = load.nodes.some(
    (_, node) => load.isNormal(node) && outside(all, node, load.leaders[node] as number) > 0,
  );
  if (uneven) {
    pass(batch, (p, from, to) => gain(from, to) < 0 && streamGain(p, from, to) <= 0);
    pass(batch, (_, from, to) => gain(from, to) < 0);
    planLeaderChains(batch, all);
  }
  pass(batch, (p, from, to) => streamGain(p, from, to) < 0 && gain(from, to) <= 0);
}

/** Goes over all partitions once; of the replicas that are better as a leader the one with the fewest leads. */
function pass(batch: MoveBatch, isBetter: (p: number, from: number, to: number) => boolean): void {
  const { load, shares } = batch;
  for (let p = 0; p < load.partitions.length; p++) {
    if (batch.room <= 0) return;
    if (load.fixed[p] === 1) continue;
    const from = load.leaderOf(p);
    if (!load.isNormal(from)) continue;
    let best: number | undefined;
    let bestRatio = 0;
    for (let i = (load.start[p] as number) + 1; i < (load.start[p + 1] as number); i++) {
      const to = load.replicas[i] as number;
      if (!load.isNormal(to) || !isBetter(p, from, to)) continue;
      const led = ratio(load.leaders[to] as number, shares.leaders[to]);
      if (best !== undefined && led >= bestRatio) continue;
      best = to;
      bestRatio = led;
    }
    if (best !== undefined && batch.isWhole(p)) batch.lead(p, best);
  }
}

const ROUNDING = 1e-6;
