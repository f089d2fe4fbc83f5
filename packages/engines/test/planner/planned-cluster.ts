/** Small clusters for the planner's tests, random ones, and the hard rules as a check. */
import type { NodeId } from '@flowmesh/base';
import { groupId, must, nodeId } from '@flowmesh/base';
import fc from 'fast-check';
import type { PlannedMove, PlannerLimits, PlannerNode, PlannerPartition } from '../../src/index.ts';
import { planMoves } from '../../src/index.ts';

export interface PlannedCluster {
  readonly nodes: readonly PlannerNode[];
  readonly partitions: readonly PlannerPartition[];
}

export const LIMITS: PlannerLimits = {
  movesMax: 100,
  perNodeMovesMax: 100,
  diskHighFraction: 0.8,
  balanceThreshold: 0.05,
};

export function node(id: number, more: Partial<Omit<PlannerNode, 'id'>> = {}): PlannerNode {
  return { id: nodeId(id), rack: '', state: 'normal', capacityBytes: 0, usedBytes: 0, ...more };
}

export function partition(
  group: number,
  replicas: readonly number[],
  more: Partial<Omit<PlannerPartition, 'group' | 'replicas'>> = {},
): PlannerPartition {
  return {
    group: groupId(group),
    stream: `stream-${group}`,
    replicas: replicas.map((id) => nodeId(id)),
    sizeBytes: 10,
    moving: false,
    ...more,
  };
}

/** Partitions 1 … `count` on three of `nodes` nodes each, in turn. */
export function inTurn(count: number, nodes: number, replicas = 3): PlannerPartition[] {
  return Array.from({ length: count }, (_, p) =>
    partition(
      p + 1,
      Array.from({ length: replicas }, (_none, r) => ((p + r) % nodes) + 1),
    ),
  );
}

/** The cluster after all `moves`; disks change by what came and went. */
export function applyMoves(cluster: PlannedCluster, moves: readonly PlannedMove[]): PlannedCluster {
  const planned = new Map(moves.map((move) => [move.group, move]));
  const change = new Map<NodeId, number>();
  const partitions = cluster.partitions.map((one) => {
    const move = planned.get(one.group);
    if (move === undefined) return one;
    for (const id of move.to)
      if (!move.from.includes(id)) change.set(id, (change.get(id) ?? 0) + one.sizeBytes);
    for (const id of move.from)
      if (!move.to.includes(id)) change.set(id, (change.get(id) ?? 0) - one.sizeBytes);
    return { ...one, replicas: move.to };
  });
  const nodes = cluster.nodes.map((one) => ({
    ...one,
    usedBytes: Math.max(0, one.usedBytes + (change.get(one.id) ?? 0)),
  }));
  return { nodes, partitions };
}

/** Batches until the empty one, each applied before the next. Throws if there are more than `roundsMax`. */
export function planToEnd(
  start: PlannedCluster,
  limits: PlannerLimits = LIMITS,
  roundsMax = 400,
): { readonly cluster: PlannedCluster; readonly batches: readonly (readonly PlannedMove[])[] } {
  let cluster = start;
  const batches: (readonly PlannedMove[])[] = [];
  for (;;) {
    const batch = planMoves(cluster.nodes, cluster.partitions, limits);
    if (batch.length === 0) return { cluster, batches };
    batches.push(batch);
    if (batches.length > roundsMax) throw new Error(`no end after ${roundsMax} batches`);
    cluster = applyMoves(cluster, batch);
  }
}

export function held(cluster: PlannedCluster, id: number): number {
  return cluster.partitions.filter((one) => one.replicas.includes(nodeId(id))).length;
}

export function heldBytes(cluster: PlannedCluster, id: number): number {
  return cluster.partitions.reduce(
    (sum, one) => sum + (one.replicas.includes(nodeId(id)) ? one.sizeBytes : 0),
    0,
  );
}

export function led(cluster: PlannedCluster, id: number): number {
  return cluster.partitions.filter((one) => one.replicas[0] === nodeId(id)).length;
}

/** Replicas that share the rack of another of their partition, as pairs. */
export function rackPairs(cluster: PlannedCluster): number {
  const rackOf = new Map(cluster.nodes.map((one) => [one.id, one.rack === '' ? `node ${one.id}` : one.rack]));
  let pairs = 0;
  for (const { replicas } of cluster.partitions) {
    for (const [i, a] of replicas.entries()) {
      pairs += replicas.slice(i + 1).filter((b) => rackOf.get(a) === rackOf.get(b)).length;
    }
  }
  return pairs;
}

