/** What is said to, and by, a node that the cluster has let go: it has no identity to go on with. */
import { FlowError, type NodeId } from '@flowmesh/base';
import type { CatalogMachine } from '@flowmesh/engines';

/** IDENTITY_MISMATCH for a node that was removed or replaced, as far as the copy of the metadata knows; else undefined. */
export function letGo(catalog: CatalogMachine | undefined, id: number): FlowError | undefined {
  const node = catalog?.node(id as NodeId);
  if (node === undefined || node.state === 'active') return undefined;
  const how =
    node.state === 'removed' ? 'was removed from the cluster' : `was replaced by node ${node.replacedBy}`;
  return new FlowError('IDENTITY_MISMATCH', `node ${node.id} ${how}`, {
    hint:
      'It never comes back under this identity: start it with an empty data directory to join as a new node, with nodes of the cluster ' +
      'in cluster.seeds and without cluster.initialMembers and node.initialId.',
    details: { node: node.id, letGo: 1 },
  });
}
