/**
 * What takes part in a transaction: partitions of streams, shards of queues, and the coordinator shards that keep consumer offsets.
 * Each service exports one `TransactionParticipant`; the transaction coordinator calls it on the node that leads the group.
 *
 * Every transaction has a producer epoch of its own. The marker {producerId, producerEpoch} ends that one transaction and no other:
 *
 *   - what was staged or written under the epoch becomes visible (commit) or is given up (abort), in one command of the group's machine;
 *   - from then on the group refuses whatever comes of this producer with this epoch or an older one (PRODUCER_FENCED), also where it had
 *     never heard of the producer before: a delayed write must not open the transaction again;
 *   - a marker of an epoch that has ended here already, or that is older, changes nothing and succeeds;
 *   - a marker of a newer epoch also gives up what an older one has left open: the coordinator begins no transaction before every
 *     participant of the previous one has confirmed, so nobody else will ever end it.
 */
import type { GroupId } from '@flowmesh/base';

export interface TransactionEnd {
  readonly producerId: number;
  /** The epoch of the transaction that ends. */
  readonly producerEpoch: number;
  readonly commit: boolean;
  /** Raft term of the coordinator that decided or repeats the decision; for control records. */
  readonly coordinatorTerm: number;
}

export interface TransactionParticipant {
  /**
   * Resolves once the group's machine has applied the marker. May be repeated at any time. Rejects with a FlowError: NOT_LEADER, NO_LEADER,
   * UNAVAILABLE, TIMEOUT, OVERLOADED, NOT_ENOUGH_REPLICAS or CANCELLED, and the coordinator tries again; NOT_FOUND, where the group is
   * gone for good and nothing is left to be ended.
   */
  endTransaction(group: GroupId, end: TransactionEnd, signal: AbortSignal): Promise<void>;
}
