/**
 * What filters look at: records, jobs and entries of buckets, each with its variables. Variables are read when an expression asks
 * for them, so that a payload which no filter looks into is never decoded.
 */
import { FILTER_JSON_BYTES_MAX } from './filter-limits.ts';
import type { FilterRun } from './filter-run.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, Instant } from './filter-value.ts';
import type { Value, ValueType } from './filter-value.ts';

export interface HeaderView {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

export interface RecordView {
  readonly headers: readonly HeaderView[];
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
  readonly offset: number;
  readonly partition: number;
  readonly timestampMs: number;
  readonly stream: string;
}

export interface JobView {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly headers: readonly HeaderView[];
  readonly key: Uint8Array | string | undefined;
  readonly priority: number;
  readonly attempts: number;
  readonly enqueuedAtMs: number;
  /** ready, delayed, leased or dead. */
  readonly state: string;
  readonly lastError: string | undefined;
}

export interface KvView {
  readonly key: Uint8Array | string;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly version: number;
  readonly createRevision: number;
  readonly expiresAtMs: number | undefined;
}

export interface FilterViews {
  readonly record: RecordView;
  readonly job: JobView;
  readonly kv: KvView;
}
export type FilterKind = keyof FilterViews;

export interface FilterVariable<View> {
  readonly name: string;
  readonly type: ValueType;
  readonly read: (view: View, run: FilterRun, at: SourceRange) => Value;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const FILTER_VARIABLES: { readonly [K in FilterKind]: readonly FilterVariable<FilterViews[K]>[] } = {
  record: [
    { name: 'headers', type: 'map', read: (view) => headerMap(view.headers) },
    { name: 'key', type: 'string', read: (view) => textOf(view.key) },
    { name: 'payload', type: 'dyn', read: (view, run, at) => contentOf(view.value, run, at) },
    { name: 'value', type: 'dyn', read: (view, run, at) => contentOf(view.value, run, at) },
    { name: 'offset', type: 'int', read: (view) => BigInt(view.offset) },
    { name: 'partition', type: 'int', read: (view) => BigInt(view.partition) },
    { name: 'timestamp', type: 'timestamp', read: (view) => new Instant(view.timestampMs) },
    { name: 'stream', type: 'string', read: (view) => view.stream },
  ],
  job: [
    { name: 'id', type: 'string', read: (view) => view.id },
    { name: 'payload', type: 'dyn', read: (view, run, at) => contentOf(view.payload, run, at) },
    { name: 'headers', type: 'map', read: (view) => headerMap(view.headers) },
    { name: 'key', type: 'string', read: (view) => textOf(view.key) },
    { name: 'priority', type: 'int', read: (view) => BigInt(view.priority) },
    { name: 'attempts', type: 'int', read: (view) => BigInt(view.attempts) },
    { name: 'enqueuedAt', type: 'timestamp', read: (view) => new Instant(view.enqueuedAtMs) },
    { name: 'state', type: 'string', read: (view) => view.state },
    { name: 'lastError', type: 'string', read: (view) => view.lastError ?? null },
  ],
  kv: [
    { name: 'key', type: 'string', read: (view) => textOf(view.key) },
    { name: 'value', type: 'dyn', read: (view, run, at) => contentOf(view.value, run, at) },
    { name: 'revision', type: 'int', read: (view) => BigInt(view.revision) },
    { name: 'version', type: 'int', read: (view) => BigInt(view.version) },
    { name: 'createRevision', type: 'int', read: (view) => BigInt(view.createRevision) },
    {
      name: 'expiresAt',
      type: 'timestamp',
      read: (view) => (view.expiresAtMs === undefined ? null : new Instant(view.expiresAtMs)),
    },
  ],
};

/** Text where the bytes are UTF-8, else the bytes; null where there is nothing. */
function textOf(data: Uint8Array | string | undefined): Value {
  if (data === undefined) return null;
  if (typeof data === 'string') return data;
  try {
    return decoder.decode(data);
  } catch {
    return data;
  }
}

/** Of headers with one name, the last one counts. */
function headerMap(headers: readonly HeaderView[]): ReadonlyMap<Value, Value> {
  return new Map(headers.map((header): [Value, Value] => [header.key, textOf(header.value)]));
}

/** A payload: what its JSON says; text that is no JSON is text, and what is no text is bytes. */
function contentOf(data: Uint8Array | undefined, run: FilterRun, at: SourceRange): Value {
  if (data === undefined) return null;
  if (data.length > FILTER_JSON_BYTES_MAX)
    return new Fault(
      `the payload has ${data.length} bytes; filters look into payloads of at most ${FILTER_JSON_BYTES_MAX}`,
      at,
    );
  const spent = run.charge(data.length >>> 3, at);
  if (spent !== undefined) return spent;
  const text = textOf(data);
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
