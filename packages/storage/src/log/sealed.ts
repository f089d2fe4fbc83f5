/**
 * A value under its checksum: body, then CRC-32C over key and body. The key is part of it, so that a value that turns up under another
 * key is damage too. RocksDB checks its blocks; this checks the way from the writer's memory to the reader's.
 */
import { type Crc32c, FlowError } from '@flowmesh/base';

export const SEAL_BYTES = 4;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Writes the checksum into the last four bytes of `value`, the body being all before them. */
export function sealInPlace(crc32c: Crc32c, key: Uint8Array, value: Uint8Array): void {
  const body = value.subarray(0, value.length - SEAL_BYTES);
  viewOf(value).setUint32(body.length, crc32c(body, crc32c(key)));
}

export function seal(crc32c: Crc32c, key: Uint8Array, body: Uint8Array): Uint8Array {
  const value = new Uint8Array(body.length + SEAL_BYTES);
  value.set(body);
  sealInPlace(crc32c, key, value);
  return value;
}

/** The body, aliasing `value`. Throws CORRUPTION naming `what`. */
export function unseal(crc32c: Crc32c, what: string, key: Uint8Array, value: Uint8Array): Uint8Array {
  if (value.length >= SEAL_BYTES) {
    const body = value.subarray(0, value.length - SEAL_BYTES);
    if (viewOf(value).getUint32(body.length) === crc32c(body, crc32c(key))) return body;
  }
  throw new FlowError('CORRUPTION', `${what} does not match its checksum`, {
    hint: 'The disk returned other bytes than were written. Replace this replica, and check the disk and the memory of this node.',
  });
}
