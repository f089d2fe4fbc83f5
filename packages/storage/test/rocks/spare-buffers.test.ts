import { describe, expect, it } from 'vitest';
import { encodeOps, opsBytes, visitOps } from '../../src/rocks/op-codec.ts';
import { isReusable, SpareBuffers } from '../../src/rocks/spare-buffers.ts';
import type { WriteOp } from '../../src/kv-engine.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const put = (key: number, bytes: number): WriteOp => ({
  kind: 'put',
  family: 'log',
  key: Uint8Array.of(key),
  value: new Uint8Array(bytes).fill(key),
});

describe('memory for turns of writes', () => {
  it('is given out again once it has come back, for less as well as for as much', () => {
    const spare = new SpareBuffers();
    const first = spare.take(100 * KIB);
    expect(first.length).toBe(100 * KIB);
    spare.give([first.buffer]);
    expect(spare.take(70 * KIB).buffer).toBe(first.buffer);
    expect(spare.take(70 * KIB).buffer).not.toBe(first.buffer);
  });

  it('is made anew where what came back is too small', () => {
    const spare = new SpareBuffers();
    spare.give([new ArrayBuffer(64 * KIB)]);
    expect(spare.take(65 * KIB).buffer.byteLength).toBe(128 * KIB);
  });

  it('is exact, and not sent back, for little and for very much', () => {
    const spare = new SpareBuffers();
    for (const bytes of [0, 1, 64 * KIB - 1, 4 * MIB + 1]) {
      expect(spare.take(bytes).buffer.byteLength).toBe(bytes);
      expect(isReusable(bytes)).toBe(false);
    }
    for (const bytes of [64 * KIB, 3 * MIB, 4 * MIB])
      expect(isReusable(spare.take(bytes).buffer.byteLength)).toBe(true);
  });

  it('is kept only as long as there is little of it', () => {
    const spare = new SpareBuffers();
    const came = [4 * MIB, 4 * MIB, 64 * KIB].map((bytes) => new ArrayBuffer(bytes));
    spare.give(came);
    expect(came).toContain(spare.take(4 * MIB).buffer);
    expect(came).toContain(spare.take(4 * MIB).buffer);
    expect(came).not.toContain(spare.take(64 * KIB).buffer);
  });

  it('holds nothing of what was in it before', () => {
    const spare = new SpareBuffers();
    const turn = (ops: readonly WriteOp[]): Uint8Array<ArrayBuffer> =>
      encodeOps([ops], spare.take(opsBytes(ops)));
    const former = turn([put(1, 100 * KIB), put(2, 20 * KIB)]);
    spare.give([former.buffer]);
    const encoded = turn([put(3, 64 * KIB), put(4, 5)]);
    expect(encoded.buffer).toBe(former.buffer);
    const seen: [number | undefined, number, boolean][] = [];
    visitOps(encoded, (_kind, _family, key, value) =>
      seen.push([key[0], value.length, value.every((byte) => byte === key[0])]),
    );
    expect(seen).toEqual([
      [3, 64 * KIB, true],
      [4, 5, true],
    ]);
  });
});
