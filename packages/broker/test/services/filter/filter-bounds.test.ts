/** Whatever is written into a filter or a payload: no crash, and no more steps than an evaluation may take. */
import { FlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/services/filter/compile-filter.ts';
import { FILTER_STEPS_MAX } from '../../../src/services/filter/filter-limits.ts';
import { parsePattern, PatternFault } from '../../../src/services/filter/pattern/pattern-parser.ts';
import { matchesPattern } from '../../../src/services/filter/pattern/pattern-program.ts';
import { indexOfText } from '../../../src/services/filter/text-search.ts';
import { bytes, record } from './views.ts';

/** One charge may exceed the budget by what it charges: at most the largest payload. */
const OVERSHOOT = 1 << 21;

function evaluate(
  text: string,
  value: unknown,
): { readonly steps: number; readonly failure: string | undefined } {
  const filter = compileFilter(text, 'record');
  if (filter instanceof FlowError) throw filter;
  filter.matches(record({ value }));
  return { steps: filter.counters.steps, failure: filter.counters.firstFailure };
}

function matches(pattern: string, text: string): boolean | undefined {
  return matchesPattern(parsePattern(pattern), text, () => false);
}

describe('the budget of an evaluation', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => index);

  it.each([
    ['nested loops', 'payload.all(a, payload.all(b, payload.all(c, a + b + c >= 0)))', thousand],
    [
      'texts that grow',
      'payload.map(a, payload[0] + payload[0]).map(b, b + b + b + b).all(c, c + c + c != c)',
      Array(200).fill('x'.repeat(4_000)),
    ],
    [
      'comparing large texts',
      'payload.l.all(x, payload.a != payload.b)',
      { l: thousand, a: `${'x'.repeat(300_000)}a`, b: `${'x'.repeat(300_000)}b` },
    ],
    ['catastrophic patterns', 'payload.matches("^(([a-z]+)+)+$|(a|aa|aaa)*b")', 'a'.repeat(900_000)],
    [
      'searching a text that almost contains another',
      'payload.l.all(x, !payload.a.contains(payload.b))',
      { l: thousand, a: 'a'.repeat(300_000), b: `${'a'.repeat(100_000)}b` },
    ],
    ['lists in lists', 'payload.all(x, !(5000 in payload))', thousand.concat(thousand, thousand)],
  ])('ends %s', (_name, text, value) => {
    const { steps, failure } = evaluate(text, value);
    expect(failure).toContain('steps');
    expect(steps).toBeGreaterThan(FILTER_STEPS_MAX);
    expect(steps).toBeLessThan(FILTER_STEPS_MAX + OVERSHOOT);
  });

  it('is enough for simple questions about the largest payload', () => {
    const text = 'x'.repeat(1_000_000);
    expect(
      evaluate('payload.size() == 1000000 && payload.contains("xy") == false', text).failure,
    ).toBeUndefined();
    expect(
      evaluate('payload.a == payload.b', { a: text.slice(1, 400_000), b: text.slice(2, 400_001) }).failure,
    ).toBeUndefined();
  });

  it('is not escaped by the other side of ||', () => {
    const filter = compileFilter('payload.all(a, payload.all(b, payload.all(c, true))) || true', 'record');
    if (filter instanceof FlowError) throw filter;
    expect(filter.matches(record({ value: thousand }))).toBe(false);
    expect(filter.counters.failed).toBe(1);
  });

  it('does not let deep or large payloads through', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const filter = compileFilter('payload == payload.map(x, x)', 'record');
    if (filter instanceof FlowError) throw filter;
    expect(filter.matches(record({ raw: bytes(deep) }))).toBe(false);
    expect(filter.counters.firstFailure).toContain('nested deeper than');
    const large = compileFilter('payload != null', 'record');
    if (large instanceof FlowError) throw large;
    expect(large.matches(record({ raw: new Uint8Array((1 << 20) + 1) }))).toBe(false);
    expect(large.counters.firstFailure).toContain('at most 1048576');
  });
});

