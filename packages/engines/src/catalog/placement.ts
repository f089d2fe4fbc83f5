/**
 * Where the replicas of a new stream go. A pure, versioned function: the proposer computes a placement and puts it into the
 * command, every copy of the catalog checks it with the check of the same version.
 *
 * Version 1: nodes in an order that alternates between racks; leaders go round in it, followers take the next nodes whose rack
 * is not used yet, with a shift that grows each round so that a failed node's load spreads over all others.
 */
import type { NodeId } from '@flowmesh/base';
import { FlowError, must } from '@flowmesh/base';

export const PLACEMENT_VERSION = 1;

export interface PlacementNode {
  readonly id: NodeId;
  /** Empty: a rack of its own. */
  readonly rack: string;
}

export interface PlacementRequest {
  /** Nodes that may take replicas. */
  readonly nodes: readonly PlacementNode[];
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Where to begin the round: for instance the number of partitions there are, so that streams spread. */
  readonly startAt: number;
}

/** Nodes of each partition, preferred leader first. PRECONDITION_FAILED where there are too few nodes. */
export function placePartitions(request: PlacementRequest): readonly (readonly NodeId[])[] | FlowError {
  const order = alternateRacks(request.nodes);
  if (order.length < request.replicationFactor) return tooFewNodes(order.length, request.replicationFactor);
  const placement: NodeId[][] = [];
  for (let p = 0; p < request.partitions; p++) {
    const turn = request.startAt + p;
    const leader = turn % order.length;
    const shift = order.length < 2 ? 0 : Math.floor(turn / order.length) % (order.length - 1);
    placement.push(chooseReplicas(order, leader, shift, request.replicationFactor));
  }
  return placement;
}

/** Undefined where `placement` keeps the hard rules: `replicationFactor` distinct nodes out of `nodes` for each partition. */
export function checkPlacement(
  version: number,
  placement: readonly (readonly NodeId[])[],
  rules: { readonly nodes: readonly PlacementNode[]; readonly replicationFactor: number },
): FlowError | undefined {
  if (version !== PLACEMENT_VERSION) {
    return new FlowError(
      'UNSUPPORTED',
      `placement version ${version} is not known; known is ${PLACEMENT_VERSION}`,
    );
  }
  const allowed = new Set(rules.nodes.map((node) => node.id));
  if (allowed.size < rules.replicationFactor) return tooFewNodes(allowed.size, rules.replicationFactor);
  for (const [partition, nodes] of placement.entries()) {
    if (nodes.length !== rules.replicationFactor || new Set(nodes).size !== nodes.length) {
      return new FlowError(
        'INVALID_ARGUMENT',
        `partition ${partition} is not placed on ${rules.replicationFactor} distinct nodes`,
      );
    }
    const stranger = nodes.find((node) => !allowed.has(node));
    if (stranger !== undefined) {
      return new FlowError(
        'PRECONDITION_FAILED',
        `node ${stranger} cannot take a replica of partition ${partition}`,
        {
          hint: 'The nodes changed meanwhile: repeat the request.',
          retryable: true,
        },
      );
    }
  }
  return undefined;
}

function tooFewNodes(nodes: number, replicationFactor: number): FlowError {
  return new FlowError(
    'PRECONDITION_FAILED',
    `replication factor ${replicationFactor} needs as many nodes; ${nodes} can take replicas`,
    {
      hint: 'Lower the replication factor or add nodes.',
      details: { nodes, replicationFactor },
    },
  );
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
