/** Consumer offsets as participants of transactions: admission and marker go through the coordinator shard that has the groups. */
import { type GroupId } from '@flowmesh/base';
import type { OpenTransaction, TransactionEnd, TransactionParticipant } from '../transaction/participant.ts';
import { type CoordinatorShards, proposeTo } from './coordinator-shards.ts';

const MARK_TIMEOUT_MS = 10_000;

export class OffsetParticipant implements TransactionParticipant {
  private readonly shards: CoordinatorShards;

  constructor(shards: CoordinatorShards) {
    this.shards = shards;
  }

  async admitTransaction(group: GroupId, open: OpenTransaction): Promise<void> {
    const { producerId, producerEpoch, round } = open;
    const admit = { kind: 'admit-offsets', producerId, producerEpoch, round } as const;
    await proposeTo(this.shards.serving(group), admit, MARK_TIMEOUT_MS);
  }

  async endTransaction(group: GroupId, end: TransactionEnd): Promise<void> {
    const { producerId, producerEpoch, round, commit } = end;
    const mark = { kind: 'mark-offsets', producerId, producerEpoch, round, commit } as const;
    await proposeTo(this.shards.serving(group), mark, MARK_TIMEOUT_MS);
  }
}
