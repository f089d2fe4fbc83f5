/**
 * Commands of the queue machine: kind u8 · version u8 · timeMs u64 · body. `timeMs` is the proposing leader's stamped time; the machine's
 * time is the greatest that it has seen. A kind or version that a node does not know stops it: skipping would make its copy differ.
 *
 * Limits, checked by services: at most `QUEUE_COMMAND_ITEMS_MAX` items in a command, visibility up to 12 h. The machine cuts long errors.
 */
import { AssertionError, ByteReader, ByteWriter, assert } from '@flowmesh/base';
import { readHeader, readJob, readList, readTag, writeHeaders, writeJob, writeTag } from './job-codec.ts';
import type {
  DeadPosition,
  Header,
  NewJob,
  Receipt,
  RedriveTaskState,
  TransactionTag,
} from './queue-types.ts';

const VERSION = 1;

/** Items of one command: jobs, receipts, seqs, or what an expire or purge may move. */
export const QUEUE_COMMAND_ITEMS_MAX = 1_000;

/** Items of one `expire`, `purge`, `redrive-until` or `end-transaction`: some 64 KiB of state. */
export const QUEUE_STEP_ITEMS_MAX = 250;

export type PurgeState = 'ready' | 'delayed' | 'leased' | 'dead';

export interface NackItem extends Receipt {
  /** Undefined: by the queue's retry policy; 0: ready at once. */
  readonly delayMs: number | undefined;
  readonly error: string;
}

export interface ExtendItem extends Receipt {
  /** From now on. */
  readonly visibilityMs: number;
}

export type QueueCommandBody =
  /** The queue's configuration as of this revision of the catalog. */
  | {
      readonly kind: 'configure';
      readonly revision: number;
      readonly config: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'enqueue';
      readonly jobs: readonly NewJob[];
      /** The same request within ten minutes is answered with the same results, and stores nothing; empty: none. */
      readonly requestId: string;
      readonly transaction: TransactionTag | undefined;
    }
  | {
      readonly kind: 'receive';
      readonly worker: string;
      readonly max: number;
      /** Of the delivered jobs together; one job is delivered whatever its size. */
      readonly bytesMax: number;
      /** Undefined: as the queue is configured. */
      readonly visibilityMs: number | undefined;
    }
  | {
      readonly kind: 'ack';
      readonly receipts: readonly Receipt[];
      readonly transaction: TransactionTag | undefined;
    }
  | { readonly kind: 'nack'; readonly items: readonly NackItem[] }
  | { readonly kind: 'extend'; readonly items: readonly ExtendItem[] }
  /** Back to ready. `undelivered`: nobody has seen the jobs, the attempt does not count. */
  | { readonly kind: 'release'; readonly receipts: readonly Receipt[]; readonly undelivered: boolean }
  /** Does what is due: leases, delays, blocked jobs whose key is free, ids to be forgotten. At most `max` items. */
  | { readonly kind: 'expire'; readonly max: number }
  /** Undefined: as it is. */
  | { readonly kind: 'pause'; readonly receive: boolean | undefined; readonly enqueue: boolean | undefined }
  | { readonly kind: 'purge'; readonly state: PurgeState; readonly max: number }
  | { readonly kind: 'delete-dead'; readonly seqs: readonly number[] }
  /** Replaces both: applying never reads bodies. */
  | {
      readonly kind: 'edit-dead';
      readonly seq: number;
      readonly payload: Uint8Array;
      readonly headers: readonly Header[];
    }
  | { readonly kind: 'redrive'; readonly seqs: readonly number[] }
  /** Those that died at or before this time, oldest first. */
  | { readonly kind: 'redrive-until'; readonly diedUntilMs: number; readonly max: number }
  | {
      readonly kind: 'task-start';
      readonly id: string;
      readonly filter: string;
      readonly ratePerSecond: number;
      readonly max: number;
    }
  /** Redrives `seqs` and notes the new position, in one. A task that has ended redrives nothing: NOT_FOUND or PRECONDITION_FAILED. */
  | {
      readonly kind: 'task-progress';
      readonly id: string;
      readonly seqs: readonly number[];
      readonly position: DeadPosition;
      readonly scanned: number;
    }
  /** Ends a running task; an ended one stays as it is. */
  | {
      readonly kind: 'task-end';
      readonly id: string;
      readonly state: Exclude<RedriveTaskState, 'running'>;
      readonly error: string;
    }
  | {
      readonly kind: 'schedule-put';
      readonly name: string;
      readonly expression: string;
      readonly timeZone: string;
      readonly template: NewJob;
      readonly nextAtMs: number;
    }
  | { readonly kind: 'schedule-delete'; readonly name: string }
  /** `nextAtMs`: of a resumed one. */
  | {
      readonly kind: 'schedule-pause';
      readonly name: string;
      readonly paused: boolean;
      readonly nextAtMs: number;
    }
  /** Enqueues the template once: only while the schedule's next time is `expectedAtMs`. */
  | {
      readonly kind: 'schedule-fire';
      readonly name: string;
      readonly expectedAtMs: number;
      readonly nextAtMs: number;
    }
  /**
   * The marker. Commit: staged acks take effect, staged jobs become ready or delayed. Abort: staged jobs go, leases are as before the
   * acks. At most `max` jobs a command: repeat until the reply leaves none.
   */
  | {
      readonly kind: 'end-transaction';
      readonly transaction: TransactionTag;
      readonly commit: boolean;
      readonly coordinatorTerm: number;
      readonly max: number;
    };

