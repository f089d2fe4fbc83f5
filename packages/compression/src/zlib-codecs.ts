/** gzip and zstd by Node's own zlib, whose output limit stops a bomb before it grows. */
import type { Codec } from '@flowmesh/kafka';
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { damaged, tooLarge } from './codec-errors.ts';
import { plainBytes } from './plain-bytes.ts';

/** Windows up to 8 MiB, as zstd's specification recommends decoders to accept: a header must not make us take 128 MiB. */
const ZSTD_WINDOW_LOG_MAX = 23;

export const gzip: Codec = {
  compress: (bytes) => plainBytes(gzipSync(bytes)),
  decompress: (bytes, bytesMax) =>
    bounded('gzip', bytesMax, () => gunzipSync(bytes, { maxOutputLength: bytesMax })),
};

export const zstd: Codec = {
  compress: (bytes) => plainBytes(zstdCompressSync(bytes)),
  decompress: (bytes, bytesMax) =>
    bounded('zstd', bytesMax, () =>
      zstdDecompressSync(bytes, {
        maxOutputLength: bytesMax,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
      }),
    ),
};

function bounded(name: string, bytesMax: number, decompress: () => Uint8Array): Uint8Array {
  try {
    return plainBytes(decompress());
  } catch (cause) {
    if (cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(name, bytesMax);
    throw damaged(name, cause);
  }
}
