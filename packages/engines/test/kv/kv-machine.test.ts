import { FlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { encodeKvCommand } from '../../src/index.ts';
import { first, key, put, remove, Shard, text, ttl, txn } from './shard.ts';

const LARGE = 'x'.repeat(5_000);

describe('keys', () => {
  it('have create and mod revisions and a version that starts anew after a delete', async () => {
    const shard = new Shard();
    await shard.txn(1, [put('a', '1')]);
    await shard.txn(2, [put('b', '1')]);
    const second = await shard.txn(3, [put('a', '2')]);
    expect(first(second)).toMatchObject({
      current: { createRevision: 1, modRevision: 3, version: 2 },
      previous: { modRevision: 1, version: 1, value: utf8Encode('1') },
    });
    await shard.txn(4, [remove('a')]);
    const again = await shard.txn(5, [put('a', '3')]);
    expect(first(again)).toMatchObject({ current: { createRevision: 5, modRevision: 5, version: 1 } });
    expect(shard.machine.keyCount).toBe(2);
  });

  it('share one revision in a transaction, and a read makes none', async () => {
    const shard = new Shard();
    const reply = await shard.txn(1, [
      put('a', '1'),
      put('b', '2'),
      remove('c'),
      { kind: 'get', key: key('a') },
    ]);
    expect(reply.revision).toBe(1);
    expect(reply.results[3]).toMatchObject({ current: { modRevision: 1, value: utf8Encode('1') } });
    expect((await shard.txn(2, [{ kind: 'get', key: key('a') }])).revision).toBe(1);
    expect(await shard.eventTexts()).toEqual(['1 put a=1', '1 put b=2']);
  });

  it('may be large, and are read back with their history', async () => {
    const shard = new Shard(0);
    await shard.txn(1, [put('a', LARGE)]);
    await shard.txn(2, [put('a', 'small')]);
    await shard.txn(3, [put('a', `${LARGE}!`)]);
    expect(await shard.get('a')).toBe(`${LARGE}!`);
    expect(await shard.get('a', 1)).toBe(LARGE);
    const history = await shard.reader.history(key('a'), 10);
    expect(history.map(({ revision, version }) => [revision, text(version)?.length])).toEqual([
      [3, 5_001],
      [2, 5],
      [1, 5_000],
    ]);
  });

  it('keep their value when it is not given, also a large one written in the same chunk', async () => {
    const shard = new Shard(0);
    await shard.chunk([txn(1, [put('a', LARGE)]), txn(2, [put('a', undefined, ttl(10))])]);
    expect(await shard.get('a')).toBe(LARGE);
    const [refused] = await shard.chunk([txn(3, [put('nothing', undefined)])]);
    expect(refused).toMatchObject({ code: 'PRECONDITION_FAILED' });
  });
});

describe('transactions', () => {
  it('do the one list or the other, by conditions on version, revisions and value', async () => {
    const shard = new Shard();
    await shard.txn(1, [put('a', '1')]);
    const conditions = [
      { key: key('a'), target: 'mod', comparison: 'equal', number: 1 },
      { key: key('a'), target: 'value', comparison: 'equal', value: utf8Encode('1') },
      { key: key('none'), target: 'version', comparison: 'equal', number: 0 },
    ] as const;
    const more = { conditions, failure: [put('lost', 'yes')] };
    expect(await shard.txn(2, [put('a', '2')], more)).toMatchObject({ succeeded: true, revision: 2 });
    expect(await shard.txn(3, [put('a', '3')], more)).toMatchObject({ succeeded: false, revision: 3 });
    expect(await shard.get('a')).toBe('2');
    expect(await shard.get('lost')).toBe('yes');
  });

  it('change nothing where one of their operations is refused', async () => {
    const shard = new Shard();
    await shard.txn(1, [put('word', 'abc')]);
    const [reply] = await shard.chunk([
      txn(2, [put('a', '1'), { kind: 'increment', key: key('word'), by: 1, expiry: { kind: 'default' } }]),
    ]);
    expect(reply).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(shard.machine.revision).toBe(1);
    expect(await shard.get('a')).toBeUndefined();
  });

  it('write a key once', async () => {
    const shard = new Shard();
    const range = { kind: 'delete-range', from: key('a'), to: key('c'), max: 10, partial: true } as const;
    const [twice, before, after] = await shard.chunk([
      txn(1, [put('a', '1'), remove('a')]),
      txn(1, [put('b', '1'), range]),
      txn(1, [range, put('b', '1')]),
    ]);
    for (const reply of [twice, before, after]) expect(reply).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('answer a repeated request as the first time, and do nothing', async () => {
    const shard = new Shard(0);
    const increment = { kind: 'increment', key: key('n'), by: 5, expiry: { kind: 'default' } } as const;
    const more = { requestId: utf8Encode('request-1') };
    await shard.txn(1, [increment], more);
    await shard.restart();
    const again = await shard.txn(2, [increment], more);
    expect(again).toMatchObject({ repeated: true, revision: 1, results: [{ number: 5 }] });
    expect(await shard.get('n')).toBe('5');
    await shard.expire(400_000);
    expect(await shard.txn(400_001, [increment], more)).toMatchObject({ repeated: false, revision: 2 });
  });

  it('count from 0, refuse what is no integer and what leaves the safe range', async () => {
    const shard = new Shard();
    const by = (n: number) =>
      ({ kind: 'increment', key: key('n'), by: n, expiry: { kind: 'default' } }) as const;
    expect(first(await shard.txn(1, [by(3)]))).toMatchObject({ number: 3 });
    expect(first(await shard.txn(1, [by(-10)]))).toMatchObject({ number: -7 });
    await shard.txn(1, [put('n', String(Number.MAX_SAFE_INTEGER))]);
    expect((await shard.chunk([txn(1, [by(1)])]))[0]).toBeInstanceOf(FlowError);
    await shard.txn(1, [put('n', '1.5')]);
    expect((await shard.chunk([txn(1, [by(1)])]))[0]).toMatchObject({ code: 'PRECONDITION_FAILED' });
  });
});

describe('ranges', () => {
  it('are deleted at most so many keys at a time, those written in the same chunk included', async () => {
    const shard = new Shard(0);
    const range = (max: number, partial: boolean) =>
      txn(2, [{ kind: 'delete-range', from: key('k'), to: key('l'), max, partial }]);
    await shard.txn(1, [put('k1', '1'), put('k2', '2'), put('x', '3')]);
    const [, , some, refused, rest] = await shard.chunk([
      txn(2, [put('k0', '0')]),
      txn(2, [remove('k1')]),
      range(1, true),
      range(0, false),
      range(5, false),
    ]);
    expect(some).toMatchObject({ results: [{ deleted: 1, more: true }] });
    expect(refused).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(rest).toMatchObject({ results: [{ deleted: 1, more: false }] });
    expect(shard.machine.keyCount).toBe(1);
  });

  it('are read in pages at one revision, whatever happens between them', async () => {
    const shard = new Shard();
    for (const name of ['a', 'b', 'c', 'd']) await shard.txn(1, [put(name, name)]);
    const at = { revision: shard.machine.revision, rowsMax: 100, entriesMax: 2 };
    const page = await shard.reader.range({ from: key('a'), to: new Uint8Array(0) }, at);
    await shard.txn(2, [remove('c'), put('d', 'new'), put('e', 'e')]);
    const next = await shard.reader.range({ from: page.next ?? key(''), to: new Uint8Array(0) }, at);
    expect([...page.entries, ...next.entries].map(({ version }) => text(version))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    const end = await shard.reader.range({ from: next.next ?? key(''), to: new Uint8Array(0) }, at);
    expect(end).toMatchObject({ entries: [], next: undefined });
  });
});

describe('history', () => {
  it('is read at any revision that is kept, and refused with the earliest one otherwise', async () => {
    const shard = new Shard();
    await shard.run({ kind: 'configure', timeMs: 1, revision: 7, config: { 'history.depth': '3' } });
    for (const value of ['1', '2', '3', '4', '5']) await shard.txn(1, [put('a', value)]);
    expect(await shard.get('a', 4)).toBe('4');
    await expect(shard.get('a', 1)).rejects.toMatchObject({
      code: 'REVISION_COMPACTED',
      details: { earliestRevision: 3 },
    });
    await shard.run({ kind: 'compact', timeMs: 2, revision: 4 });
    expect(shard.reader.check(3)).toMatchObject({
      code: 'REVISION_COMPACTED',
      details: { earliestRevision: 4 },
    });
    expect(shard.reader.check(6)).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await shard.reader.history(key('a'), 3)).map(({ revision }) => revision)).toEqual([5, 4, 3]);
  });

  it('loses its old changes by age, tombstones with them, and nothing that is still there', async () => {
    const shard = new Shard(0);
    const config = { 'history.retention.ms': '1000' };
    await shard.run({ kind: 'configure', timeMs: 1, revision: 7, config });
    await shard.txn(10, [put('gone', LARGE), put('kept', LARGE)]);
    await shard.txn(20, [remove('gone')]);
    expect(shard.machine.dueAtMs()).toBeGreaterThan(1_000);
    await shard.expire(5_000);
    expect(shard.machine.compactedRevision).toBe(2);
    expect(await shard.get('kept')).toBe(LARGE);
    expect(await shard.reader.history(key('gone'), 5)).toEqual([]);
    await expect(shard.events(2)).rejects.toMatchObject({
      code: 'REVISION_COMPACTED',
      details: { earliestRevision: 3 },
    });
    await shard.txn(5_001, [remove('kept')]);
    await shard.expire(10_000);
    // The globals alone are left.
    expect(shard.state.size).toBe(1);
    expect(shard.machine.dueAtMs()).toBeUndefined();
  });

  it('loses its old changes by size', async () => {
    const shard = new Shard();
    const config = { 'history.retention.bytes': '65536' };
    await shard.run({ kind: 'configure', timeMs: 1, revision: 7, config });
    for (let i = 0; i < 40; i++) await shard.txn(1, [put('a', LARGE)]);
    expect(shard.machine.dueAtMs()).toBe(0);
    await shard.expire(2);
    expect(shard.machine.logBytes).toBeLessThanOrEqual(65_536);
    expect(shard.machine.dueAtMs()).toBeGreaterThan(2);
  });
});

describe('commands', () => {
  it('that lie in memory which is used again leave nothing of it in the machine', async () => {
    const shard = new Shard();
    const command = Buffer.from(
      encodeKvCommand(txn(1, [put('a', '1'), remove('b')], { requestId: key('id') })),
    );
    await shard.machine.prepare([command], shard.state);
    shard.machine.apply({ index: 1, term: 1 }, command, shard.state);
    command.fill(0xff);
    expect(shard.machine.recentEvents(1)?.map((event) => utf8Decode(event.key))).toEqual(['a']);
    expect(await shard.get('a')).toBe('1');
  });
});
