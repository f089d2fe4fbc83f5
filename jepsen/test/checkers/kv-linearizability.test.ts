import { describe, expect, it } from 'vitest';
import { kvLinearizability } from '../../checkers/kv-linearizability.ts';
import { callsOf } from '../../history/calls.ts';
import type { KvAnswer, KvAsked } from '../../history/kv-values.ts';
import type { Operation } from '../../history/operation.ts';
import { HistoryKit } from './history-kit.ts';
import { kvHistory } from './kv-world.ts';

const put = (key: string, value: string): KvAsked => ({
  success: [{ kind: 'put', key, value }],
  failure: [],
});
const get = (...keys: string[]): KvAsked => ({
  success: keys.map((key) => ({ kind: 'get', key })),
  failure: [],
});
const found = (...values: (string | undefined)[]): KvAnswer => ({
  succeeded: true,
  answers: values.map((value) => (value === undefined ? {} : { value })),
});
const DONE: KvAnswer = { succeeded: true, answers: ['untold'] };

describe('linearizability of keys', () => {
  it('accepts what was done one after the other, whatever was lost on the way', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const txnKeys = 1 + (seed % 3);
      const history = kvHistory({
        seed,
        operations: 400,
        concurrency: 6,
        keys: 4,
        lostOneIn: seed % 4 === 0 ? 0 : 12,
        txnKeys,
      });
      expect(kvLinearizability(history), `seed ${seed}`).toMatchObject({ valid: true, anomalies: [] });
    }
  });

  it('finds a read that is changed to an older value, in whatever history', () => {
    let found = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const history = kvHistory({
        seed,
        operations: 300,
        concurrency: 4,
        keys: 2,
        lostOneIn: 20,
        txnKeys: 1,
      });
      const broken = staleRead(history);
      if (broken === undefined) continue;
      found++;
      expect(kvLinearizability(broken).valid, `seed ${seed}`).toBe(false);
    }
    expect(found).toBeGreaterThan(20);
  });

  it('finds a lost write and shows no more than it takes', () => {
    const kit = new HistoryKit();
    for (let i = 0; i < 50; i++)
      kit.call(0, 'put', put('a', `old${i}`), DONE).call(1, 'get', get('a'), found(`old${i}`));
    kit.call(0, 'put', put('a', 'x'), DONE).call(1, 'get', get('a'), found('old49'));
    const verdict = kvLinearizability(kit.history);
    expect(verdict.valid).toBe(false);
    // The old put, the new one and the read: three calls of two operations.
    expect(verdict.anomalies[0]?.operations).toEqual([196, 197, 200, 201, 202, 203]);
  });

  it('finds a write that failed and was read', () => {
    const kit = new HistoryKit();
    kit.call(0, 'put', put('a', 'x'), put('a', 'x'), 'fail').call(1, 'get', get('a'), found('x'));
    expect(kvLinearizability(kit.history).valid).toBe(false);
  });

  it('lets a lost write appear late, once', () => {
    const kit = new HistoryKit();
    kit.call(0, 'put', put('a', 'x'), put('a', 'x'), 'info').call(1, 'get', get('a'), found(undefined));
    kit.call(1, 'get', get('a'), found('x'));
    expect(kvLinearizability(kit.history).valid).toBe(true);
    kit.call(1, 'put', put('a', 'y'), DONE).call(1, 'get', get('a'), found('x'));
    expect(kvLinearizability(kit.history).valid).toBe(false);
  });

  it('finds a transaction of which one half is seen', () => {
    const kit = new HistoryKit();
    const both: KvAsked = {
      success: [
        { kind: 'put', key: 'a', value: 'x' },
        { kind: 'put', key: 'b', value: 'x' },
      ],
      failure: [],
    };
    kit.call(0, 'txn', both, { succeeded: true, answers: ['untold', 'untold'] }, 'info');
    kit.call(1, 'get', get('a', 'b'), found('x', undefined));
    expect(kvLinearizability(kit.history).valid).toBe(false);
  });

  it('finds two swaps from the same value, and a condition that failed although it held', () => {
    const swap = (value: string): KvAsked => ({
      condition: { key: 'a' },
      success: [{ kind: 'put', key: 'a', value }],
      failure: [{ kind: 'get', key: 'a' }],
    });
    const twice = new HistoryKit().call(0, 'cas', swap('x'), DONE).call(1, 'cas', swap('y'), DONE);
    expect(kvLinearizability(twice.history).valid).toBe(false);
    const refused = new HistoryKit().call(0, 'cas', swap('x'), { succeeded: false, answers: [{}] });
    expect(kvLinearizability(refused.history).valid).toBe(false);
    const right = new HistoryKit()
      .call(0, 'cas', swap('x'), DONE)
      .call(1, 'cas', swap('y'), { succeeded: false, answers: [{ value: 'x' }] });
    expect(kvLinearizability(right.history).valid).toBe(true);
  });

  it('finds counters that count a lost increment twice', () => {
    const increment: KvAsked = { success: [{ kind: 'increment', key: 'n', by: 1 }], failure: [] };
    const kit = new HistoryKit();
    kit.call(0, 'increment', increment, found('1')).call(1, 'increment', increment, increment, 'info');
    expect(kvLinearizability(kit.call(2, 'get', get('n'), found('2')).history).valid).toBe(true);
    expect(kvLinearizability(kit.call(2, 'get', get('n'), found('3')).history).valid).toBe(false);
  });

  it('knows nothing of a history without operations', () => {
    expect(kvLinearizability([]).valid).toBe('unknown');
  });

  it('decides a hundred thousand operations on one key', () => {
    const options = { operations: 100_000, concurrency: 10, keys: 1, lostOneIn: 100, txnKeys: 1 };
    expect(kvLinearizability(kvHistory({ seed: 7, ...options })).valid).toBe(true);
  });

  it('shows little of a long history that fails late', () => {
    const options = { operations: 20_000, concurrency: 10, keys: 1, lostOneIn: 100, txnKeys: 1 };
    const verdict = kvLinearizability(staleRead(kvHistory({ seed: 8, ...options }), 30_000) ?? []);
    expect(verdict.valid).toBe(false);
    expect(verdict.anomalies[0]?.operations.length).toBeLessThan(20);
  });
});

interface Read {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** A read that now answers what another had found before a third one found something newer, all one after the other. */
function staleRead(history: readonly Operation[], from = 100): readonly Operation[] | undefined {
  const reads = callsOf(history, new Set(['get']))
    .filter(({ asked }) => (asked as KvAsked).success[0]?.key === 'k0')
    .flatMap((call): Read[] => {
      const told = call.type === 'ok' ? (call.answer as KvAnswer).answers[0] : undefined;
      if (told === undefined || told === 'untold' || told.value === undefined || call.from < from) return [];
      return [{ from: call.from, to: call.to, value: told.value }];
    });
  for (const [i, first] of reads.entries()) {
    const newer = reads.slice(i).find((read) => read.from > first.to && read.value !== first.value);
    const last = reads.slice(i).find((read) => read.from > (newer?.to ?? Number.POSITIVE_INFINITY));
    if (last === undefined) continue;
    const answer: KvAnswer = { succeeded: true, answers: [{ value: first.value }] };
    return history.map((each) => (each.index === last.to ? { ...each, value: answer } : each));
  }
  return undefined;
}