export type QueueCommand = QueueCommandBody & { readonly timeMs: number };

const KINDS = [
  'configure',
  'enqueue',
  'receive',
  'ack',
  'nack',
  'extend',
  'release',
  'expire',
  'pause',
  'purge',
  'delete-dead',
  'edit-dead',
  'redrive',
  'redrive-until',
  'task-start',
  'task-progress',
  'task-end',
  'schedule-put',
  'schedule-delete',
  'schedule-pause',
  'schedule-fire',
  'end-transaction',
] as const satisfies ReadonlyArray<QueueCommandBody['kind']>;

const PURGE_STATES: readonly PurgeState[] = ['ready', 'delayed', 'leased', 'dead'];
const END_STATES: ReadonlyArray<Exclude<RedriveTaskState, 'running'>> = ['done', 'cancelled', 'failed'];

export function encodeQueueCommand(command: QueueCommand): Uint8Array {
  const writer = new ByteWriter(256);
  writer
    .u8(KINDS.indexOf(command.kind) + 1)
    .u8(VERSION)
    .u64(command.timeMs);
  writeBody(writer, command);
  return writer.finish();
}

/** The kind alone, without reading the rest. */
export function queueCommandKind(bytes: Uint8Array): QueueCommandBody['kind'] {
  const kind = KINDS[(bytes[0] ?? 0) - 1];
  if (kind === undefined)
    throw new AssertionError(`queue command of kind ${bytes[0] ?? 'none'} is not known`);
  return kind;
}

/** Whether this node knows commands of its kind and version. */
export function isKnownQueueCommand(bytes: Uint8Array): boolean {
  return KINDS[(bytes[0] ?? 0) - 1] !== undefined && bytes[1] === VERSION;
}

/** Items of one `receive`, as most are: what it names is known only once it is read. */
const RECEIVE_ITEMS = 100;
/** Of a receipt in a command. */
const RECEIPT_BYTES = 8;

/** About how many jobs the command moves, by its kind and size alone. */
export function weighQueueCommand(bytes: Uint8Array): number {
  if (!isKnownQueueCommand(bytes)) return 1;
  switch (queueCommandKind(bytes)) {
    case 'expire':
    case 'purge':
    case 'redrive-until':
    case 'end-transaction':
      return QUEUE_STEP_ITEMS_MAX;
    case 'receive':
      return RECEIVE_ITEMS;
    case 'ack':
    case 'nack':
    case 'extend':
    case 'release':
    case 'delete-dead':
    case 'redrive':
      return Math.ceil(bytes.length / RECEIPT_BYTES);
    case 'enqueue':
    case 'configure':
    case 'pause':
    case 'edit-dead':
    case 'task-start':
    case 'task-progress':
    case 'task-end':
    case 'schedule-put':
    case 'schedule-delete':
    case 'schedule-pause':
    case 'schedule-fire':
      return 1;
  }
}

/** A committed command; payloads and the like alias it. */
export function decodeQueueCommand(bytes: Uint8Array): QueueCommand {
  const kind = queueCommandKind(bytes);
  const version = bytes[1] ?? 0;
  assert(version === VERSION, `queue command of version ${version}; this node knows ${VERSION}`);
  const reader = new ByteReader(bytes.subarray(2));
  const timeMs = reader.u64();
  const body = readBody(kind, reader);
  assert(reader.remaining === 0, `queue command ${kind} ends where it ends`);
  return { ...body, timeMs };
}

