/**
 * What state a partition is in, from its placement and soft state. The one definition for status, listings, metrics and health.
 *
 *   offline           no leader, and no majority of its replicas' nodes is alive: it cannot elect one
 *   leaderless        no leader is known, but one can be elected
 *   under-min-isr     led; fewer replicas are in sync than min.insync.replicas: appends with acks=all are refused
 *   under-replicated  led; a wanted replica is not in sync, or the leader has not told of any yet
 *   online            led; every wanted replica is in sync
 */
import type { NodeId } from '@flowmesh/base';

export const PARTITION_STATES = [
  'online',
  'under-replicated',
  'under-min-isr',
  'leaderless',
  'offline',
] as const;

export type PartitionState = (typeof PARTITION_STATES)[number];

export interface PartitionFacts {
  /** Nodes of the wanted replicas. */
  readonly replicas: readonly NodeId[];
  /** Nodes that may still have a vote although they are wanted no more; empty where nothing moves. */
  readonly releasing: readonly NodeId[];
  /** Undefined where no leader is known. */
  readonly leader: NodeId | undefined;
  /** Undefined while the leader has not told. */
  readonly inSync: readonly NodeId[] | undefined;
  readonly minInsync: number;
  readonly alive: (node: NodeId) => boolean;
}

export function partitionState(facts: PartitionFacts): PartitionState {
  const { replicas, leader, inSync, minInsync } = facts;
  if (leader === undefined) return canElect(facts) ? 'leaderless' : 'offline';
  if (inSync === undefined) return 'under-replicated';
  if (inSync.length < minInsync) return 'under-min-isr';
  return replicas.every((node) => inSync.includes(node)) ? 'online' : 'under-replicated';
}

/**
 * While replicas move, the voters are somewhere between the old and the wanted ones: as long as either could elect, or all together,
 * the partition is not given up.
 */
function canElect({ replicas, releasing, alive }: PartitionFacts): boolean {
  const all = [...new Set([...replicas, ...releasing])];
  return hasMajority(replicas, alive) || hasMajority(all, alive);
}

function hasMajority(nodes: readonly NodeId[], alive: (node: NodeId) => boolean): boolean {
  return nodes.filter((node) => alive(node)).length > Math.floor(nodes.length / 2);
}
