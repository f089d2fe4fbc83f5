/** Digests of logical state, for comparing replicas. Not cryptographic. */
import { crc32c, utf8Encode } from '@flowmesh/base';

/** Sixteen hexadecimal digits and the length of what was digested. */
export function digestText(text: string): string {
  const bytes = utf8Encode(text);
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${hex(crc32c(bytes))}${hex(hash >>> 0)}-${bytes.length}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
