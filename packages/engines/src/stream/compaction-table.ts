/**
 * Where the compacted part of a partition lies. Compaction copies what is to stay of the log's head to its end, in entries that hold many
 * batches each (*runs*), and gives the head up:
 *
 *   nothing ── begin ─► pending pass: runs are appended, readers still use what was before ── end ─► active: readers use the runs
 *                        └─ begin of a later pass (the leader changed, the pass failed) ─► its runs are forgotten
 *
 * Invariants: the active runs cover offsets without a gap, up to `cleanEnd`; runs of one pass have growing offsets and log indexes;
 * passes are numbered upwards. Runs are in memory: one for about a megabyte of compacted records.
 *
 * Keys: 7 globals · 8 pass(u64) from(u64) run.
 */
import { assert, ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

export interface CompactedRun {
  /** Offsets from here to before `to`; records that are not in it are gone. */
  readonly from: number;
  readonly to: number;
  /** The log entry that holds it. */
  readonly index: number;
  readonly bytes: number;
  /** Of the records in it; -1 where there is none. */
  readonly maxTimestampMs: number;
}

interface Keyed extends CompactedRun {
  readonly pass: number;
}

/** Keys of forgotten runs that one entry may delete. */
const FORGOTTEN_PER_ENTRY = 64;

export class CompactionTable {
  private activePass = 0;
  private pendingPass = 0;
  private pendingFrom = 0;
  private pendingTo = 0;
  private pendingBytesBefore = 0;
  /** Bytes of all batches ever before `cleanEnd`, as they were appended. */
  private bytesBeforeDirty = 0;
  private active: Keyed[] = [];
  private pending: Keyed[] = [];
  /** Of no use any more, by pass and offset; their keys are deleted step by step. */
  private dead: Keyed[] = [];

  /** Before it lies what is compacted; 0 where nothing is. */
  get cleanEnd(): number {
    return this.active.at(-1)?.to ?? 0;
  }

  get cleanBytes(): number {
    return this.active.reduce((sum, run) => sum + run.bytes, 0);
  }

  get dirtyStartBytes(): number {
    return this.bytesBeforeDirty;
  }

  /** The pass that readers see the result of; 0: none. */
  get pass(): number {
    return this.activePass;
  }

  /** Number that the next pass must have at least. */
  get nextPass(): number {
    return Math.max(this.activePass, this.pendingPass) + 1;
  }

  runs(): readonly CompactedRun[] {
    return this.active;
  }

  /** The run that covers an offset. */
  at(offset: number): CompactedRun | undefined {
    let low = 0;
    let high = this.active.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (must(this.active[middle], 'run lies in the list').to <= offset) low = middle + 1;
      else high = middle;
    }
    const run = this.active[low];
    return run !== undefined && run.from <= offset ? run : undefined;
  }

  /** False where the pass is not a new one: nothing has changed. */
  begin(
    pass: { readonly pass: number; readonly from: number; readonly to: number; readonly bytesBefore: number },
    writer: StateWriter,
  ): boolean {
    if (pass.pass < this.nextPass || pass.to <= pass.from) return false;
    this.bury(this.pending);
    this.pending = [];
    this.pendingPass = pass.pass;
    this.pendingFrom = pass.from;
    this.pendingTo = pass.to;
    this.pendingBytesBefore = pass.bytesBefore;
    this.save(writer);
    return true;
  }

  /** False where it does not continue the pending pass. */
  add(pass: number, run: CompactedRun, writer: StateWriter): boolean {
    const due = this.pending.at(-1)?.to ?? this.pendingFrom;
    if (pass !== this.pendingPass || run.from !== due || run.to <= due || run.to > this.pendingTo)
      return false;
    const keyed = { ...run, pass };
    this.pending.push(keyed);
    writer.put(keyOf(keyed), encodeRun(keyed));
    return true;
  }

  /** False where the pending pass is another one, or not whole. */
  end(pass: number, writer: StateWriter): boolean {
    if (pass !== this.pendingPass || this.pending.at(-1)?.to !== this.pendingTo) return false;
    this.bury(this.active);
    this.active = this.pending;
    this.pending = [];
    this.activePass = pass;
    this.pendingPass = 0;
    this.bytesBeforeDirty = this.pendingBytesBefore;
    this.save(writer);
    return true;
  }

  /** Forgets runs before the log start, and a bounded number of keys of what is forgotten. */
  sweep(logStartOffset: number, writer: StateWriter): void {
    if ((this.active[0]?.to ?? Number.POSITIVE_INFINITY) <= logStartOffset) {
      const live = this.active.findIndex((run) => run.to > logStartOffset);
      // The last run stays, so that the end of what is compacted stays known.
      this.bury(this.active.splice(0, live === -1 ? this.active.length - 1 : live));
    }
    for (const run of this.dead.splice(0, FORGOTTEN_PER_ENTRY)) writer.del(keyOf(run));
  }

  private bury(runs: readonly Keyed[]): void {
    if (runs.length === 0) return;
    this.dead = [...this.dead, ...runs].sort((a, b) => a.pass - b.pass || a.from - b.from);
  }

  private save(writer: StateWriter): void {
    const { activePass, pendingPass, pendingFrom, pendingTo, pendingBytesBefore, bytesBeforeDirty } = this;
    const bytes = new ByteWriter(48).u64(activePass).u64(pendingPass).u64(pendingFrom).u64(pendingTo);
    writer.put(GLOBALS_KEY, bytes.u64(pendingBytesBefore).u64(bytesBeforeDirty).finish());
  }

  async load(state: StateReader, logStartOffset: number): Promise<void> {
    const globals = await state.get(GLOBALS_KEY);
    if (globals === undefined) return;
    const reader = new ByteReader(globals);
    this.activePass = reader.u64();
    this.pendingPass = reader.u64();
    this.pendingFrom = reader.u64();
    this.pendingTo = reader.u64();
    this.pendingBytesBefore = reader.u64();
    this.bytesBeforeDirty = reader.u64();
    const runs = (await state.scan({ from: Uint8Array.of(8), to: Uint8Array.of(9) })).map(decodeRun);
    const active = runs.filter((run) => run.pass === this.activePass);
    const last = active.at(-1);
    this.active = active.filter((run) => run.to > logStartOffset || run === last);
    this.pending = runs.filter((run) => run.pass === this.pendingPass);
    this.dead = runs.filter((run) => !this.active.includes(run) && !this.pending.includes(run));
    assert(this.activePass === 0 || last !== undefined, 'a pass has runs');
  }

  describe(): string {
    const { activePass, pendingPass, pendingFrom, pendingTo, pendingBytesBefore, bytesBeforeDirty } = this;
    const numbers = [activePass, pendingPass, pendingFrom, pendingTo, pendingBytesBefore, bytesBeforeDirty];
    return JSON.stringify([numbers, this.active, this.pending, this.dead]);
  }
}

const GLOBALS_KEY = Uint8Array.of(7);

function keyOf(run: Keyed): Uint8Array {
  return new ByteWriter(17).u8(8).u64(run.pass).u64(run.from).finish();
}

function encodeRun(run: CompactedRun): Uint8Array {
  return new ByteWriter(32)
    .u64(run.to)
    .u64(run.index)
    .u64(run.bytes)
    .u64(run.maxTimestampMs + 1)
    .finish();
}

function decodeRun([key, value]: readonly [Uint8Array, Uint8Array]): Keyed {
  const place = new ByteReader(key.subarray(1));
  const reader = new ByteReader(value);
  const pass = place.u64();
  return {
    from: place.u64(),
    to: reader.u64(),
    index: reader.u64(),
    bytes: reader.u64(),
    maxTimestampMs: reader.u64() - 1,
    pass,
  };
}