describe('patterns', () => {
  it.each([
    ['a|b|', ''],
    ['^(?:abc|abd)+$', 'abcabd'],
    ['(?i)^STRASSE$', 'sTrasse'],
    ['(?s)a.b', 'a\nb'],
    ['(?m)^b$', 'a\nb\nc'],
    ['\\bfoo\\b', 'a foo b'],
    ['^[^\\d-]{2,3}$', 'abc'],
    ['^[\\]\\-a-c]+$', ']-abc'],
    ['\\x41\\x{1F600}', 'A😀'],
    ['^.$', '😀'],
    ['^\\p{Lu}\\pL+$', 'Éa'],
    ['^(?P<year>\\d{4})-\\d{2}$', '2026-01'],
    ['^(a*)*b?$', 'aaa'],
    ['x{0}y', 'y'],
    ['{', '{'],
  ])('%s matches %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });

  it.each([
    ['^abc$', 'abcd'],
    ['a.b', 'a\nb'],
    ['^[a-c]+$', 'abd'],
    ['\\Bfoo', 'a foo'],
    ['^a{2,3}$', 'aaaa'],
    ['^a{2,3}$', 'a'],
    ['[^\\W]', '- -'],
  ])('%s does not match %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  it('agree with the backtracking engine on what both know', () => {
    const leaf = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', 'ab', '');
    const pattern = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.tuple(tie('node'), tie('node')).map(([first, second]) => first + second),
        fc.tuple(tie('node'), tie('node')).map(([first, second]) => `(?:${first}|${second})`),
        fc
          .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}'))
          .map(([inner, times]) => `(?:${inner})${times}`),
      ),
    })).node;
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 8 }),
        (source, text) => {
          expect(matches(source, text), `${source} on ${JSON.stringify(text)}`).toBe(
            new RegExp(source, 'u').test(text),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are parsed or refused, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...Array.from('ab\\()[]{}*+?|^$.,-:0159pxdwPi<>=!😀')),
          maxLength: 30,
        }),
        (source) => {
          try {
            matches(source, 'ab😀-');
          } catch (error) {
            expect(error).toBeInstanceOf(PatternFault);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('searching text', () => {
  it('finds what the plain search finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.nat(900), (long, short, copies) => {
        const haystack = long.repeat(1 + (copies % 50));
        expect(indexOfText(haystack, short)).toBe(haystack.indexOf(short));
      }),
    );
  });
});

describe('any text as a filter', () => {
  const pieces = [
    ...'()[]{},.?:!-+*/%<>=&|"\'\\ \n0159u'.split(''),
    'payload',
    'key',
    'headers',
    'offset',
    'timestamp',
    'value',
    '.all(',
    '.map(x, ',
    'x',
    'has(',
    'size(',
    'int(',
    'string(',
    'timestamp(',
    'duration("1h")',
    '.matches("a+")',
    '.contains("a")',
    '==',
    '&&',
    '||',
    ' in ',
    'true',
    'null',
    '"a"',
    'b"a"',
    '1.5',
    '5',
    '[1, 2]',
    '{"a": 1}',
    'payload.a',
    'payload.l',
    'cel.bind(',
    '__proto__',
    'é',
    '😀',
  ];
  const anyText = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join('')),
  );

  it('is compiled or explained, and evaluated within the budget', () => {
    fc.assert(
      fc.property(anyText, fc.jsonValue({ maxDepth: 3 }), (text, value) => {
        const filter = compileFilter(text, 'record');
        if (filter instanceof FlowError) {
          expect(filter.code).toBe('INVALID_ARGUMENT');
          expect(filter.message).toMatch(/line \d+, column \d+/);
          return;
        }
        for (const payload of [value, { a: value, l: [value, 1, 'a'] }])
          filter.matches(record({ value: payload, key: 'k' }));
        expect(filter.counters.steps).toBeLessThan(10_000);
        expect(filter.counters.evaluated).toBe(2);
      }),
      { numRuns: 5_000 },
    );
  });
});
