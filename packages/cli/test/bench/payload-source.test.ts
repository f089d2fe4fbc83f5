import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PayloadSource, stampOf } from '../../src/bench/measure/payload-source.ts';

it('payloads do not compress, neither alone nor a megabyte of them together', () => {
  const source = new PayloadSource(1_000);
  const payloads = Array.from({ length: 1_000 }, (_, sequence) => source.next(1, sequence));
  expect(gzipSync(Buffer.concat(payloads)).length).toBeGreaterThan(0.97 * 1_000_000);
});

it('a pool that is gone through begins again at another place', () => {
  const pool = Buffer.from(Array.from({ length: 400 }, (_, at) => at % 251));
  const source = new PayloadSource(100, pool);
  const rounds = Array.from({ length: 8 }, (_, sequence) => source.next(1, sequence).subarray(16));
  expect(rounds[4]).not.toEqual(rounds[0]);
});

it('a payload tells when it was meant to be sent, where it has room for that', () => {
  expect(stampOf(new PayloadSource(16).next(123_456_789, 7))).toBe(123_456_789);
  expect(stampOf(new PayloadSource(15).next(123_456_789, 7))).toBeUndefined();
  expect(stampOf(undefined)).toBeUndefined();
});
