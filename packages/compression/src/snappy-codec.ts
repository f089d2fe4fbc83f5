/**
 * snappy as Kafka clients write it: the framing of xerial's snappy-java (16 bytes: 82 'SNAPPY' 00, version i32, compatible version i32;
 * then blocks, each an i32 length and a raw snappy block), or one raw block without any framing. Both are read, the framing is written.
 * A raw block states its decompressed length first, which is checked before memory is taken.
 */
import { concatBytes } from '@flowmesh/base';
import type { Codec } from '@flowmesh/kafka';
import { compressSync, uncompressSync } from 'snappy';
import { damaged, tooLarge } from './codec-errors.ts';
import { plainBytes } from './plain-bytes.ts';

const MAGIC = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0);
const HEADER_BYTES = 16;
const BLOCK_BYTES = 32 * 1024;

export const snappy: Codec = {
  compress: (bytes) => {
    const header = new Uint8Array(HEADER_BYTES);
    header.set(MAGIC);
    header[11] = 1;
    header[15] = 1;
    const chunks: Uint8Array[] = [header];
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = compressSync(bytes.subarray(at, at + BLOCK_BYTES));
      chunks.push(lengthOf(block), block);
    }
    return concatBytes(chunks);
  },
  decompress: (bytes, bytesMax) => {
    if (!isFramed(bytes)) return decompressBlock(bytes, bytesMax, bytesMax);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const chunks: Uint8Array[] = [];
    let left = bytesMax;
    for (let at = HEADER_BYTES; at < bytes.length; ) {
      const length = at + 4 <= bytes.length ? view.getInt32(at) : -1;
      if (length <= 0 || at + 4 + length > bytes.length) throw damaged('snappy', 'a block is cut off');
      const chunk = decompressBlock(bytes.subarray(at + 4, at + 4 + length), left, bytesMax);
      chunks.push(chunk);
      left -= chunk.length;
      at += 4 + length;
    }
    return concatBytes(chunks);
  },
};

function isFramed(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && MAGIC.every((byte, i) => bytes[i] === byte);
}

function lengthOf(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setInt32(0, block.length);
  return out;
}

function decompressBlock(block: Uint8Array, left: number, bytesMax: number): Uint8Array {
  if (statedLength(block) > left) throw tooLarge('snappy', bytesMax);
  try {
    const out = uncompressSync(block, { asBuffer: true });
    if (typeof out === 'string') throw new TypeError('text instead of bytes');
    return plainBytes(out);
  } catch (cause) {
    throw damaged('snappy', cause);
  }
}

/** The length that begins a raw block, an unsigned LEB128 of 32 bits. */
function statedLength(block: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw damaged('snappy', 'no length');
}
