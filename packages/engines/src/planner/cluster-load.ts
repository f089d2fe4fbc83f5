/**
 * The planner's picture of a cluster: nodes and partitions by dense indexes, with the load of each node kept up to date while
 * moves are planned. Building it is one pass over all replicas; every question after that costs a few array reads.
 *
 * A node that only partitions name stands behind the known ones as a dead node. A partition that moves, is the metadata group, or
 * was planned already is `fixed`: nothing touches it again in this plan.
 */
import type { NodeId } from '@flowmesh/base';
import { must } from '@flowmesh/base';
import type { PlannerNode, PlannerPartition } from './planner-types.ts';

export class ClusterLoad {
  readonly nodes: readonly PlannerNode[];
  readonly partitions: readonly PlannerPartition[];
  /** Nodes with the same rack have the same number; a node without a rack has its own. */
  readonly rack: Int32Array;
  readonly rackCount: number;
  /** Replicas of partition p: `replicas[start[p]]` up to `start[p + 1]`, preferred leader first. */
  readonly start: Int32Array;
  readonly replicas: Int32Array;
  readonly fixed: Uint8Array;
  readonly count: Int32Array;
  readonly leaders: Int32Array;
  readonly bytes: Float64Array;
  /** Bytes on their way to and from a node: planned, or of moves in progress that say where they come from. */
  readonly incoming: Float64Array;
  readonly outgoing: Float64Array;
  /** Replicas that a node gives or takes at present. */
  readonly busy: Int32Array;
  movesInProgress = 0;
  private readonly streams: StreamIndex;
  private readonly indexOfNode = new Map<NodeId, number>();

  constructor(nodes: readonly PlannerNode[], partitions: readonly PlannerPartition[]) {
    this.partitions = partitions;
    this.start = new Int32Array(partitions.length + 1);
    for (const [p, { replicas }] of partitions.entries()) {
      this.start[p + 1] = (this.start[p] as number) + replicas.length;
    }
    this.replicas = new Int32Array(must(this.start[partitions.length], 'start has an end'));
    this.nodes = this.indexNodes(nodes);
    const racks = numberRacks(this.nodes);
    this.rack = racks.rack;
    this.rackCount = racks.count;
    this.fixed = new Uint8Array(partitions.length);
    this.count = new Int32Array(this.nodes.length);
    this.leaders = new Int32Array(this.nodes.length);
    this.bytes = new Float64Array(this.nodes.length);
    this.incoming = new Float64Array(this.nodes.length);
    this.outgoing = new Float64Array(this.nodes.length);
    this.busy = new Int32Array(this.nodes.length);
    this.streams = new StreamIndex(this);
    for (const [p, partition] of partitions.entries()) this.countLoad(p, partition);
  }

  node(index: number): PlannerNode {
    return must(this.nodes[index], 'a node index comes from this picture');
  }

  partition(p: number): PlannerPartition {
    return must(this.partitions[p], 'a partition index comes from this picture');
  }

  rackOf(index: number): number {
    return this.rack[index] as number;
  }

  isNormal(index: number): boolean {
    return this.node(index).state === 'normal';
  }

  /** Reachable and whole: it takes part in commits. */
  isLive(index: number): boolean {
    const { state } = this.node(index);
    return state === 'normal' || state === 'draining' || state === 'leaving';
  }

  replicasOf(p: number): Int32Array {
    return this.replicas.subarray(this.start[p] as number, this.start[p + 1] as number);
  }

  leaderOf(p: number): number {
    return this.replicas[this.start[p] as number] as number;
  }

  liveReplicas(p: number): number {
    let live = 0;
    for (let i = this.start[p] as number; i < (this.start[p + 1] as number); i++) {
      if (this.isLive(this.replicas[i] as number)) live++;
    }
    return live;
  }

  holds(p: number, node: number): boolean {
    for (let i = this.start[p] as number; i < (this.start[p + 1] as number); i++) {
      if (this.replicas[i] === node) return true;
    }
    return false;
  }

