/**
 * Acknowledgements and the like, sent to whoever leads the shard. They may be repeated: a receipt counts once, and the second time it is
 * stale or its job is gone. A job that is gone after an acknowledgement whose answer was lost is assumed to be done by it.
 */
import { FlowError } from '@flowmesh/base';
import { callLeader, type LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { asFlowError, outcomeUnknown } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { JobReceipt, SettleOutcome } from './queue-types.ts';
import { toOutcome } from './queue-wire.ts';

export type SettleItem =
  | { readonly kind: 'ack'; readonly receipt: JobReceipt }
  | {
      readonly kind: 'nack';
      readonly receipt: JobReceipt;
      readonly delayMs: number | undefined;
      readonly error: string;
    }
  | { readonly kind: 'extend'; readonly receipt: JobReceipt; readonly visibilityMs: number }
  | { readonly kind: 'release'; readonly receipt: JobReceipt };

type Kind = SettleItem['kind'];

const ITEMS_MAX = 1_000;
const ERROR_CHARS_MAX = 1_000;

/** Outcomes in the order of the items, which are all of one kind; shards are asked at the same time. */
export async function settle(
  deps: LeaderCallDeps,
  queue: string,
  items: readonly SettleItem[],
  options: CallOptions,
): Promise<readonly SettleOutcome[]> {
  const outcomes = new Map<SettleItem, SettleOutcome>();
  const byShard = Map.groupBy(items, ({ receipt }) => receipt.shard);
  await Promise.all(
    [...byShard].map(async ([shard, all]) => {
      for (let i = 0; i < all.length; i += ITEMS_MAX) {
        const some = all.slice(i, i + ITEMS_MAX);
        const results = await settleShard(deps, { queue, shard, items: some }, options);
        for (const [j, item] of some.entries()) {
          const result = results[j];
          if (result !== undefined) outcomes.set(item, result);
        }
      }
    }),
  );
  return items.map((item) => outcomes.get(item) ?? { outcome: 'gone', until: 0 });
}

async function settleShard(
  deps: LeaderCallDeps,
  what: { readonly queue: string; readonly shard: number; readonly items: readonly SettleItem[] },
  options: CallOptions,
): Promise<readonly SettleOutcome[]> {
  const { queue, shard, items } = what;
  const kind = items[0]?.kind ?? 'ack';
  let unsure = false;
  const outcomes = await callLeader(
    deps,
    { stream: `queue:${queue}`, partition: shard },
    options,
    async (connection, limits) => {
      const { queues } = connection;
      try {
        const { results } = await (() => {
          switch (kind) {
            case 'ack':
              return callUnary(queues.ack.bind(queues), { queue, receipts: items.map(receiptOf) }, limits);
            case 'nack':
              return callUnary(queues.nack.bind(queues), { queue, items: items.map(wireNack) }, limits);
            case 'extend':
              return callUnary(queues.extend.bind(queues), { queue, items: items.map(wireExtend) }, limits);
            case 'release':
              return callUnary(
                queues.release.bind(queues),
                { queue, receipts: items.map(receiptOf) },
                limits,
              );
          }
        })();
        return results.map(toOutcome);
      } catch (failure) {
        if (outcomeUnknown(asFlowError(failure))) unsure = true;
        throw failure;
      }
    },
  );
  return unsure ? outcomes.map((outcome) => afterRepeat(kind, outcome)) : outcomes;
}

/** What an outcome means where the same was said before and the answer was lost. */
export function afterRepeat(kind: Kind, outcome: SettleOutcome): SettleOutcome {
  return kind === 'ack' && outcome.outcome === 'gone'
    ? { outcome: 'done', until: 0, assumed: true }
    : outcome;
}

export function receiptOf({ receipt }: SettleItem): JobReceipt {
  return receipt;
}

export function wireNack(item: SettleItem): {
  readonly receipt: JobReceipt;
  readonly delayMs?: number;
  readonly error: string;
} {
  const { receipt } = item;
  if (item.kind !== 'nack') return { receipt, error: '' };
  const error = item.error.slice(0, ERROR_CHARS_MAX);
  return { receipt, error, ...(item.delayMs === undefined ? {} : { delayMs: item.delayMs }) };
}

export function wireExtend(item: SettleItem): {
  readonly receipt: JobReceipt;
  readonly visibilityTimeoutMs: number;
} {
  return {
    receipt: item.receipt,
    visibilityTimeoutMs: item.kind === 'extend' ? item.visibilityMs : 0,
  };
}

/** For whoever holds one job and is told that it is no longer theirs. */
export function leaseLost(id: string, outcome: SettleOutcome['outcome']): FlowError {
  const why = outcome === 'gone' ? 'the job is not there any more' : 'its lease has run out';
  return new FlowError('PRECONDITION_FAILED', `job ${id} is not yours: ${why}`, {
    hint: 'It may be delivered again, or has been: make its effect idempotent, or hold it longer (visibilityMs, extend).',
    details: { job: id, outcome },
  });
}

/** For a handler that has been silent for so long that its job is not held any more. */
export function handlerOverdue(id: string, maxHandlerMs: number): FlowError {
  return new FlowError('TIMEOUT', `the handler of job ${id} has not ended within ${maxHandlerMs} ms`, {
    hint: 'The job is not held any longer and will be delivered again; a handler that may take longer needs a greater maxHandlerMs.',
    details: { job: id, maxHandlerMs },
  });
}
