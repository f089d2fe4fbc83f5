/**
 * A byte-ordered map. Keys are kept as latin-1 strings, which JavaScript compares in the order of their bytes. Writers
 * mostly append in order, so the sorted list of keys is a plain array.
 */

export class SortedMap {
  private readonly values = new Map<string, Uint8Array>();
  private readonly keys: string[] = [];

  get size(): number {
    return this.keys.length;
  }

  get(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  /** Sets or, with undefined, removes; returns what was there before. */
  set(key: string, value: Uint8Array | undefined): Uint8Array | undefined {
    const before = this.values.get(key);
    if (value === undefined) {
      if (before === undefined) return undefined;
      this.values.delete(key);
      this.keys.splice(this.lowerBound(key), 1);
      return before;
    }
    this.values.set(key, value);
    if (before === undefined) this.insert(key);
    return before;
  }

  /** Keys in [from, to), ascending, as a copy. */
  range(from: string, to: string): string[] {
    return this.keys.slice(this.lowerBound(from), this.lowerBound(to));
  }

  /** Every pair, ascending. */
  entries(): (readonly [string, Uint8Array])[] {
    return this.keys.map((key) => [key, this.values.get(key) as Uint8Array] as const);
  }

  copy(): SortedMap {
    const map = new SortedMap();
    for (const [key, value] of this.entries()) {
      map.keys.push(key);
      map.values.set(key, value);
    }
    return map;
  }

  private insert(key: string): void {
    const last = this.keys[this.keys.length - 1];
    if (last === undefined || last < key) this.keys.push(key);
    else this.keys.splice(this.lowerBound(key), 0, key);
  }

  /** Position of the first key ≥ `key`. */
  private lowerBound(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

export function keyBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
