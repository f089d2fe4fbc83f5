/**
 * What takes part in a transaction: partitions of streams, shards of queues, and the coordinator shards that keep consumer offsets.
 * Each service exports one `TransactionParticipant`; the transaction coordinator calls it on the node that leads the group.
 *
 *   added to the transaction, durable at its coordinator ─► admitted ─► written, staged ─► marker ─► nothing, and nothing more is let in
 *
 * A transaction is known by its producer id and its *round*, which grows with every one of the id. An epoch may be that of many: clients of
 * Kafka keep theirs. Partitions and offsets take nothing of a transaction that was not admitted; queues, to which only clients come
 * that have an epoch for each transaction, tell by the epoch.
 *
 * The marker {producerId, producerEpoch, round} ends that one transaction and no other:
 *
 *   - what was staged or written in it becomes visible (commit) or is given up (abort), in one command of the group's machine;
 *   - from then on the group refuses whatever comes of this producer (PRODUCER_FENCED) until a later round is admitted; a delayed
 *     admission of this round or an older one is refused, also where nothing had ever been heard of the producer before;
 *   - a marker of a round that has ended here already, or that is older, changes nothing and succeeds;
 *   - a marker of a later round also gives up what an older one has left open: the coordinator begins no transaction before every
 *     participant of the previous one has confirmed, so nobody else will ever end it.
 */
import type { GroupId } from '@flowmesh/base';

export interface OpenTransaction {
  readonly producerId: number;
  /** That its producer writes with. */
  readonly producerEpoch: number;
  readonly round: number;
}

export interface TransactionEnd extends OpenTransaction {
  readonly commit: boolean;
  /** Raft term of the coordinator that decided or repeats the decision; for control records. */
  readonly coordinatorTerm: number;
}

export interface TransactionParticipant {
  /**
   * Resolves once the group's machine lets the transaction in; the coordinator has made sure before that it will be ended here. May be
   * repeated. Rejects as `endTransaction` does, with PRODUCER_FENCED where the transaction has ended here, and OVERLOADED where
   * too many are open. Absent where there is no admission.
   */
  admitTransaction?(group: GroupId, open: OpenTransaction, signal: AbortSignal): Promise<void>;
  /**
   * Resolves once the group's machine has applied the marker. May be repeated at any time. Rejects with a FlowError: NOT_LEADER, NO_LEADER,
   * UNAVAILABLE, TIMEOUT, OVERLOADED, NOT_ENOUGH_REPLICAS or CANCELLED, and the coordinator tries again; NOT_FOUND, where the group is
   * gone for good and nothing is left to be ended.
   */
  endTransaction(group: GroupId, end: TransactionEnd, signal: AbortSignal): Promise<void>;
}
