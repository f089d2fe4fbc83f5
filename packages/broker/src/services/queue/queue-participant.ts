/**
 * A shard of a queue as a participant of transactions: the marker settles what was staged under its epoch, a bounded number of jobs by each
 * command, until none is left. The machine makes the first marker decide, so that a repetition, by whatever coordinator, only goes on.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import {
  encodeQueueCommand,
  QUEUE_STEP_ITEMS_MAX,
  type QueueMachine,
  type QueueReply,
} from '@flowmesh/engines';
import type { ShardTable } from '../shard/shard-table.ts';
import type { TransactionEnd, TransactionParticipant } from '../transaction/participant.ts';

const STEP_TIMEOUT_MS = 10_000;

export class QueueParticipant implements TransactionParticipant {
  private readonly shards: ShardTable<QueueMachine>;

  constructor(shards: ShardTable<QueueMachine>) {
    this.shards = shards;
  }

  async endTransaction(group: GroupId, end: TransactionEnd, signal: AbortSignal): Promise<void> {
    const { producerId, producerEpoch, commit, coordinatorTerm } = end;
    if (this.shards.resourceOf(group) === undefined)
      throw new FlowError('NOT_FOUND', `group ${group} is no shard of a queue (any more)`);
    for (;;) {
      if (signal.aborted) throw new FlowError('CANCELLED', 'the coordinator gave up this attempt');
      const served = this.shards.serving(group);
      if (isFlowError(served)) throw served;
      const command = encodeQueueCommand({
        kind: 'end-transaction',
        timeMs: served.nowMs(),
        transaction: { producerId, epoch: producerEpoch },
        commit,
        coordinatorTerm,
        max: QUEUE_STEP_ITEMS_MAX,
      });
      const reply = (await served.propose(command, STEP_TIMEOUT_MS)) as QueueReply & {
        readonly kind: 'transaction-ended';
      };
      if (reply.left === 0) return;
    }
  }
}
