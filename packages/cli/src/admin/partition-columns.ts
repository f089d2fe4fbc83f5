/** Partitions, their replicas and their epochs as tables. */
import type { PartitionDescription, PartitionDetail, ReplicaDetail } from '@flowmesh/client';
import { type Column, formatBytes } from '../output/format.ts';

export const PARTITION_COLUMNS: readonly Column<PartitionDetail>[] = [
  { header: 'partition', cell: (row) => `${row.stream}/${row.partition}` },
  { header: 'state', cell: (row) => row.state },
  { header: 'leader', cell: (row) => row.leader ?? 'none' },
  { header: 'epoch', cell: (row) => row.leaderEpoch },
  { header: 'replicas', cell: (row) => row.replicas.join(',') },
  { header: 'in sync', cell: (row) => row.inSyncReplicas.join(',') },
  { header: 'offline', cell: (row) => row.offlineReplicas.join(',') },
  { header: 'start', cell: (row) => row.logStartOffset, wide: true },
  { header: 'end', cell: (row) => row.highWatermark },
  { header: 'size', cell: (row) => formatBytes(row.sizeBytes) },
  { header: 'min ISR', cell: (row) => row.minInsyncReplicas, wide: true },
  { header: 'group', cell: (row) => row.groupId, wide: true },
  { header: 'move', cell: showMove },
];

export const REPLICA_COLUMNS: readonly Column<ReplicaDetail>[] = [
  { header: 'node', cell: (row) => row.node },
  { header: 'role', cell: (row) => row.role },
  { header: 'in sync', cell: (row) => (row.inSync ? 'yes' : 'NO') },
  { header: 'lag (entries)', cell: (row) => row.lagEntries },
  { header: 'sent by', cell: (row) => row.state },
  { header: 'member', cell: (row) => row.member, wide: true },
];

export const EPOCH_COLUMNS: readonly Column<PartitionDescription['epochs'][number]>[] = [
  { header: 'epoch', cell: (row) => row.epoch },
  { header: 'from offset', cell: (row) => row.startOffset },
];

function showMove({ move }: PartitionDetail): string | undefined {
  if (move === undefined) return undefined;
  const parts = [
    ...(move.adding.length > 0 ? [`+${move.adding.join(',')}`] : []),
    ...(move.removing.length > 0 ? [`-${move.removing.join(',')}`] : []),
    move.step,
    `(${move.reason})`,
  ];
  return parts.join(' ');
}
