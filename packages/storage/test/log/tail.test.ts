import type { Entry } from '@flowmesh/raft';
import { describe, expect, it } from 'vitest';
import { Tail, TailBudget } from '../../src/log/tail.ts';

const ENTRY_BYTES = 100;

function entriesFrom(index: number, count: number): readonly Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    term: 1,
    index: index + i,
    kind: 'normal',
    data: new Uint8Array(ENTRY_BYTES),
  }));
}

/** Entries that are left after `total` durable ones came in chunks of `perChunk`. */
function keptOf(bytesMax: number, total: number, perChunk: number): number {
  const budget = new TailBudget(bytesMax);
  const tail = new Tail(budget);
  for (let index = 1; index <= total; index += perChunk) {
    tail.push(entriesFrom(index, perChunk));
    tail.markDurable(index + perChunk - 1);
  }
  expect(budget.usedBytes).toBeLessThanOrEqual(bytesMax);
  const first = tail.firstIndex();
  return first === undefined ? 0 : total - first + 1;
}

describe('the tail of a log in memory', () => {
  it('counts what a small entry costs that comes alone: about six times its bytes, as measured', () => {
    expect(keptOf(600 * ENTRY_BYTES, 10_000, 1)).toBeLessThanOrEqual(100);
    expect(keptOf(600 * ENTRY_BYTES, 10_000, 1)).toBeGreaterThan(80);
  });

  it('keeps more of entries that share a chunk', () => {
    expect(keptOf(600 * ENTRY_BYTES, 10_000, 50)).toBeGreaterThanOrEqual(150);
  });

  it('gives back all that it charged, cut in the middle of a chunk too', () => {
    const budget = new TailBudget(1024 ** 2);
    const tail = new Tail(budget);
    tail.push(entriesFrom(1, 10));
    tail.push(entriesFrom(11, 10));
    tail.truncate(15);
    tail.push(entriesFrom(15, 3));
    tail.trim(10);
    expect(tail.firstIndex()).toBe(11);
    tail.clear();
    expect(budget.usedBytes).toBe(0);
  });
});
