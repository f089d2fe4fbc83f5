/**
 * Findings about partitions, one for all that share a cause. A partition is told once, under the worst that is true of it:
 * offline, leaderless, below min.insync.replicas, under-replicated.
 */
import type { NodeId } from '@flowmesh/base';
import { parseQualified } from '@flowmesh/engines';
import { counted, durationText, groupBy, nodesText, partitionsText, START_COMMAND } from './finding.ts';
import type { Finding } from './finding.ts';
import type { HealthNode, HealthPartition, HealthSnapshot } from './health-snapshot.ts';

/** The answering node sees progress of the moves that it leads at once, of others from the catalog alone. */
const STILL_MAX_MS = 300_000;

/** What tells those of some nodes that are down; made once for all partitions. */
function downIn(snapshot: HealthSnapshot): (nodes: readonly NodeId[]) => NodeId[] {
  const alive = new Set(snapshot.nodes.filter((node) => node.alive).map((node) => node.id));
  return (nodes) => nodes.filter((node) => !alive.has(node));
}

function modesIn({ nodes }: HealthSnapshot): (node: NodeId) => HealthNode['mode'] {
  const modes = new Map(nodes.map(({ id, mode }) => [id, mode]));
  return (node) => modes.get(node) ?? 'normal';
}

function inState(snapshot: HealthSnapshot, state: HealthPartition['state']): HealthPartition[] {
  return snapshot.partitions.filter((partition) => partition.state === state);
}

export function offline(snapshot: HealthSnapshot): Finding[] {
  const down = downIn(snapshot);
  const lost = inState(snapshot, 'offline');
  return groupBy(lost, (each) => down(each.replicas).sort(ascending).join()).map((group) => {
    const [first] = group as [HealthPartition];
    const missing = down(first.replicas).sort(ascending);
    const survivor = first.replicas.find((node) => !missing.includes(node));
    const recover =
      survivor === undefined
        ? ' None of their replicas can be reached.'
        : ` Last resort, if they never come back (acknowledged records may be lost): flowmesh-admin recover ${first.stream} ${first.partition} --survivor ${survivor} --reason "…" --yes-i-accept-data-loss`;
    return {
      code: 'OFFLINE_PARTITION',
      severity: 'critical',
      subject: partitionsText(group),
      cause: `${nodesText(missing)} ${missing.length === 1 ? 'is' : 'are'} down, and no majority of the replicas is left`,
      impact: 'They can be neither written nor read.',
      command: START_COMMAND,
      note: `Run it on the hosts of ${nodesText(missing)}.${recover}`,
      count: group.length,
    };
  });
}

export function leaderless(snapshot: HealthSnapshot): Finding[] {
  const group = inState(snapshot, 'leaderless');
  if (group.length === 0) return [];
  return [
    {
      code: 'LEADERLESS_PARTITION',
      severity: 'warning',
      subject: partitionsText(group),
      cause: 'a majority of the replicas is up, but no leader is known: an election is under way',
      impact: 'They can be neither written nor read until it is over.',
      command: undefined,
      note: 'An election takes one to two seconds. If it lasts: flowmesh-admin partitions list --state leaderless, and the logs of the nodes with the replicas.',
      count: group.length,
    },
  ];
}

