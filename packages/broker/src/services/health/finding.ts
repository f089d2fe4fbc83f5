/** What a health check finds, and the words that findings share. */
import type { NodeId } from '@flowmesh/base';
import { parseQualified, partNoun } from '@flowmesh/engines';
import type { HealthPartition } from './health-snapshot.ts';

export type Severity = 'critical' | 'warning' | 'info';

/** Every kind of fault that is looked for; the order is that of findings of equal severity. */
export const FINDING_CODES = [
  'NO_METADATA_QUORUM',
  'OFFLINE_PARTITION',
  'DISK_FULL',
  'UNDER_MIN_ISR',
  'LEADERLESS_PARTITION',
  'METADATA_AT_RISK',
  'NODE_DOWN',
  'DISK_NEARLY_FULL',
  'NODE_TROUBLE',
  'UNDER_REPLICATED',
  'REPLICATION_FACTOR_TOO_HIGH',
  'DECOMMISSION_STUCK',
  'MOVE_STALLED',
  'NODE_DRAINING',
  'LEADERS_UNBALANCED',
  'REPLICAS_UNBALANCED',
  'MIXED_VERSIONS',
  'FEATURES_NOT_FINALISED',
  'SINGLE_RACK',
  'SINGLE_REPLICA',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly subject: string;
  readonly cause: string;
  readonly impact: string;
  /** One command line; undefined where nothing has to be run, or no command can do it: then `note` says what happens or what to do. */
  readonly command: string | undefined;
  readonly note: string | undefined;
  /** How many partitions, nodes or streams (queues, buckets) it stands for. */
  readonly count: number;
}

/** On the host of the node that is to come back. */
export const START_COMMAND = 'flowmesh start --config node.yaml';

const SUBJECTS_SHOWN = 3;

export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** `node 3`, `nodes 3 and 4`, `nodes 2, 3 and 4`. */
export function nodesText(nodes: readonly NodeId[]): string {
  if (nodes.length === 1) return `node ${nodes[0]}`;
  return `nodes ${nodes.slice(0, -1).join(', ')} and ${nodes.at(-1)}`;
}

/** For people: the largest unit that fits, and the next one. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `stream orders`, `queue orders`. */
export function resourceText(qualified: string): string {
  const { kind, name } = parseQualified(qualified);
  return `${kind} ${name}`;
}

/** The command line that changes the replication factor; undefined for what the cluster makes by itself. */
export function refactorCommand(qualified: string, replicationFactor: number): string | undefined {
  const { kind, name } = parseQualified(qualified);
  const change = `alter ${name} --replication-factor ${replicationFactor}`;
  switch (kind) {
    case 'stream':
    case 'queue':
      return `flowmesh ${kind} ${change}`;
    case 'bucket':
      return `flowmesh kv ${change}`;
    case 'coordinator':
      return undefined;
  }
}

/** What a finding about partitions is about: the one, or how many and the first few. */
export function partitionsText(partitions: readonly HealthPartition[]): string {
  const [first] = partitions;
  if (partitions.length === 1 && first !== undefined)
    return `${resourceText(first.stream)} ${partNoun(parseQualified(first.stream).kind)} ${first.partition}`;
  const shown = partitions.slice(0, SUBJECTS_SHOWN).map((each) => `${each.stream}/${each.partition}`);
  const more = partitions.length > shown.length ? ', …' : '';
  return `${partitions.length} partitions (${shown.join(', ')}${more})`;
}

/** Groups in the order in which their keys appear first. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
