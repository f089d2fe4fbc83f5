/**
 * Where the operator of the simulated cluster puts new replicas: in turns, so that a seed's world does not change with the planner's weights
 * (moves do go through the planner). Nodes stand in an order that alternates between racks; leaders go round in it, followers take the next nodes whose rack is
 * not used yet, with a shift that grows each round.
 */
import { must, type NodeId } from '@flowmesh/base';
import type { CatalogNode } from '@flowmesh/engines';

type PlacementNode = Pick<CatalogNode, 'id' | 'rack'>;

export interface PlacementRequest {
  /** Nodes that may take replicas. */
  readonly nodes: readonly PlacementNode[];
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Where to begin the round. */
  readonly startAt: number;
}

/** Nodes of each partition, preferred leader first; undefined where there are too few. */
export function placeInTurns(request: PlacementRequest): readonly (readonly NodeId[])[] | undefined {
  const order = alternateRacks(request.nodes);
  if (order.length < request.replicationFactor) return undefined;
  const placement: NodeId[][] = [];
  for (let p = 0; p < request.partitions; p++) {
    const turn = request.startAt + p;
    const leader = turn % order.length;
    const shift = order.length < 2 ? 0 : Math.floor(turn / order.length) % (order.length - 1);
    placement.push(chooseReplicas(order, leader, shift, request.replicationFactor));
  }
  return placement;
}

function rackOf(node: PlacementNode): string {
  return node.rack === '' ? `node ${node.id}` : `rack ${node.rack}`;
}

function alternateRacks(nodes: readonly PlacementNode[]): readonly PlacementNode[] {
  const racks = new Map<string, PlacementNode[]>();
  for (const node of [...nodes].sort((a, b) => a.id - b.id)) {
    const rack = racks.get(rackOf(node));
    if (rack === undefined) racks.set(rackOf(node), [node]);
    else rack.push(node);
  }
  const order: PlacementNode[] = [];
  for (let row = 0; order.length < nodes.length; row++) {
    for (const rack of racks.values()) {
      const node = rack[row];
      if (node !== undefined) order.push(node);
    }
  }
  return order;
}

function chooseReplicas(
  order: readonly PlacementNode[],
  leader: number,
  shift: number,
  count: number,
): NodeId[] {
  const first = must(order[leader], 'leader lies in the order');
  const chosen = [first];
  const racks = new Set([rackOf(first)]);
  const others: PlacementNode[] = [];
  for (let i = 0; i < order.length - 1; i++) {
    const step = 1 + ((shift + i) % (order.length - 1));
    others.push(must(order[(leader + step) % order.length], 'follower lies in the order'));
  }
  for (const node of others) {
    if (chosen.length === count) break;
    if (racks.has(rackOf(node))) continue;
    racks.add(rackOf(node));
    chosen.push(node);
  }
  for (const node of others) {
    if (chosen.length === count) break;
    if (!chosen.includes(node)) chosen.push(node);
  }
  return chosen.map((node) => node.id);
}
