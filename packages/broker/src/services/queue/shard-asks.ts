/**
 * Asks the leaders of a queue's shards, wherever they are: this node's own directly, others over the connection between nodes. Every question
 * may be repeated, so a shard without a leader is asked again for a while.
 */
import { FlowError, type GroupId, isFlowError, type Scheduler } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import { within } from '../forward/within.ts';
import { decodeAsk, encodeAsk, type ShardAnswers, type ShardAsk } from './shard-ask.ts';

const ATTEMPT_MS = 5_000;
const ATTEMPTS_MAX = 20;
const RETRY_MS = 100;
/** Shards asked at the same time. */
const CONCURRENCY = 16;

export class ShardAsks {
  private readonly calls: LeaderCalls;
  private readonly scheduler: Scheduler;

  constructor(calls: LeaderCalls, scheduler: Scheduler) {
    this.calls = calls;
    this.scheduler = scheduler;
  }

  async ask<A extends ShardAsk>(
    group: GroupId,
    ask: A,
    signal: AbortSignal,
  ): Promise<ShardAnswers[A['kind']]> {
    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) throw new FlowError('CANCELLED', 'the caller has gone');
      try {
        const answer = await within(this.scheduler, ATTEMPT_MS, signal, (limit) =>
          this.calls.call('queue-admin', group, encodeAsk(ask), limit),
        );
        return decodeAsk<ShardAnswers[A['kind']]>(answer);
      } catch (error) {
        if (!isFlowError(error) || !error.retryable || attempt === ATTEMPTS_MAX) throw error;
        await new Promise<void>((resolve) => void this.scheduler.after(RETRY_MS, resolve));
      }
    }
  }

  /** Every shard's answer or refusal, ascending. */
  async all<A extends ShardAsk>(
    { groups }: CatalogStream,
    ask: A | ((shard: number) => A),
    signal: AbortSignal,
  ): Promise<readonly (ShardAnswers[A['kind']] | FlowError)[]> {
    const answers: (ShardAnswers[A['kind']] | FlowError)[] = [];
    let next = 0;
    const run = async (): Promise<void> => {
      for (let shard = next++; shard < groups.length; shard = next++) {
        const group = groups[shard] as GroupId;
        const one = typeof ask === 'function' ? ask(shard) : ask;
        answers[shard] = await this.ask(group, one, signal).catch((error: unknown) => {
          if (isFlowError(error)) return error;
          throw error;
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, groups.length) }, run));
    return answers;
  }

  /** The same where one refusal is the answer to all. */
  async each<A extends ShardAsk>(
    queue: CatalogStream,
    ask: A | ((shard: number) => A),
    signal: AbortSignal,
  ): Promise<readonly ShardAnswers[A['kind']][]> {
    return (await this.all(queue, ask, signal)).map((answer) => {
      if (isFlowError(answer)) throw answer;
      return answer as ShardAnswers[A['kind']];
    });
  }
}
