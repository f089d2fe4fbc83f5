import { readFileSync } from 'node:fs';
import { FlowError, must } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/services/filter/compile-filter.ts';
import type { CompiledFilter, FilterKind } from '../../../src/services/filter/compile-filter.ts';
import { bytes, entry, job, record } from './views.ts';

function compiled<K extends FilterKind>(text: string, kind: K): CompiledFilter<K> {
  const filter = compileFilter(text, kind);
  if (filter instanceof FlowError) throw filter;
  return filter;
}

function refusal(text: string, kind: FilterKind = 'record'): FlowError {
  const filter = compileFilter(text, kind);
  if (!(filter instanceof FlowError)) throw new Error(`${text} was accepted`);
  return filter;
}

const order = record({
  value: {
    total: 18,
    customer: { name: 'Ada', tags: ['new', 'eu'] },
    items: [{ price: 5 }, { price: 9.5 }],
    note: null,
  },
  key: 'order-7',
  headers: { region: 'eu', attempt: '3' },
  offset: 41,
  partition: 2,
  timestampMs: Date.UTC(2026, 0, 31, 12, 30),
  stream: 'orders',
});

describe('a filter over records', () => {
  it.each([
    ['payload.total > 9', true],
    ['9 > 18', false],
    ['9 < payload.total', true],
    ['payload.total == 18 && payload.total == 18.0', true],
    ['payload.total == "18"', false],
    ['payload.total * 2 + 0.5 == 36.5', true],
    ['payload["total"] >= offset', false],
    ['offset / 2 == 20 && offset % 2 == 1', true],
    ['payload.total / 4 == 4.5', true],
    ['value.customer.name == "Ada"', true],
    ['key.startsWith("order-") && key.endsWith("7") && key.contains("er-")', true],
    ['key.matches("^order-[0-9]+$")', true],
    ['key.matches("^rder")', false],
    ['headers.region == "eu" && headers["attempt"] == "3"', true],
    ['int(headers.attempt) > 2', true],
    ['double(headers.attempt) < 3.5', true],
    ['"region" in headers && !("zone" in headers)', true],
    ['has(headers.region) && !has(headers.zone) && has(payload.customer.tags)', true],
    ['"eu" in payload.customer.tags', true],
    ['payload.items.exists(i, i.price > 9)', true],
    ['payload.items.all(i, i.price > 5)', false],
    ['payload.items.exists_one(i, i.price == 5)', true],
    ['payload.items.filter(i, i.price > 5).size() == 1', true],
    ['payload.items.map(i, i.price * 2) == [10, 19]', true],
    ['payload.items.map(i, i.price > 5, i.price) == [9.5]', true],
    ['payload.items.exists(i, payload.items.exists(j, i.price > j.price))', true],
    ['payload.customer.exists(field, field == "tags")', true],
    ['payload.items[0].price == 5 && payload.items[payload.items[0].price - 4].price == 9.5', true],
    ['payload.note == null && key != null', true],
    ['payload.customer == {"tags": ["new", "eu"], "name": "Ada"}', true],
    ['timestamp > timestamp("2026-01-31T12:00:00Z")', true],
    ['timestamp - timestamp("2026-01-31T12:00:00+00:00") == duration("30m")', true],
    ['timestamp + duration("1h30m") < timestamp("2026-01-31T14:00:00.001Z")', true],
    ['timestamp.getHours() == 12 && timestamp.getFullYear() == 2026 && timestamp.getDayOfWeek() == 6', true],
    ['partition in [1, 2] && stream == "orders"', true],
    ['size(key) == 7 && key.size() == 7', true],
    ['"😀a😀".size() == 3 && "\\U0001F600".size() == 1', true],
    ['key.upperAscii() == "ORDER-7" && " x ".trim() == "x"', true],
    ['offset > 40 ? partition == 2 : false', true],
    ['-offset == -41 && !(offset == 1)', true],
    ['5u == 5', true],
    ['bytes(key) == b"order-7" && string(bytes(key)) == key', true],
    ['string(offset) == "41" && string(true) == "true"', true],
    ['true', true],
  ])('%s is %s', (text, expected) => {
    const filter = compiled(text, 'record');
    expect(filter.matches(order)).toBe(expected);
    expect(filter.counters).toMatchObject({ evaluated: 1, matched: Number(expected), failed: 0 });
  });

  it('takes a payload that is no JSON as text, and what is no text as bytes', () => {
    const text = compiled('payload.contains("lo wo")', 'record');
    expect(text.matches(record({ raw: bytes('hello world') }))).toBe(true);
    const binary = compiled('payload == b"\\xff\\x00"', 'record');
    expect(binary.matches(record({ raw: new Uint8Array([255, 0]) }))).toBe(true);
    expect(compiled('payload == null', 'record').matches(record({}))).toBe(true);
  });

  it('does not take fields of the language for fields of the payload', () => {
    const filter = compiled(
      'has(payload.constructor) || has(payload.__proto__.x) || has(payload.toString)',
      'record',
    );
    expect(filter.matches(record({ value: { total: 1 } }))).toBe(false);
  });
});

