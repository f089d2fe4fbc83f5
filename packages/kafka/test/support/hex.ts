/** Bytes as readable text: hexadecimal in groups, names in quotes. */
import { concatBytes, utf8Encode } from '@flowmesh/base';

/** `0001 'topic' ff` → bytes. */
export function bytesOf(text: string): Uint8Array {
  const parts = [...text.matchAll(/'([^']*)'|([0-9a-f]+)/g)];
  return concatBytes(
    parts.map(([, name, hex]) => (name === undefined ? fromHex(hex as string) : utf8Encode(name))),
  );
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}

export function hexOf(chunks: readonly Uint8Array[]): string {
  return [...concatBytes(chunks)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
