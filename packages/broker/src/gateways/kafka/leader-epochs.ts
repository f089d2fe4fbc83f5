/** The leader epoch that a client believes in, against the one that this node knows: a stale client or a stale node answers nothing. */
import type { KafkaErrorName } from '@flowmesh/kafka/protocol';
import type { KafkaPorts } from './served-api.ts';

/** Undefined where they agree, the client names none, or this node knows no leader. */
export function epochConflict(
  { admin, leaders }: Pick<KafkaPorts, 'admin' | 'leaders'>,
  partition: { readonly stream: string; readonly partition: number; readonly epoch: number },
): KafkaErrorName | undefined {
  if (partition.epoch < 0) return undefined;
  const group = admin.find(partition.stream)?.groups[partition.partition];
  const leader = group === undefined ? undefined : leaders.leaderOf(group);
  if (leader === undefined || leader.term === partition.epoch) return undefined;
  return partition.epoch < leader.term ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH';
}
