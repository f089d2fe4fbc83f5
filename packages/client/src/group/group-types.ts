/** What a group's consumer is asked for and what it tells. */
import type { FlowError } from '@flowmesh/base';

export interface TopicPartition {
  readonly stream: string;
  readonly partition: number;
}

export interface GroupConsumerOptions {
  readonly group: string;
  readonly streams?: readonly string[];
  /** Further streams, also those made later: `*` stands for any characters. */
  readonly pattern?: string;
  /** Where to begin in a partition of which the group has no offset. Default `earliest`: nothing is passed over. */
  readonly from?: 'earliest' | 'latest' | 'fail';
  /** When the offset of the group is no longer, or not yet, in the partition. Default `fail`: nothing is skipped in silence. */
  readonly onOutOfRange?: 'earliest' | 'latest' | 'fail';
  /** Commits what was handed out before the current record, at intervals and when partitions go. Default: only `commit` does. */
  readonly autoCommit?: boolean | { readonly intervalMs: number };
  /** Static member: who comes back under it within the session timeout finds its partitions as they were. */
  readonly instanceId?: string;
  readonly clientId?: string;
  readonly rack?: string;
  readonly assignor?: 'cooperative' | 'sticky' | 'range' | 'round-robin';
  /** Silent for so long, a member loses its partitions. Default 30,000. */
  readonly sessionTimeoutMs?: number;
  /** How long the record in hand may hold up partitions that are to go to another member. Default 60,000. */
  readonly rebalanceTimeoutMs?: number;
  readonly creditBytes?: number;
  /**
   * CEL, evaluated at the broker: only records that match arrive, and what does not match is committed with them. Records that it cannot
   * be evaluated for do not match; the event `filter-failed` tells of them.
   */
  readonly filter?: string | undefined;
  /** Default `committed`: records of transactions are seen once they have committed. */
  readonly isolation?: 'committed' | 'uncommitted' | undefined;
  readonly onEvent?: (event: GroupConsumerEvent) => void;
  /** Aborting ends the iteration, without an error. */
  readonly signal?: AbortSignal;
}

export type GroupConsumerEvent =
  | { readonly kind: 'joined'; readonly memberId: string }
  | { readonly kind: 'assigned'; readonly partitions: readonly TopicPartition[] }
  /** The record in hand is done with; after this others get them. Offsets can still be committed while it is handled. */
  | { readonly kind: 'revoked'; readonly partitions: readonly TopicPartition[] }
  /** Without notice: the session ran out. Others may read them already. */
  | { readonly kind: 'lost'; readonly partitions: readonly TopicPartition[]; readonly error: FlowError }
  | {
      readonly kind: 'reset';
      readonly partition: TopicPartition;
      readonly to: number;
      readonly reason: 'no-offset' | 'out-of-range';
    }
  /** The filter could not be evaluated for so many more records; `cause` says why, for the first of them. */
  | { readonly kind: 'filter-failed'; readonly records: number; readonly cause: string }
  /** The coordinator cannot be reached, or an automatic commit failed; the consumer goes on trying. */
  | { readonly kind: 'trouble'; readonly error: FlowError };

export interface OffsetToCommit extends TopicPartition {
  /** Next offset to be read. */
  readonly offset: number;
  readonly metadata?: string;
}

/** Who reads for a group, for commits within a transaction. */
export interface GroupMembership {
  readonly group: string;
  readonly memberId: string;
  readonly epoch: number;
}

export function nameOf({ stream, partition }: TopicPartition): string {
  return `${stream}:${partition}`;
}
