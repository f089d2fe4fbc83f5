/** Who leads: the node that leads most of what the workload uses. */
import type { FlowMesh } from '@flowmesh/client';
import type { NodeEndpoints } from '../workloads/workload.ts';

const ASK_TIMEOUT_MS = 2_000;

/** As the harness counts nodes: a node that was wiped has another id in the cluster, and the same address. */
export async function leaderOf(
  mesh: FlowMesh,
  endpoints: readonly NodeEndpoints[],
): Promise<number | undefined> {
  const options = { timeoutMs: ASK_TIMEOUT_MS };
  try {
    const nodes = await mesh.cluster.nodes.list(options);
    const counts = new Map<number, number>();
    for await (const { leader, stream } of mesh.cluster.partitions.list(options)) {
      const address = nodes.find(({ id }) => id === leader)?.address;
      const node = endpoints.find(({ grpc }) => grpc === address)?.node;
      // The coordinators are the cluster's own; a workload that has nothing else is about them.
      const weight = stream.startsWith('coordinator:') ? 0.01 : 1;
      if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + weight);
    }
    return [...counts].sort(([a, most], [b, less]) => less - most || a - b)[0]?.[0];
  } catch {
    return undefined;
  }
}
