/** Figures of the consumer groups whose coordinator this node is, read from memory when they are asked for; of many, those furthest behind. */
import { Gauge, type Registry } from 'prom-client';

export interface GroupFigures {
  readonly group: string;
  readonly members: number;
  /** Assignments that moved something, in the life of the group. */
  readonly rebalances: number;
  /** Committed records are that far behind the ends of their partitions, together. */
  readonly lagRecords: number;
  /** Age of the oldest record that was not read; 0 where there is none. */
  readonly lagSeconds: number;
}

export function registerGroupMetrics(
  registry: Registry,
  seriesMax: number,
  figures: () => readonly GroupFigures[],
): void {
  const perGroup = (name: string, help: string, value: (of: GroupFigures) => number): void => {
    new Gauge({
      name: `flowmesh_${name}`,
      help,
      labelNames: ['group'],
      registers: [registry],
      collect() {
        this.reset();
        const furthest = figures().toSorted((a, b) => b.lagRecords - a.lagRecords);
        for (const each of furthest.slice(0, seriesMax)) this.set({ group: each.group }, value(each));
      },
    });
  };
  perGroup('group_lag_records', 'Records that a group has not read yet.', ({ lagRecords }) => lagRecords);
  perGroup(
    'group_lag_seconds',
    'Age of the oldest record that a group has not read yet.',
    ({ lagSeconds }) => lagSeconds,
  );
  perGroup('group_members', 'Members of a group.', ({ members }) => members);
  perGroup(
    'group_rebalances_total',
    'Assignments of a group that moved something.',
    ({ rebalances }) => rebalances,
  );
}
