/** Watches by what they watch: a change finds those of its key, of each prefix of it, and the few of other ranges, without looking at the rest. */
import { compareBytes } from '@flowmesh/base';
import { keyName } from '@flowmesh/engines';

export type WatchTarget =
  | { readonly kind: 'key'; readonly key: Uint8Array }
  | { readonly kind: 'prefix'; readonly prefix: Uint8Array }
  /** `to` is exclusive; empty: to the end. */
  | { readonly kind: 'range'; readonly from: Uint8Array; readonly to: Uint8Array };

export function covers(target: WatchTarget, key: Uint8Array): boolean {
  switch (target.kind) {
    case 'key':
      return compareBytes(target.key, key) === 0;
    case 'prefix':
      return compareBytes(target.prefix, key.subarray(0, target.prefix.length)) === 0;
    case 'range':
      return (
        compareBytes(key, target.from) >= 0 && (target.to.length === 0 || compareBytes(key, target.to) < 0)
      );
  }
}

export class WatchIndex<W extends { readonly target: WatchTarget }> {
  private readonly keys = new Map<string, Set<W>>();
  /** By length, then by prefix. */
  private readonly prefixes = new Map<number, Map<string, Set<W>>>();
  private readonly ranges = new Set<W>();

  add(watch: W): void {
    const { target } = watch;
    if (target.kind === 'range') {
      this.ranges.add(watch);
      return;
    }
    const table = target.kind === 'key' ? this.keys : this.prefixTable(target.prefix.length);
    const name = keyName(target.kind === 'key' ? target.key : target.prefix);
    table.set(name, (table.get(name) ?? new Set<W>()).add(watch));
  }

  remove(watch: W): void {
    const { target } = watch;
    if (target.kind === 'range') {
      this.ranges.delete(watch);
      return;
    }
    const table = target.kind === 'key' ? this.keys : this.prefixTable(target.prefix.length);
    const name = keyName(target.kind === 'key' ? target.key : target.prefix);
    const set = table.get(name);
    set?.delete(watch);
    if (set?.size === 0) table.delete(name);
    if (target.kind === 'prefix' && table.size === 0) this.prefixes.delete(target.prefix.length);
  }

  /** Calls `visit` for every watch that covers the key. */
  matching(key: Uint8Array, visit: (watch: W) => void): void {
    const name = keyName(key);
    this.keys.get(name)?.forEach(visit);
    for (const [length, table] of this.prefixes) {
      if (length <= name.length) table.get(name.slice(0, length))?.forEach(visit);
    }
    for (const watch of this.ranges) if (covers(watch.target, key)) visit(watch);
  }

  private prefixTable(length: number): Map<string, Set<W>> {
    const table = this.prefixes.get(length) ?? new Map<string, Set<W>>();
    this.prefixes.set(length, table);
    return table;
  }
}
