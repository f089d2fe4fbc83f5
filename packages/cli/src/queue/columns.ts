/** Queues as tables. */
import type { QueueInfo } from '@flowmesh/client';
import type { Column } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { showConfig } from '../stream/columns.ts';

export const QUEUE_COLUMNS: readonly Column<QueueInfo>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'shards', cell: (row) => row.shards },
  { header: 'replicas', cell: (row) => row.replicationFactor },
  { header: 'created', cell: (row) => showTime(row.createdAt) },
  { header: 'revision', cell: (row) => row.revision, wide: true },
  { header: 'uuid', cell: (row) => row.uuid, wide: true },
  { header: 'config', cell: (row) => showConfig(row.config), wide: true },
];
