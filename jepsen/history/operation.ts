/**
 * What clients and faults did, as one list in the order in which it was noticed: the only thing that checkers see. Everything in it is JSON.
 *
 *   invoke ─► ok     it took effect, with this value
 *          ├► fail   it did not take effect, and never will
 *          └► info   nobody knows, and it may take effect at any time after its invoke; its process does nothing more
 *
 * A process does one thing at a time, so a completion belongs to the last invoke of its process. After `info` the runner goes on under a new
 * number. Faults are operations of process NEMESIS, of type `info`, named after the fault.
 */

export type Outcome = 'invoke' | 'ok' | 'fail' | 'info';

/** By which protocol it was asked. */
export type Face = 'grpc' | 'kafka';

export const NEMESIS = -1;

export interface OperationError {
  readonly code: string;
  readonly message: string;
}

export interface Operation {
  /** Its place in the history, from 0, without gaps. */
  readonly index: number;
  readonly process: number;
  readonly type: Outcome;
  /** What was asked; of a fault: its name. */
  readonly f: string;
  readonly value: unknown;
  /** Monotonic, since the run began. */
  readonly timeMs: number;
  readonly error?: OperationError;
  /** The node that it was sent to, where the client knows. */
  readonly node?: number;
  readonly face?: Face;
}

export interface Anomaly {
  readonly kind: string;
  readonly message: string;
  /** Indices of operations: the smallest part of the history that shows it. */
  readonly operations: readonly number[];
}

export interface Verdict {
  readonly checker: string;
  /** `unknown`: the checker gave up, or saw nothing that it could judge. */
  readonly valid: true | false | 'unknown';
  readonly anomalies: readonly Anomaly[];
  readonly facts: Readonly<Record<string, number | string>>;
}

export type Checker = (history: readonly Operation[]) => Verdict;
