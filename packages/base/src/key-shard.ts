/** Which shard of a bucket a key lies in: clients choose by it, nodes check by it. */
import { crc32c } from './crc32c.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Of a key that holds `{tag}` (not empty) the first tag alone counts, so that keys of one tag lie together. */
export function shardOfKey(key: Uint8Array, shards: number): number {
  if (shards === 1) return 0;
  const open = key.indexOf(OPEN);
  const close = open === -1 ? -1 : key.indexOf(CLOSE, open + 1);
  return crc32c(close > open + 1 ? key.subarray(open + 1, close) : key) % shards;
}
