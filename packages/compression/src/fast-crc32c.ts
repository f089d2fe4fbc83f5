/** CRC-32C by the processor's own instruction where the native module loads, else the one in plain code. */
import type { Crc32c } from '@flowmesh/base';
import { crc32c } from '@flowmesh/base';

/** Below this the call into native code costs more than it saves. */
const NATIVE_FROM_BYTES = 256;

interface Native {
  crc32c(bytes: Uint8Array, seed?: number): number;
}

// No prebuilt binary for this platform: slower, not different.
const loaded = await import('@node-rs/crc32').then(
  (module): Native => module,
  () => undefined,
);

/** Uses `native` for long input; undefined: the plain code for all. */
export function withNative(native: Native | undefined): Crc32c {
  if (native === undefined) return crc32c;
  return (bytes, seed = 0) =>
    bytes.length < NATIVE_FROM_BYTES ? crc32c(bytes, seed) : native.crc32c(bytes, seed);
}

export const fastCrc32c: Crc32c = withNative(loaded);
