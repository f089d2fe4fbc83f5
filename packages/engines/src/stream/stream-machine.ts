/**
 * The machine of one partition of a stream. The Raft log holds the records themselves, so the state is small: where offsets lie, the
 * log start, producers, epochs.
 *
 * Invariants: offsets are dense, so a batch's base offset is the end offset before it (anything else is a bug of the leader and stops the
 * node); end offset, log start, time and greatest timestamp never fall; log start ≤ end offset.
 *
 * Keys: 1 globals · 2, 3 offset index · 4 producers · 5 epochs · 6 aborted transactions · 7, 8 compaction ·
 * 9, 10 delayed records · 11, 12 share groups.
 */
import {
  assert,
  BATCH_HEADER_BYTES,
  ByteReader,
  ByteWriter,
  crc32c,
  FlowError,
  must,
  readBatchHeader,
} from '@flowmesh/base';
import { digestText } from '../digest.ts';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import { type CompactedRun, CompactionTable } from './compaction-table.ts';
import { type DelayedBatch, DelayedTable, releasedId } from './delayed-table.ts';
import { type EpochStart, EpochTable } from './epoch-table.ts';
import { OffsetIndex } from './offset-index.ts';
import type { ProducerEntry } from './producer-table.ts';
import {
  afterAdmission,
  afterBatch,
  afterMarker,
  clampTimestamp,
  commitsOpen,
  DELAYED_OFFSET,
  isIdempotent,
  isPast,
  ProducerTable,
  storedTimestamp,
} from './producer-table.ts';
import { RecentBatches } from './recent-batches.ts';
import type { ShareReply } from './share-command.ts';
import { ShareTable } from './share-table.ts';
import type { StreamCommand } from './stream-command.ts';
import { bringsRecords, decodeStreamCommand, frameOf } from './stream-command.ts';
import { isControl, isTransactional, readMarker, type TransactionMarker } from './transaction-marker.ts';
import { type AbortedTransaction, TransactionTable } from './transaction-table.ts';

/** The byte of a batch's attributes that holds all flags known so far. */
const ATTRIBUTES_LOW_AT = 22;
/** Blocks of the offset index that one entry may delete; what is left over goes with the next entries. */
const DROPPED_BLOCKS_PER_TRIM = 32;

export type StreamReply =
  | {
      readonly kind: 'appended';
      readonly baseOffset: number;
      readonly recordCount: number;
      /** Of the first record as stored. */
      readonly timestampMs: number;
      readonly logStartOffset: number;
    }
  | { readonly kind: 'trimmed'; readonly logStartOffset: number }
  | { readonly kind: 'time-advanced'; readonly timeMs: number }
  | { readonly kind: 'compaction-begun' | 'compaction-ended'; readonly cleanEnd: number }
  | { readonly kind: 'compacted'; readonly to: number }
  | { readonly kind: 'delayed'; readonly recordCount: number }
  | { readonly kind: 'admitted'; readonly admitted: boolean }
  | ShareReply;

interface Globals {
  endOffset: number;
  logStartOffset: number;
  /** No entry before it holds a record at or after the log start. */
  logStartIndex: number;
  /** Of all batches ever; -1 at first. */
  maxTimestampMs: number;
  /** The stream's time: the greatest that a command has brought. */
  timeMs: number;
  /** Of all batches ever. */
  bytes: number;
  /** Admissions of transactions, ever. */
  admissions: number;
  /** Checksum chained over all commands: replicas with another history have another one. */
  chain: number;
}

export class StreamMachine implements Machine {
  readonly name = 'stream/1';
  private readonly globals: Globals = {
    endOffset: 0,
    logStartOffset: 0,
    logStartIndex: 0,
    maxTimestampMs: -1,
    timeMs: 0,
    bytes: 0,
    admissions: 0,
    chain: 0,
  };
  private readonly index = new OffsetIndex();
  private readonly recent = new RecentBatches();
  private readonly producers = new ProducerTable();
  private readonly epochs = new EpochTable();
  private readonly transactions = new TransactionTable();
  private readonly compaction = new CompactionTable();
  private readonly delayed = new DelayedTable();
  /** Changed by commands alone. */
  readonly shares = new ShareTable();

