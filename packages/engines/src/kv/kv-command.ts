/**
 * Commands of the key-value machine: `kind u8 · version u8 · timeMs u64 · body`. A kind or version that a node does not know stops it:
 * skipping would make its copy differ. Every single put, delete or increment is a transaction of one operation.
 */
import { AssertionError, assert, ByteReader, type ByteWriter } from '@flowmesh/base';
import { recordWriter } from '../state/record-writer.ts';
import {
  KV_EXPIRE_ITEMS_MAX,
  type KvComparison,
  type KvCondition,
  type KvExpiry,
  type KvOp,
} from './kv-types.ts';

const VERSION = 1;

export type KvCommand = { readonly timeMs: number } & (
  | {
      readonly kind: 'txn';
      /** Empty: a repetition is done again. */
      readonly requestId: Uint8Array;
      readonly conditions: readonly KvCondition[];
      readonly success: readonly KvOp[];
      readonly failure: readonly KvOp[];
    }
  /** `id` 0: the machine chooses one. */
  | { readonly kind: 'lease-grant'; readonly id: number; readonly ttlMs: number }
  | { readonly kind: 'lease-keep-alive'; readonly ids: readonly number[] }
  | { readonly kind: 'lease-revoke'; readonly id: number; readonly max: number }
  | { readonly kind: 'compact'; readonly revision: number }
  | { readonly kind: 'expire'; readonly max: number }
  | {
      readonly kind: 'configure';
      readonly revision: number;
      readonly config: Readonly<Record<string, string>>;
    }
);

const KINDS = [
  'txn',
  'lease-grant',
  'lease-keep-alive',
  'lease-revoke',
  'compact',
  'expire',
  'configure',
] as const satisfies readonly KvCommand['kind'][];
const OPS = ['put', 'get', 'delete', 'delete-range', 'increment', 'touch'] as const;
const EXPIRIES = ['default', 'none', 'keep', 'ttl', 'lease'] as const;
const TARGETS = ['version', 'create', 'mod', 'value'] as const;
const COMPARISONS: readonly KvComparison[] = ['equal', 'not-equal', 'less', 'greater'];

export function encodeKvCommand(command: KvCommand): Uint8Array {
  const writer = recordWriter(sizeOf(command))
    .u8(KINDS.indexOf(command.kind) + 1)
    .u8(VERSION)
    .u64(command.timeMs);
  switch (command.kind) {
    case 'txn':
      writer.bytes(command.requestId);
      writeList(writer, command.conditions, writeCondition);
      writeList(writer, command.success, writeOp);
      writeList(writer, command.failure, writeOp);
      break;
    case 'lease-grant':
      writer.varint(command.id).varint(command.ttlMs);
      break;
    case 'lease-keep-alive':
      writeList(writer, command.ids, (to, id) => to.varint(id));
      break;
    case 'lease-revoke':
      writer.varint(command.id).varint(command.max);
      break;
    case 'compact':
      writer.varint(command.revision);
      break;
    case 'expire':
      writer.varint(command.max);
      break;
    case 'configure':
      writer.varint(command.revision);
      writeList(writer, Object.entries(command.config), (to, [key, value]) => to.text(key).text(value));
      break;
  }
  return writer.finish();
}

/** Byte fields alias the entry: copy what is kept. */
export function decodeKvCommand(bytes: Uint8Array): KvCommand {
  const reader = new ByteReader(bytes);
  const kind = known(KINDS[reader.u8() - 1], 'kind');
  const version = reader.u8();
  assert(version === VERSION, `key-value command of version ${version}; this node knows ${VERSION}`);
  const timeMs = reader.u64();
  switch (kind) {
    case 'txn':
      return {
        kind,
        timeMs,
        requestId: reader.bytes(),
        conditions: readList(reader, readCondition),
        success: readList(reader, readOp),
        failure: readList(reader, readOp),
      };
    case 'lease-grant':
      return { kind, timeMs, id: reader.varint(), ttlMs: reader.varint() };
    case 'lease-keep-alive':
      return { kind, timeMs, ids: readList(reader, () => reader.varint()) };
    case 'lease-revoke':
      return { kind, timeMs, id: reader.varint(), max: reader.varint() };
    case 'compact':
      return { kind, timeMs, revision: reader.varint() };
    case 'expire':
      return { kind, timeMs, max: reader.varint() };
    case 'configure': {
      const revision = reader.varint();
      const config = readList(reader, () => [reader.text(), reader.text()] as const);
      return { kind, timeMs, revision, config: Object.fromEntries(config) };
    }
  }
}

