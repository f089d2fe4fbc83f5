/**
 * Headers of records that mean something to the broker. They are looked for when a batch arrives: in batches without compression always,
 * which costs one search for their common beginning; in compressed ones where `record.header.lookup` is `all`, which costs
 * decompressing every batch.
 *
 *   flowmesh-ttl-ms   how long the record is shown after its timestamp: digits
 */
import { BATCH_HEADER_BYTES, FlowError, isFlowError } from '@flowmesh/base';
import type { BatchHeader } from '@flowmesh/base';
import type { StreamConfig } from '@flowmesh/engines';
import { compressionOf, decodeRecords } from '@flowmesh/kafka';
import type { DecodeOptions, StoredRecord } from '@flowmesh/kafka';

export const TTL_HEADER = 'flowmesh-ttl-ms';
const PREFIX = Buffer.from('flowmesh-');

export interface FoundHeaders {
  /** Some record says how long it lives. */
  readonly ttl: boolean;
}

const NOTHING: FoundHeaders = { ttl: false };

/** INVALID_ARGUMENT for a record without a key in a stream that keeps the latest of each key. */
export function checkKeys(batch: Uint8Array, decode: DecodeOptions): FlowError | undefined {
  try {
    for (const { key } of decodeRecords(batch, decode)) if (key === undefined) return withoutKey();
    return undefined;
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
}

function withoutKey(): FlowError {
  return new FlowError('INVALID_ARGUMENT', 'a record has no key, and the stream is compacted by keys', {
    hint: 'Give every record a key, or set cleanup.policy to delete.',
  });
}

/** INVALID_ARGUMENT where a header of the broker has no value that it can have. */
export function findHeaders(
  batch: Uint8Array,
  header: BatchHeader,
  settings: Pick<StreamConfig, 'recordHeaderLookup'>,
  decode: DecodeOptions,
): FoundHeaders | FlowError {
  if (compressionOf(header.attributes) === 'none') {
    const payload = Buffer.from(
      batch.buffer,
      batch.byteOffset + BATCH_HEADER_BYTES,
      batch.length - BATCH_HEADER_BYTES,
    );
    if (!payload.includes(PREFIX)) return NOTHING;
  } else if (settings.recordHeaderLookup === 'uncompressed') return NOTHING;
  let ttl = false;
  try {
    for (const record of decodeRecords(batch, decode)) ttl = ttlOf(record, undefined) !== undefined || ttl;
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
  return { ttl };
}

/** How long the record is shown; `otherwise` where it does not say. */
export function ttlOf<Otherwise>(
  { headers }: Pick<StoredRecord, 'headers'>,
  otherwise: Otherwise,
): number | Otherwise {
  const found = headers.find(({ key }) => key === TTL_HEADER);
  return found === undefined ? otherwise : milliseconds(TTL_HEADER, found.value);
}

function milliseconds(name: string, value: Uint8Array | undefined): number {
  const text = value === undefined ? '' : Buffer.from(value).toString('latin1');
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new FlowError('INVALID_ARGUMENT', `'${text.slice(0, 100)}' is no value of the header ${name}`, {
    hint: 'It takes milliseconds, as digits.',
    details: { header: name },
  });
}
