/** The same bytes as a plain Uint8Array: `slice` of a Buffer aliases where that of a Uint8Array copies. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
