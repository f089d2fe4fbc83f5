import { describe, expect, it } from 'vitest';
import { Ledger, Payloads, percentile } from './proofs/ledger.ts';

function ledger(acks: ReadonlyArray<readonly [number: number, offset: number]>, sent = acks.length): Ledger {
  const book = new Ledger(1);
  for (let i = 0; i < sent; i++) book.next(0);
  for (const [number, offset] of acks) book.acked(0, number, offset);
  return book;
}

function verdict(book: Ledger, read: ReadonlyArray<readonly [offset: number, number: number]>) {
  const check = book.verify();
  for (const [offset, number] of read) check.see({ partition: 0, offset, number });
  return check.verdict();
}

describe('the verdict over what was read back', () => {
  const book = () =>
    ledger([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);

  it('is clean when all is there once, in order and in place', () => {
    expect(
      verdict(book(), [
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  });

  it('finds what is lost, twice there, out of order or out of place', () => {
    expect(
      verdict(book(), [
        [0, 0],
        [2, 2],
      ]).lost,
    ).toBe(1);
    expect(
      verdict(book(), [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 1],
      ]).duplicated,
    ).toBe(1);
    expect(
      verdict(
        ledger([
          [0, 1],
          [1, 0],
        ]),
        [
          [0, 1],
          [1, 0],
        ],
      ).reordered,
    ).toBe(1);
    expect(
      verdict(book(), [
        [0, 0],
        [5, 1],
        [6, 2],
      ]).misplaced,
    ).toBe(2);
  });

  it('allows a record whose acknowledgement never came', () => {
    expect(
      verdict(ledger([[0, 0]], 2), [
        [0, 0],
        [1, 1],
      ]),
    ).toMatchObject({ lost: 0, unacknowledged: 1 });
  });
});

describe('payloads', () => {
  it('carry their number', () => {
    const payloads = new Payloads(100);
    expect(Payloads.numberOf(payloads.make(1234567))).toBe(1234567);
  });
});

describe('percentile', () => {
  it('is the sample at the share', () => {
    const samples = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([percentile(samples, 0.5), percentile(samples, 0.99), percentile(samples, 1)]).toEqual([
      50, 99, 100,
    ]);
  });
});
