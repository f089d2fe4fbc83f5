/**
 * Leadership passed on along several partitions: a node with too many leaders may share no partition with one that has room, but
 * with a node that does. A breadth-first search finds the shortest such chain; nodes inside it give one and take one, so that
 * only its ends change.
 */
import type { MoveBatch } from './move-batch.ts';
import type { Band } from './shares.ts';

/** Searched again after each chain, which costs a pass over all partitions. */
const CHAINS_MAX = 16;

export function planLeaderChains(batch: MoveBatch, band: Band): void {
  for (let found = 0; found < CHAINS_MAX && batch.room > 0; found++) {
    const chain = findChain(batch, band);
    if (chain === undefined || chain.length > batch.room) return;
    for (const { p, to } of chain) batch.lead(p, to);
  }
}

interface Link {
  readonly p: number;
  readonly to: number;
}

function findChain(batch: MoveBatch, band: Band): readonly Link[] | undefined {
  const { load } = batch;
  const nodes = load.nodes.map((_, node) => node).filter((node) => load.isNormal(node));
  const led = (node: number): number => load.leaders[node] as number;
  const high = (node: number): number => band.high[node] as number;
  const low = (node: number): number => band.low[node] as number;
  const over = nodes.filter((node) => led(node) > high(node));
  const under = nodes.filter((node) => led(node) < low(node));
  if (over.length === 0 && under.length === 0) return undefined;
  const links = collectLinks(batch);
  return (
    search(load.nodes.length, links, over, (node) => led(node) < high(node)) ??
    search(
      load.nodes.length,
      links,
      nodes.filter((node) => led(node) > low(node)),
      (node) => led(node) < low(node),
    )
  );
}

/** One partition for each pair of a leader and another replica, at `leader * nodes + other`; -1 where there is none. */
function collectLinks(batch: MoveBatch): Int32Array {
  const { load } = batch;
  const links = new Int32Array(load.nodes.length ** 2).fill(-1);
  for (let p = 0; p < load.partitions.length; p++) {
    if (!batch.isWhole(p) || !load.isNormal(load.leaderOf(p))) continue;
    const row = load.leaderOf(p) * load.nodes.length;
    for (const node of load.replicasOf(p)) {
      if (load.isNormal(node) && links[row + node] === -1) links[row + node] = p;
    }
  }
  return links;
}

/** The shortest chain from one of `starts` to another node that `ends`. */
function search(
  nodes: number,
  links: Int32Array,
  starts: readonly number[],
  ends: (node: number) => boolean,
): readonly Link[] | undefined {
  const cameFrom = new Int32Array(nodes).fill(-1);
  for (const start of starts) cameFrom[start] = start;
  const queue = [...starts];
  for (let at = 0; at < queue.length; at++) {
    const from = queue[at] as number;
    for (let to = 0; to < nodes; to++) {
      if (links[from * nodes + to] === -1 || cameFrom[to] !== -1) continue;
      cameFrom[to] = from;
      if (ends(to)) return chainTo(nodes, links, cameFrom, to);
      queue.push(to);
    }
  }
  return undefined;
}

function chainTo(nodes: number, links: Int32Array, cameFrom: Int32Array, end: number): readonly Link[] {
  const chain: Link[] = [];
  let to = end;
  for (let from = cameFrom[to] as number; from !== to; from = cameFrom[to] as number) {
    chain.push({ p: links[from * nodes + to] as number, to });
    to = from;
  }
  return chain;
}
