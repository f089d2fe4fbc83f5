/**
 * Commands of the stream machine. All have the frame of a RecordBatch; byte 16 (magic) tells what they are: 2 is a batch of records,
 * verbatim; 0x7f a FlowMesh command, whose checksum covers bytes 21 to the end as in a batch.
 *
 *   zeros@0 · length@8 i32 · zeros@12 · 0x7f@16 · crc@17 u32 · kind@21 u8 · version@22 u8 · body@23
 *
 * Kinds: 1 TrimTo, 2 AdvanceTime, 3 to 5 compaction (begin, a run of compacted batches, end), 6 Delay,
 * 7 Admit, 8 Share; 9 and up are free. A kind or version that a
 * node does not know stops it (see `Machine.name`): skipping would make its copy differ.
 */
import {
  AssertionError,
  BATCH_CRC_FROM,
  BATCH_LENGTH_PREFIX_BYTES,
  ByteReader,
  ByteWriter,
  assert,
  crc32c,
} from '@flowmesh/base';
import { decodeShareAction, encodeShareAction, type ShareAction } from './share-command.ts';

/**
 * The feature level from which on the entries of a log may hold transactions, delayed records, compaction and share groups: builds that do not know
 * it would understand them otherwise, or not at all.
 */
export const STREAM_ENTRIES_LEVEL = 3;

const MAGIC_AT = 16;
const CRC_AT = 17;
const BODY_AT = 23;
const MAGIC_BATCH = 2;
const MAGIC_COMMAND = 0x7f;
const VERSION = 1;
const COMPACTED_KIND = 4;
const DELAY_KIND = 6;
const ADMIT_KIND = 7;
const SHARE_KIND = 8;

export type StreamCommand =
  /** Records before `offset` are given up. `timeMs` is the proposing leader's clock. */
  | { readonly kind: 'trim-to'; readonly offset: number; readonly timeMs: number }
  /** The stream's time is at least `timeMs`: what expires by time, expires. */
  | { readonly kind: 'advance-time'; readonly timeMs: number }
  /** What lies before `to` will be compacted; `bytesBefore` of batches were appended before it. */
  | {
      readonly kind: 'compaction-begin';
      readonly pass: number;
      readonly to: number;
      readonly bytesBefore: number;
      readonly timeMs: number;
    }
  /** What stays of the records from `from` to before `to`: whole batches, with holes in their offsets, one after the other. */
  | {
      readonly kind: 'compacted';
      readonly pass: number;
      readonly from: number;
      readonly to: number;
      readonly maxTimestampMs: number;
      readonly timeMs: number;
      readonly batches: Uint8Array;
    }
  /** Readers use the runs of the pass from here on. */
  | { readonly kind: 'compaction-end'; readonly pass: number; readonly timeMs: number }
  /** Records that are to be appended later, each item with its time. The header's fields that matter are those of the batch as sent. */
  | {
      readonly kind: 'delay';
      readonly timeMs: number;
      readonly producer: DelayedProducer;
      readonly items: readonly DelayedItem[];
    }
  /** The coordinator says that the partition is part of this transaction: its batches are let in from here on. */
  | {
      readonly kind: 'admit';
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly round: number;
      readonly timeMs: number;
    }
  /** A share group reads the partition. */
  | { readonly kind: 'share'; readonly timeMs: number; readonly action: ShareAction };

export interface DelayedItem {
  readonly dueMs: number;
  readonly batch: Uint8Array;
}

/** Of the batch that brought the records; id -1 where it is not idempotent. */
export interface DelayedProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly timestampMs: number;
}

export type CommandFrame = 'batch' | 'command';

/** Which of the two a log entry of a stream is. */
export function frameOf(entry: Uint8Array): CommandFrame {
  const magic = entry[MAGIC_AT];
  if (magic === MAGIC_BATCH) return 'batch';
  if (magic === MAGIC_COMMAND) return 'command';
  throw new AssertionError(`a stream's log holds an entry of magic ${magic ?? 'none'}`);
}

