/** Batches as single records, for readers that do not decode batches themselves. */
import { FlowError, isFlowError, readBatchHeader } from '@flowmesh/base';
import { decodeRecords } from '@flowmesh/kafka';
import type { CodecSet, StoredRecord } from '@flowmesh/kafka';

export type { StoredRecord };

export interface RecordViewPorts {
  readonly codecs: CodecSet;
  /** One batch, decompressed. */
  readonly decompressedBytesMax: number;
}

/**
 * The records at or after `fromOffset`; keys and values alias the batches or their decompressed copies. CORRUPT_BATCH where a
 * producer stored contents that cannot be read: the log itself is sound, raw batches can still be had.
 */
export function recordsOf(
  batches: readonly Uint8Array[],
  fromOffset: number,
  ports: RecordViewPorts,
): StoredRecord[] | FlowError {
  const records: StoredRecord[] = [];
  for (const batch of batches) {
    try {
      for (const record of decodeRecords(batch, ports)) if (record.offset >= fromOffset) records.push(record);
    } catch (error) {
      if (isFlowError(error)) return unreadable(batch, error);
      throw error;
    }
  }
  return records;
}

function unreadable(batch: Uint8Array, cause: FlowError): FlowError {
  const header = readBatchHeader(batch);
  const baseOffset = header?.baseOffset ?? -1;
  const next = baseOffset + (header?.recordCount ?? 1);
  return new FlowError(
    cause.code,
    `the batch at offset ${baseOffset} was stored by its producer in a form that cannot be read: ${cause.message}`,
    {
      hint: `Read it raw (READ_FORMAT_BATCHES), or go on at offset ${next}.`,
      details: { baseOffset, nextOffset: next },
      cause,
    },
  );
}
