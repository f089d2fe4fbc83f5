/**
 * Where the replicas of new partitions go. Soft rules in order: racks, spread of the stream, load. Among equals the order depends
 * on the partition, so that the partners of a node vary and the load of a failed one spreads over all.
 */
import type { NodeId } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';
import { ClusterLoad } from './cluster-load.ts';
import type { Rank } from './move-batch.ts';
import { fitsDisk, isLower, loadWith, ratio } from './move-batch.ts';
import type { PlacementWish, PlannerNode, PlannerPartition } from './planner-types.ts';
import type { Shares } from './shares.ts';
import { computeShares } from './shares.ts';

export const DISK_HIGH_FRACTION = 0.8;

/**
 * Up to here a disk takes a new partition where no lower one is left. A partition begins empty: refusing it saves no room, and would
 * make a cluster whose disks are used by others useless. Replicas that bring data with them are held to the limit itself.
 */
export const DISK_NEW_FRACTION = 0.95;

/** Nodes of each new partition, preferred leader first. `partitions` are all that exist, those of the stream among them. */
export function placeNew(
  nodes: readonly PlannerNode[],
  partitions: readonly PlannerPartition[],
  wish: PlacementWish,
): readonly (readonly NodeId[])[] | FlowError {
  const { stream, replicationFactor } = wish;
  const highFraction = wish.diskHighFraction ?? DISK_HIGH_FRACTION;
  if (!isCount(wish.partitions) || !isCount(replicationFactor)) {
    return new FlowError('INVALID_ARGUMENT', 'partitions and replication factor are whole numbers from 1');
  }
  const load = new ClusterLoad(nodes, partitions);
  const sizeBytes = partitions.reduce((sum, one) => sum + one.sizeBytes, 0) / Math.max(1, partitions.length);
  const shares = computeShares(load, {
    partitions: wish.partitions,
    replicationFactor,
    bytes: sizeBytes,
    leaders: wish.partitions,
  });
  const ofStream = countStream(load, stream, wish);
  const seed = hashText(stream);
  const placement: NodeId[][] = [];
  for (let k = 0; k < wish.partitions; k++) {
    const chosen: number[] = [];
    const tie = mix(seed ^ mix(ofStream.partitions + k));
    while (chosen.length < replicationFactor) {
      const choice: ReplicaChoice = {
        taken: chosen,
        sizeBytes: 0,
        expectedBytes: sizeBytes,
        ofStream,
        tie,
        highFraction,
      };
      const node =
        chooseNode(load, shares, choice) ??
        chooseNode(load, shares, { ...choice, highFraction: Math.max(highFraction, DISK_NEW_FRACTION) });
      if (node === undefined) return cannotPlace(load, replicationFactor);
      chosen.push(node);
      addReplica(load, node, sizeBytes, ofStream.replicas);
    }
    placement.push(lowestLeaderFirst(load, shares, ofStream, chosen, tie).map((node) => load.node(node).id));
  }
  return placement;
}

interface StreamLoad {
  readonly partitions: number;
  /** Of the stream as it will be. */
  readonly replicasTotal: number;
  readonly replicas: Int32Array;
  readonly leaders: Int32Array;
}

function countStream(load: ClusterLoad, stream: string, wish: PlacementWish): StreamLoad {
  const replicas = new Int32Array(load.nodes.length);
  const leaders = new Int32Array(load.nodes.length);
  let partitions = 0;
  let replicasTotal = wish.partitions * wish.replicationFactor;
  for (const [p, partition] of load.partitions.entries()) {
    if (partition.stream !== stream || partition.replicas.length === 0) continue;
    partitions++;
    replicasTotal += partition.replicas.length;
    for (const node of load.replicasOf(p)) replicas[node] = (replicas[node] as number) + 1;
    const leader = load.leaderOf(p);
    leaders[leader] = (leaders[leader] as number) + 1;
  }
  return { partitions, replicasTotal, replicas, leaders };
}

export interface ReplicaChoice {
  readonly taken: readonly number[];
  /** What must fit on the disk at once. */
  readonly sizeBytes: number;
  /** What it will count as load. */
  readonly expectedBytes: number;
  readonly ofStream: { readonly replicas: Int32Array; readonly replicasTotal: number };
  /** Orders nodes that are equal otherwise. */
  readonly tie: number;
  readonly highFraction: number;
}

/** The best normal node for one more replica of a partition whose replicas lie on `taken`; undefined where none may. */
export function chooseNode(load: ClusterLoad, shares: Shares, choice: ReplicaChoice): number | undefined {
  const { taken, sizeBytes, ofStream, highFraction } = choice;
  let best: number | undefined;
  let bestRank: Rank = [0, 0, 0];
  let bestTie = 0;
  for (let node = 0; node < load.nodes.length; node++) {
    if (!load.isNormal(node) || taken.includes(node)) continue;
    if (!fitsDisk(load, node, sizeBytes, highFraction)) continue;
    const mates = taken.filter((other) => load.rackOf(other) === load.rackOf(node)).length;
    const share = Math.ceil(ofStream.replicasTotal * (shares.fraction[node] as number) - ROUNDING);
    const excess = Math.max(0, (ofStream.replicas[node] as number) + 1 - share);
    const rank: Rank = [mates, excess, loadWith(load, shares, node, choice.expectedBytes)];
    const tie = mix(choice.tie ^ load.node(node).id);
    if (best !== undefined && !isLower(rank, bestRank)) {
      if (isLower(bestRank, rank) || tie >= bestTie) continue;
    }
    best = node;
    bestRank = rank;
    bestTie = tie;
  }
  return best;
}

export function addReplica(load: ClusterLoad, node: number, bytes: number, ofStream: Int32Array): void {
  load.count[node] = (load.count[node] as number) + 1;
  load.bytes[node] = (load.bytes[node] as number) + bytes;
  ofStream[node] = (ofStream[node] as number) + 1;
}

function lowestLeaderFirst(
  load: ClusterLoad,
  shares: Shares,
  ofStream: StreamLoad,
  chosen: readonly number[],
  tie: number,
): readonly number[] {
  const rank = (node: number): Rank => [
    ofStream.leaders[node] as number,
    ratio((load.leaders[node] as number) + 1, shares.leaders[node]),
    mix(tie ^ load.node(node).id),
  ];
  const leader = chosen.reduce((best, node) => (isLower(rank(node), rank(best)) ? node : best));
  load.leaders[leader] = (load.leaders[leader] as number) + 1;
  ofStream.leaders[leader] = (ofStream.leaders[leader] as number) + 1;
  return [leader, ...chosen.filter((node) => node !== leader)];
}

/** Why no node is left for a replica. */
export function cannotPlace(load: ClusterLoad, replicationFactor: number): FlowError {
  const normal = load.nodes.filter((node) => node.state === 'normal').length;
  const details = { nodes: normal, replicationFactor };
  if (normal < replicationFactor) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `replication factor ${replicationFactor} needs as many nodes; ${normal} can take replicas`,
      { hint: 'Lower the replication factor, add nodes, or end the drain of one.', details },
    );
  }
  return new FlowError('DISK_FULL', `too few disks with room for ${replicationFactor} replicas`, {
    hint: 'Add nodes or disk space, or shorten the retention of streams.',
    details,
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The final mix of MurmurHash3. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const ROUNDING = 1e-6;
