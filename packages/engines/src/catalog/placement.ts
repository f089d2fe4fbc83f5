/**
 * The hard rules of a placement, which every copy of the catalog checks with the check of the same version. Where replicas go is
 * computed by the proposer (`planner/`) and put into the command.
 */
import type { NodeId } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';

export const PLACEMENT_VERSION = 1;

export interface PlacementNode {
  readonly id: NodeId;
  /** Empty: a rack of its own. */
  readonly rack: string;
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
