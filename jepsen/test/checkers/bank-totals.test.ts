import { describe, expect, it } from 'vitest';
import { bankTotals } from '../../checkers/bank-totals.ts';
import type { Outcome } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

const check = bankTotals({ total: 30 });

class Bank extends HistoryKit {
  balances(...balances: readonly number[]): this {
    return this.call(0, 'balances', {}, { balances });
  }

  journal(id: string, type: Outcome = 'ok'): this {
    return this.call(0, 'journal', { id, from: 0, to: 1, amount: 5 }, {}, type);
  }

  whole(...entries: readonly (readonly [account: number, id: string, amount: number])[]): this {
    const all = entries.map(([account, id, amount]) => ({ account, id, amount }));
    return this.call(9, 'journal-all', {}, { entries: all });
  }

  projected(...balances: readonly number[]): this {
    return this.call(9, 'projected', {}, { balances });
  }
}

const kinds = (bank: Bank): readonly string[] => kindsOf(check(bank.history));

describe('the bank', () => {
  it('accepts what adds up, and transfers of which nobody knows', () => {
    const bank = new Bank()
      .balances(10, 20)
      .balances(0, 30)
      .journal('x')
      .journal('y', 'info')
      .journal('z', 'fail');
    bank.journal('w', 'info').whole([0, 'x', -5], [1, 'x', 5], [1, 'y', 5], [0, 'y', -5]).projected(-10, 10);
    expect(check(bank.history)).toMatchObject({ valid: true, anomalies: [] });
  });

  it('finds money that was made, lost or owed', () => {
    expect(kinds(new Bank().balances(10, 21))).toEqual(['wrong total']);
    expect(kinds(new Bank().balances(-5, 35))).toEqual(['overdrawn']);
  });

  it('finds halves, losses and aborted transfers in the journal', () => {
    expect(kinds(new Bank().journal('x', 'info').whole([0, 'x', -5]))).toEqual(['half a transfer']);
    expect(kinds(new Bank().journal('x').whole([0, 'x', -5], [1, 'x', 5], [1, 'x', 5]))).toEqual([
      'half a transfer',
    ]);
    expect(kinds(new Bank().journal('x').whole())).toEqual(['lost transfer']);
    expect(kinds(new Bank().journal('x', 'fail').whole([0, 'x', -5], [1, 'x', 5]))).toEqual([
      'aborted transfer',
    ]);
  });

  it('finds a projection that applied a record twice', () => {
    const bank = new Bank().journal('x').whole([0, 'x', -5], [1, 'x', 5]).projected(-5, 10);
    expect(kinds(bank)).toEqual(['wrong projection']);
  });
});
