/**
 * Headers of records that mean something to the broker. They are looked for when a batch arrives: in batches without compression always,
 * which costs one search for their common beginning; in compressed ones where `record.header.lookup` is `all`, which costs
 * decompressing every batch.
 *
 *   flowmesh-ttl-ms          how long the record is shown after its timestamp: digits
 *   flowmesh-deliver-at-ms   when the record is to be appended, in milliseconds since the epoch; a time that has passed: at once
 *   flowmesh-delay-ms        the same, from its arrival on
 */
import { BATCH_HEADER_BYTES, FlowError, isFlowError } from '@flowmesh/base';
import type { BatchHeader } from '@flowmesh/base';
import { isTransactional } from '@flowmesh/engines';
import type { StreamConfig } from '@flowmesh/engines';
import { compressionOf, decodeRecords } from '@flowmesh/kafka';
import type { DecodeOptions, StoredRecord } from '@flowmesh/kafka';

export const TTL_HEADER = 'flowmesh-ttl-ms';
const PREFIX = Buffer.from('flowmesh-');
/**
 * A part of it that is looked for first. Node finds so short a word by its first byte, with memchr, and longer ones place by place: over random
 * bytes eleven times slower, over JSON twice.
 */
const RARE_PART = PREFIX.subarray(3);

export interface FoundHeaders {
  /** Some record says how long it lives. */
  readonly ttl: boolean;
  /** The records are to be appended later. */
  readonly delayed: boolean;
}

const NOTHING: FoundHeaders = { ttl: false, delayed: false };
export const DELAY_MAX_MS = 366 * 24 * 3_600_000;
const DELIVER_AT_HEADER = 'flowmesh-deliver-at-ms';
const DELAY_HEADER = 'flowmesh-delay-ms';

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
  decode: DecodeOptions & { readonly nowMs: number },
): FoundHeaders | FlowError {
  if (compressionOf(header.attributes) === 'none') {
    const payload = Buffer.from(
      batch.buffer,
      batch.byteOffset + BATCH_HEADER_BYTES,
      batch.length - BATCH_HEADER_BYTES,
    );
    if (!payload.includes(RARE_PART) || !payload.includes(PREFIX)) return NOTHING;
  } else if (settings.recordHeaderLookup === 'uncompressed') return NOTHING;
  let ttl = false;
  let later = 0;
  let all = 0;
  let farthestMs = 0;
  try {
    for (const record of decodeRecords(batch, decode)) {
      all += 1;
      ttl = ttlOf(record, undefined) !== undefined || ttl;
      const dueMs = dueOf(record, decode.nowMs);
      if (dueMs === undefined) continue;
      later += 1;
      farthestMs = Math.max(farthestMs, dueMs);
    }
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
  const delayed = farthestMs > decode.nowMs;
  if (!delayed) return { ttl, delayed };
  return cannotDelay(header, { some: later < all, farMs: farthestMs - decode.nowMs }) ?? { ttl, delayed };
}

function cannotDelay(
  header: BatchHeader,
  { some, farMs }: { readonly some: boolean; readonly farMs: number },
): FlowError | undefined {
  if (some)
    return refuse(
      'some records of a batch are delayed and others are not',
      'Send them in batches of their own.',
    );
  if (isTransactional(header))
    return refuse('delayed records cannot be part of a transaction', 'Send them outside of it.');
  return farMs > DELAY_MAX_MS
    ? refuse(`a record is delayed by ${farMs} ms`, `At most ${DELAY_MAX_MS} ms, a year, are allowed.`)
    : undefined;
}

function refuse(message: string, hint: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, { hint });
}

/** When the record is to be appended; undefined where it does not say. */
export function dueOf({ headers }: Pick<StoredRecord, 'headers'>, nowMs: number): number | undefined {
  const at = headers.find(({ key }) => key === DELIVER_AT_HEADER);
  if (at !== undefined) return milliseconds(DELIVER_AT_HEADER, at.value);
  const delay = headers.find(({ key }) => key === DELAY_HEADER);
  return delay === undefined ? undefined : nowMs + milliseconds(DELAY_HEADER, delay.value);
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
