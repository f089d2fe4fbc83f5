/** Compression of record batches as a port: this package names the codecs, the surroundings bring them. */
import { FlowError } from '@flowmesh/base';

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** A batch's codec; its number in the attributes is the place in `COMPRESSIONS`. */
export type Compression = (typeof COMPRESSIONS)[number];

export interface Codec {
  compress(bytes: Uint8Array): Uint8Array;
  /** At most `bytesMax` bytes, else FlowError BATCH_TOO_LARGE; CORRUPT_BATCH where the input is damaged. */
  decompress(bytes: Uint8Array, bytesMax: number): Uint8Array;
}

export type CodecSet = Readonly<Partial<Record<Exclude<Compression, 'none'>, Codec>>>;

export const NO_CODECS: CodecSet = {};

/** The codec that a batch's attributes name; undefined for a number that means none. */
export function compressionOf(attributes: number): Compression | undefined {
  return COMPRESSIONS[attributes & 0x07];
}

export function compressionId(compression: Compression): number {
  return COMPRESSIONS.indexOf(compression);
}

export function codecFor(codecs: CodecSet, compression: Exclude<Compression, 'none'>): Codec {
  const codec = codecs[compression];
  if (codec !== undefined) return codec;
  throw new FlowError('UNSUPPORTED', `${compression} is not available here`, {
    hint: 'Use another compression, or give this reader the codec.',
  });
}
