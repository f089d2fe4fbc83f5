/** Streams as tables. */
import type { StreamInfo } from '@flowmesh/client';
import type { Column } from '../output/format.ts';
import { showTime } from '../output/times.ts';

export const STREAM_COLUMNS: readonly Column<StreamInfo>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'partitions', cell: (row) => row.partitions },
  { header: 'replicas', cell: (row) => row.replicationFactor },
  { header: 'created', cell: (row) => showTime(row.createdAt) },
  { header: 'revision', cell: (row) => row.revision, wide: true },
  { header: 'uuid', cell: (row) => row.uuid, wide: true },
  { header: 'config', cell: (row) => showConfig(row.config), wide: true },
];

export function showConfig(config: Readonly<Record<string, string>>): string {
  return Object.entries(config)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(' ');
}
