/** Parts of a list that share nothing: two items are in one part where they have a key in common, or others join them. */

/** Parts in the order of their first items, which keep their order. */
export function componentsOf<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): readonly T[][] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    parent.set(key, root);
    return root;
  };
  for (const item of items) {
    const [first, ...others] = keysOf(item);
    if (first === undefined) continue;
    const root = rootOf(first);
    for (const key of others) parent.set(rootOf(key), root);
  }
  const parts = new Map<string, T[]>();
  for (const item of items) {
    const [first] = keysOf(item);
    if (first === undefined) continue;
    const root = rootOf(first);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [item]);
    else part.push(item);
  }
  return [...parts.values()];
}
