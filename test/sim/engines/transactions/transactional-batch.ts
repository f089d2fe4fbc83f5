/** A batch as a transactional producer sends it. */
import { BATCH_CRC_FROM, crc32c } from '@flowmesh/base';
import { ATTRIBUTE_TRANSACTIONAL } from '@flowmesh/engines';
import { type BatchSpec, makeBatch } from '../../world/batch.ts';

const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const EPOCH_AT = 51;

export function transactionalBatch(spec: BatchSpec & { readonly producerEpoch: number }): Uint8Array {
  const batch = makeBatch(spec);
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  view.setInt16(ATTRIBUTES_AT, ATTRIBUTE_TRANSACTIONAL);
  view.setInt16(EPOCH_AT, spec.producerEpoch);
  view.setUint32(CRC_AT, crc32c(batch.subarray(BATCH_CRC_FROM)));
  return batch;
}
