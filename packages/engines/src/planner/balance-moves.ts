/**
 * Moves that even out load: first the number of replicas, then their bytes, each until every node lies in its band. A move is
 * planned only if it lowers the distance from the bands and leaves what is more important (racks, disks, spread of streams, and
 * for bytes also the number of replicas) no worse. Therefore nothing ever goes back and forth.
 *
 * Few moves: nodes above their band give to nodes below theirs as long as there are both; only then one of the two sides lies
 * inside its band. Few bytes: of all replicas that may go, the one whose size evens out both nodes at once is taken.
 */
import type { MoveBatch } from './move-batch.ts';
import { ratio } from './move-batch.ts';
import type { NodeReplicas } from './node-replicas.ts';
import type { Band } from './shares.ts';
import { byteBand, outside, squaredGain, wholeBand } from './shares.ts';

interface Pair {
  readonly from: number;
  readonly to: number;
}

export function planCounts(batch: MoveBatch, replicas: NodeReplicas): void {
  const { load, shares } = batch;
  const band = wholeBand(shares.replicas, batch.limits.balanceThreshold);
  const inVain = new PairSet(load.nodes.length);
  const above = (node: number): boolean => (load.count[node] as number) > (band.high[node] as number);
  const below = (node: number): boolean => (load.count[node] as number) < (band.low[node] as number);
  const tiers: readonly ((pair: Pair) => boolean)[] = [
    ({ from, to }) => above(from) && below(to),
    ({ from, to }) => above(from) !== below(to),
  ];
  for (const fits of tiers) {
    for (;;) {
      if (batch.room <= 0) return;
      const useful = (pair: Pair): boolean =>
        fits(pair) && squaredGain(band, load.count, pair.from, pair.to) < 0;
      const moved = firstPair(batch, countOrder(batch), useful, inVain, (pair) =>
        moveOne(batch, replicas, pair),
      );
      if (!moved) break;
    }
    if (batch.blocked) return;
  }
}

/** Moves the replica that brings both nodes nearest to their shares of bytes by the time their counts are even. */
function moveOne(batch: MoveBatch, replicas: NodeReplicas, { from, to }: Pair): boolean {
  const { load, shares } = batch;
  const perReplica = (node: number): number => {
    const missing = (shares.replicas[node] as number) - (load.count[node] as number);
    const bytes = (shares.bytes[node] as number) - (load.bytes[node] as number);
    return bytes / (Math.abs(missing) < 1 ? Math.sign(missing) || 1 : missing);
  };
  const wanted = Math.max(0, (perReplica(from) + perReplica(to)) / 2);
  const p = replicas.nearest(from, wanted, (candidate) => mayMove(batch, candidate, from, to));
  if (p !== undefined) batch.move(p, from, to, 'balance');
  return p !== undefined;
}

function mayMove(batch: MoveBatch, p: number, from: number, to: number): boolean {
  return batch.isWhole(p) && batch.canReceive(to, p) && batch.keepsSpread(p, from, to);
}

export function planBytes(batch: MoveBatch, replicas: NodeReplicas): void {
  const { load, shares } = batch;
  const counts = wholeBand(shares.replicas, batch.limits.balanceThreshold);
  const bytes = byteBand(shares.bytes, batch.limits.balanceThreshold);
  const inVain = new PairSet(load.nodes.length);
  const useful = ({ from, to }: Pair): boolean =>
    (load.bytes[from] as number) > (bytes.high[from] as number) ||
    (load.bytes[to] as number) < (bytes.low[to] as number);
  const act = (pair: Pair): boolean => {
    if (squaredGain(counts, load.count, pair.from, pair.to) <= 0) {
      if (moveBytes(batch, replicas, bytes, pair)) return true;
    }
    return batch.room >= 2 && !isTight(batch, pair) && exchange(batch, replicas, bytes, pair);
  };
  while (batch.room > 0 && firstPair(batch, byteOrder(batch), useful, inVain, act));
}

function isTight(batch: MoveBatch, pair: Pair): boolean {
  const tight = batch.isBusy(pair.from, 2) || batch.isBusy(pair.to, 2);
  if (tight && batch.limits.perNodeMovesMax >= 2) batch.blocked = true;
  return tight;
}

