/** The partitions of each node, smallest first; built when first asked for. What a plan moves meanwhile is `fixed`, not removed. */
import { must } from '@flowmesh/base';
import type { ClusterLoad } from './cluster-load.ts';

export class NodeReplicas {
  private readonly load: ClusterLoad;
  private lists: readonly Int32Array[] | undefined;

  constructor(load: ClusterLoad) {
    this.load = load;
  }

  bySize(node: number): Int32Array {
    this.lists ??= this.collect();
    return must(this.lists[node], 'every node has a list');
  }

  /** The first partition of `node` that `accepts`, tried from the size `wanted` outwards, `triesMax` of them. */
  nearest(
    node: number,
    wanted: number,
    accepts: (p: number) => boolean,
    triesMax = Infinity,
  ): number | undefined {
    const list = this.bySize(node);
    const size = (i: number): number => this.load.partition(list[i] as number).sizeBytes;
    let above = lowerBound(list.length, (i) => size(i) >= wanted);
    let below = above - 1;
    for (let tries = 0; tries < triesMax && (below >= 0 || above < list.length); tries++) {
      const down = above >= list.length || (below >= 0 && wanted - size(below) <= size(above) - wanted);
      const p = list[down ? below-- : above++] as number;
      if (accepts(p)) return p;
    }
    return undefined;
  }

  /** All partitions sorted once and dealt out in that order, so that every list is sorted. */
  private collect(): readonly Int32Array[] {
    const { load } = this;
    const sizes = Float64Array.from(load.partitions, (partition) => partition.sizeBytes);
    const order = Int32Array.from(load.partitions.keys()).sort(
      (a, b) => (sizes[a] as number) - (sizes[b] as number) || a - b,
    );
    const lists = load.nodes.map((_, node) => new Int32Array(load.count[node] as number));
    const lengths = new Int32Array(load.nodes.length);
    for (const p of order) {
      if (load.fixed[p] === 1) continue;
      for (let i = load.start[p] as number; i < (load.start[p + 1] as number); i++) {
        const node = load.replicas[i] as number;
        const length = lengths[node] as number;
        must(lists[node], 'every node has a list')[length] = p;
        lengths[node] = length + 1;
      }
    }
    return lists.map((list, node) => list.subarray(0, lengths[node]));
  }
}

/** The first index below `length` for which `holds`; it holds for all that follow. */
function lowerBound(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
