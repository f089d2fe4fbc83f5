/** The evaluator against the one of the library that parses: on expressions whose meaning both share, they agree, errors included. */
import { Environment } from '@marcbachmann/cel-js';
import { FlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileFilter } from '../../../src/services/filter/compile-filter.ts';
import { record } from './views.ts';

const OFFSET = 41;
const PARTITION = 2;
const KEY = 'order-7';
const PAYLOAD = {
  name: 'Ada',
  total: 18.5,
  tags: ['eu', 'new'],
  nested: { deep: true },
  empty: [],
  nothing: null,
};

const library = new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false })
  .registerVariable('offset', 'int')
  .registerVariable('partition', 'int')
  .registerVariable('key', 'string')
  .registerVariable('payload', 'dyn');

interface Terms {
  readonly bool: string;
  readonly int: string;
  readonly text: string;
  readonly list: string;
}

const infix = (left: fc.Arbitrary<string>, operators: readonly string[], right: fc.Arbitrary<string>) =>
  fc.tuple(left, fc.constantFrom(...operators), right).map(([a, operator, b]) => `(${a} ${operator} ${b})`);

const { bool } = fc.letrec<Terms>((tie: fc.LetrecTypedTie<Terms>) => {
  const bools = tie('bool');
  const ints = tie('int');
  const texts = tie('text');
  const lists = tie('list');
  return {
    bool: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'true',
        'false',
        'payload.nested.deep',
        'has(payload.name)',
        'has(payload.missing)',
        'payload.missing',
      ),
      infix(ints, ['<', '<=', '>', '>=', '==', '!='], ints),
      infix(texts, ['<', '==', '!='], texts),
      infix(bools, ['&&', '||', '&&', '||', '=='], bools),
      bools.map((one) => `!${one}`),
      fc.tuple(bools, bools, bools).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
      fc
        .tuple(texts, fc.constantFrom('contains', 'startsWith', 'endsWith'), texts)
        .map(([a, name, b]) => `${a}.${name}(${b})`),
      infix(ints, ['in'], lists),
      infix(lists, ['==', '!='], lists),
      fc
        .tuple(
          lists,
          fc.constantFrom('all', 'exists', 'exists_one'),
          fc.constantFrom('x > 1', 'x == offset', '10 / x > 3', 'x % 2 == 0'),
        )
        .map(([list, name, test]) => `${list}.${name}(x, ${test})`),
      fc.constantFrom(
        '("eu" in payload.tags)',
        '(payload.total > 9.5)',
        '(payload.total == 18.5)',
        '(payload.nothing == null)',
        '(payload.tags[5] == "eu")',
      ),
    ),
    int: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('offset', 'partition', '0', '1', '7', '(-3)', '9223372036854775807'),
      infix(ints, ['+', '-', '*', '/', '%'], ints),
      texts.map((text) => `size(${text})`),
      lists.map((list) => `${list}.size()`),
      // Of text that is no number the library makes 0 or an error: only what is one.
      ints.map((int) => `int(string(${int}))`),
    ),
    text: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('key', '"a"', '""', '"7"', 'payload.name', '"order"'),
      infix(texts, ['+'], texts),
      ints.map((int) => `string(${int})`),
    ),
    list: fc.oneof(
      { depthSize: 'small' },
      fc.array(ints, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      lists.map((list) => `${list}.filter(x, x > 0)`),
      lists.map((list) => `${list}.map(x, x * 2)`),
      infix(lists, ['+'], lists),
    ),
  };
});

/** What the library makes of it; undefined for an error. */
function expected(text: string): boolean | undefined {
  try {
    const context = { offset: BigInt(OFFSET), partition: BigInt(PARTITION), key: KEY, payload: PAYLOAD };
    const value: unknown = library.evaluate(text, context);
    return typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

it('agrees with the library on expressions whose meaning both share', () => {
  const view = record({ value: PAYLOAD, key: KEY, offset: OFFSET, partition: PARTITION });
  let [matched, failed] = [0, 0];
  fc.assert(
    fc.property(bool, (text) => {
      fc.pre(text.length < 1_000);
      const filter = compileFilter(text, 'record');
      if (filter instanceof FlowError) throw filter;
      const wanted = expected(text);
      expect(filter.matches(view), text).toBe(wanted === true);
      expect(filter.counters.failed, `${text}: ${filter.counters.firstFailure}`).toBe(
        Number(wanted === undefined),
      );
      matched += filter.counters.matched;
      failed += filter.counters.failed;
    }),
    { numRuns: 3_000 },
  );
  expect(matched).toBeGreaterThan(300);
  expect(failed).toBeGreaterThan(100);
});
