/**
 * One record inside a batch:
 * length varint · attributes i8 · timestamp delta varlong · offset delta varint · key · value (length varint, -1 absent; bytes) ·
 * header count varint · headers (key: length varint, UTF-8; value as above)
 */
import type { ByteWriter } from '@flowmesh/base';
import { utf8Decode, utf8Encode } from '@flowmesh/base';
import { corrupt, WireReader } from './wire-reader.ts';
import { varintBytes, writeVarint } from './wire-writer.ts';

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

export interface KafkaRecord {
  /** Absent and empty differ. */
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  readonly headers: readonly RecordHeader[];
  /** Milliseconds since the epoch; -1: none. */
  readonly timestampMs: number;
}

export interface StoredRecord extends KafkaRecord {
  readonly offset: number;
}

/** Where a record lies in its batch, before its deltas are resolved. */
export interface RawRecord extends Omit<KafkaRecord, 'timestampMs'> {
  readonly timestampDelta: number;
  readonly offsetDelta: number;
}

/** The least a record can take: length, attributes, two deltas, no key, no value, no headers. */
export const RECORD_BYTES_MIN = 7;

interface EncodedHeader {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

const NO_HEADERS: readonly EncodedHeader[] = [];

function encodedHeader({ key, value }: RecordHeader): EncodedHeader {
  return { key: utf8Encode(key), value };
}

export function writeRecord(
  writer: ByteWriter,
  record: KafkaRecord,
  deltas: { readonly timestamp: number; readonly offset: number },
): void {
  const headers = record.headers.length === 0 ? NO_HEADERS : record.headers.map(encodedHeader);
  let size = 1 + varintBytes(deltas.timestamp) + varintBytes(deltas.offset) + varintBytes(headers.length);
  size += optionalSize(record.key) + optionalSize(record.value);
  for (const header of headers) size += optionalSize(header.key) + optionalSize(header.value);
  writeVarint(writer, size);
  writer.u8(0);
  writeVarint(writer, deltas.timestamp);
  writeVarint(writer, deltas.offset);
  writeOptional(writer, record.key);
  writeOptional(writer, record.value);
  writeVarint(writer, headers.length);
  for (const header of headers) {
    writeOptional(writer, header.key);
    writeOptional(writer, header.value);
  }
}

function optionalSize(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? 1 : varintBytes(bytes.length) + bytes.length;
}

function writeOptional(writer: ByteWriter, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) writeVarint(writer, -1);
  else {
    writeVarint(writer, bytes.length);
    writer.raw(bytes);
  }
}

/** Reads one record, which must fill exactly the length it states. Key, value and header values alias the input. */
export function readRecord(bytes: Uint8Array, from: WireReader): RawRecord {
  const length = from.varint();
  const start = from.position;
  from.slice(length);
  const reader = new WireReader(bytes, start, start + length);
  reader.i8();
  const timestampDelta = reader.varlong();
  const offsetDelta = reader.varint();
  const key = reader.optionalBytes();
  const value = reader.optionalBytes();
  const headers: RecordHeader[] = [];
  for (let left = reader.count(2); left > 0; left--) {
    const name = reader.optionalBytes();
    if (name === undefined) throw corrupt('a record header has no key');
    headers.push({ key: utf8Decode(name), value: reader.optionalBytes() });
  }
  if (reader.remaining !== 0) throw corrupt(`a record leaves ${reader.remaining} of its bytes unused`);
  return { timestampDelta, offsetDelta, key, value, headers };
}
