/** Keys as strings, for maps: one character a byte, so that the order of names is the order of keys. */
const CHUNK = 4096;

export function keyName(key: Uint8Array): string {
  if (key.length <= CHUNK) return String.fromCharCode.apply(undefined, key as unknown as number[]);
  let name = '';
  for (let at = 0; at < key.length; at += CHUNK) name += keyName(key.subarray(at, at + CHUNK));
  return name;
}

/** First key after all keys that begin with `prefix`; `prefix` must not be all 0xff. */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  let last = prefix.length - 1;
  while (prefix[last] === 0xff) last--;
  // Not `slice`: where the prefix is a Buffer, that would share its memory.
  const after = new Uint8Array(prefix.subarray(0, last + 1));
  after[last] = (after[last] ?? 0) + 1;
  return after;
}
