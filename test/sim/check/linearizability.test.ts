import { describe, expect, it } from 'vitest';
import { judge, type Operation } from './linearizability.ts';

const SPEC = { initial: '', name: (state: string) => state };

function put(call: number, ret: number, value: string): Operation<string> {
  return { call, ret, label: `put ${value}`, run: () => value };
}

function get(call: number, ret: number, value: string): Operation<string> {
  return { call, ret, label: `get ${value}`, run: (state) => (state === value ? state : undefined) };
}

describe('linearizability', () => {
  it('accepts reads of overlapping writes in one order', () => {
    const history = [put(0, 10, 'a'), put(5, 20, 'b'), get(11, 12, 'a'), get(21, 22, 'b')];
    expect(judge(history, SPEC)).toEqual({ kind: 'linearizable' });
  });

  it('accepts a read of a write that has not been answered yet', () => {
    expect(judge([put(0, 100, 'a'), get(1, 2, 'a'), get(3, 4, 'a')], SPEC).kind).toBe('linearizable');
  });

  it('finds a stale read', () => {
    const history = [put(0, 1, 'a'), put(2, 3, 'b'), get(4, 5, 'a')];
    expect(judge(history, SPEC)).toEqual({ kind: 'not-linearizable', stuck: 'get a', at: 2 });
  });

  it('finds a value that comes and goes', () => {
    const history = [put(0, 100, 'a'), get(1, 2, 'a'), get(3, 4, '')];
    expect(judge(history, SPEC).kind).toBe('not-linearizable');
  });

  it('finds a write that was lost', () => {
    expect(judge([put(0, 1, 'a'), get(2, 3, '')], SPEC).kind).toBe('not-linearizable');
  });

  it('decides histories with many operations at once', () => {
    const writes = Array.from({ length: 60 }, (_, i) => put(i, i + 4, `v${i}`));
    expect(judge([...writes, get(100, 101, 'v59')], SPEC).kind).toBe('linearizable');
    expect(judge([...writes, get(100, 101, 'v12')], SPEC).kind).toBe('not-linearizable');
  });

  it('takes what was never answered where that explains a read, and leaves it out where it does not', () => {
    const lost = put(0, Number.POSITIVE_INFINITY, 'a');
    expect(judge([lost, put(1, 2, 'b'), get(3, 4, 'b'), get(5, 6, 'a')], SPEC).kind).toBe('linearizable');
    expect(judge([lost, put(1, 2, 'b'), get(3, 4, 'b'), get(5, 6, 'b')], SPEC).kind).toBe('linearizable');
    expect(judge([lost, get(3, 4, 'a'), get(5, 6, '')], SPEC).kind).toBe('not-linearizable');
  });

  it('does not take a write of unknown outcome too early for good because there was nothing for it to do', () => {
    const clear = { ...put(0, 100, ''), untold: true };
    expect(judge([clear, put(10, 11, 'a'), get(20, 21, '')], SPEC).kind).toBe('linearizable');
    expect(judge([clear, put(10, 11, 'a'), get(20, 21, ''), get(30, 31, 'a')], SPEC).kind).toBe(
      'not-linearizable',
    );
  });

  it('gives up after as many steps as it may take', () => {
    const writes = Array.from({ length: 60 }, (_, i) => put(i, 100, `v${i}`));
    const impossible = [...writes, get(101, 102, 'never')];
    expect(judge(impossible, SPEC, 1_000)).toEqual({ kind: 'undecided' });
  });
});
