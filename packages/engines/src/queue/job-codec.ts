/** Bytes of jobs: as they travel in commands (`NewJob`) and as they lie in the state (`JobMeta`, `JobBody`). */
import { assert, ByteReader, ByteWriter } from '@flowmesh/base';
import type {
  DeadReason,
  Failure,
  Header,
  JobBody,
  JobMeta,
  JobState,
  Lease,
  NewJob,
  TransactionTag,
} from './queue-types.ts';

const META_VERSION = 1;
const STATES: readonly JobState[] = ['ready', 'delayed', 'leased', 'dead', 'staged'];
const REASONS: readonly DeadReason[] = ['attempts', 'overflow'];

const HAS_LEASE = 1;
const HAS_DEATH = 2;
const ORDERED = 4;
const BLOCKED = 8;
const NAMED = 16;

export function readList<T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] {
  const count = reader.varint();
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(read(reader));
  return list;
}

export function writeHeaders(writer: ByteWriter, headers: readonly Header[]): void {
  writer.varint(headers.length);
  for (const { name, value } of headers) writer.text(name).bytes(value);
}

export function readHeader(reader: ByteReader): Header {
  return { name: reader.text(), value: reader.bytes() };
}

/** -1 and undefined have values of their own. */
function writeAttemptsMax(writer: ByteWriter, attemptsMax: number | undefined): void {
  writer.varint(attemptsMax === undefined ? 0 : attemptsMax + 2);
}

function readAttemptsMax(reader: ByteReader): number | undefined {
  const value = reader.varint();
  return value === 0 ? undefined : value - 2;
}

export function writeJob(writer: ByteWriter, job: NewJob): void {
  writer.bytes(job.payload);
  writeHeaders(writer, job.headers);
  writer.bytes(job.key).u8(job.priority).u64(job.notBeforeMs).text(job.dedupId);
  writeAttemptsMax(writer, job.attemptsMax);
  writer.text(job.origin);
}

export function readJob(reader: ByteReader): NewJob {
  return {
    payload: reader.bytes(),
    headers: readList(reader, readHeader),
    key: reader.bytes(),
    priority: reader.u8(),
    notBeforeMs: reader.u64(),
    dedupId: reader.text(),
    attemptsMax: readAttemptsMax(reader),
    origin: reader.text(),
  };
}

export function writeTag(writer: ByteWriter, tag: TransactionTag | undefined): void {
  writer.u8(tag === undefined ? 0 : 1);
  if (tag !== undefined) writer.varint(tag.producerId).varint(tag.epoch);
}

export function readTag(reader: ByteReader): TransactionTag | undefined {
  return reader.u8() === 0 ? undefined : { producerId: reader.varint(), epoch: reader.varint() };
}

export function encodeBody(body: JobBody): Uint8Array {
  let capacity = body.payload.length + 16;
  for (const { name, value } of body.headers) capacity += 3 * name.length + value.length + 16;
  const writer = new ByteWriter(capacity);
  writeHeaders(writer, body.headers);
  return writer.bytes(body.payload).view8();
}

/** Aliases the input. */
export function decodeBody(bytes: Uint8Array): JobBody {
  const reader = new ByteReader(bytes);
  const headers = readList(reader, readHeader);
  return { headers, payload: reader.bytes() };
}

/** Records are written at every step of a job; each is copied out before the next. */
const scratch = new ByteWriter(4_096);

/** The seq is in the key. */
export function encodeMeta(meta: JobMeta): Uint8Array {
  const { place, lease, death } = meta;
  const flags =
    (lease === undefined ? 0 : HAS_LEASE) |
    (death === undefined ? 0 : HAS_DEATH) |
    (place.ordered ? ORDERED : 0) |
    (place.blocked ? BLOCKED : 0) |
    (place.named ? NAMED : 0);
  const writer = scratch;
  writer.reset();
  writer.u8(META_VERSION).u8(STATES.indexOf(meta.state)).u8(flags);
  writer.u8(meta.priority).bytes(meta.key).text(meta.dedupId).text(meta.origin);
  writeAttemptsMax(writer, meta.attemptsMax);
  writer.varint(meta.enqueuedAtMs).varint(meta.dueAtMs).varint(meta.attempts).varint(meta.totalAttempts);
  writer.varint(meta.leaseEpoch).varint(meta.redrives).varint(meta.bytes).varint(place.turn);
  if (lease !== undefined) {
    writer.text(lease.worker).varint(lease.leasedAtMs).varint(lease.deadlineMs);
    writeTag(writer, lease.transaction);
  }
  if (death !== undefined) writer.varint(death.atMs).u8(REASONS.indexOf(death.reason));
  writer.varint(meta.failures.length);
  for (const { attempt, atMs, error } of meta.failures) writer.varint(attempt).varint(atMs).text(error);
  return writer.finish();
}

export function decodeMeta(seq: number, bytes: Uint8Array): JobMeta {
  const reader = new ByteReader(bytes);
  assert(reader.u8() === META_VERSION, 'a job is of a version that this node knows');
  const state = STATES[reader.u8()];
  assert(state !== undefined, 'the state of a job is known');
  const flags = reader.u8();
  const fixed = {
    seq,
    state,
    priority: reader.u8(),
    key: Uint8Array.from(reader.bytes()),
    dedupId: reader.text(),
    origin: reader.text(),
    attemptsMax: readAttemptsMax(reader),
    enqueuedAtMs: reader.varint(),
    dueAtMs: reader.varint(),
    attempts: reader.varint(),
    totalAttempts: reader.varint(),
    leaseEpoch: reader.varint(),
    redrives: reader.varint(),
    bytes: reader.varint(),
  };
  const turn = reader.varint();
  const lease = (flags & HAS_LEASE) === 0 ? undefined : readLease(reader);
  const death = (flags & HAS_DEATH) === 0 ? undefined : readDeath(reader);
  const failures = readList(reader, readFailure);
  const place = {
    turn,
    ordered: (flags & ORDERED) !== 0,
    blocked: (flags & BLOCKED) !== 0,
    named: (flags & NAMED) !== 0,
  };
  return { ...fixed, lease, death, failures, place };
}

function readLease(reader: ByteReader): Lease {
  return {
    worker: reader.text(),
    leasedAtMs: reader.varint(),
    deadlineMs: reader.varint(),
    transaction: readTag(reader),
  };
}

function readDeath(reader: ByteReader): { readonly atMs: number; readonly reason: DeadReason } {
  const atMs = reader.varint();
  const reason = REASONS[reader.u8()];
  assert(reason !== undefined, 'the reason of a death is known');
  return { atMs, reason };
}

function readFailure(reader: ByteReader): Failure {
  return { attempt: reader.varint(), atMs: reader.varint(), error: reader.text() };
}
