import { SeededRandom } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { listAppend } from '../../checkers/list-append.ts';
import type { AppendStep } from '../../history/append-values.ts';
import type { Outcome } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

const strict = listAppend({ permitted: [], realtime: true, seesItself: true });
const serializable = listAppend({ permitted: [], realtime: false, seesItself: true });

/** `a+1`: appends 1 to a; `a=1,2`: reads a as [1, 2]. */
function txn(text: string): { asked: { steps: AppendStep[] }; answer: { lists: string[][] } } {
  const steps: AppendStep[] = [];
  const lists: string[][] = [];
  for (const word of text.split(' ')) {
    const [, key = '', sign, rest = ''] = /^(\w+)([+=])(.*)$/.exec(word) ?? [];
    steps.push(sign === '+' ? { kind: 'append', key, value: rest } : { kind: 'read', key });
    lists.push(sign === '+' || rest === '' ? [] : rest.split(','));
  }
  return { asked: { steps }, answer: { lists } };
}

class Lists extends HistoryKit {
  /** One after the other. */
  next(text: string, type: Outcome = 'ok'): this {
    const { asked, answer } = txn(text);
    return this.call(this.history.length, 'txn', asked, answer, type);
  }

  /** All at once. */
  together(...texts: string[]): this {
    const all = texts.map(txn);
    for (const [process, { asked }] of all.entries()) this.add(process, 'invoke', 'txn', asked);
    for (const [process, { answer }] of all.entries()) this.add(process, 'ok', 'txn', answer);
    return this;
  }
}

const kinds = (history: Lists, checker = strict): readonly string[] => kindsOf(checker(history.history));

describe('transactions over lists', () => {
  it('accepts what was done one after the other, in whatever history', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const rng = new SeededRandom(seed);
      const lists = new Map<string, string[]>();
      const history = new Lists();
      for (let i = 0; i < 200; i++) {
        const words = Array.from({ length: 1 + rng.below(4) }, (_, j) => {
          const key = `k${rng.below(3)}`;
          const list = lists.get(key) ?? [];
          if (rng.below(2) === 0) return `${key}=${list.join(',')}`;
          lists.set(key, [...list, `${i}.${j}`]);
          return `${key}+${i}.${j}`;
        });
        history.next(words.join(' '));
      }
      expect(strict(history.history), `seed ${seed}`).toMatchObject({ valid: true, anomalies: [] });
    }
  });

  it('finds a read of an aborted transaction (G1a)', () => {
    expect(kinds(new Lists().next('a+1', 'fail').next('a=1'))).toEqual(['G1a']);
    expect(kinds(new Lists().next('a+1', 'info').next('a=1'))).toEqual([]);
  });

  it('finds a transaction that is seen in part (G1b)', () => {
    expect(kinds(new Lists().together('a+1 a+2', 'a=1').next('a=1,2'), serializable)).toContain('G1b');
  });

  it('lets an open transaction keep the rest of another one back, where lists are shown up to it, and nothing else', () => {
    const shown = listAppend({
      permitted: ['G0', 'G1c', 'G-single', 'G2'],
      realtime: false,
      seesItself: false,
      shownUpToOpen: true,
    });
    const partly = new Lists().together('a+1 a+2', 'a+3', 'a=1').next('a=1,3,2');
    expect(kinds(partly, serializable)).toContain('G1b');
    expect(shown(partly.history)).toMatchObject({
      valid: true,
      facts: { 'rest kept back by an open one': 1 },
    });
    // The other one lies behind the rest, had ended, or had not begun.
    expect(kinds(new Lists().together('a+1 a+2', 'a+3', 'a=1').next('a=1,2,3'), shown)).toEqual(['G1b']);
    expect(kinds(new Lists().next('a+3').together('a+1 a+2', 'a=3,1').next('a=3,1,2'), shown)).toEqual([
      'G1b',
    ]);
    expect(kinds(new Lists().together('a+1 a+2', 'a=1').next('a+3').next('a=1,3,2'), shown)).toEqual(['G1b']);
    // Nobody knows where an aborted one lay, and when one ended whose end was not heard.
    expect(kinds(new Lists().next('a+3', 'info').together('a+1 a+2', 'a=1').next('a=1,2'), shown)).toEqual(
      [],
    );
  });

  it('finds cycles of writes (G0)', () => {
    const history = new Lists().together('a+1 b+1', 'a+2 b+2').next('a=1,2').next('b=2,1');
    expect(kinds(history)).toEqual(['G0']);
  });

  it('finds two that read each other (G1c)', () => {
    expect(kinds(new Lists().together('a+1 b=2', 'b+2 a=1'))).toEqual(['G1c-wr']);
    expect(kinds(new Lists().together('a+1 b=3', 'a+2 b+3').next('a=1,2'))).toEqual(['G1c']);
  });

  it('finds one that saw half of another (G-single)', () => {
    expect(kinds(new Lists().together('a+1 b+1', 'a=1 b=').next('b=1'), serializable)).toEqual(['G-single']);
  });

  it('finds write skew (G2)', () => {
    const history = new Lists().together('a= b+1', 'b= a+1').next('a=1 b=1');
    expect(kinds(history, serializable)).toEqual(['G2']);
  });

  it('finds a stale read where real time counts, and only there', () => {
    const history = new Lists().next('a+1').next('a=').next('a=1');
    expect(kinds(history)).toEqual(['G-single-realtime']);
    expect(kinds(history, serializable)).toEqual([]);
  });

  it('finds lists that contradict each other, doubled and invented elements', () => {
    expect(kinds(new Lists().together('a+1', 'a+2').together('a=1,2', 'a=2,1'), serializable)).toContain(
      'incompatible order',
    );
    expect(kinds(new Lists().next('a+1').next('a=1,1'))).toContain('duplicate element');
    expect(kinds(new Lists().next('a=1'))).toEqual(['made up']);
  });

  it('finds an append that was committed and is not there at the end', () => {
    expect(kinds(new Lists().next('a+1').next('a+2').next('a=2'))).toContain('lost append');
  });

  it('finds a transaction that does not see itself', () => {
    expect(kinds(new Lists().next('a+1 a='))).toContain('internal');
  });

  it('counts what was not promised and says nothing against it', () => {
    const history = new Lists().together('a+1 b+1', 'a+2 b+2').next('a=1,2').next('b=2,1');
    const verdict = listAppend({ permitted: ['G0'], realtime: false, seesItself: false })(history.history);
    expect(verdict).toMatchObject({ valid: true, facts: { 'permitted: G0': 1 } });
  });

  it('names the transactions of a cycle and no others', () => {
    const history = new Lists()
      .next('c+1')
      .together('a+1 b+1', 'a+2 b+2')
      .next('a=1,2')
      .next('b=2,1')
      .next('c=1');
    expect(serializable(history.history).anomalies[0]?.operations).toEqual([2, 3, 4, 5]);
  });
});
