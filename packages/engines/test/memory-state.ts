/** Machine state in memory, ordered bytewise, for tests. */
import { compareBytes } from '@flowmesh/base';
import type { StateRange, StateReader, StateWriter } from '../src/index.ts';

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

export class MemoryState implements StateReader, StateWriter {
  private readonly pairs = new Map<string, readonly [Uint8Array, Uint8Array]>();

  /** How often something was put or deleted. */
  writes = 0;

  get size(): number {
    return this.pairs.size;
  }

  put(key: Uint8Array, value: Uint8Array, _name?: string, fresh = false): void {
    if (fresh && this.pairs.has(nameOf(key))) throw new Error('a fresh key is there already');
    this.writes += 1;
    this.pairs.set(nameOf(key), [Uint8Array.from(key), Uint8Array.from(value)]);
  }

  putLate(key: Uint8Array, value: () => Uint8Array): void {
    this.put(key, value());
  }

  del(key: Uint8Array): void {
    this.writes += 1;
    this.pairs.delete(nameOf(key));
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.pairs.get(nameOf(key))?.[1]);
  }

  scan(range: StateRange): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
    const found = [...this.pairs.values()]
      .filter(([key]) => compareBytes(key, range.from) >= 0 && compareBytes(key, range.to) < 0)
      .sort(([a], [b]) => compareBytes(a, b));
    if (range.reverse === true) found.reverse();
    return Promise.resolve(found.slice(0, range.limit));
  }

  /** All of it, as text. */
  dump(): string {
    return [...this.pairs]
      .map(([name, [, value]]) => `${name}=${nameOf(value)}`)
      .sort()
      .join('\n');
  }
}
