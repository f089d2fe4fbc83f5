import { describe, expect, it } from 'vitest';
import { watchCompleteness } from '../../checkers/watch-completeness.ts';
import type { Outcome } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

type Change = readonly [revision: number, value: string | undefined];

class Watching extends HistoryKit {
  put(value: string, revision: number, type: Outcome = 'ok'): this {
    return this.call(0, 'put', { key: 'k', value }, type === 'ok' ? { revision } : {}, type);
  }

  remove(revision: number): this {
    return this.call(0, 'delete', { key: 'k' }, { revision });
  }

  watch(watcher: string, caughtUp: boolean, ...changes: readonly Change[]): this {
    const all = changes.map(([revision, value]) => ({
      shard: 0,
      revision,
      index: 0,
      key: 'k',
      ...(value === undefined ? {} : { value }),
    }));
    return this.call(1, 'watch', {}, { watcher, changes: all, caughtUp });
  }
}

const kinds = (watching: Watching): readonly string[] => kindsOf(watchCompleteness(watching.history));

describe('watching a bucket', () => {
  it('accepts every change once and in order, and what nobody knew of', () => {
    const watching = new Watching()
      .put('a', 1)
      .put('b', 2, 'info')
      .remove(3)
      .watch('w', false, [1, 'a'], [2, 'b']);
    watching.watch('v', true, [1, 'a'], [2, 'b'], [3, undefined]);
    expect(watchCompleteness(watching.watch('w', true, [3, undefined]).history)).toMatchObject({
      valid: true,
    });
  });

  it('finds a change that was acknowledged and not told', () => {
    expect(kinds(new Watching().put('a', 1).put('b', 2).watch('w', true, [1, 'a']))).toEqual(['missed']);
  });

  it('finds a change that one was told and another passed over', () => {
    const watching = new Watching()
      .put('a', 1)
      .put('b', 2, 'info')
      .put('c', 3)
      .watch('v', false, [1, 'a'], [2, 'b'], [3, 'c']);
    expect(kinds(watching.watch('w', false, [1, 'a'], [3, 'c']))).toEqual(['missed']);
  });

  it('finds changes told twice or out of order', () => {
    const watching = new Watching().put('a', 1).put('b', 2);
    expect(kinds(watching.watch('w', false, [1, 'a'], [2, 'b']).watch('w', false, [2, 'b']))).toEqual([
      'twice or backwards',
    ]);
  });

  it('finds watchers that contradict each other, and values that nobody put', () => {
    const watching = new Watching().put('a', 1, 'info').put('b', 1, 'info').watch('w', false, [1, 'a']);
    expect(kinds(watching.watch('v', false, [1, 'b']))).toEqual(['contradiction']);
    expect(kinds(new Watching().watch('w', false, [1, 'x']))).toEqual(['made up']);
    expect(kinds(new Watching().put('a', 1, 'fail').watch('w', false, [1, 'a']))).toEqual(['made up']);
  });
});