  /** Replicas of `p` that share the rack of `node`, without the one on `except`. */
  rackMates(p: number, node: number, except: number): number {
    const rack = this.rack[node];
    let mates = 0;
    for (let i = this.start[p] as number; i < (this.start[p + 1] as number); i++) {
      const other = this.replicas[i] as number;
      if (other !== except && this.rack[other] === rack) mates++;
    }
    return mates;
  }

  /** Replicas of each node in the stream of partition `p`, and their sum. Kept up to date by `replace`. */
  streamReplicas(p: number): StreamCounts {
    return this.streams.replicasOf(p);
  }

  streamLeaders(p: number): StreamCounts {
    return this.streams.leadersOf(p);
  }

  /** Puts `order`, node indexes with the preferred leader first, in the place of the replicas of `p`; as many as there were. */
  replace(p: number, order: readonly number[]): void {
    const size = this.partition(p).sizeBytes;
    const replicas = this.replicasOf(p);
    const replicaCounts = this.streams.builtReplicasOf(p);
    const leaderCounts = this.streams.builtLeadersOf(p);
    for (const node of replicas) {
      if (order.includes(node)) continue;
      this.add(node, -1, -size, replicaCounts);
      this.outgoing[node] = (this.outgoing[node] as number) + size;
      this.busy[node] = (this.busy[node] as number) + 1;
    }
    for (const node of order) {
      if (replicas.includes(node)) continue;
      this.add(node, 1, size, replicaCounts);
      this.incoming[node] = (this.incoming[node] as number) + size;
      this.busy[node] = (this.busy[node] as number) + 1;
    }
    const before = this.leaderOf(p);
    replicas.set(order);
    const after = this.leaderOf(p);
    this.leaders[before] = (this.leaders[before] as number) - 1;
    this.leaders[after] = (this.leaders[after] as number) + 1;
    if (leaderCounts !== undefined) {
      leaderCounts[before] = (leaderCounts[before] as number) - 1;
      leaderCounts[after] = (leaderCounts[after] as number) + 1;
    }
    this.fixed[p] = 1;
  }

  private add(node: number, replicas: number, bytes: number, streamCounts: Int32Array | undefined): void {
    this.count[node] = (this.count[node] as number) + replicas;
    this.bytes[node] = (this.bytes[node] as number) + bytes;
    if (streamCounts !== undefined) streamCounts[node] = (streamCounts[node] as number) + replicas;
  }

  private indexNodes(known: readonly PlannerNode[]): readonly PlannerNode[] {
    const nodes = [...known].sort((a, b) => a.id - b.id);
    for (const [i, node] of nodes.entries()) this.indexOfNode.set(node.id, i);
    let at = 0;
    for (const partition of this.partitions) {
      for (const id of partition.replicas) this.replicas[at++] = this.indexOrGone(id, nodes);
    }
    for (const { movingFrom } of this.partitions) {
      for (const id of movingFrom ?? []) this.indexOrGone(id, nodes);
    }
    return nodes;
  }

  private indexOrGone(id: NodeId, nodes: PlannerNode[]): number {
    const found = this.indexOfNode.get(id);
    if (found !== undefined) return found;
    this.indexOfNode.set(id, nodes.length);
    nodes.push({ id, rack: '', state: 'dead', capacityBytes: 0, usedBytes: 0 });
    return nodes.length - 1;
  }

  private countLoad(p: number, partition: PlannerPartition): void {
    const replicas = this.replicasOf(p);
    for (const node of replicas) this.add(node, 1, partition.sizeBytes, undefined);
    const leader = replicas[0];
    if (leader !== undefined) this.leaders[leader] = (this.leaders[leader] as number) + 1;
    if (partition.moving) this.countMove(replicas, partition);
    if (partition.moving || partition.metadata === true || leader === undefined) this.fixed[p] = 1;
  }

