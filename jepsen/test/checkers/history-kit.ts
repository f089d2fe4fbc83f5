/** Histories for the tests of checkers, written down call by call. */
import type { Operation, Outcome, Verdict } from '../../history/operation.ts';

export class HistoryKit {
  readonly history: Operation[] = [];

  /** One operation; `atMs` by default its place in the history times ten. */
  add(process: number, type: Outcome, f: string, value: unknown, atMs?: number): Operation {
    const index = this.history.length;
    const operation = { index, process, type, f, value, timeMs: atMs ?? index * 10 };
    this.history.push(operation);
    return operation;
  }

  /** An invoke and its completion, one after the other. */
  call(process: number, f: string, asked: unknown, answer: unknown, type: Outcome = 'ok'): this {
    this.add(process, 'invoke', f, asked);
    this.add(process, type, f, answer);
    return this;
  }
}

export const kindsOf = (verdict: Verdict): readonly string[] => [
  ...new Set(verdict.anomalies.map(({ kind }) => kind)),
];