/** About how many keys the command takes away, beside those that it names. */
export function weighKvCommand(bytes: Uint8Array): number {
  const kind = KINDS[(bytes[0] ?? 0) - 1];
  return kind === 'expire' || kind === 'lease-revoke' ? KV_EXPIRE_ITEMS_MAX : 1;
}

/** Whether the command adds data. */
export function kvCommandNeedsRoom(bytes: Uint8Array): boolean {
  const command = decodeKvCommand(bytes);
  switch (command.kind) {
    case 'txn':
      return [...command.success, ...command.failure].some(
        ({ kind }) => kind === 'put' || kind === 'increment',
      );
    case 'lease-grant':
      return true;
    case 'lease-keep-alive':
    case 'lease-revoke':
    case 'compact':
    case 'expire':
    case 'configure':
      return false;
  }
}

function writeCondition(writer: ByteWriter, condition: KvCondition): void {
  writer.bytes(condition.key).u8(TARGETS.indexOf(condition.target));
  writer.u8(COMPARISONS.indexOf(condition.comparison));
  if (condition.target === 'value') writer.bytes(condition.value);
  else writer.varint(condition.number);
}

function readCondition(reader: ByteReader): KvCondition {
  const key = reader.bytes();
  const target = known(TARGETS[reader.u8()], 'condition');
  const comparison = known(COMPARISONS[reader.u8()], 'comparison');
  return target === 'value'
    ? { key, target, comparison, value: reader.bytes() }
    : { key, target, comparison, number: reader.varint() };
}

function writeOp(writer: ByteWriter, op: KvOp): void {
  writer.u8(OPS.indexOf(op.kind));
  switch (op.kind) {
    case 'put':
      writer.bytes(op.key);
      if (op.value === undefined) writer.u8(0);
      else writer.u8(1).bytes(op.value);
      writeExpiry(writer, op.expiry);
      break;
    case 'get':
    case 'delete':
      writer.bytes(op.key);
      break;
    case 'delete-range':
      writer
        .bytes(op.from)
        .bytes(op.to)
        .varint(op.max)
        .u8(op.partial ? 1 : 0);
      break;
    case 'increment':
      writer.bytes(op.key).f64(op.by);
      writeExpiry(writer, op.expiry);
      break;
    case 'touch':
      writer.bytes(op.key);
      writeExpiry(writer, op.expiry);
      break;
  }
}

function readOp(reader: ByteReader): KvOp {
  const kind = known(OPS[reader.u8()], 'operation');
  switch (kind) {
    case 'put': {
      const key = reader.bytes();
      const value = reader.u8() === 1 ? reader.bytes() : undefined;
      return { kind, key, value, expiry: readExpiry(reader) };
    }
    case 'get':
    case 'delete':
      return { kind, key: reader.bytes() };
    case 'delete-range': {
      const [from, to] = [reader.bytes(), reader.bytes()];
      return { kind, from, to, max: reader.varint(), partial: reader.u8() === 1 };
    }
    case 'increment':
      return { kind, key: reader.bytes(), by: reader.f64(), expiry: readExpiry(reader) };
    case 'touch':
      return { kind, key: reader.bytes(), expiry: readExpiry(reader) };
  }
}

function writeExpiry(writer: ByteWriter, expiry: KvExpiry): void {
  writer.u8(EXPIRIES.indexOf(expiry.kind));
  if (expiry.kind === 'ttl') writer.varint(expiry.ttlMs);
  else if (expiry.kind === 'lease') writer.varint(expiry.lease);
}

function readExpiry(reader: ByteReader): KvExpiry {
  const kind = known(EXPIRIES[reader.u8()], 'expiry');
  if (kind === 'ttl') return { kind, ttlMs: reader.varint() };
  if (kind === 'lease') return { kind, lease: reader.varint() };
  return { kind };
}

function writeList<T>(
  writer: ByteWriter,
  list: readonly T[],
  write: (to: ByteWriter, each: T) => unknown,
): void {
  writer.varint(list.length);
  for (const each of list) write(writer, each);
}

function readList<T>(reader: ByteReader, read: (from: ByteReader) => T): T[] {
  const list: T[] = [];
  for (let left = reader.varint(); left > 0; left--) list.push(read(reader));
  return list;
}

/** About, and not less where it is much. */
function sizeOf(command: KvCommand): number {
  if (command.kind !== 'txn') return 0;
  let bytes = command.requestId.length + 64;
  for (const each of [...command.conditions, ...command.success, ...command.failure]) {
    bytes += 32 + ('key' in each ? each.key.length : each.from.length + each.to.length);
    if ('value' in each && each.value !== undefined) bytes += each.value.length;
  }
  return bytes;
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionError(`key-value command has an unknown ${what}`);
  return value;
}
