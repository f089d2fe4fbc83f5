/**
 * What the rows of the key-value machine hold. Every record begins with its format's number, so that it can change.
 *
 * A *head* is the newest state of a key: a version, or a tombstone that stays until the log before it is compacted. It lists the older
 * versions that can still be read. Values up to `INLINE_BYTES_MAX` lie in the head and in the log's event; larger ones once, in the
 * table of versions, written with the put.
 */
import { assert, ByteReader, type ByteWriter } from '@flowmesh/base';
import type { RecordArena } from '../state/record-arena.ts';
import { recordWriter } from '../state/record-writer.ts';
import type { KvEvent, KvEventKind, KvOpResult, KvTxnReply, KvVersion } from './kv-types.ts';

export const INLINE_BYTES_MAX = 512;
const FORMAT = 1;
const SMALL_BYTES = 64;

/** An older version of a key: a tombstone, or one whose value is small (kept for the history) or large (kept for the log too). */
export interface PastVersion {
  readonly revision: number;
  readonly kind: 'deleted' | 'small' | 'large';
}

export interface KvHead extends KvVersion {
  readonly deleted: boolean;
  /** Ascending. */
  readonly past: readonly PastVersion[];
  /** Older versions than those existed and are gone. */
  readonly trimmed: boolean;
}

export interface LeaseRecord {
  readonly ttlMs: number;
  readonly expiresAtMs: number;
  /** Where its entry in the table of dues lies: not later than it expires. */
  readonly dueMs: number;
  /** Revoked or expired: only its keys are still to go. `expired` tells which event they get. */
  readonly ending: 'no' | 'revoked' | 'expired';
}

const PAST_KINDS = ['deleted', 'small', 'large'] as const;
const ENDINGS = ['no', 'revoked', 'expired'] as const;
const EVENT_KINDS: readonly KvEventKind[] = ['put', 'delete', 'expire'];

export function isInline(valueBytes: number): boolean {
  return valueBytes <= INLINE_BYTES_MAX;
}

function writeVersion(writer: ByteWriter, version: KvVersion): void {
  writeVersionFields(writer, version);
  if (version.value !== undefined) writer.u8(1).raw(version.value);
  else writer.u8(0);
}

function writeVersionWithoutValue(writer: ByteWriter, version: KvVersion): void {
  writeVersionFields(writer, version);
  writer.u8(0);
}

function writeVersionFields(writer: ByteWriter, version: KvVersion): void {
  writer.varint(version.createRevision).varint(version.modRevision).varint(version.version);
  writer.varint(version.expiresAtMs).varint(version.lease).varint(version.valueBytes);
}

function readVersion(reader: ByteReader): KvVersion {
  const createRevision = reader.varint();
  const modRevision = reader.varint();
  const version = reader.varint();
  const expiresAtMs = reader.varint();
  const lease = reader.varint();
  const valueBytes = reader.varint();
  const value = reader.u8() === 1 ? reader.raw(valueBytes) : undefined;
  return { createRevision, modRevision, version, expiresAtMs, lease, valueBytes, value };
}

/** `value`: that of the head, which may have aliased anything, in memory that stays. */
export function encodeHead(head: KvHead): {
  readonly bytes: Uint8Array;
  readonly value: Uint8Array | undefined;
} {
  const { value } = head;
  const writer = recordWriter(64 + 10 * head.past.length + (value?.length ?? 0)).u8(FORMAT);
  writer.u8((head.deleted ? 1 : 0) | (head.trimmed ? 2 : 0));
  writeVersion(writer, head);
  const end = writer.length;
  writer.varint(head.past.length);
  for (const { revision, kind } of head.past) writer.varint(revision).u8(PAST_KINDS.indexOf(kind));
  const bytes = writer.finish();
  if (value === undefined) return { bytes, value };
  // A view costs more than a copy of little.
  const view = value.length > SMALL_BYTES;
  return { bytes, value: view ? bytes.subarray(end - value.length, end) : new Uint8Array(value) };
}

export function decodeHead(bytes: Uint8Array): KvHead {
  const reader = opened(bytes);
  const flags = reader.u8();
  const { createRevision, modRevision, version, expiresAtMs, lease, valueBytes, value } = readVersion(reader);
  const past: PastVersion[] = [];
  for (let left = reader.varint(); left > 0; left--)
    past.push({ revision: reader.varint(), kind: PAST_KINDS[reader.u8()] ?? 'small' });
  const fields = { createRevision, modRevision, version, expiresAtMs, lease, valueBytes, value };
  return { ...fields, deleted: (flags & 1) !== 0, trimmed: (flags & 2) !== 0, past };
}

/** A row of the table of versions always holds its value. */
export function encodeVersion(
  version: KvVersion & { readonly value: Uint8Array },
  arena?: RecordArena,
): Uint8Array {
  const writer = recordWriter(64 + version.value.length).u8(FORMAT);
  writeVersion(writer, version);
  return arena?.keep(writer) ?? writer.finish();
}

