/** Records, jobs and entries as filters see them, from plain values. */
import type { HeaderView, JobView, KvView, RecordView } from '../../../src/services/filter/compile-filter.ts';

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export interface RecordParts {
  readonly value?: unknown;
  readonly raw?: Uint8Array;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly offset?: number;
  readonly partition?: number;
  readonly timestampMs?: number;
  readonly stream?: string;
}

function headerViews(headers: Readonly<Record<string, string>>): HeaderView[] {
  return Object.entries(headers).map(([key, value]) => ({ key, value: bytes(value) }));
}

export function record(parts: RecordParts): RecordView {
  return {
    headers: headerViews(parts.headers ?? {}),
    key: parts.key === undefined ? undefined : bytes(parts.key),
    value: parts.raw ?? (parts.value === undefined ? undefined : bytes(JSON.stringify(parts.value))),
    offset: parts.offset ?? 0,
    partition: parts.partition ?? 0,
    timestampMs: parts.timestampMs ?? 0,
    stream: parts.stream ?? 's',
  };
}

export function job(parts: { readonly attempts: number; readonly lastError: string | undefined }): JobView {
  return {
    id: 'j1',
    payload: bytes('{"to":"a@b"}'),
    headers: headerViews({ trace: 't' }),
    key: 'customer-1',
    priority: 5,
    enqueuedAtMs: Date.UTC(2026, 0, 1),
    state: 'dead',
    ...parts,
  };
}

export function entry(value: unknown, expiresAtMs?: number): KvView {
  return {
    key: bytes('users/7'),
    value: bytes(JSON.stringify(value)),
    revision: 9,
    version: 2,
    createRevision: 4,
    expiresAtMs,
  };
}
