/**
 * Moves that must be: replicas of dead nodes are replaced, those of leaving nodes go, replicas that share a rack without need
 * are parted, and disks above the high mark are relieved. In this order; each lowers its own fault and leaves the earlier alone.
 */
import type { MoveBatch } from './move-batch.ts';
import type { NodeReplicas } from './node-replicas.ts';
import type { PlannerNodeState } from './planner-types.ts';

/** Replaces replicas of dead nodes: partitions nearest to losing their majority first, then large ones. */
export function planRepair(batch: MoveBatch): void {
  evacuate(batch, 'dead', 'repair');
}

export function planDecommission(batch: MoveBatch): void {
  evacuate(batch, 'leaving', 'decommission');
}

function evacuate(batch: MoveBatch, state: PlannerNodeState, reason: 'repair' | 'decommission'): void {
  const { load } = batch;
  if (!load.nodes.some((node) => node.state === state)) return;
  const displaced: { readonly p: number; readonly from: number; readonly spare: number }[] = [];
  for (let p = 0; p < load.partitions.length; p++) {
    const from = load.replicasOf(p).find((node) => load.node(node).state === state);
    if (from === undefined || !batch.canCommit(p)) continue;
    const replicas = load.partition(p).replicas.length;
    const spare = reason === 'repair' ? load.liveReplicas(p) - Math.floor(replicas / 2) : 0;
    displaced.push({ p, from, spare });
  }
  displaced.sort(
    (a, b) => a.spare - b.spare || load.partition(b.p).sizeBytes - load.partition(a.p).sizeBytes || a.p - b.p,
  );
  for (const { p, from } of displaced) {
    if (batch.room <= 0) return;
    if (batch.isBusy(from)) {
      batch.blocked = true;
      continue;
    }
    const to = batch.bestReceiver(p, from);
    if (to !== undefined) batch.move(p, from, to, reason);
  }
}

/** Parts replicas that share a rack although another rack holds at least two fewer of that partition. */
export function planRackRepair(batch: MoveBatch): void {
  const { load } = batch;
  const reachable = racksWithReceivers(batch);
  const candidates: number[] = [];
  for (let p = 0; p < load.partitions.length; p++) {
    if (hasRackMates(batch, p) && batch.isWhole(p)) candidates.push(p);
  }
  candidates.sort((a, b) => load.partition(b).sizeBytes - load.partition(a).sizeBytes || a - b);
  for (const p of candidates) {
    if (batch.room <= 0) return;
    const from = worstPlaced(batch, p, reachable);
    if (from === undefined) continue;
    if (batch.isBusy(from)) {
      batch.blocked = true;
      continue;
    }
    const to = batch.bestReceiver(p, from, (node) => batch.rackChange(p, from, node) < 0);
    if (to !== undefined) batch.move(p, from, to, 'rack');
  }
}

/** One normal node of each rack that has one. */
function racksWithReceivers(batch: MoveBatch): readonly number[] {
  const { load } = batch;
  const seen = new Set<number>();
  const found: number[] = [];
  for (let node = 0; node < load.nodes.length; node++) {
    if (!load.isNormal(node) || seen.has(load.rackOf(node))) continue;
    seen.add(load.rackOf(node));
    found.push(node);
  }
  return found;
}

function hasRackMates(batch: MoveBatch, p: number): boolean {
  const { load } = batch;
  return load.replicasOf(p).some((node) => load.rackMates(p, node, node) > 0);
}

/** The normal replica with the most mates in its rack that some rack could take better; among equals the one on the fuller node. */
function worstPlaced(batch: MoveBatch, p: number, reachable: readonly number[]): number | undefined {
  const { load, shares } = batch;
  let worst: number | undefined;
  let worstMates = 0;
  let worstLoad = 0;
  for (const node of load.replicasOf(p)) {
    if (!load.isNormal(node)) continue;
    const mates = load.rackMates(p, node, node);
    if (mates === 0 || !reachable.some((other) => batch.rackChange(p, node, other) < 0)) continue;
    const full = (load.count[node] as number) / Math.max(1, shares.replicas[node] as number);
    if (mates < worstMates || (mates === worstMates && full <= worstLoad)) continue;
    worst = node;
    worstMates = mates;
    worstLoad = full;
  }
  return worst;
}

/** Takes replicas from disks above the high mark, with as few bytes as bring them below. */
export function planDiskRelief(batch: MoveBatch, replicas: NodeReplicas): void {
  const { load } = batch;
  const nodes = load.nodes.map((_, node) => node).filter((node) => excessBytes(batch, node) > 0);
  nodes.sort((a, b) => excessBytes(batch, b) - excessBytes(batch, a) || a - b);
  for (const from of nodes) {
    while (batch.room > 0 && excessBytes(batch, from) > 0) {
      if (batch.isBusy(from)) {
        batch.blocked = true;
        break;
      }
      if (!relieve(batch, replicas, from)) break;
    }
  }
}

function relieve(batch: MoveBatch, replicas: NodeReplicas, from: number): boolean {
  const { load } = batch;
  const excess = excessBytes(batch, from);
  const bySize = [...replicas.bySize(from)].filter(
    (p) => load.partition(p).sizeBytes > 0 && batch.isWhole(p),
  );
  const enough = bySize.filter((p) => load.partition(p).sizeBytes >= excess);
  const tooLittle = bySize.slice(0, bySize.length - enough.length).reverse();
  const nearest = enough[0];
  const wasteful = nearest !== undefined && load.partition(nearest).sizeBytes > OVERSHOOT_MAX * excess;
  const inTurn = wasteful ? [...tooLittle, ...enough] : [...enough, ...tooLittle];
  for (const p of inTurn) {
    const to = batch.bestReceiver(p, from, (node) => batch.rackChange(p, from, node) <= 0);
    if (to === undefined) continue;
    batch.move(p, from, to, 'disk');
    return true;
  }
  return false;
}

/** A replica so much larger than what has to go is moved only if smaller ones cannot. */
const OVERSHOOT_MAX = 2;

function excessBytes(batch: MoveBatch, node: number): number {
  const { load, limits } = batch;
  const { state, capacityBytes, usedBytes } = load.node(node);
  if (state !== 'normal' || capacityBytes === 0) return 0;
  const used = usedBytes + (load.incoming[node] as number) - (load.outgoing[node] as number);
  return Math.max(0, used - limits.diskHighFraction * capacityBytes);
}
