/** Where the SDK takes compression and checksums from. */
import type { Crc32c } from '@flowmesh/base';
import { fastCrc32c, nodeCodecs } from '@flowmesh/compression';
import type { CodecSet } from '@flowmesh/kafka';

export const CODECS: CodecSet = nodeCodecs;
export const CRC32C: Crc32c = fastCrc32c;
