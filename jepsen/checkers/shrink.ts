/**
 * The smallest part of a list that still fails, after A. Zeller's delta debugging: ever smaller pieces are left out as long as the rest fails.
 * No piece is left out that would make something fail by its absence.
 */

export interface ShrinkOptions<T> {
  readonly fails: (part: readonly T[]) => boolean;
  /** What has to go with `piece`, itself included, so that the rest of `part` is as true as it was; undefined: it has to stay. */
  readonly together: (piece: readonly T[], part: readonly T[]) => ReadonlySet<T> | undefined;
  /** Items judged, in all attempts together: then the smallest part so far is good enough. */
  readonly costMax: number;
}

export function shrink<T>(items: readonly T[], options: ShrinkOptions<T>): readonly T[] {
  const { fails, together, costMax } = options;
  let part = items;
  let cost = 0;
  for (let size = Math.ceil(part.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    let changed = true;
    while (changed) {
      changed = false;
      for (let from = 0; from < part.length && cost < costMax; ) {
        const piece = part.slice(from, from + size);
        const gone = together(piece, part);
        const rest = part.filter((item) => gone?.has(item) !== true);
        cost += part.length;
        if (gone !== undefined && fails(rest)) {
          part = rest;
          changed = true;
        } else from += size;
      }
      // Pieces that were held by others that have gone by now are only worth another look when they are single.
      if (size > 1) break;
    }
  }
  return part;
}
