/**
 * What an operator does in a run, as the product tells him to. A process whose directory the cluster has let go is given an empty one (its node,
 * cluster/world-node.ts, sees to that). Here: a node that is down, at whose address another one lives, never comes back; it is forgotten, so that
 * its replicas are made anew elsewhere at once.
 */
import type { FlowMesh, NodeStatus } from '@flowmesh/client';

const CALL = { timeoutMs: 5_000 };
/** Longer than a start takes: what was put back in its place may be on its way. */
const DOWN_MIN_MS = 20_000;

/** Those that have been down for a while at the address of one that is not. */
export function superseded(
  nodes: readonly Pick<NodeStatus, 'id' | 'alive' | 'address' | 'downMs'>[],
): readonly number[] {
  const living = new Set(nodes.flatMap(({ alive, address }) => (alive ? (address ?? []) : [])));
  return nodes
    .filter(({ alive, address = '', downMs }) => !alive && downMs >= DOWN_MIN_MS && living.has(address))
    .map(({ id }) => id);
}

/** The nodes that were forgotten. What fails under faults is asked for again at the next turn. */
export async function forgetSuperseded(mesh: FlowMesh): Promise<readonly number[]> {
  const forgotten: number[] = [];
  try {
    for (const node of superseded(await mesh.cluster.nodes.list(CALL))) {
      await mesh.cluster.nodes.remove(node, { ...CALL, force: true });
      forgotten.push(node);
    }
  } catch {
    return forgotten;
  }
  return forgotten;
}
