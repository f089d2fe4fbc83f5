/**
 * lz4 frames. The native decoder has no output limit and takes data that is no frame for an empty one, so `frameContentBytes` walks the
 * frame first, adding up literals and matches without copying anything.
 */
import type { Codec } from '@flowmesh/kafka';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { damaged, tooLarge } from './codec-errors.ts';
import { plainBytes } from './plain-bytes.ts';

const MAGIC = 0x184d2204;
const MIN_MATCH = 4;

export const lz4: Codec = {
  compress: (bytes) => plainBytes(compressFrameSync(bufferOf(bytes))),
  decompress: (bytes, bytesMax) => {
    const expected = frameContentBytes(bytes, bytesMax);
    let out: Uint8Array;
    try {
      out = plainBytes(decompressFrameSync(bufferOf(bytes)));
    } catch (cause) {
      throw damaged('lz4', cause);
    }
    if (out.length !== expected) throw damaged('lz4', `${out.length} bytes instead of ${expected}`);
    return out;
  },
};

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What one frame decompresses to, at most `bytesMax`, or FlowError: the whole of `bytes` must be that frame. */
export function frameContentBytes(bytes: Uint8Array, bytesMax: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== MAGIC) throw damaged('lz4', 'no frame');
  const flags = view.getUint8(4);
  const blockChecksums = (flags & 0x10) !== 0;
  const contentSize = (flags & 0x08) !== 0;
  const contentChecksum = (flags & 0x04) !== 0;
  const dictionary = (flags & 0x01) !== 0;
  if (flags >>> 6 !== 1 || dictionary) throw damaged('lz4', 'unknown kind of frame');
  let at = 4 + 2 + (contentSize ? 8 : 0) + 1;
  let total = 0;
  for (;;) {
    if (at + 4 > bytes.length) throw damaged('lz4', 'the frame is cut off');
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (at + size > bytes.length) throw damaged('lz4', 'a block is cut off');
    total += word >>> 31 === 1 ? size : blockContentBytes(bytes, at, at + size);
    if (total > bytesMax) throw tooLarge('lz4', bytesMax);
    at += size + (blockChecksums ? 4 : 0);
  }
  at += contentChecksum ? 4 : 0;
  if (at !== bytes.length) throw damaged('lz4', 'bytes are missing or left over after the frame');
  return total;
}

/** Length of a block's content: sequences of token, literals, match offset (2), match; the last has no match. */
function blockContentBytes(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let total = 0;
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble !== 15) return length;
    for (;;) {
      if (at >= end) throw damaged('lz4', 'a length is cut off');
      const more = bytes[at++] as number;
      length += more;
      if (more !== 255) return length;
    }
  };
  while (at < end) {
    const token = bytes[at++] as number;
    const literals = extended(token >>> 4);
    at += literals;
    total += literals;
    if (at > end) throw damaged('lz4', 'literals are cut off');
    if (at === end) return total;
    at += 2;
    if (at > end) throw damaged('lz4', 'a match is cut off');
    total += extended(token & 0x0f) + MIN_MATCH;
  }
  throw damaged('lz4', 'a block ends in a match');
}