function moveBytes(batch: MoveBatch, replicas: NodeReplicas, band: Band, { from, to }: Pair): boolean {
  const { load } = batch;
  const p = replicas.nearest(
    from,
    surplus(batch, { from, to }),
    (candidate) => {
      const size = load.partition(candidate).sizeBytes;
      return isWorth(batch, band, { from, to }, size, size) && mayMove(batch, candidate, from, to);
    },
    TRIES_MAX,
  );
  if (p !== undefined) batch.move(p, from, to, 'balance');
  return p !== undefined;
}

/** A large replica goes, a small one comes back, where the number of replicas must not change. */
function exchange(batch: MoveBatch, replicas: NodeReplicas, band: Band, { from, to }: Pair): boolean {
  const { load } = batch;
  const wanted = surplus(batch, { from, to });
  const back = replicas
    .bySize(to)
    .subarray(0, TRIES_MAX)
    .filter((q) => mayMove(batch, q, to, from))
    .slice(0, EXCHANGES_MAX);
  for (const q of back) {
    const returned = load.partition(q).sizeBytes;
    const p = replicas.nearest(
      from,
      wanted + returned,
      (candidate) => {
        const size = load.partition(candidate).sizeBytes;
        const worth = isWorth(batch, band, { from, to }, size - returned, size + returned);
        return worth && mayMove(batch, candidate, from, to);
      },
      TRIES_MAX,
    );
    if (p === undefined) continue;
    batch.move(p, from, to, 'balance');
    batch.move(q, to, from, 'balance');
    return true;
  }
  return false;
}

/** Bytes that would bring one of the two nodes to its share and the other not beyond. */
function surplus(batch: MoveBatch, { from, to }: Pair): number {
  const { load, shares } = batch;
  const tooMuch = (load.bytes[from] as number) - (shares.bytes[from] as number);
  const tooLittle = (shares.bytes[to] as number) - (load.bytes[to] as number);
  return Math.max(0, Math.min(tooMuch, tooLittle));
}

/** At least half of what is copied counts: a byte outside the band must not set gigabytes in motion. */
function isWorth(batch: MoveBatch, band: Band, { from, to }: Pair, shift: number, copied: number): boolean {
  const a = batch.load.bytes[from] as number;
  const b = batch.load.bytes[to] as number;
  const before = outside(band, from, a) + outside(band, to, b);
  const after = outside(band, from, a - shift) + outside(band, to, b + shift);
  return copied > 0 && before - after >= copied / 2;
}

const TRIES_MAX = 256;
const EXCHANGES_MAX = 8;

/** Acts on the first pair that is useful and can act; fullest givers and emptiest receivers come first. */
function firstPair(
  batch: MoveBatch,
  order: readonly number[],
  useful: (pair: Pair) => boolean,
  inVain: PairSet,
  act: (pair: Pair) => boolean,
): boolean {
  for (const from of order) {
    for (let i = order.length - 1; i >= 0; i--) {
      const to = order[i] as number;
      if (to === from) break;
      const pair = { from, to };
      if (!useful(pair) || inVain.has(pair)) continue;
      if (batch.isBusy(from) || batch.isBusy(to)) {
        batch.blocked = true;
        continue;
      }
      if (act(pair)) return true;
      inVain.add(pair);
    }
  }
  return false;
}

/** Pairs that had nothing to give in this plan. */
class PairSet {
  private readonly nodes: number;
  private readonly known: Uint8Array;

  constructor(nodes: number) {
    this.nodes = nodes;
    this.known = new Uint8Array(nodes * nodes);
  }

  has({ from, to }: Pair): boolean {
    return this.known[from * this.nodes + to] === 1;
  }

  add({ from, to }: Pair): void {
    this.known[from * this.nodes + to] = 1;
  }
}

function countOrder(batch: MoveBatch): readonly number[] {
  return fullestFirst(batch, (node) => ratio(batch.load.count[node] as number, batch.shares.replicas[node]));
}

function byteOrder(batch: MoveBatch): readonly number[] {
  return fullestFirst(batch, (node) => ratio(batch.load.bytes[node] as number, batch.shares.bytes[node]));
}

function fullestFirst(batch: MoveBatch, fullness: (node: number) => number): readonly number[] {
  const { load } = batch;
  const normal = load.nodes.map((_, node) => node).filter((node) => load.isNormal(node));
  const values = load.nodes.map((_, node) => (load.isNormal(node) ? fullness(node) : 0));
  return normal.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
}
