/**
 * What a batch must be to enter the log: whole, unharmed, within the stream's limit. Under message.timestamp.type=LogAppendTime
 * it gets the node's time here, in place, and its checksum anew. Records given one by one are made into a batch here, too.
 */
import { isFlowError, must, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader, Crc32c, FlowError } from '@flowmesh/base';
import type { StreamConfig } from '@flowmesh/engines';
import { encodeBatch, setLogAppendTime, validateBatch } from '@flowmesh/kafka';
import type { KafkaRecord } from '@flowmesh/kafka';

export interface AdmitPorts {
  readonly crc32c: Crc32c;
  readonly nowMs: number;
}

export interface AdmitOptions extends AdmitPorts {
  /** Whether every node of the cluster understands transactions. */
  readonly transactions: boolean;
}

/** The header as it will be stored, or why the batch is refused. */
export function admitBatch(
  batch: Uint8Array,
  settings: StreamConfig,
  ports: AdmitOptions,
): BatchHeader | FlowError {
  const limits = { bytesMax: settings.maxMessageBytes, transactional: ports.transactions };
  const header = validateBatch(batch, limits, ports.crc32c);
  if (isFlowError(header) || settings.messageTimestampType === 'CreateTime') return header;
  setLogAppendTime(batch, ports.nowMs, ports.crc32c);
  return must(readBatchHeader(batch), 'a validated batch has a header');
}

/** An uncompressed batch of `records`; a timestamp of 0 is now. */
export function buildBatch(records: readonly KafkaRecord[], ports: AdmitPorts): Uint8Array | FlowError {
  try {
    const stamped = records.map((record) =>
      record.timestampMs === 0 ? { ...record, timestampMs: ports.nowMs } : record,
    );
    return encodeBatch(stamped, { crc: ports.crc32c });
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
}