  /** Offset that the next record will get. */
  get endOffset(): number {
    return this.globals.endOffset;
  }

  /** Offset of the first record that can be read. */
  get logStartOffset(): number {
    return this.globals.logStartOffset;
  }

  get recordCount(): number {
    return this.globals.endOffset - this.globals.logStartOffset;
  }

  /** Bytes of the batches from the log start on, up to a block of the offset index too many. */
  get sizeBytes(): number {
    return this.recordCount === 0 ? 0 : this.compaction.cleanBytes + this.dirtyBytes;
  }

  /** Bytes of batches that no compaction has seen, from the log start on. */
  get dirtyBytes(): number {
    const { bytes, logStartOffset } = this.globals;
    const before = this.index.fence(Math.max(logStartOffset, this.compaction.cleanEnd))?.bytesBefore ?? 0;
    return Math.max(0, bytes - Math.max(before, this.compaction.dirtyStartBytes));
  }

  /** Bytes of what compaction has kept. */
  get cleanBytes(): number {
    return this.compaction.cleanBytes;
  }

  /** Everything before it is compacted; 0 where nothing is. */
  get cleanEnd(): number {
    return this.compaction.cleanEnd;
  }

  /** Changes whenever other log entries hold the compacted part. */
  get compactionPass(): number {
    return this.compaction.pass;
  }

  get nextCompactionPass(): number {
    return this.compaction.nextPass;
  }

  /** Bytes of all batches ever before an offset, up to some 16 KB too few. */
  async bytesBefore(offset: number, state: StateReader): Promise<number> {
    return (await this.index.floor(offset, state))?.bytesBefore ?? 0;
  }

  /** The run of compacted batches that covers an offset; undefined where it lies in the log as it was appended. */
  compactedRun(offset: number): CompactedRun | undefined {
    return this.compaction.at(offset);
  }

  /**
   * How far a compaction may go now: not beyond undecided transactions, nor to records as late as `beforeMs`. With the bytes that were
   * appended before it.
   */
  async compactionLimit(
    beforeMs: number,
    state: StateReader,
  ): Promise<{ readonly offset: number; readonly bytesBefore: number } | undefined> {
    const { endOffset, bytes, maxTimestampMs } = this.globals;
    const stable = this.lastStableOffset;
    if (maxTimestampMs < beforeMs && stable === endOffset) return { offset: endOffset, bytesBefore: bytes };
    const byTime = await this.index.floorByTimestamp(beforeMs, state);
    const point =
      byTime !== undefined && byTime.offset > stable ? await this.index.floor(stable, state) : byTime;
    return point === undefined ? undefined : { offset: point.offset, bytesBefore: point.bytesBefore };
  }

  /** Greatest record timestamp so far, trimmed records included; -1 where there is none. */
  get maxTimestampMs(): number {
    return this.globals.maxTimestampMs;
  }

  /** The stream's own time, as its leaders' commands brought it. */
  get timeMs(): number {
    return this.globals.timeMs;
  }

  /** Before it every transaction is decided: where readers of what is committed end. */
  get lastStableOffset(): number {
    const { endOffset, logStartOffset } = this.globals;
    return Math.max(this.transactions.stableOffset(endOffset), logStartOffset);
  }

  /** Commands that are placed among the batches and take no offset, ever: delayed records and admissions. */
  get quietCommands(): number {
    return this.delayed.accepted + this.globals.admissions;
  }

  /** Batches that wait for their time, and their bytes. */
  get delayedCount(): number {
    return this.delayed.count;
  }

  get delayedBytes(): number {
    return this.delayed.bytes;
  }

  /** When the next of them is due; undefined where none waits. */
  get nextDueMs(): number | undefined {
    return this.delayed.nextDueMs;
  }

  /** Delayed batches whose time has come, at most so many, in the order of their release. */
  dueBatches(nowMs: number, countMax: number): readonly DelayedBatch[] {
    return this.delayed.due(nowMs, countMax);
  }