export function underMinIsr(snapshot: HealthSnapshot): Finding[] {
  const down = downIn(snapshot);
  const modeOf = modesIn(snapshot);
  const group = inState(snapshot, 'under-min-isr');
  const missingOf = (each: HealthPartition): NodeId[] =>
    each.replicas.filter((node) => !each.inSync.includes(node)).sort(ascending);
  return groupBy(group, (each) => `${each.stream} ${each.minInsync} ${missingOf(each).join()}`).map(
    (same) => {
      const [first] = same as [HealthPartition];
      const missing = missingOf(first);
      const away = down(missing);
      const drained = missing.filter((node) => !away.includes(node) && modeOf(node) !== 'normal');
      const behind = missing.filter((node) => !away.includes(node) && !drained.includes(node));
      const inSync = Math.max(1, ...same.map((each) => each.inSync.length));
      const lower = `flowmesh-admin config set ${scopeOf(first.stream)} min.insync.replicas=${inSync}`;
      const reasons = [
        ...(away.length === 0 ? [] : [`${nodesText(away)} ${away.length === 1 ? 'is' : 'are'} down`]),
        ...(drained.length === 0
          ? []
          : [`${nodesText(drained)} ${drained.length === 1 ? 'is' : 'are'} drained`]),
        ...(behind.length === 0
          ? []
          : [`${nodesText(behind)} ${behind.length === 1 ? 'is' : 'are'} not caught up`]),
        ...(missing.length === 0 ? [`there are only ${first.replicas.length} replicas`] : []),
      ];
      return {
        code: 'UNDER_MIN_ISR',
        severity: 'critical',
        subject: partitionsText(same),
        cause: `${first.inSync.length} in-sync replicas, min.insync.replicas is ${first.minInsync}: ${reasons.join(', ')}`,
        impact: `${refusedThere(first.stream)} are refused (NOT_ENOUGH_REPLICAS); reading goes on.`,
        ...mendMinInSync({ away, drained, lower }),
        count: same.length,
      };
    },
  );
}

/** As `flowmesh-admin config` names it. */
function scopeOf(qualified: string): string {
  const { kind, name } = parseQualified(qualified);
  return `${kind}:${name}`;
}

function refusedThere(qualified: string): string {
  return parseQualified(qualified).kind === 'stream' ? 'Appends with acks=all' : 'Writes';
}

function mendMinInSync({
  away,
  drained,
  lower,
}: {
  readonly away: readonly NodeId[];
  readonly drained: readonly NodeId[];
  readonly lower: string;
}): Pick<Finding, 'command' | 'note'> {
  const instead = `To accept fewer copies instead: ${lower}`;
  if (away.length > 0)
    return { command: START_COMMAND, note: `Run it on the hosts of ${nodesText(away)}. ${instead}` };
  if (drained.length > 0)
    return {
      command: `flowmesh-admin nodes undrain ${drained[0]}`,
      note: `Its replicas then count again. ${instead}`,
    };
  return {
    command: lower,
    note: 'It accepts fewer copies. Replicas that are only behind come back by themselves once they have caught up.',
  };
}

type Cause =
  | { readonly kind: 'moving' }
  | { readonly kind: 'down'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'drained'; readonly nodes: readonly NodeId[] }
  | { readonly kind: 'lagging'; readonly nodes: readonly NodeId[] };

interface Known {
  readonly down: (nodes: readonly NodeId[]) => NodeId[];
  readonly modeOf: (node: NodeId) => HealthNode['mode'];
}

/** Which replicas are missing, and whether that is because it moves. */
function lackOf({ replicas, inSync, move }: HealthPartition): string {
  const missing = replicas.filter((node) => !inSync.includes(node));
  return `${move === undefined ? '' : 'moving '}${missing.join()}`;
}

function keyOf(cause: Cause): string {
  return cause.kind === 'moving' ? cause.kind : `${cause.kind} ${cause.nodes.join()}`;
}

function causeOf({ down, modeOf }: Known, partition: HealthPartition): Cause {
  const missing = partition.replicas.filter((node) => !partition.inSync.includes(node)).sort(ascending);
  const away = down(missing);
  if (away.length > 0) return { kind: 'down', nodes: away };
  const drained = missing.filter((node) => modeOf(node) !== 'normal');
  if (drained.length > 0 && drained.length === missing.length) return { kind: 'drained', nodes: drained };
  return partition.move === undefined ? { kind: 'lagging', nodes: missing } : { kind: 'moving' };
}

export function underReplicated(snapshot: HealthSnapshot): Finding[] {
  const known = { down: downIn(snapshot), modeOf: modesIn(snapshot) };
  // With nodes down these may be most partitions of the cluster, but they lack replicas on the same few nodes.
  const alike = groupBy(inState(snapshot, 'under-replicated'), lackOf).map((partitions) => ({
    partitions,
    cause: causeOf(known, partitions[0] as HealthPartition),
  }));
  return groupBy(alike, ({ cause }) => keyOf(cause)).map((same) => {
    const [{ cause }] = same as [(typeof alike)[number]];
    const group = same.flatMap(({ partitions }) => partitions);
    return {
      code: 'UNDER_REPLICATED',
      subject: partitionsText(group),
      impact: 'There are fewer current copies than wanted; no append is refused yet.',
      count: group.length,
      ...wordsOf(cause, snapshot),
    };
  });
}