export function encodeStreamCommand(command: StreamCommand): Uint8Array {
  const writer = new ByteWriter(48);
  writer.u64(0).u32(0).u32(0).u8(MAGIC_COMMAND).u32(0);
  switch (command.kind) {
    case 'trim-to':
      writer.u8(1).u8(VERSION).u64(command.offset).u64(command.timeMs);
      break;
    case 'advance-time':
      writer.u8(2).u8(VERSION).u64(command.timeMs);
      break;
    case 'compaction-begin':
      writer.u8(3).u8(VERSION).u64(command.pass).u64(command.to).u64(command.bytesBefore).u64(command.timeMs);
      break;
    case 'compacted':
      writer.u8(COMPACTED_KIND).u8(VERSION).u64(command.pass).u64(command.from).u64(command.to);
      writer
        .u64(command.maxTimestampMs + 1)
        .u64(command.timeMs)
        .raw(command.batches);
      break;
    case 'compaction-end':
      writer.u8(5).u8(VERSION).u64(command.pass).u64(command.timeMs);
      break;
    case 'delay':
      encodeDelay(writer.u8(DELAY_KIND).u8(VERSION), command);
      break;
    case 'admit':
      writer.u8(ADMIT_KIND).u8(VERSION).u64(command.producerId).u16(command.producerEpoch);
      writer.u64(command.round).u64(command.timeMs);
      break;
    case 'share':
      encodeShareAction(writer.u8(SHARE_KIND).u8(VERSION).u64(command.timeMs), command.action);
      break;
  }
  const bytes = writer.finish();
  const view = new DataView(bytes.buffer);
  view.setInt32(8, bytes.length - BATCH_LENGTH_PREFIX_BYTES);
  view.setUint32(CRC_AT, crc32c(bytes.subarray(BATCH_CRC_FROM)));
  return bytes;
}

/** The command of a committed entry. What is damaged or unknown is an assertion: such an entry must not be passed over. */
export function decodeStreamCommand(bytes: Uint8Array): StreamCommand {
  assert(bytes.length >= BODY_AT && bytes[MAGIC_AT] === MAGIC_COMMAND, 'stream command has its frame');
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(CRC_AT);
  assert(stored === crc32c(bytes.subarray(BATCH_CRC_FROM)), 'stream command matches its checksum');
  const version = bytes[BODY_AT - 1] ?? 0;
  assert(version === VERSION, `stream command of version ${version}; this node knows ${VERSION}`);
  const reader = new ByteReader(bytes.subarray(BODY_AT));
  const kind = bytes[BATCH_CRC_FROM] ?? 0;
  if (kind === 1) return { kind: 'trim-to', offset: reader.u64(), timeMs: reader.u64() };
  if (kind === 2) return { kind: 'advance-time', timeMs: reader.u64() };
  if (kind === 3) {
    const [pass, to, bytesBefore] = [reader.u64(), reader.u64(), reader.u64()];
    return { kind: 'compaction-begin', pass, to, bytesBefore, timeMs: reader.u64() };
  }
  if (kind === COMPACTED_KIND) {
    const [pass, from, to] = [reader.u64(), reader.u64(), reader.u64()];
    const maxTimestampMs = reader.u64() - 1;
    const timeMs = reader.u64();
    return {
      kind: 'compacted',
      pass,
      from,
      to,
      maxTimestampMs,
      timeMs,
      batches: reader.raw(reader.remaining),
    };
  }
  if (kind === DELAY_KIND) return decodeDelay(reader);
  if (kind === ADMIT_KIND) {
    const [producerId, producerEpoch, round] = [reader.u64(), reader.u16(), reader.u64()];
    return { kind: 'admit', producerId, producerEpoch, round, timeMs: reader.u64() };
  }
  if (kind === SHARE_KIND) return { kind: 'share', timeMs: reader.u64(), action: decodeShareAction(reader) };
  if (kind === 5) return { kind: 'compaction-end', pass: reader.u64(), timeMs: reader.u64() };
  throw new AssertionError(`stream command of kind ${kind} is not known`);
}

/** Whether a command brings records, and so needs room. */
export function bringsRecords(command: Uint8Array): boolean {
  const kind = command[BATCH_CRC_FROM];
  return kind === COMPACTED_KIND || kind === DELAY_KIND;
}

function encodeDelay(writer: ByteWriter, command: Extract<StreamCommand, { readonly kind: 'delay' }>): void {
  const { producerId, producerEpoch, baseSequence, recordCount, timestampMs } = command.producer;
  writer
    .u64(command.timeMs)
    .u64(producerId + 1)
    .u32(producerEpoch + 1)
    .u32(baseSequence + 1);
  writer.u32(recordCount).f64(timestampMs).u32(command.items.length);
  for (const { dueMs, batch } of command.items) writer.u64(dueMs).bytes(batch);
}

function decodeDelay(reader: ByteReader): StreamCommand {
  const timeMs = reader.u64();
  const producerId = reader.u64() - 1;
  const producerEpoch = reader.u32() - 1;
  const baseSequence = reader.u32() - 1;
  const producer = {
    producerId,
    producerEpoch,
    baseSequence,
    recordCount: reader.u32(),
    timestampMs: reader.f64(),
  };
  const items: DelayedItem[] = [];
  for (let left = reader.u32(); left > 0; left--) items.push({ dueMs: reader.u64(), batch: reader.bytes() });
  return { kind: 'delay', timeMs, producer, items };
}