export function decodeVersion(bytes: Uint8Array): KvVersion {
  return readVersion(opened(bytes));
}

export function encodeEvent(event: KvEvent, arena: RecordArena): Uint8Array {
  const writer = recordWriter(64 + event.key.length + (event.value?.length ?? 0)).u8(FORMAT);
  writer.u8(EVENT_KINDS.indexOf(event.kind)).bytes(event.key).varint(event.timeMs);
  writer.varint(event.createRevision).varint(event.version).varint(event.expiresAtMs).varint(event.lease);
  writer.varint(event.previousRevision).varint(event.valueBytes);
  if (event.value !== undefined) writer.u8(1).raw(event.value);
  else writer.u8(0);
  return arena.keep(writer);
}

export function decodeEvent(
  place: { readonly revision: number; readonly index: number },
  bytes: Uint8Array,
): KvEvent {
  const reader = opened(bytes);
  const kind = EVENT_KINDS[reader.u8()] ?? 'put';
  const fields = {
    kind,
    key: reader.bytes(),
    revision: place.revision,
    index: place.index,
    timeMs: reader.varint(),
    createRevision: reader.varint(),
    version: reader.varint(),
    expiresAtMs: reader.varint(),
    lease: reader.varint(),
    previousRevision: reader.varint(),
    valueBytes: reader.varint(),
  };
  return { ...fields, value: reader.u8() === 1 ? reader.raw(fields.valueBytes) : undefined };
}

export function encodeLease(lease: LeaseRecord): Uint8Array {
  return recordWriter(32)
    .u8(FORMAT)
    .varint(lease.ttlMs)
    .varint(lease.expiresAtMs)
    .varint(lease.dueMs)
    .u8(ENDINGS.indexOf(lease.ending))
    .finish();
}

export function decodeLease(bytes: Uint8Array): LeaseRecord {
  const reader = opened(bytes);
  return {
    ttlMs: reader.varint(),
    expiresAtMs: reader.varint(),
    dueMs: reader.varint(),
    ending: ENDINGS[reader.u8()] ?? 'no',
  };
}

const RESULT_KINDS = ['put', 'get', 'delete', 'delete-range', 'increment', 'touch'] as const;

/** The answer to a request, without values: whoever repeats it reads them by key and revision. */
export function encodeAnswer(reply: KvTxnReply): Uint8Array {
  const writer = recordWriter(64 + 128 * reply.results.length)
    .u8(FORMAT)
    .varint(reply.revision)
    .u8(reply.succeeded ? 1 : 0);
  writer.varint(reply.results.length);
  for (const result of reply.results) {
    writer.u8(RESULT_KINDS.indexOf(result.kind));
    writeResult(writer, result);
  }
  return writer.finish();
}

function writeResult(writer: ByteWriter, result: KvOpResult): void {
  switch (result.kind) {
    case 'put':
      writeVersionWithoutValue(writer, result.current);
      return writeOptional(writer, result.previous);
    case 'get':
    case 'touch':
      return writeOptional(writer, result.current);
    case 'delete':
      return writeOptional(writer, result.previous);
    case 'delete-range':
      writer.varint(result.deleted).u8(result.more ? 1 : 0);
      return;
    case 'increment':
      writer.f64(result.number);
      writeVersionWithoutValue(writer, result.current);
      return;
  }
}

function writeOptional(writer: ByteWriter, version: KvVersion | undefined): void {
  if (version === undefined) writer.u8(0);
  else writeVersionWithoutValue(writer.u8(1), version);
}

export function decodeAnswer(bytes: Uint8Array): KvTxnReply {
  const reader = opened(bytes);
  const revision = reader.varint();
  const succeeded = reader.u8() === 1;
  const results = Array.from({ length: reader.varint() }, () => readResult(reader));
  return { kind: 'txn', revision, succeeded, results, repeated: true };
}

function readResult(reader: ByteReader): KvOpResult {
  const kind = RESULT_KINDS[reader.u8()] ?? 'get';
  switch (kind) {
    case 'put':
      return { kind, current: readVersion(reader), previous: readOptional(reader) };
    case 'get':
    case 'touch':
      return { kind, current: readOptional(reader) };
    case 'delete':
      return { kind, previous: readOptional(reader) };
    case 'delete-range':
      return { kind, deleted: reader.varint(), more: reader.u8() === 1 };
    case 'increment':
      return { kind, number: reader.f64(), current: readVersion(reader) };
  }
}

function readOptional(reader: ByteReader): KvVersion | undefined {
  return reader.u8() === 1 ? readVersion(reader) : undefined;
}

function opened(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  assert(reader.u8() === FORMAT, 'a key-value record has a format that this build knows');
  return reader;
}
