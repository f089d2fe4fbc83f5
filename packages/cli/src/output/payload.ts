/** Bytes as JSON: UTF-8 text where they are that, else base64 with an `encoding` beside it. */
import { isUtf8 } from 'node:buffer';
import type { ConsumedRecord } from '@flowmesh/client';

export interface ShownBytes {
  readonly text: string;
  readonly encoding: 'base64' | undefined;
}

export function showBytes(bytes: Uint8Array): ShownBytes {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { text: buffer.toString('utf8'), encoding: undefined }
    : { text: buffer.toString('base64'), encoding: 'base64' };
}

export interface ShownHeader {
  readonly key: string;
  readonly value: string | null;
  readonly encoding?: 'base64';
}

/** A record as JSON output has it; `null` where key or value is absent. Timestamps are milliseconds since 1970. */
export interface ShownRecord {
  readonly stream: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly keyEncoding?: 'base64';
  readonly value: string | null;
  readonly encoding?: 'base64';
  readonly headers: readonly ShownHeader[];
}

export function showRecord(record: ConsumedRecord): ShownRecord {
  const key = record.key === undefined ? undefined : showBytes(record.key);
  const value = record.value === undefined ? undefined : showBytes(record.value);
  return {
    stream: record.stream,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: key?.text ?? null,
    ...(key?.encoding === undefined ? {} : { keyEncoding: key.encoding }),
    value: value?.text ?? null,
    ...(value?.encoding === undefined ? {} : { encoding: value.encoding }),
    headers: record.headers.map((header) => {
      const shown = header.value === undefined ? undefined : showBytes(header.value);
      return {
        key: header.key,
        value: shown?.text ?? null,
        ...(shown?.encoding === undefined ? {} : { encoding: shown.encoding }),
      };
    }),
  };
}