/** Hard rules that `batch` breaks, as sentences. */
export function brokenRules(
  cluster: PlannedCluster,
  batch: readonly PlannedMove[],
  limits: PlannerLimits,
): string[] {
  const faults: string[] = [];
  const byGroup = new Map(cluster.partitions.map((one) => [one.group, one]));
  const byId = new Map(cluster.nodes.map((one) => [one.id, one]));
  const busy = new Map<NodeId, number>();
  const arriving = new Map<NodeId, number>();
  const inProgress = cluster.partitions.filter((one) => one.moving).length;
  if (batch.length > Math.max(0, limits.movesMax - inProgress)) faults.push('more moves than allowed');
  if (new Set(batch.map((move) => move.group)).size !== batch.length) faults.push('a partition twice');
  for (const move of batch) {
    const one = must(byGroup.get(move.group), 'a known partition');
    const isLive = (id: NodeId): boolean =>
      ['normal', 'draining', 'leaving'].includes(byId.get(id)?.state ?? 'dead');
    const added = move.to.filter((id) => !move.from.includes(id));
    const removed = move.from.filter((id) => !move.to.includes(id));
    const say = (fault: string): void => void faults.push(`group ${move.group} (${move.reason}): ${fault}`);
    if (one.moving || one.metadata === true) say('is not to be moved');
    if (move.from.join() !== one.replicas.join()) say('does not begin where the replicas are');
    if (new Set(move.to).size !== move.to.length || move.to.length !== one.replicas.length) say('replicas');
    if (move.bytes !== added.length * one.sizeBytes) say('bytes');
    if (move.to.join() === move.from.join()) say('changes nothing');
    if (move.to.filter(isLive).length < move.from.filter(isLive).length) say('loses a live replica');
    if (added.length > 0 && move.from.filter(isLive).length <= move.from.length / 2) say('has no majority');
    if (move.to[0] !== move.from[0] && byId.get(must(move.to[0], 'a leader'))?.state !== 'normal') {
      say('leads on a node that takes no leadership');
    }
    if (removed.some((id) => byId.get(id)?.state === 'away')) say('an away node loses a replica');
    if (removed.some((id) => byId.get(id)?.state === 'draining')) say('a draining node loses a replica');
    for (const id of [...added, ...removed]) busy.set(id, (busy.get(id) ?? 0) + 1);
    for (const id of added) arriving.set(id, (arriving.get(id) ?? 0) + one.sizeBytes);
  }
  for (const [id, bytes] of arriving) {
    const receiver = must(byId.get(id), 'a known receiver');
    if (receiver.state !== 'normal') faults.push(`node ${id} receives and is ${receiver.state}`);
    const high = limits.diskHighFraction * receiver.capacityBytes;
    if (high > 0 && receiver.usedBytes + bytes >= high) faults.push(`the disk of node ${id} gets too full`);
  }
  for (const [id, count] of busy) {
    const state = byId.get(id)?.state ?? 'dead';
    if (state !== 'dead' && count > limits.perNodeMovesMax) faults.push(`node ${id} is too busy`);
  }
  return faults;
}

const racks = fc.constantFrom('', 'a', 'b', 'c');
const mostlyNormal = fc.constantFrom<PlannerNode['state']>(
  ...(['normal', 'normal', 'normal', 'normal', 'draining', 'leaving', 'dead', 'away'] as const),
);

/** Random clusters of up to nine nodes and 40 partitions; disks know their size or not, and are full to any degree. */
export const randomCluster: fc.Arbitrary<PlannedCluster> = fc
  .record({
    racks: fc.array(racks, { minLength: 1, maxLength: 9 }),
    states: fc.array(mostlyNormal, { minLength: 9, maxLength: 9 }),
    capacities: fc.array(fc.constantFrom(0, 2_000, 4_000), { minLength: 9, maxLength: 9 }),
    used: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
    partitions: fc.array(
      fc.record({
        stream: fc.constantFrom('s', 't', 'u'),
        start: fc.nat({ max: 8 }),
        step: fc.constantFrom(1, 2),
        replicas: fc.integer({ min: 1, max: 5 }),
        sizeBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.constant(700)),
        moving: fc.nat({ max: 9 }).map((n) => n === 0),
      }),
      { maxLength: 40 },
    ),
  })
  .map((wish) => {
    const count = wish.racks.length;
    const nodes = wish.racks.map((rack, i) => {
      const capacityBytes = wish.capacities[i] as number;
      const state = wish.states[i] as PlannerNode['state'];
      const usedBytes = Math.floor((wish.used[i] as number) * capacityBytes);
      return node(i + 1, { rack, state, capacityBytes, usedBytes });
    });
    const partitions = wish.partitions.map((one, p) => {
      const ids = Array.from({ length: one.replicas }, (_, r) => ((one.start + r * one.step) % count) + 1);
      return partition(p + 1, [...new Set(ids)], {
        stream: one.stream,
        sizeBytes: one.sizeBytes,
        moving: one.moving,
      });
    });
    return { nodes, partitions };
  });
