/** Ports through which all code reads time and randomness, so that a simulation can supply both. */

export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump in both directions. */
  wallMs(): number;
  /** Monotonic clock, milliseconds with fractions, from an arbitrary start. Never goes back. */
  monotonicMs(): number;
}

export interface TimerHandle {
  cancel(): void;
}

/** Deferred execution. In production Node's timers and the event loop, in the simulator a virtual clock. */
export interface Scheduler {
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): TimerHandle;
  /** Runs `task` at the end of the current event-loop turn, after all input that is already waiting. */
  endOfTurn(task: () => void): void;
}

/** A seeded generator. */
export interface Random {
  /** Uniform integer in [0, bound). `bound` ≤ 2^32. */
  below(bound: number): number;
  /** Uniform number in [0, 1). */
  unit(): number;
}
