/**
 * Money is neither made nor lost: between keys, in the journal, and on the way from the journal to keys.
 *
 *   wrong total       the keys of one moment do not add up
 *   overdrawn         an account below nothing
 *   half a transfer   one side of it is in the journal, or one side twice
 *   lost transfer     committed, and not in the journal
 *   aborted transfer  not committed, and in the journal
 *   never at rest     a transaction that nobody ends: see `at-rest.ts`
 *   wrong projection  the keys that were made of the journal are not its sums
 */
import type { BalancesAnswer, JournalAnswer, JournalEntry, TransferAsked } from '../history/bank-values.ts';
import { type Call, callsOf } from '../history/calls.ts';
import type { Checker } from '../history/operation.ts';
import { Anomalies } from './anomalies.ts';
import { checkAtRest } from './at-rest.ts';

const WANTED: ReadonlySet<string> = new Set(['balances', 'journal', 'journal-all', 'projected']);

export interface BankOptions {
  /** Of all keys together. */
  readonly total: number;
}

export function bankTotals({ total }: BankOptions): Checker {
  return (history) => {
    const calls = callsOf(history, WANTED);
    const anomalies = new Anomalies();
    const balances = calls.filter(({ f, type }) => f === 'balances' && type === 'ok');
    for (const call of balances) {
      const found = (call.answer as BalancesAnswer).balances;
      const sum = found.reduce((a, b) => a + b, 0);
      if (sum !== total) anomalies.add('wrong total', `${found.join(' + ')} is ${sum}, not ${total}`, [call]);
      if (found.some((balance) => balance < 0))
        anomalies.add('overdrawn', `balances ${found.join(', ')}`, [call]);
    }
    const whole = calls.findLast(({ f, type }) => f === 'journal-all' && type === 'ok');
    if (whole !== undefined) checkJournal(calls, whole, anomalies);
    checkAtRest(history, anomalies);
    const journal = calls.filter(({ f }) => f === 'journal').length;
    const facts = { 'balances read': balances.length, 'journal entries': journal };
    return anomalies.verdict('bank-totals', balances.length + (whole === undefined ? 0 : 1), facts);
  };
}

function checkJournal(calls: readonly Call[], whole: Call, anomalies: Anomalies): void {
  const { entries } = whole.answer as JournalAnswer;
  const byId = new Map<string, JournalEntry[]>();
  for (const entry of entries) byId.set(entry.id, [...(byId.get(entry.id) ?? []), entry]);
  for (const call of calls) {
    if (call.f !== 'journal') continue;
    const asked = call.asked as TransferAsked;
    const found = byId.get(asked.id) ?? [];
    const said = `transfer ${asked.id} of ${asked.amount} from ${asked.from} to ${asked.to}`;
    if (found.length > 0 && !isWhole(asked, found))
      anomalies.add('half a transfer', `${said}: ${found.length} records`, [call, whole]);
    if (call.type === 'ok' && call.to < whole.from && found.length === 0)
      anomalies.add('lost transfer', said, [call, whole]);
    if (call.type === 'fail' && found.length > 0) anomalies.add('aborted transfer', said, [call, whole]);
  }
  const projected = calls.findLast(({ f, type }) => f === 'projected' && type === 'ok');
  if (projected === undefined) return;
  for (const [account, balance] of (projected.answer as BalancesAnswer).balances.entries()) {
    const sum = entries.filter((entry) => entry.account === account).reduce((a, { amount }) => a + amount, 0);
    if (sum !== balance)
      anomalies.add(
        'wrong projection',
        `account ${account}: ${balance} in the bucket, ${sum} in the journal`,
        [whole, projected],
      );
  }
}

function isWhole({ from, to, amount }: TransferAsked, found: readonly JournalEntry[]): boolean {
  const has = (account: number, by: number): boolean =>
    found.some((entry) => entry.account === account && entry.amount === by);
  return found.length === 2 && has(from, -amount) && has(to, amount);
}