  get openTransactions(): number {
    return this.transactions.openCount;
  }

  /** Transactions that may write here, open ones included. */
  get admittedTransactions(): number {
    return this.producers.admittedCount;
  }

  /** Producers that are remembered, least recently active first. */
  producersKnown(): readonly ProducerEntry[] {
    return this.producers.all();
  }

  get abortedTransactions(): number {
    return this.transactions.abortedCount;
  }

  /** Aborted transactions that have records from `from` to before `to`. */
  abortedBetween(from: number, to: number): readonly AbortedTransaction[] {
    return this.transactions.abortedBetween(from, to);
  }

  get producerCount(): number {
    return this.producers.size;
  }

  apply(
    meta: ApplyMeta,
    command: Uint8Array,
    writer: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly never[] } {
    this.extendChain(meta, command);
    const outcome =
      frameOf(command) === 'batch'
        ? this.applyBatch(meta, command, writer)
        : this.applyCommand(meta, decodeStreamCommand(command), writer);
    writer.put(GLOBALS_KEY, encodeGlobals(this.globals, this.index));
    const reply: Reply =
      outcome instanceof FlowError ? { ok: false, error: outcome } : { ok: true, value: outcome };
    return { reply, effects: [] };
  }

  private applyBatch(meta: ApplyMeta, command: Uint8Array, writer: StateWriter): StreamReply {
    const header = must(readBatchHeader(command), 'a batch has a header');
    const baseOffset = this.globals.endOffset;
    assert(
      header.baseOffset === baseOffset,
      `offsets are dense: batch at ${header.baseOffset}, log ends at ${baseOffset}`,
    );
    assert(header.sizeBytes === command.length, 'an entry is one whole batch');
    assert(
      header.recordCount > 0 && header.lastOffsetDelta === header.recordCount - 1,
      'a batch counts its offsets',
    );
    const timestampMs = storedTimestamp(header);
    // While there was no record, nothing of the log was needed: whatever lies before this one may be gone.
    if (this.recordCount === 0) this.globals.logStartIndex = meta.index;
    const { maxTimestampMs, logStartOffset, bytes } = this.globals;
    this.index.add(
      { offset: baseOffset, index: meta.index, maxTimestampBefore: maxTimestampMs, bytesBefore: bytes },
      command.length,
      writer,
    );
    this.recent.push(baseOffset, meta.index);
    this.epochs.record(meta.term, baseOffset, writer);
    const released = releasedId(header);
    if (released !== undefined) this.delayed.release(released, writer);
    if (isControl(header)) this.applyMarker(meta, readMarker(command, header), writer);
    else if (isIdempotent(header)) {
      const accepted = { header, baseOffset, timestampMs, index: meta.index };
      this.producers.record(afterBatch(this.producers.get(header.producerId), accepted), writer);
      if (isTransactional(header)) this.transactions.begin(header.producerId, baseOffset);
    }
    this.forget(1, writer);
    this.globals.endOffset = baseOffset + header.recordCount;
    this.globals.bytes = bytes + command.length;
    this.globals.maxTimestampMs = Math.max(maxTimestampMs, clampTimestamp(header.maxTimestampMs));
    return { kind: 'appended', baseOffset, recordCount: header.recordCount, timestampMs, logStartOffset };
  }

  private applyMarker(meta: ApplyMeta, marker: TransactionMarker, writer: StateWriter): void {
    const { producerId } = marker;
    const entry = this.producers.get(producerId);
    if (isPast(entry, marker)) return;
    const commit = commitsOpen(entry, marker);
    this.producers.record(afterMarker(entry, marker, meta.index), writer);
    this.transactions.end({ producerId, commit, markerOffset: this.globals.endOffset }, writer);
  }