describe('what cannot be evaluated', () => {
  it('is no match, is counted, and its first message is kept with its place', () => {
    const filter = compiled('payload.total > 9', 'record');
    expect(filter.matches(record({ value: { total: 'many' } }))).toBe(false);
    expect(filter.matches(record({ value: { other: 1 } }))).toBe(false);
    expect(filter.matches(record({ value: { total: 10 } }))).toBe(true);
    expect(filter.counters).toMatchObject({ evaluated: 3, matched: 1, failed: 2 });
    expect(filter.counters.firstFailure).toBe('string cannot be compared with int (line 1, column 1)');
  });

  it('does not matter where the other side of && or || decides', () => {
    const missing = record({ value: {} });
    for (const text of [
      'payload.a > 1 || true',
      'true || payload.a > 1',
      '!(payload.a > 1 && false)',
      '!(false && payload.a > 1)',
    ]) {
      const filter = compiled(text, 'record');
      expect(filter.matches(missing), text).toBe(true);
      expect(filter.counters.failed, text).toBe(0);
    }
    const undecided = compiled('payload.a > 1 || false', 'record');
    expect(undecided.matches(missing)).toBe(false);
    expect(undecided.counters.failed).toBe(1);
  });

  it.each([
    ['headers.attempt > 2', 'string cannot be compared with int'],
    ['payload.total', 'the filter is neither true nor false'],
    ['payload.customer.name + 1 == 2', '+ cannot be used between string and int'],
    ['payload.customer.name.size() > payload.note', 'int cannot be compared with null'],
    ['payload.total.contains("1")', 'contains() is for string, not for double'],
    ['payload.items[2].price > 0', 'there is no element 2 in a list of 2'],
    ['payload.items["a"].price > 0', 'elements are numbered'],
    ['int(payload.customer.name) == 1', '"Ada" is no whole number'],
    ['offset / (partition - 2) == 1', 'division by zero'],
    ['9223372036854775807 + offset > 0', 'does not fit into 64 bits'],
    ['timestamp(payload.customer.name) > timestamp', 'is no timestamp'],
    ['duration(payload.customer.name) > duration("1s")', 'is no duration'],
    ['!payload.total', '! cannot be used on double'],
    ['payload.items.exists(i, i.price)', 'the expression is double, not bool'],
    ['payload.total.exists(i, true)', 'exists() is for list or map'],
  ])('%s says: %s', (text, message) => {
    const filter = compiled(text, 'record');
    expect(filter.matches(order)).toBe(false);
    expect(filter.counters.failed).toBe(1);
    expect(filter.counters.firstFailure).toContain(message);
  });
});

