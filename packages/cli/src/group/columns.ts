/** Consumer groups as tables. */
import type {
  GroupDescription,
  GroupInfo,
  GroupMemberInfo,
  GroupPartition,
  ResetOffset,
} from '@flowmesh/client';
import type { Column } from '../output/format.ts';
import { showDuration, showTime } from '../output/times.ts';

export const SUMMARY_COLUMNS: readonly Column<GroupInfo>[] = [
  { header: 'group', cell: (row) => row.group },
  { header: 'state', cell: (row) => row.state },
  { header: 'members', cell: (row) => row.members },
  { header: 'assignor', cell: (row) => row.assignor },
  { header: 'protocol', cell: (row) => row.protocol },
  { header: 'rebalances', cell: (row) => row.rebalances, wide: true },
  { header: 'epoch', cell: (row) => row.epoch, wide: true },
];

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

export const GROUP_COLUMNS: readonly Column<GroupDescription>[] = [
  ...SUMMARY_COLUMNS.map(({ header, cell }) => ({ header, cell })),
  { header: 'lag', cell: (row) => sumOf(row.partitions.map((one) => one.lag)) },
  { header: 'undo-reset', cell: (row) => (row.undoAt === undefined ? 'no' : `to ${showTime(row.undoAt)}`) },
];

export const MEMBER_COLUMNS: readonly Column<GroupMemberInfo>[] = [
  { header: 'member', cell: (row) => row.memberId },
  { header: 'instance', cell: (row) => row.instanceId },
  { header: 'client', cell: (row) => row.clientId },
  { header: 'host', cell: (row) => row.host },
  { header: 'partitions', cell: (row) => row.assigned.length },
  { header: 'to give up', cell: (row) => row.revoking.length, wide: true },
  {
    header: 'assigned',
    cell: (row) => row.assigned.map(({ stream, partition }) => `${stream}/${partition}`).join(' '),
    wide: true,
  },
];

export const LAG_COLUMNS: readonly Column<GroupPartition>[] = [
  { header: 'partition', cell: (row) => `${row.stream}/${row.partition}` },
  { header: 'committed', cell: (row) => row.committedOffset },
  { header: 'end', cell: (row) => row.highWatermark },
  { header: 'lag', cell: (row) => row.lag },
  { header: 'behind', cell: (row) => (row.lagMs === undefined ? undefined : showDuration(row.lagMs)) },
  { header: 'member', cell: (row) => row.memberId },
];

export const RESET_COLUMNS: readonly Column<ResetOffset>[] = [
  { header: 'partition', cell: (row) => `${row.stream}/${row.partition}` },
  { header: 'before', cell: (row) => row.before },
  { header: 'after', cell: (row) => row.after },
];
