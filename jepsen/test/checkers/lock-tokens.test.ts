import { describe, expect, it } from 'vitest';
import { lockTokens } from '../../checkers/lock-tokens.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

class Locks extends HistoryKit {
  acquire(process: number, token: number, ttlMs = 10_000): this {
    return this.call(process, 'acquire', {}, { lock: 'l', token, ttlMs });
  }

  release(process: number, token: number): this {
    return this.call(process, 'release', {}, { lock: 'l', token });
  }

  guarded(process: number, token: number, accepted = true): this {
    return this.call(process, 'guarded', {}, { lock: 'l', token, accepted });
  }
}

const kinds = (locks: Locks): readonly string[] => kindsOf(lockTokens(locks.history));

describe('locks with tokens', () => {
  it('accepts holders one after the other, and refused writes of former ones', () => {
    const locks = new Locks().acquire(0, 3).guarded(0, 3).release(0, 3).acquire(1, 5).guarded(0, 3, false);
    expect(lockTokens(locks.guarded(1, 5).history)).toMatchObject({ valid: true, anomalies: [] });
  });

  it('finds two holders at once, and not where a lease may have ended', () => {
    expect(kinds(new Locks().acquire(0, 3).acquire(1, 5))).toEqual(['two holders']);
    expect(kinds(new Locks().acquire(0, 3, 1_000).acquire(1, 5))).toEqual([]);
  });

  it('finds tokens that come again or go back', () => {
    expect(kinds(new Locks().acquire(0, 3).release(0, 3).acquire(1, 3))).toEqual(['token again']);
    expect(kinds(new Locks().acquire(0, 3).release(0, 3).acquire(1, 2))).toEqual(['token went back']);
  });

  it('finds a write under a token that had been overtaken', () => {
    expect(kinds(new Locks().acquire(0, 3).release(0, 3).acquire(1, 5).guarded(0, 3))).toEqual([
      'stale write',
    ]);
  });
});
