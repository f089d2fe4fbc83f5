/** What one line of input becomes: the line itself as value, or parts of it where it is JSON. */
import type { OutgoingRecord } from '@flowmesh/client';
import { usageError } from '../failure.ts';

export interface LineOptions {
  readonly ndjson?: boolean;
  readonly keyField?: string;
  readonly valueField?: string;
  readonly timestampField?: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly partition?: number;
}

export type LineResult =
  | { readonly kind: 'record'; readonly record: OutgoingRecord }
  | { readonly kind: 'skip' }
  | { readonly kind: 'invalid'; readonly cause: string };

/** A function from lines to records of `stream`. */
export function lineParser(stream: string, options: LineOptions): (line: Buffer) => LineResult {
  const headers = parseHeaders(options.header ?? []);
  const fixed: OutgoingRecord = {
    stream,
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(options.partition === undefined ? {} : { partition: options.partition }),
  };
  if (options.key !== undefined && options.keyField !== undefined) {
    throw usageError('--key and --key-field exclude each other', 'Use one of them.');
  }
  const { keyField, valueField, timestampField } = options;
  const isJson = options.ndjson === true || (keyField ?? valueField ?? timestampField) !== undefined;
  if (!isJson) return (line) => ({ kind: 'record', record: { ...fixed, value: line } });
  return (line) => {
    if (line.length === 0) return { kind: 'skip' };
    let parsed: unknown;
    try {
      parsed = JSON.parse(line.toString('utf8'));
    } catch (error) {
      return { kind: 'invalid', cause: `not JSON: ${(error as Error).message}` };
    }
    return fromJson(parsed, line, fixed, { keyField, valueField, timestampField });
  };
}

interface Fields {
  readonly keyField: string | undefined;
  readonly valueField: string | undefined;
  readonly timestampField: string | undefined;
}

function fromJson(parsed: unknown, line: Buffer, fixed: OutgoingRecord, fields: Fields): LineResult {
  const record: { -readonly [K in keyof OutgoingRecord]: OutgoingRecord[K] } = { ...fixed, value: line };
  if (fields.keyField !== undefined) {
    const key = textOf(fieldOf(parsed, fields.keyField));
    if (key === undefined) return { kind: 'invalid', cause: `no field ${fields.keyField} for the key` };
    record.key = key;
  }
  if (fields.valueField !== undefined) {
    const value = textOf(fieldOf(parsed, fields.valueField));
    if (value === undefined) return { kind: 'invalid', cause: `no field ${fields.valueField} for the value` };
    record.value = value;
  }
  if (fields.timestampField !== undefined) {
    const time = fieldOf(parsed, fields.timestampField);
    const timestamp = typeof time === 'number' ? Math.trunc(time) : Date.parse(String(time));
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
      return { kind: 'invalid', cause: `field ${fields.timestampField} is not a time` };
    }
    record.timestamp = timestamp;
  }
  return { kind: 'record', record };
}

/** `a.b` is field b of field a, or, where there is one, the field named `a.b`. */
function fieldOf(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, path)) return object[path];
  const dot = path.indexOf('.');
  if (dot < 0 || !Object.hasOwn(object, path.slice(0, dot))) return undefined;
  return fieldOf(object[path.slice(0, dot)], path.slice(dot + 1));
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseHeaders(pairs: readonly string[]): { readonly key: string; readonly value: Uint8Array }[] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw usageError(`${pair} is not a header`, 'Write key=value.');
    return { key: pair.slice(0, at), value: Buffer.from(pair.slice(at + 1)) };
  });
}