describe('a filter that is not valid', () => {
  it('is explained with its place and a caret under it', () => {
    const error = refusal('payload.total > 9 &&\n  key > 5');
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toBe(
      [
        'the filter is not valid at line 2, column 3: > cannot compare string with int',
        '    key > 5',
        '    ^^^^^^^',
      ].join('\n'),
    );
    expect(error.details).toEqual({ line: 2, column: 3, position: 23 });
    expect(error.hint).toContain('int(headers.n)');
  });

  it('shows the neighbourhood of the place in a long line', () => {
    const lines = refusal(
      `${'offset > 1 && '.repeat(20)}total > 5${' && offset > 1'.repeat(20)}`,
    ).message.split('\n');
    expect(lines[1]).toMatch(/^ {2}….*total > 5.*…$/);
    expect(must(lines[1], 'line').indexOf('total')).toBe(must(lines[2], 'line').indexOf('^'));
    expect(lines[2]).toMatch(/^ +\^{5}$/);
  });

  it.each([
    ['', 'it is empty'],
    ['payload.total >', 'line 1, column 16'],
    ['payload.total = 5', 'unexpected character'],
    ['total > 5', 'total is not known here'],
    ['attempts > 5', 'attempts is not known here'],
    ['key + 1 == "a1"', '+ cannot be used between string and int'],
    ['offset == "5"', 'int and string are never equal'],
    ['timestamp > 1700000000', '> cannot compare timestamp with int'],
    ['offset', 'a filter is true or false, but this is int'],
    ['key && true', '&& is for bool, not for string'],
    ['offset.contains("1")', 'contains() is for string, not for int'],
    ['key.matches("(a")', 'a ) is missing'],
    ['key.matches("(?=a)b")', 'looking ahead or behind'],
    ['key.matches("(a)\\\\1")', 'references to groups'],
    ['key.matches("((a{1000}){1000}){1000}")', 'too large'],
    ['key.matches("((((){1000}){1000}){1000}){1000}")', 'too large'],
    ['key.matches(key)', 'written as a literal'],
    ['frob(key)', 'there is no function frob()'],
    ['key.frob()', 'there is no method .frob()'],
    ['size(key, key) == 1', 'size() takes 1 arguments, not 2'],
    ['has(payload)', 'has() takes one field'],
    ['payload.items.all(i.x, true)', 'invalid predicate iteration variable'],
    ['payload.?a == 1', 'line 1, column 9'],
    ['99999999999999999999 > offset', 'does not fit into 64 bits'],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, 'maxDepth'],
    [`true${' || true'.repeat(505)}`, 'maxAstNodes'],
    ['a'.repeat(4_097), 'more than 4096'],
  ])('%.60s: %s', (text, message) => {
    expect(refusal(text).message).toContain(message);
  });

  it('may be a long chain all the same', () => {
    const filter = compiled(`false${' || offset == 41'.repeat(240)}`, 'record');
    expect(filter.matches(order)).toBe(true);
  });
});

describe('the variables of jobs and of entries', () => {
  it('are there for jobs', () => {
    const filter = compiled(
      'attempts >= 3 && lastError.contains("timeout") && state == "dead" && priority == 5 && id == "j1"' +
        ' && payload.to == "a@b" && headers.trace == "t" && key == "customer-1" && enqueuedAt < timestamp("2026-01-01T00:00:01Z")',
      'job',
    );
    expect(filter.matches(job({ attempts: 3, lastError: 'a timeout' }))).toBe(true);
    expect(filter.matches(job({ attempts: 2, lastError: 'a timeout' }))).toBe(false);
    expect(filter.counters.failed).toBe(0);
    expect(filter.matches(job({ attempts: 3, lastError: undefined }))).toBe(false);
    expect(filter.counters.firstFailure).toContain('contains() is for string, not for null');
  });

  it('are there for entries of buckets', () => {
    const filter = compiled(
      'key.startsWith("users/") && value.age > 9 && revision > createRevision && version == 2 && expiresAt == null',
      'kv',
    );
    expect(filter.matches(entry({ age: 18 }))).toBe(true);
    expect(filter.matches(entry({ age: 9 }))).toBe(false);
    expect(compiled('expiresAt > timestamp("1970-01-01T00:00:00Z")', 'kv').matches(entry({}, 5))).toBe(true);
  });
});

describe('the filters in the documentation', () => {
  it('are valid', () => {
    const text = readFileSync(new URL('../../../../../docs/filters.md', import.meta.url), 'utf8');
    const shown = must(/```\n([\s\S]*?)```/.exec(text)?.[1], 'no examples')
      .trim()
      .split('\n');
    const kinds: readonly FilterKind[] = ['record', 'record', 'job', 'kv'];
    expect(shown).toHaveLength(kinds.length);
    shown.forEach((filter, index) => {
      expect(compileFilter(filter, must(kinds[index], 'kind'))).not.toBeInstanceOf(FlowError);
    });
    expect(text).toContain(refusal('key > 5').message);
  });
});
