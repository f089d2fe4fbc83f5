/** The producer id that lanes share. A lane whose chain of sequences broke asks for another; one call serves all who ask. */
import { FlowError } from '@flowmesh/base';
import { backoffMs } from '../backoff.ts';
import type { Router } from '../routing/router.ts';
import { pause, type Surroundings } from '../system.ts';
import { asFlowError } from '../wire/errors.ts';
import { callUnary } from '../wire/node-connection.ts';
import type { ProducerIdentity } from './types.ts';

export interface IdentityEvents {
  readonly signal: AbortSignal;
  onRenewed(): void;
  /** The cluster refuses to hand out ids: trying again would not help. */
  onRefused(error: FlowError): void;
}

export class IdentitySource {
  current: ProducerIdentity | undefined;
  private readonly router: Router;
  private readonly surroundings: Surroundings;
  private readonly events: IdentityEvents;
  private readonly fixed: boolean;
  private running: Promise<void> | undefined;

  constructor(
    deps: { readonly router: Router; readonly surroundings: Surroundings },
    events: IdentityEvents,
    /** Given by a transaction, and never renewed. */
    fixed?: ProducerIdentity,
  ) {
    this.router = deps.router;
    this.surroundings = deps.surroundings;
    this.events = events;
    this.current = fixed;
    this.fixed = fixed !== undefined;
  }

  /** Sees to it that `current` becomes another than `old`. */
  renew(old: ProducerIdentity | undefined): void {
    if (this.fixed) {
      if (old !== undefined) this.events.onRefused(chainBroken());
      return;
    }
    if (this.running !== undefined || (this.current !== undefined && this.current.id !== old?.id)) return;
    this.running = this.init().finally(() => {
      this.running = undefined;
    });
  }

  /** Resolves when no call is under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async init(): Promise<void> {
    const { signal } = this.events;
    const requestId = this.surroundings.requestId();
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const answer = await this.router.callAny({ signal }, (connection, limits) =>
          callUnary(connection.streams.initProducer.bind(connection.streams), { requestId }, limits),
        );
        this.current = { id: answer.producerId, epoch: answer.producerEpoch };
        this.events.onRenewed();
        return;
      } catch (failure) {
        const error = asFlowError(failure);
        if (!error.retryable && error.code !== 'CANCELLED') {
          this.events.onRefused(error);
          return;
        }
        await pause(this.surroundings.scheduler, backoffMs(attempt, this.surroundings.random), signal);
      }
    }
  }
}

function chainBroken(): FlowError {
  return new FlowError('PRECONDITION_FAILED', 'a part of the transaction could not be written', {
    hint: 'Abort the transaction, and do it again.',
  });
}
