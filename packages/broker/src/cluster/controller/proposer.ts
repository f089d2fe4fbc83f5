/**
 * Proposals of the controller: one at a time for each purpose, none that holds up another. What is refused is said once, and
 * tried again after a pause.
 */
import { type Clock, type FlowError, isFlowError } from '@flowmesh/base';
import type { CatalogCommand, CatalogReply, Reply } from '@flowmesh/engines';
import type { ClusterLog } from '../cluster-log.ts';

export interface ProposerOptions {
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly clock: Clock;
  readonly log: ClusterLog;
  /** After a refusal, and after a failure to reach the metadata group. */
  readonly pauseMs: number;
  /** Revision and term make request ids that no other leader uses. */
  readonly epoch: () => string;
}

interface Refused {
  readonly message: string;
  readonly untilMs: number;
}

export class Proposer {
  private readonly options: ProposerOptions;
  private readonly underWay = new Set<string>();
  private readonly refusals = new Map<string, Refused>();
  private count = 0;

  constructor(options: ProposerOptions) {
    this.options = options;
  }

  /** A new leadership: nobody's refusals count any more. */
  reset(): void {
    this.refusals.clear();
  }

  requestId(): string {
    this.count++;
    return `control-${this.options.epoch()}-${this.count}`;
  }

  /** True where `purpose` may be proposed now: nothing for it is under way, and it was not refused just now. */
  free(purpose: string): boolean {
    const refused = this.refusals.get(purpose);
    return (
      !this.underWay.has(purpose) &&
      (refused === undefined || this.options.clock.monotonicMs() >= refused.untilMs)
    );
  }

  propose(purpose: string, command: CatalogCommand, accepted: (reply: CatalogReply) => void): void {
    if (!this.free(purpose)) return;
    this.underWay.add(purpose);
    this.options
      .propose(command)
      .then(
        (reply) => {
          if (!reply.ok) return this.refused(purpose, reply.error);
          this.refusals.delete(purpose);
          accepted(reply.value as CatalogReply);
        },
        (error: unknown) => {
          if (!isFlowError(error)) throw error;
          this.refused(purpose, error);
        },
      )
      .finally(() => this.underWay.delete(purpose));
  }

  /** A part of a proposal was refused although the whole was accepted, or the whole was. */
  refused(purpose: string, error: FlowError): void {
    const { clock, log, pauseMs } = this.options;
    const known = this.refusals.get(purpose);
    this.refusals.set(purpose, { message: error.message, untilMs: clock.monotonicMs() + pauseMs });
    if (known?.message === error.message) return;
    log.warn({ purpose, err: error }, 'metadata change of the controller refused, will be tried again');
  }
}