  private countMove(targets: Int32Array, partition: PlannerPartition): void {
    this.movesInProgress++;
    const from = partition.movingFrom?.map((id) => must(this.indexOfNode.get(id), 'indexed above'));
    for (const node of targets) {
      if (from?.includes(node) === true) continue;
      this.busy[node] = (this.busy[node] as number) + 1;
      if (from !== undefined) this.incoming[node] = (this.incoming[node] as number) + partition.sizeBytes;
    }
    for (const node of from ?? []) {
      if (targets.includes(node)) continue;
      this.busy[node] = (this.busy[node] as number) + 1;
      this.outgoing[node] = (this.outgoing[node] as number) + partition.sizeBytes;
    }
  }
}

export interface StreamCounts {
  readonly byNode: Int32Array;
  readonly total: number;
}

/** Replicas and leaders by stream and node, counted when a stream is first asked for: most plans touch few streams. */
class StreamIndex {
  private readonly load: ClusterLoad;
  private readonly streamOf: Int32Array;
  /** Partitions grouped by stream: those of stream s from `start[s]` up to `start[s + 1]`. */
  private readonly start: Int32Array;
  private readonly members: Int32Array;
  private readonly replicaCounts: (StreamCounts | undefined)[];
  private readonly leaderCounts: (StreamCounts | undefined)[];

  constructor(load: ClusterLoad) {
    this.load = load;
    const numbers = new Map<string, number>();
    this.streamOf = new Int32Array(load.partitions.length);
    for (const [p, { stream }] of load.partitions.entries()) {
      let number = numbers.get(stream);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(stream, number);
      }
      this.streamOf[p] = number;
    }
    this.start = new Int32Array(numbers.size + 1);
    for (const stream of this.streamOf) this.start[stream + 1] = (this.start[stream + 1] as number) + 1;
    for (let s = 0; s < numbers.size; s++) {
      this.start[s + 1] = (this.start[s + 1] as number) + (this.start[s] as number);
    }
    this.members = new Int32Array(load.partitions.length);
    const next = this.start.slice();
    for (const [p, stream] of this.streamOf.entries()) {
      const at = next[stream] as number;
      this.members[at] = p;
      next[stream] = at + 1;
    }
    this.replicaCounts = Array.from({ length: numbers.size });
    this.leaderCounts = Array.from({ length: numbers.size });
  }

  replicasOf(p: number): StreamCounts {
    const stream = this.streamOf[p] as number;
    const known = this.replicaCounts[stream];
    if (known !== undefined) return known;
    const byNode = new Int32Array(this.load.nodes.length);
    let total = 0;
    for (const member of this.membersOf(stream)) {
      for (const node of this.load.replicasOf(member)) {
        byNode[node] = (byNode[node] as number) + 1;
        total++;
      }
    }
    const counts = { byNode, total };
    this.replicaCounts[stream] = counts;
    return counts;
  }

  leadersOf(p: number): StreamCounts {
    const stream = this.streamOf[p] as number;
    const known = this.leaderCounts[stream];
    if (known !== undefined) return known;
    const byNode = new Int32Array(this.load.nodes.length);
    const members = this.membersOf(stream);
    for (const member of members) {
      const leader = this.load.replicasOf(member)[0];
      if (leader !== undefined) byNode[leader] = (byNode[leader] as number) + 1;
    }
    const counts = { byNode, total: members.length };
    this.leaderCounts[stream] = counts;
    return counts;
  }

  builtReplicasOf(p: number): Int32Array | undefined {
    return this.replicaCounts[this.streamOf[p] as number]?.byNode;
  }

  builtLeadersOf(p: number): Int32Array | undefined {
    return this.leaderCounts[this.streamOf[p] as number]?.byNode;
  }

  private membersOf(stream: number): Int32Array {
    return this.members.subarray(this.start[stream] as number, this.start[stream + 1] as number);
  }
}

function numberRacks(nodes: readonly PlannerNode[]): { readonly rack: Int32Array; readonly count: number } {
  const numbers = new Map<string, number>();
  const rack = new Int32Array(nodes.length);
  let count = 0;
  for (const [i, node] of nodes.entries()) {
    const known = node.rack === '' ? undefined : numbers.get(node.rack);
    if (known === undefined && node.rack !== '') numbers.set(node.rack, count);
    rack[i] = known ?? count++;
  }
  return { rack, count };
}
