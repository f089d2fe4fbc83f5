/**
 * What a producer may send: exactly one well-formed v2 batch. Checks the header and the checksum, without looking inside the records
 * (`checkRecords` does). Everything the stream machine asserts about a batch is refused here first.
 */
import type { BatchHeader, Crc32c } from '@flowmesh/base';
import { BATCH_CRC_FROM, BATCH_HEADER_BYTES, FlowError, readBatchHeader } from '@flowmesh/base';
import { ATTRIBUTE_CONTROL, ATTRIBUTE_DELETE_HORIZON, ATTRIBUTE_TRANSACTIONAL } from './batch-attributes.ts';
import { compressionOf } from './compression.ts';
import { RECORD_BYTES_MIN } from './record.ts';
import { corrupt } from './wire-reader.ts';

export const BATCH_BYTES_MAX_DEFAULT = 1_048_588;
export const BATCH_RECORDS_MAX_DEFAULT = 1_000_000;

/** What lies above is used by the broker itself. */
const KNOWN_ATTRIBUTES = 0x7f;

export interface BatchLimits {
  /** `max.message.bytes`. Default 1,048,588. */
  readonly bytesMax?: number;
  /** Default 1,000,000: a few compressed bytes must not use up offsets by the billion. */
  readonly recordsMax?: number;
  /** Whether batches of transactions are taken. Default no. */
  readonly transactional?: boolean;
}

/** The header of a good batch, or why it is refused. */
export function validateBatch(bytes: Uint8Array, limits: BatchLimits, crc: Crc32c): BatchHeader | FlowError {
  const bytesMax = limits.bytesMax ?? BATCH_BYTES_MAX_DEFAULT;
  if (bytes.length > bytesMax) {
    return new FlowError('BATCH_TOO_LARGE', `batch of ${bytes.length} bytes; at most ${bytesMax} are taken`, {
      hint: 'Send smaller batches, or raise max.message.bytes of the stream.',
      details: { bytes: bytes.length, bytesMax },
    });
  }
  const header = readBatchHeader(bytes);
  if (header === undefined) return corrupt(`${bytes.length} bytes are no batch`);
  return (
    checkFrame(bytes, header) ??
    checkSum(bytes, header, crc) ??
    checkAttributes(header, limits) ??
    checkCounts(bytes, header, limits) ??
    checkTimes(header) ??
    checkProducer(header) ??
    header
  );
}

function checkFrame(bytes: Uint8Array, header: BatchHeader): FlowError | undefined {
  if (header.magic !== 2) {
    return new FlowError('UNSUPPORTED', `record format v${header.magic} is not supported`, {
      hint: 'Use a client that writes record batches of format v2.',
    });
  }
  if (header.sizeBytes < BATCH_HEADER_BYTES || header.sizeBytes > bytes.length) {
    return corrupt(`a batch of ${bytes.length} bytes states ${header.sizeBytes}`);
  }
  if (header.sizeBytes < bytes.length)
    return refuse('there is more than one batch', 'Send exactly one batch per partition.');
  return undefined;
}

function checkSum(bytes: Uint8Array, header: BatchHeader, crc: Crc32c): FlowError | undefined {
  return crc(bytes.subarray(BATCH_CRC_FROM)) === header.crc
    ? undefined
    : corrupt('the checksum does not match the batch');
}

function checkAttributes(header: BatchHeader, limits: BatchLimits): FlowError | undefined {
  const { attributes } = header;
  if (compressionOf(attributes) === undefined) {
    return new FlowError('UNSUPPORTED', `compression ${attributes & 7} is not known`, {
      hint: 'Use gzip, snappy, lz4 or zstd.',
    });
  }
  if ((attributes & (ATTRIBUTE_CONTROL | ATTRIBUTE_DELETE_HORIZON)) !== 0) {
    return refuse('only brokers write control batches', 'Send data records.');
  }
  if ((attributes & ~KNOWN_ATTRIBUTES) !== 0)
    return refuse(
      `attributes ${attributes & 0xffff} are not known`,
      'Leave the bits above the seventh at 0.',
    );
  if ((attributes & ATTRIBUTE_TRANSACTIONAL) !== 0) {
    if (limits.transactional !== true) {
      return new FlowError('UNSUPPORTED', 'transactions are not supported here', {
        hint: 'Use an idempotent producer.',
      });
    }
    if (header.producerId < 0)
      return refuse('a transactional batch has no producer', 'Initialise the producer first.');
  }
  return undefined;
}

function checkCounts(bytes: Uint8Array, header: BatchHeader, limits: BatchLimits): FlowError | undefined {
  const { recordCount, lastOffsetDelta } = header;
  const recordsMax = limits.recordsMax ?? BATCH_RECORDS_MAX_DEFAULT;
  if (recordCount < 1) return refuse(`a batch has ${recordCount} records`, 'Send at least one.');
  if (recordCount !== lastOffsetDelta + 1) {
    return refuse(
      `${recordCount} records do not go with a last offset delta of ${lastOffsetDelta}`,
      'Number offsets densely from 0.',
    );
  }
  if (recordCount > recordsMax) {
    return new FlowError(
      'BATCH_TOO_LARGE',
      `batch of ${recordCount} records; at most ${recordsMax} are taken`,
      {
        hint: 'Send smaller batches.',
        details: { records: recordCount, recordsMax },
      },
    );
  }
  const payload = bytes.length - BATCH_HEADER_BYTES;
  const compressed = compressionOf(header.attributes) !== 'none';
  if (!compressed && recordCount * RECORD_BYTES_MIN > payload)
    return corrupt(`${recordCount} records in ${payload} bytes`);
  return undefined;
}

function checkTimes(header: BatchHeader): FlowError | undefined {
  for (const time of [header.baseTimestampMs, header.maxTimestampMs]) {
    if (!Number.isSafeInteger(time) || time < -1)
      return refuse(`${time} is no timestamp`, 'Use milliseconds since the epoch.');
  }
  return undefined;
}

function checkProducer(header: BatchHeader): FlowError | undefined {
  const { producerId, producerEpoch, baseSequence } = header;
  if (producerId === -1) return undefined;
  if (!Number.isSafeInteger(producerId) || producerId < 0)
    return refuse(`${producerId} is no producer id`, 'Initialise the producer.');
  if (producerEpoch < 0 || baseSequence < 0) {
    return refuse(
      `producer ${producerId} has epoch ${producerEpoch} and sequence ${baseSequence}`,
      'Both begin at 0.',
    );
  }
  return undefined;
}

function refuse(message: string, hint: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, { hint });
}
