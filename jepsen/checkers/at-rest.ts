/**
 * What is to come to rest when all is healed: transactions, which are carried out or aborted when their time is up.
 *
 *   never at rest   a partition was open for longer than any transaction may take
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { Operation } from '../history/operation.ts';
import type { Anomalies } from './anomalies.ts';

const SETTLED: ReadonlySet<string> = new Set(['settled']);
/** Several times the timeout of every transaction, and as long as a coordinator may take to be found. */
const PATIENCE_MS = 80_000;
/** How `settled` says that it waited in vain. */
export const STILL_OPEN = 'STILL_OPEN';

const isOpen = (call: Call): boolean => call.completion?.error?.code === STILL_OPEN;

export function checkAtRest(history: readonly Operation[], anomalies: Anomalies): void {
  // What the end of the run has cut off says nothing.
  const calls = callsOf(history, SETTLED).filter(({ completion }) => completion !== undefined);
  const vain = calls.slice(calls.findLastIndex((call) => !isOpen(call)) + 1);
  const [first] = vain;
  const last = vain.at(-1);
  if (first === undefined || last?.completion === undefined) return;
  const waitedMs = Math.round(last.completion.timeMs - first.invoke.timeMs);
  if (waitedMs < PATIENCE_MS) return;
  const seconds = Math.round(waitedMs / 1_000);
  anomalies.add('never at rest', `transactions were open for ${seconds} s after all was healed`, vain);
}