  private applyCommand(
    meta: ApplyMeta,
    command: StreamCommand,
    writer: StateWriter,
  ): StreamReply | FlowError {
    const { globals } = this;
    globals.timeMs = Math.max(globals.timeMs, command.timeMs);
    // An admission is a part of every transaction, and sharing of every read: time, which all producers are looked at for, comes otherwise.
    if (command.kind !== 'admit' && command.kind !== 'share') this.producers.tellTime(globals.timeMs, writer);
    switch (command.kind) {
      case 'trim-to':
        return this.trimTo(meta, command.offset, writer);
      case 'advance-time':
        return { kind: 'time-advanced', timeMs: globals.timeMs };
      case 'compaction-begin': {
        const from = globals.logStartOffset;
        const begun = command.to <= globals.endOffset && this.compaction.begin({ ...command, from }, writer);
        return begun ? { kind: 'compaction-begun', cleanEnd: this.cleanEnd } : stalePass(command.pass);
      }
      case 'delay':
        return this.applyDelay(meta, command, writer);
      case 'admit':
        return this.applyAdmission(meta, command, writer);
      case 'share':
        return this.shares.apply(command.action, globals, writer);
      case 'compacted':
        return this.applyRun(meta, command, writer);
      case 'compaction-end': {
        const ended = this.compaction.end(command.pass, writer);
        this.forget(DROPPED_BLOCKS_PER_TRIM, writer);
        return ended ? { kind: 'compaction-ended', cleanEnd: this.cleanEnd } : stalePass(command.pass);
      }
    }
  }

  private applyDelay(
    meta: ApplyMeta,
    { producer, items }: Extract<StreamCommand, { readonly kind: 'delay' }>,
    writer: StateWriter,
  ): StreamReply {
    this.delayed.add(items, writer);
    if (isIdempotent(producer)) {
      const { timestampMs } = producer;
      const header = { ...producer, attributes: 0 };
      const accepted = { header, baseOffset: DELAYED_OFFSET, timestampMs, index: meta.index };
      this.producers.record(afterBatch(this.producers.get(producer.producerId), accepted), writer);
    }
    return { kind: 'delayed', recordCount: producer.recordCount };
  }

  private applyAdmission(
    meta: ApplyMeta,
    command: Extract<StreamCommand, { readonly kind: 'admit' }>,
    writer: StateWriter,
  ): StreamReply {
    this.globals.admissions += 1;
    const entry = this.producers.get(command.producerId);
    const past = isPast(entry, command);
    if (!past) this.producers.record(afterAdmission(entry, command, meta.index), writer);
    return { kind: 'admitted', admitted: !past };
  }

  private applyRun(
    meta: ApplyMeta,
    command: Extract<StreamCommand, { readonly kind: 'compacted' }>,
    writer: StateWriter,
  ): StreamReply | FlowError {
    const { pass, from, to, maxTimestampMs, batches } = command;
    const run = { from, to, index: meta.index, bytes: batches.length, maxTimestampMs };
    return this.compaction.add(pass, run, writer) ? { kind: 'compacted', to } : stalePass(pass);
  }

  /** Deletes the indexes of what is gone or lies elsewhere now, a bounded number of entries. */
  private forget(blocksMax: number, writer: StateWriter): void {
    const { logStartOffset } = this.globals;
    const regularFrom = Math.max(logStartOffset, this.cleanEnd);
    this.index.dropBefore(regularFrom, blocksMax, writer);
    this.transactions.dropBefore(regularFrom, writer);
    this.compaction.sweep(logStartOffset, writer);
  }

  private trimTo(meta: ApplyMeta, offset: number, writer: StateWriter): StreamReply | FlowError {
    const { globals } = this;
    if (offset > globals.endOffset) return this.outOfRange(offset);
    if (offset > globals.logStartOffset) {
      const fence = this.index.fence(offset);
      globals.logStartOffset = offset;
      globals.logStartIndex =
        offset === globals.endOffset ? meta.index : Math.max(globals.logStartIndex, fence?.index ?? 0);
      this.epochs.trim(offset, writer);
      this.shares.trim(offset, writer);
    }
    this.forget(DROPPED_BLOCKS_PER_TRIM, writer);
    return { kind: 'trimmed', logStartOffset: globals.logStartOffset };
  }

