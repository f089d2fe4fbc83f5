/** What a benchmark has to say of a FlowMesh cluster: its version, its nodes, and whether what it acknowledges is on disks. */
import type { FlowMesh } from '@flowmesh/client';
import type { TargetFacts } from '../report/result.ts';

export const DURABLE = 'acknowledged once fsynced by a majority of the replicas';
export const LEADER_ONLY = 'RELAXED: acknowledged once fsynced by the leader alone';
const IN_MEMORY = 'NONE: a node keeps everything in memory (--memory)';

interface NodeFacts {
  readonly memory: boolean;
  readonly node: string | undefined;
}

export async function flowMeshTarget(
  mesh: FlowMesh,
  facts: { readonly replicationFactor: number; readonly partitions: number; readonly durability: string },
): Promise<TargetFacts> {
  const { version, nodes } = await mesh.cluster.status();
  const told = await nodeFacts(mesh);
  const alive = nodes.filter((node) => node.alive).length;
  return {
    system: 'FlowMesh',
    version,
    nodes: alive,
    ...facts,
    durability: told.some(({ memory }) => memory) ? IN_MEMORY : facts.durability,
    details: {
      ...(told.length === nodes.length ? {} : { storage: 'not told by all nodes (ask as an administrator)' }),
      ...(told[0]?.node === undefined ? {} : { 'node.js': told[0].node }),
      ...(alive === nodes.length ? {} : { 'nodes down': String(nodes.length - alive) }),
    },
  };
}

/** Of the nodes that tell: some tell only administrators. */
async function nodeFacts(mesh: FlowMesh): Promise<readonly NodeFacts[]> {
  try {
    const answers = await mesh.cluster.diagnostics({ logLines: 1 });
    return answers.flatMap((answer) => {
      if (answer.kind === 'failed') return [];
      const part = (name: string): unknown =>
        JSON.parse(
          Buffer.from(answer.value.parts.find((one) => one.name === name)?.content ?? []).toString() || '{}',
        );
      const config = part('config.json') as { readonly node?: { readonly memory?: boolean } };
      const about = part('node.json') as { readonly versions?: { readonly node?: string } };
      return [{ memory: config.node?.memory === true, node: about.versions?.node }];
    });
  } catch {
    return [];
  }
}
