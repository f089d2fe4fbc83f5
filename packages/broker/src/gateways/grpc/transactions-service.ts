/** The service `flowmesh.v1.Transactions`: checks of fields, translation, nothing else. */
import { PARTICIPANTS_PER_TRANSACTION_MAX } from '@flowmesh/engines';
import type { flowmesh, TransactionsHandlers } from '@flowmesh/proto';
import type { Coordination } from '../../services/group/coordination.ts';
import type { TransactionClaim, TransactionTarget } from '../../services/transaction/transaction-service.ts';
import type { CallContext, MakeUnary } from './calls.ts';
import type { Sent } from './group-wire.ts';
import { coordinatedName } from './groups-service.ts';
import * as check from './request-checks.ts';

/** How long a call waits for participants; they go on without it. */
const COMPLETION_WAIT_MS = 5_000;
const TIMEOUT_MIN_MS = 1_000;

export function transactionsServiceHandlers(
  { coordination }: { readonly coordination: Coordination },
  unary: MakeUnary,
): TransactionsHandlers {
  const { transactions } = coordination;
  return {
    initTransactions: unary(
      'init-transactions',
      async (request: Sent<'InitTransactionsRequest'>, { caller, remainingMs }) => {
        const id = coordinatedName(request.transactionalId, 'transactional_id');
        // What is too long the service refuses, with the reason.
        const range = { min: TIMEOUT_MIN_MS, max: 2 ** 31 - 1, otherwise: 0 };
        const timeoutMs = check.orDefault(request.timeoutMs, 'timeout_ms', range);
        return await transactions.init({ caller, id, timeoutMs, waitMs: waitOf(remainingMs) });
      },
    ),
    addToTransaction: unary(
      'add-to-transaction',
      async (request: Sent<'AddToTransactionRequest'>, { caller }) => {
        if (request.targets.length > PARTICIPANTS_PER_TRANSACTION_MAX)
          throw check.invalid('targets', `has more than ${PARTICIPANTS_PER_TRANSACTION_MAX} elements`);
        await transactions.add(claimOf(request, caller), request.targets.map(targetOf));
        return {};
      },
    ),
    endTransaction: unary(
      'end-transaction',
      async (request: Sent<'EndTransactionRequest'>, { caller, remainingMs }) =>
        await transactions.end(claimOf(request, caller), request.commit, waitOf(remainingMs)),
    ),
  };
}

/** Answered before the caller gives up. */
function waitOf(remainingMs: number | undefined): number {
  return Math.min(COMPLETION_WAIT_MS, (remainingMs ?? COMPLETION_WAIT_MS * 2) / 2);
}

function claimOf(
  request: { readonly transactionalId: string; readonly producerId: number; readonly producerEpoch: number },
  caller: CallContext['caller'],
): TransactionClaim {
  return {
    caller,
    id: coordinatedName(request.transactionalId, 'transactional_id'),
    producerId: check.offset(request.producerId, 'producer_id'),
    producerEpoch: check.integer(request.producerEpoch, 'producer_epoch', { min: 0, max: 32_767 }),
  };
}

function targetOf(target: flowmesh.v1.TransactionTarget.$Properties): TransactionTarget {
  const { stream, queue, group } = target;
  if (stream !== null && stream !== undefined) {
    const partition = check.partitionNumber(stream.part ?? 0, 'targets.stream.part');
    return { kind: 'stream', stream: check.streamName(stream.name ?? '', 'targets.stream.name'), partition };
  }
  if (queue !== null && queue !== undefined) {
    const shard = check.partitionNumber(queue.part ?? 0, 'targets.queue.part');
    return { kind: 'queue', queue: check.streamName(queue.name ?? '', 'targets.queue.name'), shard };
  }
  if (group !== null && group !== undefined)
    return { kind: 'offsets', group: coordinatedName(group, 'targets.group') };
  throw check.invalid('targets', 'has an element without a stream, queue or group');
}
