/** What operations on a queue look like in a history. A job carries a name that no other job of the run has. */

/** `enqueue`. */
export interface EnqueueAsked {
  readonly job: string;
  readonly priority: number;
  /** Jobs of a key come one after the other. */
  readonly key?: string;
  /** Whoever gets it is to refuse it, until it is dead. */
  readonly poison: boolean;
}

export interface EnqueueAnswer {
  readonly id: string;
}

/** `receive`. */
export interface ReceiveAsked {
  readonly max: number;
  readonly visibilityMs: number;
  /** Whoever receives them keeps them until their leases have ended, and settles them then. */
  readonly tardy?: boolean;
}

export interface Delivered {
  readonly id: string;
  readonly job: string;
  readonly attempt: number;
  /** Grows with each lease of the job. */
  readonly lease: number;
}

export interface ReceiveAnswer {
  readonly jobs: readonly Delivered[];
}

/** `ack`, `nack`, `extend`: of the job that the client has held longest; its completion says which, whatever came of it. */
export interface SettleAnswer {
  readonly id: string;
  readonly lease: number;
  /** Of `extend`: for how long from then on. */
  readonly visibilityMs?: number;
  /** `nothing`: it held none. Absent: not known. */
  readonly outcome?: 'done' | 'retried' | 'dead' | 'extended' | 'stale' | 'gone' | 'nothing';
}

/** `dead-letters`: all of them, at the end. */
export interface DeadLettersAnswer {
  readonly jobs: readonly { readonly id: string; readonly job: string; readonly attempts: number }[];
}

/** `queue-counts`: jobs that are not dead. */
export interface QueueCountsAnswer {
  readonly left: number;
}