  private extendChain(meta: ApplyMeta, command: Uint8Array): void {
    const place = new ByteWriter(16).u64(meta.index).u64(meta.term).view8();
    this.globals.chain = crc32c(command.subarray(0, BATCH_HEADER_BYTES), crc32c(place, this.globals.chain));
  }

  /**
   * Log index from which to read forward for `offset`: the batch that holds it is there or some entries later.
   * OFFSET_OUT_OF_RANGE where there is no such record.
   */
  async locate(offset: number, state: StateReader): Promise<{ readonly index: number }> {
    if (offset < this.logStartOffset || offset >= this.endOffset) throw this.outOfRange(offset);
    const run = this.compaction.at(offset);
    if (run !== undefined) return { index: run.index };
    const index = this.locateRecent(offset) ?? (await this.index.floor(offset, state))?.index;
    return { index: Math.max(index ?? 0, this.globals.logStartIndex) };
  }

  /** Log index of the very batch that holds `offset`, if it is among the last two thousand applied since the start. */
  locateRecent(offset: number): number | undefined {
    const elsewhere = offset < Math.max(this.logStartOffset, this.cleanEnd) || offset >= this.endOffset;
    return elsewhere ? undefined : this.recent.floor(offset);
  }

  /**
   * Where to begin looking for the first record with `timestampMs` or later: no record between the log start and `offset` is that late.
   * The reader goes forward to the first batch whose greatest timestamp reaches it and looks inside. Undefined where no record does.
   */
  async locateTimestamp(
    timestampMs: number,
    state: StateReader,
  ): Promise<{ readonly offset: number; readonly index: number | undefined } | undefined> {
    if (this.recordCount === 0 || timestampMs > this.globals.maxTimestampMs) return undefined;
    const run = this.runSince(timestampMs);
    if (run !== undefined) return { offset: Math.max(run.from, this.logStartOffset), index: undefined };
    const point = await this.index.floorByTimestamp(timestampMs, state);
    const { logStartOffset, logStartIndex } = this.globals;
    if (this.recordCount === 0) return undefined;
    const first = Math.max(logStartOffset, this.cleanEnd);
    if (first === this.endOffset) return undefined;
    if (point === undefined || point.offset < first) {
      return { offset: first, index: (await this.locate(first, state)).index };
    }
    return { offset: point.offset, index: Math.max(point.index, logStartIndex) };
  }

  /** An offset such that no readable record before it is as late as `timestampMs`; exact to some 16 KB of batches. */
  async offsetSince(timestampMs: number, state: StateReader): Promise<number> {
    if (timestampMs > this.globals.maxTimestampMs) return this.globals.endOffset;
    const run = this.runSince(timestampMs);
    if (run !== undefined) return Math.max(run.from, this.globals.logStartOffset);
    const point = await this.index.floorByTimestamp(timestampMs, state);
    return Math.max(point?.offset ?? 0, this.globals.logStartOffset, this.cleanEnd);
  }

  /** The first compacted run with a record as late, from the log start on. */
  private runSince(timestampMs: number): CompactedRun | undefined {
    const { logStartOffset } = this.globals;
    return this.compaction.runs().find((run) => run.to > logStartOffset && run.maxTimestampMs >= timestampMs);
  }

  /** An offset such that at least `bytes` of batches lie from there to the end, and hardly more: some 16 KB. */
  async offsetKeeping(bytes: number, state: StateReader): Promise<number> {
    let excess = this.sizeBytes - bytes;
    let offset = this.globals.logStartOffset;
    for (const run of this.compaction.runs()) {
      excess -= run.bytes;
      if (excess < 0) return offset;
      offset = Math.max(offset, run.to);
    }
    const point = await this.index.floorByBytes(Math.max(this.globals.bytes - bytes, 0), state);
    return Math.max(point?.offset ?? 0, offset);
  }

  producer(producerId: number): ProducerEntry | undefined {
    return this.producers.get(producerId);
  }

  /** Offset of the first batch of a term; undefined where the term has none that is still known. */
  epochStart(term: number): number | undefined {
    return this.epochs.start(term);
  }

  /** Every term that is still known, with the offset of its first batch; ascending. */
  epochStarts(): readonly EpochStart[] {
    return this.epochs.all();
  }

