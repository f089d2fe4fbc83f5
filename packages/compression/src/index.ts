/** Native codecs of record batches and the fast checksum. */
import type { CodecSet } from '@flowmesh/kafka';
import { lz4 } from './lz4-codec.ts';
import { snappy } from './snappy-codec.ts';
import { gzip, zstd } from './zlib-codecs.ts';

export { fastCrc32c } from './fast-crc32c.ts';

/** All four codecs, for everything that decodes or encodes batches on Node. */
export const nodeCodecs: CodecSet = { gzip, snappy, lz4, zstd };