function wordsOf(
  cause: Cause,
  { config }: HealthSnapshot,
): Pick<Finding, 'severity' | 'cause' | 'command' | 'note'> {
  switch (cause.kind) {
    case 'down':
      return {
        severity: 'warning',
        cause: `${nodesText(cause.nodes)} ${cause.nodes.length === 1 ? 'is' : 'are'} down`,
        command: START_COMMAND,
        note: `Run it on the host of ${nodesText(cause.nodes)}. Replicas of a node that stays away for ${durationText(config.repairDelayMs)} are replaced.`,
      };
    case 'drained':
      return {
        severity: 'info',
        cause: `${nodesText(cause.nodes)} ${cause.nodes.length === 1 ? 'is' : 'are'} drained or leaving, and counted in no in-sync set`,
        command: `flowmesh-admin nodes undrain ${cause.nodes[0]}`,
        note: 'As an operator asked for it, this is expected for a while.',
      };
    case 'lagging':
      return {
        severity: 'warning',
        cause:
          cause.nodes.length === 0
            ? 'there are fewer replicas than wanted'
            : `replicas on ${nodesText(cause.nodes)} are behind or being rebuilt`,
        command: undefined,
        note: 'They catch up by themselves. If it lasts, look for a slow disk or network there: flowmesh-admin partitions describe STREAM/PARTITION',
      };
    case 'moving':
      return {
        severity: 'info',
        cause: 'replicas are being moved, and the new ones are still copying',
        command: undefined,
        note: 'It ends with the moves: flowmesh-admin partitions list --state moving',
      };
  }
}

export function movesStalled(snapshot: HealthSnapshot): Finding[] {
  const down = downIn(snapshot);
  return snapshot.partitions.flatMap((partition) => {
    const { move } = partition;
    if (move === undefined) return [];
    const away = down(move.adding).sort(ascending);
    if (away.length === 0 && move.stillMs < STILL_MAX_MS) return [];
    return {
      code: 'MOVE_STALLED' as const,
      severity: 'warning' as const,
      subject: partitionsText([partition]),
      cause:
        away.length > 0
          ? `the move (${move.reason}) waits for ${nodesText(away)}, which ${away.length === 1 ? 'is' : 'are'} down`
          : `the move (${move.reason}) has made no progress for ${durationText(move.stillMs)}: ${move.step}`,
      impact: 'The partition keeps its old replicas until then.',
      command: move.cancellable
        ? `flowmesh-admin partitions cancel-move ${partition.stream}/${partition.partition}`
        : undefined,
      note: move.cancellable
        ? 'It goes back to the replicas from before. Starting the node that is waited for lets the move go on instead.'
        : `It cannot be cancelled. It has been under way for ${durationText(move.ageMs)}.`,
      count: 1,
    };
  });
}

/** Partitions led elsewhere although their preferred leader could. */
export function leadersUnbalanced(snapshot: HealthSnapshot): Finding[] {
  const fit = new Set(
    snapshot.nodes.filter((node) => node.alive && node.mode === 'normal').map((node) => node.id),
  );
  const misplaced = snapshot.partitions.filter(({ leader, replicas, inSync, move }) => {
    const [preferred] = replicas;
    return (
      leader !== undefined &&
      preferred !== undefined &&
      move === undefined &&
      leader !== preferred &&
      fit.has(preferred) &&
      inSync.includes(preferred)
    );
  });
  if (misplaced.length === 0) return [];
  const automatic = snapshot.config.leaderBalancer;
  return [
    {
      code: 'LEADERS_UNBALANCED',
      severity: 'info',
      subject: partitionsText(misplaced),
      cause: `${counted(misplaced.length, 'partition is', 'partitions are')} not led by the preferred leader, although that one is in sync`,
      impact: 'Some nodes serve more clients than others.',
      command: 'flowmesh-admin partitions elect-preferred --all',
      note: automatic ? 'The leader balancer does it by itself within seconds.' : undefined,
      count: misplaced.length,
    },
  ];
}

function ascending(a: NodeId, b: NodeId): number {
  return a - b;
}
