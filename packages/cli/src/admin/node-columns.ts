/** Nodes as tables. */
import type { NodeStatus } from '@flowmesh/client';
import { type Column, formatBytes } from '../output/format.ts';
import { showDuration } from '../output/times.ts';

export const NODE_COLUMNS: readonly Column<NodeStatus>[] = [
  { header: 'node', cell: (row) => row.id },
  { header: 'address', cell: (row) => row.address },
  { header: 'state', cell: (row) => (row.alive ? 'alive' : `DOWN${downFor(row)}`) },
  { header: 'mode', cell: (row) => row.mode },
  { header: 'leaders', cell: (row) => row.leaders },
  { header: 'replicas', cell: (row) => row.replicas },
  { header: 'moving', cell: moving },
  { header: 'stored', cell: (row) => formatBytes(row.storedBytes) },
  { header: 'disk', cell: diskUse },
  { header: 'rack', cell: (row) => row.rack, wide: true },
  { header: 'version', cell: (row) => row.version, wide: true },
  { header: 'features', cell: (row) => `${row.featureMin}-${row.featureMax}`, wide: true },
  { header: 'metadata', cell: (row) => (row.metadataVoter ? 'voter' : 'learner'), wide: true },
  { header: 'preferred', cell: (row) => row.preferredLeaders, wide: true },
  { header: 'peers', cell: (row) => row.peerAddress, wide: true },
  { header: 'http', cell: (row) => row.httpAddress, wide: true },
  { header: 'uuid', cell: (row) => row.uuid, wide: true },
  { header: 'troubles', cell: (row) => row.troubles.join('; ') },
];

function downFor(row: NodeStatus): string {
  return row.downMs > 0 ? ` for ${showDuration(row.downMs)}` : '';
}

function moving(row: NodeStatus): string | undefined {
  const parts = [
    ...(row.movingIn > 0 ? [`${row.movingIn} in`] : []),
    ...(row.movingOut > 0 ? [`${row.movingOut} out`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function diskUse(row: NodeStatus): string | undefined {
  if (row.diskTotalBytes === undefined || row.diskFreeBytes === undefined) return undefined;
  const used = Math.round((1 - row.diskFreeBytes / row.diskTotalBytes) * 100);
  return `${used} % of ${formatBytes(row.diskTotalBytes)}`;
}
