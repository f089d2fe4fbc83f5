/** Consumer offsets as participants of transactions: the marker goes through the coordinator shard that has the groups. */
import { type GroupId } from '@flowmesh/base';
import type { TransactionEnd, TransactionParticipant } from '../transaction/participant.ts';
import { type CoordinatorShards, proposeTo } from './coordinator-shards.ts';

const MARK_TIMEOUT_MS = 10_000;

export class OffsetParticipant implements TransactionParticipant {
  private readonly shards: CoordinatorShards;

  constructor(shards: CoordinatorShards) {
    this.shards = shards;
  }

  async endTransaction(group: GroupId, end: TransactionEnd): Promise<void> {
    const { producerId, producerEpoch, commit } = end;
    const mark = { kind: 'mark-offsets', producerId, producerEpoch, commit } as const;
    await proposeTo(this.shards.serving(group), mark, MARK_TIMEOUT_MS);
  }
}