function writeBody(writer: ByteWriter, command: QueueCommandBody): void {
  switch (command.kind) {
    case 'configure': {
      const entries = Object.entries(command.config);
      writer.u64(command.revision).varint(entries.length);
      for (const [key, value] of entries) writer.text(key).text(value);
      return;
    }
    case 'enqueue':
      writer.varint(command.jobs.length);
      for (const job of command.jobs) writeJob(writer, job);
      writer.text(command.requestId);
      writeTag(writer, command.transaction);
      return;
    case 'receive':
      writer.text(command.worker).varint(command.max).varint(command.bytesMax);
      writeOptional(writer, command.visibilityMs);
      return;
    case 'ack':
      writeReceipts(writer, command.receipts);
      writeTag(writer, command.transaction);
      return;
    case 'nack':
      writeReceipts(writer, command.items);
      for (const { delayMs, error } of command.items) {
        writeOptional(writer, delayMs);
        writer.text(error);
      }
      return;
    case 'extend':
      writeReceipts(writer, command.items);
      for (const { visibilityMs } of command.items) writer.varint(visibilityMs);
      return;
    case 'release':
      writeReceipts(writer, command.receipts);
      writer.u8(command.undelivered ? 1 : 0);
      return;
    case 'expire':
      writer.varint(command.max);
      return;
    case 'pause':
      writeFlag(writer, command.receive);
      writeFlag(writer, command.enqueue);
      return;
    case 'purge':
      writer.u8(PURGE_STATES.indexOf(command.state)).varint(command.max);
      return;
    case 'delete-dead':
    case 'redrive':
      writeSeqs(writer, command.seqs);
      return;
    case 'edit-dead':
      writer.varint(command.seq);
      writer.bytes(command.payload);
      writeHeaders(writer, command.headers);
      return;
    case 'redrive-until':
      writer.u64(command.diedUntilMs).varint(command.max);
      return;
    case 'task-start':
    case 'task-progress':
    case 'task-end':
      writeTask(writer, command);
      return;
    case 'schedule-put':
    case 'schedule-delete':
    case 'schedule-pause':
    case 'schedule-fire':
      writeSchedule(writer, command);
      return;
    case 'end-transaction':
      writeTag(writer, command.transaction);
      writer
        .u8(command.commit ? 1 : 0)
        .varint(command.coordinatorTerm)
        .varint(command.max);
      return;
  }
}

type TaskCommand = Extract<QueueCommandBody, { kind: 'task-start' | 'task-progress' | 'task-end' }>;

function writeTask(writer: ByteWriter, command: TaskCommand): void {
  writer.text(command.id);
  switch (command.kind) {
    case 'task-start':
      writer.text(command.filter).varint(command.ratePerSecond).varint(command.max);
      return;
    case 'task-progress':
      writeSeqs(writer, command.seqs);
      writer.u64(command.position.diedAtMs).varint(command.position.seq).varint(command.scanned);
      return;
    case 'task-end':
      writer.u8(END_STATES.indexOf(command.state)).text(command.error);
      return;
  }
}

type ScheduleCommand = Extract<
  QueueCommandBody,
  { kind: 'schedule-put' | 'schedule-delete' | 'schedule-pause' | 'schedule-fire' }
>;

function writeSchedule(writer: ByteWriter, command: ScheduleCommand): void {
  writer.text(command.name);
  switch (command.kind) {
    case 'schedule-put':
      writer.text(command.expression).text(command.timeZone).u64(command.nextAtMs);
      writeJob(writer, command.template);
      return;
    case 'schedule-delete':
      return;
    case 'schedule-pause':
      writer.u8(command.paused ? 1 : 0).u64(command.nextAtMs);
      return;
    case 'schedule-fire':
      writer.u64(command.expectedAtMs).u64(command.nextAtMs);
      return;
  }
}

