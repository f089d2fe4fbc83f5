import { utf8Decode, utf8Encode } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KvEngine, WriteOp } from '../src/index.ts';
import { ENGINE_HOMES, type EngineHome } from './kit/engines.ts';

function put(key: string, value: string): WriteOp {
  return { kind: 'put', family: 'sm', key: utf8Encode(key), value: utf8Encode(value) };
}

function del(key: string): WriteOp {
  return { kind: 'del', family: 'sm', key: utf8Encode(key) };
}

function write(engine: KvEngine, ops: readonly WriteOp[], sync = true): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.write(ops, sync, (error) => (error === undefined ? resolve() : reject(error)));
    engine.flush();
  });
}

async function all(engine: KvEngine, from = 'a', to = 'z', reverse = false, limit = 3): Promise<string[]> {
  const cursor = engine.cursor('sm', { from: utf8Encode(from), to: utf8Encode(to), reverse });
  const out: string[] = [];
  for (;;) {
    const pairs = await cursor.next(limit);
    if (pairs.length === 0) break;
    for (const [key, value] of pairs) out.push(`${utf8Decode(key)}=${utf8Decode(value)}`);
  }
  cursor.close();
  return out;
}

describe.each(ENGINE_HOMES)('key-value engine: %s', (_name, make) => {
  let home: EngineHome;
  let engine: KvEngine;
  beforeEach(async () => {
    home = await make();
    engine = await home.start();
  });
  afterEach(() => home.dispose());

  it('reads what was written, in order, from both ends, in pages', async () => {
    await write(
      engine,
      ['b', 'a', 'd', 'c', 'e'].map((key) => put(key, key.toUpperCase())),
    );
    expect(await all(engine)).toEqual(['a=A', 'b=B', 'c=C', 'd=D', 'e=E']);
    expect(await all(engine, 'b', 'e', true)).toEqual(['d=D', 'c=C', 'b=B']);
    expect(await all(engine, 'b', 'b')).toEqual([]);
    expect(await engine.get('sm', utf8Encode('c'))).toEqual(utf8Encode('C'));
    expect(await engine.get('sm', utf8Encode('x'))).toBeUndefined();
    expect(await engine.get('log', utf8Encode('c'))).toBeUndefined();
  });

  it('applies operations in order: the last word on a key wins', async () => {
    await write(engine, [put('a', '1'), put('a', '2'), del('a'), put('b', '1'), del('b'), put('b', '3')]);
    expect(await all(engine)).toEqual(['b=3']);
  });

  it('keeps empty values and tells them from absent ones', async () => {
    await write(engine, [put('a', '')]);
    expect(await engine.get('sm', utf8Encode('a'))).toEqual(new Uint8Array(0));
  });

  it('answers in the order of the calls, and only after flush', async () => {
    const answers: number[] = [];
    const last = new Promise<void>((resolve) => {
      for (let i = 0; i < 5; i++) engine.write([put(`k${i}`, '')], i === 2, () => answers.push(i));
      engine.write([], false, () => resolve());
    });
    await Promise.resolve();
    expect(answers).toEqual([]);
    engine.flush();
    await last;
    expect(answers).toEqual([0, 1, 2, 3, 4]);
  });

  it('numbers operations; what was synced is durable', async () => {
    const before = engine.sequence();
    await write(engine, [put('a', '1'), put('b', '1')]);
    expect(engine.sequence()).toBe(before + 2);
    expect(engine.durableSequence()).toBe(before + 2);
    await write(engine, [del('a')], false);
    expect(engine.sequence()).toBe(before + 3);
    expect(engine.durableSequence()).toBeLessThanOrEqual(before + 3);
  });

  it('gives a cursor one consistent view', async () => {
    await write(
      engine,
      ['a', 'b', 'c', 'd'].map((key) => put(key, '1')),
    );
    const cursor = engine.cursor('sm', { from: utf8Encode('a'), to: utf8Encode('z') });
    expect((await cursor.next(1)).length).toBe(1);
    await write(engine, [put('c', '2'), del('d'), put('e', '1')]);
    const rest = await cursor.next(10);
    expect(rest.map(([key, value]) => utf8Decode(key) + utf8Decode(value))).toEqual(['b1', 'c1', 'd1']);
    expect(await cursor.next(10)).toEqual([]);
    cursor.close();
    expect(await all(engine)).toEqual(['a=1', 'b=1', 'c=2', 'e=1']);
  });

  it('deletes a whole prefix', async () => {
    await write(
      engine,
      ['a', 'b1', 'b2', 'c'].map((key) => put(key, '1')),
    );
    await write(engine, [{ kind: 'del-range', family: 'sm', from: utf8Encode('b'), to: utf8Encode('c') }]);
    expect(await all(engine)).toEqual(['a=1', 'c=1']);
  });

  it('keeps many keys written out of order', async () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `k${String((i * 7919) % 3000).padStart(5, '0')}`);
    for (let i = 0; i < keys.length; i += 100) {
      await write(
        engine,
        keys.slice(i, i + 100).map((key) => put(key, key)),
        false,
      );
    }
    await write(engine, keys.filter((_, i) => i % 3 === 0).map(del), false);
    const left = keys.filter((_, i) => i % 3 !== 0).sort();
    expect(await all(engine, 'a', 'z', false, 500)).toEqual(left.map((key) => `${key}=${key}`));
  });

  it('finds everything again after a restart', async () => {
    await write(engine, [put('a', '1'), put('b', '2')]);
    const sequence = engine.sequence();
    engine = await home.start();
    expect(await all(engine)).toEqual(['a=1', 'b=2']);
    expect(engine.sequence()).toBe(sequence);
  });
});
