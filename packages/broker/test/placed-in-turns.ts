/** Placements as plain values: leaders go round, followers are the next nodes. */
import type { NodeId } from '@flowmesh/base';

export function placedInTurns(nodes: readonly NodeId[], partitions: number, replicas = 3): NodeId[][] {
  return Array.from({ length: partitions }, (_, turn) =>
    Array.from({ length: replicas }, (_none, step) => nodes[(turn + step) % nodes.length] as NodeId),
  );
}