function readBody(kind: QueueCommandBody['kind'], reader: ByteReader): QueueCommandBody {
  switch (kind) {
    case 'configure': {
      const revision = reader.u64();
      return { kind, revision, config: Object.fromEntries(readList(reader, readPair)) };
    }
    case 'enqueue': {
      const jobs = readList(reader, readJob);
      return { kind, jobs, requestId: reader.text(), transaction: readTag(reader) };
    }
    case 'receive': {
      const worker = reader.text();
      const max = reader.varint();
      const bytesMax = reader.varint();
      return { kind, worker, max, bytesMax, visibilityMs: readOptional(reader) };
    }
    case 'ack':
      return { kind, receipts: readList(reader, readReceipt), transaction: readTag(reader) };
    case 'nack': {
      const receipts = readList(reader, readReceipt);
      const items = receipts.map((receipt) => ({
        ...receipt,
        delayMs: readOptional(reader),
        error: reader.text(),
      }));
      return { kind, items };
    }
    case 'extend': {
      const receipts = readList(reader, readReceipt);
      return { kind, items: receipts.map((receipt) => ({ ...receipt, visibilityMs: reader.varint() })) };
    }
    case 'release':
      return { kind, receipts: readList(reader, readReceipt), undelivered: reader.u8() === 1 };
    case 'expire':
      return { kind, max: reader.varint() };
    case 'pause':
      return { kind, receive: readFlag(reader), enqueue: readFlag(reader) };
    case 'purge':
      return { kind, state: oneOf(PURGE_STATES, reader.u8()), max: reader.varint() };
    case 'delete-dead':
    case 'redrive':
      return { kind, seqs: readList(reader, readSeq) };
    case 'edit-dead':
      return { kind, seq: reader.varint(), payload: reader.bytes(), headers: readList(reader, readHeader) };
    case 'redrive-until':
      return { kind, diedUntilMs: reader.u64(), max: reader.varint() };
    case 'task-start':
    case 'task-progress':
    case 'task-end':
      return readTask(kind, reader);
    case 'schedule-put':
    case 'schedule-delete':
    case 'schedule-pause':
    case 'schedule-fire':
      return readSchedule(kind, reader);
    case 'end-transaction': {
      const transaction = readTag(reader);
      assert(transaction !== undefined, 'the end of a transaction names it');
      const commit = reader.u8() === 1;
      return { kind, transaction, commit, coordinatorTerm: reader.varint(), max: reader.varint() };
    }
  }
}

function readTask(kind: TaskCommand['kind'], reader: ByteReader): TaskCommand {
  const id = reader.text();
  switch (kind) {
    case 'task-start':
      return { kind, id, filter: reader.text(), ratePerSecond: reader.varint(), max: reader.varint() };
    case 'task-progress': {
      const seqs = readList(reader, readSeq);
      const position = { diedAtMs: reader.u64(), seq: reader.varint() };
      return { kind, id, seqs, position, scanned: reader.varint() };
    }
    case 'task-end':
      return { kind, id, state: oneOf(END_STATES, reader.u8()), error: reader.text() };
  }
}

function readSchedule(kind: ScheduleCommand['kind'], reader: ByteReader): ScheduleCommand {
  const name = reader.text();
  switch (kind) {
    case 'schedule-put': {
      const expression = reader.text();
      const timeZone = reader.text();
      const nextAtMs = reader.u64();
      return { kind, name, expression, timeZone, nextAtMs, template: readJob(reader) };
    }
    case 'schedule-delete':
      return { kind, name };
    case 'schedule-pause':
      return { kind, name, paused: reader.u8() === 1, nextAtMs: reader.u64() };
    case 'schedule-fire':
      return { kind, name, expectedAtMs: reader.u64(), nextAtMs: reader.u64() };
  }
}

/** Zero for what is absent, else one more than the value. */
function writeOptional(writer: ByteWriter, value: number | undefined): void {
  writer.varint(value === undefined ? 0 : value + 1);
}

function readOptional(reader: ByteReader): number | undefined {
  const value = reader.varint();
  return value === 0 ? undefined : value - 1;
}

function writeFlag(writer: ByteWriter, flag: boolean | undefined): void {
  writeOptional(writer, flag === undefined ? undefined : Number(flag));
}

function readFlag(reader: ByteReader): boolean | undefined {
  const value = readOptional(reader);
  return value === undefined ? undefined : value === 1;
}

function writeReceipts(writer: ByteWriter, receipts: readonly Receipt[]): void {
  writer.varint(receipts.length);
  for (const { seq, leaseEpoch } of receipts) writer.varint(seq).varint(leaseEpoch);
}

function readReceipt(reader: ByteReader): Receipt {
  return { seq: reader.varint(), leaseEpoch: reader.varint() };
}

function writeSeqs(writer: ByteWriter, seqs: readonly number[]): void {
  writer.varint(seqs.length);
  for (const seq of seqs) writer.varint(seq);
}

function readSeq(reader: ByteReader): number {
  return reader.varint();
}

function readPair(reader: ByteReader): readonly [string, string] {
  return [reader.text(), reader.text()];
}

function oneOf<T>(values: readonly T[], at: number): T {
  const value = values[at];
  assert(value !== undefined, 'a choice of a queue command is known');
  return value;
}
