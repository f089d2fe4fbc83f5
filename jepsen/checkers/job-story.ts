/** What a history tells of one job, and how much sooner than a client thinks its lease may end. */
import type { Call } from '../history/calls.ts';
import type { Delivered, EnqueueAsked, SettleAnswer } from '../history/queue-values.ts';

export interface Delivery extends Delivered {
  readonly call: Call;
}

export interface Settlement extends SettleAnswer {
  readonly call: Call;
}

export interface JobStory {
  readonly job: string;
  readonly enqueued: Call | undefined;
  readonly asked: EnqueueAsked | undefined;
  /** In the order of their answers. */
  readonly deliveries: Delivery[];
  readonly settlements: Settlement[];
  readonly ids: Set<string>;
}

/** How much sooner than a client thinks a lease may end: leaders' clocks may be fast by a twentieth, and by a second at a change. */
export const CLOCK_RATE = 0.95;
export const CLOCK_SLACK_MS = 1_500;
