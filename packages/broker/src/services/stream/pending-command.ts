/**
 * A command of the node itself on its way into a partition's log (markers, trims, …): a proposal in the same order as the appends, and
 * a promise of its reply. The waiting ends by its deadline or its caller's signal; what was proposed may still come to pass.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import type { StreamReply } from '@flowmesh/engines';
import type { ProposalResult } from '../../replica/replica-api.ts';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { PlacedProposal } from './partition-appends.ts';

export interface PendingCommandInit {
  readonly command: Uint8Array;
  /** Its place among the appends: where the session has put it, or the next offset. Undefined: its order does not matter. */
  readonly baseOffset: number | undefined;
  readonly quietBefore: number;
  readonly minDurable: number;
  readonly timeoutMs: number;
  readonly wheel: DeadlineWheel;
  readonly signal: AbortSignal | undefined;
}

export class PendingCommand implements Deadline, PlacedProposal {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  readonly ack = 'applied';
  readonly command: Uint8Array;
  readonly baseOffset: number;
  readonly quietBefore: number;
  readonly minDurable: number;
  readonly reply: Promise<StreamReply>;
  private readonly init: PendingCommandInit;
  private readonly settle: (result: StreamReply | FlowError) => void;
  private readonly onAbort = (): void =>
    this.finish(new FlowError('CANCELLED', 'the caller gave up waiting for the partition'));

  constructor(init: PendingCommandInit) {
    this.init = init;
    this.command = init.command;
    this.baseOffset = init.baseOffset ?? 0;
    this.quietBefore = init.quietBefore;
    this.minDurable = init.minDurable;
    const { promise, resolve, reject } = Promise.withResolvers<StreamReply>();
    this.reply = promise;
    this.settle = (result) => (isFlowError(result) ? reject(result) : resolve(result));
    init.wheel.add(this, init.timeoutMs);
    init.signal?.addEventListener('abort', this.onAbort, { once: true });
    if (init.signal?.aborted === true) this.onAbort();
  }

  readonly done = (result: ProposalResult): void => {
    if (!result.ok) this.finish(result.error);
    else if (result.reply?.ok === false) this.finish(result.reply.error);
    else this.finish(result.reply?.value as StreamReply);
  };

  expire(): void {
    this.finish(
      new FlowError('TIMEOUT', 'the partition did not confirm in time; what was asked may still happen', {
        hint: 'Repeat it: it changes nothing twice.',
        details: { outcome: 'unknown' },
      }),
    );
  }

  private finish(result: StreamReply | FlowError): void {
    this.init.wheel.remove(this);
    this.init.signal?.removeEventListener('abort', this.onAbort);
    this.settle(result);
  }
}
