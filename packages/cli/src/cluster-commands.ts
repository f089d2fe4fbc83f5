/** `flowmesh-admin cluster status`: who is there, who leads how much, what is wrong. Exit code 10 where something is. */
import type { ClusterStatus, NodeStatus } from '@flowmesh/client';
import type { Command } from 'commander';
import { EXIT } from './exit-codes.ts';
import { type Column, isStructured } from './output/format.ts';
import { handle, type ProgramContext } from './program.ts';

const SUMMARY: readonly Column<ClusterStatus>[] = [
  { header: 'cluster', cell: (row) => row.clusterId },
  { header: 'version', cell: (row) => row.version },
  {
    header: 'metadata leader',
    cell: (row) => (row.metadataLeader === undefined ? 'none' : `node ${row.metadataLeader}`),
  },
  { header: 'partitions', cell: (row) => row.partitions },
  { header: 'leaderless', cell: (row) => row.leaderlessPartitions },
  { header: 'under-replicated', cell: (row) => row.underReplicatedPartitions },
];

const NODES: readonly Column<NodeStatus>[] = [
  { header: 'node', cell: (row) => row.id },
  { header: 'address', cell: (row) => row.address },
  { header: 'state', cell: (row) => (row.alive ? 'alive' : 'DOWN') },
  { header: 'leaders', cell: (row) => row.leaders },
  { header: 'replicas', cell: (row) => row.replicas },
  { header: 'troubles', cell: (row) => row.troubles.join('; ') },
];

export function isHealthy(status: ClusterStatus): boolean {
  return (
    status.metadataLeader !== undefined &&
    status.leaderlessPartitions === 0 &&
    status.underReplicatedPartitions === 0 &&
    status.nodes.every((node) => node.alive && node.troubles.length === 0)
  );
}

export function addClusterCommands(program: Command, context: ProgramContext): void {
  const cluster = program.command('cluster').description('the cluster as a whole');
  const command = cluster
    .command('status')
    .description('nodes, leaders and troubles (exit code 10 if something is wrong)');
  handle(command, context, async (session) => {
    const status = await session.withMesh((mesh) => mesh.cluster.status(session.callOptions));
    if (isStructured(session.style().format))
      await session.one({ healthy: isHealthy(status), ...status }, []);
    else {
      await session.one(status, SUMMARY);
      await session.sink.write('\n');
      await session.list(status.nodes, NODES);
    }
    return isHealthy(status) ? EXIT.ok : EXIT.unhealthy;
  });
}
