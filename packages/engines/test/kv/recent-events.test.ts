/** The newest events in memory: what is asked for is there as a whole or not at all, and what is not there takes no memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { KvEvent } from '../../src/kv/kv-types.ts';
import { RecentEvents } from '../../src/kv/recent-events.ts';

const VALUE_BYTES = 64 * 1024;

function event(revision: number, value: Uint8Array): KvEvent {
  return { revision, index: 0, kind: 'put', key: Uint8Array.of(1), value } as KvEvent;
}

it('a revision and what follows is told as long as it is there', () => {
  const recent = new RecentEvents();
  for (let revision = 1; revision <= 100; revision++)
    recent.push(event(revision, new Uint8Array(VALUE_BYTES)));
  expect(recent.from(90, 100)?.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 11 }, (_, i) => 90 + i),
  );
  expect(recent.from(101, 100)).toEqual([]);
  expect(recent.from(50, 100)).toBeUndefined();
});

it('lesson: large values that have been passed by are let go of at once', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const recent = new RecentEvents();
  const values: WeakRef<Uint8Array>[] = [];
  for (let revision = 1; revision <= 100; revision++) {
    const value = new Uint8Array(VALUE_BYTES);
    values.push(new WeakRef(value));
    recent.push(event(revision, value));
  }
  // A reference that was just made keeps its object until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  const held = values.filter((value) => value.deref() !== undefined).length;
  expect(held * VALUE_BYTES).toBeLessThanOrEqual(1024 * 1024);
  expect(recent.from(100, 100)).toHaveLength(1);
});
