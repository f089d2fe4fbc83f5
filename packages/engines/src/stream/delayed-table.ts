/**
 * Records that are not to be seen before their time. They lie in the machine's state, outside of the log that readers see, as batches of
 * records with one due time; the leader appends each once its time has come.
 *
 *   accepted ─► delayed, by due time ── its time has come: a batch that names it lies in the log ─► gone from here, an ordinary batch there
 *
 * Invariant: a batch leaves the table in the same command that brings its records into the log, so it is released exactly once.
 * The table knows due times and sizes in memory; the contents are in the state alone.
 *
 * Keys: 9 globals · 10 due(u64) id(u64) batch.
 */
import { ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { BatchHeader } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

/** Attribute of a batch that was delayed; epoch and sequence, which mean nothing without a producer, hold its id. */
const ATTRIBUTE_RELEASED = 0x0200;

export interface DelayedBatch {
  readonly id: number;
  readonly dueMs: number;
  readonly bytes: number;
}

export class DelayedTable {
  /** By due time, then id. */
  private batches: DelayedBatch[] = [];
  private nextId = 1;
  private totalBytes = 0;
  private commands = 0;

  get count(): number {
    return this.batches.length;
  }

  get bytes(): number {
    return this.totalBytes;
  }

  /** Commands that brought delayed records, ever. */
  get accepted(): number {
    return this.commands;
  }

  get nextDueMs(): number | undefined {
    return this.batches[0]?.dueMs;
  }

  /** Those that are due, at most so many, in the order of their release. */
  due(nowMs: number, countMax: number): readonly DelayedBatch[] {
    const due: DelayedBatch[] = [];
    for (const batch of this.batches) {
      if (batch.dueMs > nowMs || due.length >= countMax) break;
      due.push(batch);
    }
    return due;
  }

  add(items: readonly { readonly dueMs: number; readonly batch: Uint8Array }[], writer: StateWriter): void {
    this.commands += 1;
    for (const { dueMs, batch } of items) {
      const delayed = { id: this.nextId++, dueMs, bytes: batch.length };
      this.batches.splice(this.placeOf(delayed), 0, delayed);
      this.totalBytes += delayed.bytes;
      writer.put(delayedKey(delayed), batch);
    }
    writer.put(GLOBALS_KEY, new ByteWriter(16).u64(this.nextId).u64(this.commands).finish());
  }

  has(id: number): boolean {
    return this.batches.some((batch) => batch.id === id);
  }

  /** The batch lies in the log now; asserts that it was here. */
  release(id: number, writer: StateWriter): void {
    const at = this.batches.findIndex((batch) => batch.id === id);
    const batch = must(this.batches[at], 'a delayed batch is released once');
    this.batches.splice(at, 1);
    this.totalBytes -= batch.bytes;
    writer.del(delayedKey(batch));
  }

  private placeOf(delayed: DelayedBatch): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (must(this.batches[middle], 'batch lies in the list').dueMs <= delayed.dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async load(state: StateReader): Promise<void> {
    const globals = await state.get(GLOBALS_KEY);
    if (globals === undefined) return;
    const reader = new ByteReader(globals);
    this.nextId = reader.u64();
    this.commands = reader.u64();
    const pairs = await state.scan({ from: Uint8Array.of(10), to: Uint8Array.of(11) });
    this.batches = pairs.map(([key, value]) => {
      const place = new ByteReader(key.subarray(1));
      const dueMs = place.u64();
      return { id: place.u64(), dueMs, bytes: value.length };
    });
    this.totalBytes = this.batches.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  describe(): string {
    return JSON.stringify([this.nextId, this.commands, this.batches]);
  }
}

/** Where the contents lie. */
export function delayedKey({ dueMs, id }: Pick<DelayedBatch, 'dueMs' | 'id'>): Uint8Array {
  return new ByteWriter(17).u8(10).u64(dueMs).u64(id).finish();
}

/** Marks a batch without producer, in place, as the release of `id`; its checksum is to be set. */
export function markReleased(batch: Uint8Array, id: number): void {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  view.setInt16(21, view.getInt16(21) | ATTRIBUTE_RELEASED);
  view.setUint16(51, Math.floor(id / 2 ** 32));
  view.setUint32(53, id >>> 0);
}

/** The id of the delayed batch that this one releases. */
export function releasedId(
  header: Pick<BatchHeader, 'attributes' | 'producerId' | 'producerEpoch' | 'baseSequence'>,
): number | undefined {
  if ((header.attributes & ATTRIBUTE_RELEASED) === 0 || header.producerId >= 0) return undefined;
  return (header.producerEpoch & 0xffff) * 2 ** 32 + (header.baseSequence >>> 0);
}

const GLOBALS_KEY = Uint8Array.of(9);
