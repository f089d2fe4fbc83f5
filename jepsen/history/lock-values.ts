/** What operations on a lock with fencing tokens look like in a history. */

/** `acquire`; `fail` where another has it. The lease is granted anew for each. */
export interface AcquireAnswer {
  readonly lock: string;
  readonly token: number;
  readonly ttlMs: number;
}

/** `release`: told also where its outcome is not known. */
export interface ReleaseAnswer {
  readonly lock: string;
  readonly token: number;
}

/** `guarded`: a write that the lock's holder alone may do; whether it was accepted. */
export interface GuardedAnswer {
  readonly lock: string;
  readonly token: number;
  readonly accepted: boolean;
}
