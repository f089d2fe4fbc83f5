/** xoshiro128** (Blackman and Vigna), seeded through splitmix32: small, fast and the same on every machine. */
import type { Random } from './ports.ts';

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

export class SeededRandom implements Random {
  private readonly state: Uint32Array;

  /** `seed`: any safe integer. */
  constructor(seed: number) {
    const next = splitmix32((seed % 2 ** 32) ^ Math.floor(seed / 2 ** 32));
    this.state = Uint32Array.from([next(), next(), next(), next()]);
  }

  private next(): number {
    const s = this.state as Uint32Array & { 0: number; 1: number; 2: number; 3: number };
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  unit(): number {
    return this.next() / 2 ** 32;
  }
}