  /** The last term ≤ `term` with batches, and the offset after its last one. */
  endOffsetForEpoch(term: number): { readonly epoch: number; readonly endOffset: number } | undefined {
    return this.epochs.end(term, this.endOffset);
  }

  /** Batches of records do; commands such as a trim make room, and the ends of transactions must not wait for any. */
  needsRoom(command: Uint8Array): boolean {
    if (frameOf(command) === 'command') return bringsRecords(command);
    return !isControl({ attributes: command[ATTRIBUTES_LOW_AT] ?? 0 });
  }

  neededFrom(applied: number): number {
    if (this.recordCount === 0) return applied + 1;
    const { logStartOffset, logStartIndex, endOffset } = this.globals;
    const run = this.compaction.at(logStartOffset);
    const first = Math.max(logStartOffset, this.cleanEnd);
    // Where all is compacted, nothing of what was appended is needed.
    const regular =
      first === endOffset ? applied + 1 : Math.max(logStartIndex, this.index.fence(first)?.index ?? 0);
    return Math.min(regular, run?.index ?? regular);
  }

  async load(state: StateReader): Promise<void> {
    const bytes = await state.get(GLOBALS_KEY);
    if (bytes === undefined) return;
    const { globals, tail } = decodeGlobals(bytes);
    Object.assign(this.globals, globals);
    await this.index.load(state, tail);
    await this.producers.load(state);
    await this.epochs.load(state);
    await this.transactions.load(state, this.producers.open());
    await this.compaction.load(state, globals.logStartOffset);
    await this.delayed.load(state);
    await this.shares.load(state);
  }

  digest(): string {
    const parts = [
      this.index.describe(),
      this.producers.describe(),
      this.epochs.describe(),
      this.transactions.describe(),
      this.compaction.describe(),
      this.delayed.describe(),
      this.shares.describe(),
    ];
    return digestText(`${JSON.stringify(this.globals)}${parts.join('')}`);
  }

  private outOfRange(offset: number): FlowError {
    const { logStartOffset, endOffset } = this.globals;
    return new FlowError(
      'OFFSET_OUT_OF_RANGE',
      `offset ${offset} is outside ${logStartOffset} to ${endOffset}`,
      {
        hint: 'Begin at the earliest or latest offset.',
        details: { logStartOffset, endOffset },
      },
    );
  }
}

function stalePass(pass: number): FlowError {
  return new FlowError('PRECONDITION_FAILED', `pass ${pass} of compaction is not the one under way`, {
    hint: 'Another leader compacts this partition now.',
  });
}

const GLOBALS_KEY = Uint8Array.of(1);

function encodeGlobals(globals: Globals, index: OffsetIndex): Uint8Array {
  const { tail } = index;
  return new ByteWriter(80)
    .u64(globals.endOffset)
    .u64(globals.logStartOffset)
    .u64(globals.logStartIndex)
    .u64(globals.maxTimestampMs + 1)
    .u64(globals.timeMs)
    .u32(globals.chain)
    .u16(tail.points)
    .u64(tail.bytesSincePoint)
    .u64(tail.bytesSinceFence)
    .u64(globals.bytes)
    .u64(globals.admissions)
    .finish();
}

function decodeGlobals(bytes: Uint8Array): { readonly globals: Globals; readonly tail: OffsetIndex['tail'] } {
  const reader = new ByteReader(bytes);
  const globals = {
    endOffset: reader.u64(),
    logStartOffset: reader.u64(),
    logStartIndex: reader.u64(),
    maxTimestampMs: reader.u64() - 1,
    timeMs: reader.u64(),
    bytes: 0,
    admissions: 0,
    chain: reader.u32(),
  };
  const tail = { points: reader.u16(), bytesSincePoint: reader.u64(), bytesSinceFence: reader.u64() };
  // Builds of lower levels wrote less.
  if (reader.remaining > 0) globals.bytes = reader.u64();
  if (reader.remaining > 0) globals.admissions = reader.u64();
  return { globals, tail };
}
