/**
 * Compaction of one partition by its leader: of the records with a key only the latest of each key stays, with its offset. One pass:
 *
 *   enough is new? ─► the latest offset of every key in what is new, as far as the map has room ─► begin
 *     ─► what stays of everything before that, old and new, appended in runs ─► end: readers use the runs, the head of the log is given up
 *
 * Everything goes through the log, so replicas stay equal, and a leader that is lost on the way leaves a pass behind that the next one
 * begins anew. Where the map is too small for all keys a pass ends earlier and the next goes on; each rewrites what stayed of earlier ones,
 * which is why a pass waits until enough is new (min.cleanable.dirty.ratio).
 *
 * Stays: the latest record of each key, records without a key, tombstones until delete.retention.ms after a pass has seen them
 * first. Goes: what a later record of the key replaces, aborted records, control batches. Undecided transactions are not touched.
 */
import { concatBytes, isFlowError, must, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader, Crc32c, Scheduler } from '@flowmesh/base';
import { encodeStreamCommand, POINT_BYTES } from '@flowmesh/engines';
import type { StreamCommand, StreamConfig } from '@flowmesh/engines';
import { type CodecSet, decodeRecords, deleteHorizon, keepRecords, withDeleteHorizon } from '@flowmesh/kafka';
import type { StoredRecord } from '@flowmesh/kafka';
import type { DiskGate } from '../disk-gate.ts';
import type { Appender } from './appender.ts';
import type { ReadCursor } from './batch-reader.ts';
import type { ServedPartition } from './partition-table.ts';
import { abortedOf, isShown } from './read-view.ts';
import { storedPage } from './reader.ts';

export interface CompactionPorts {
  readonly appender: Appender;
  readonly gate: DiskGate;
  readonly scheduler: Scheduler;
  readonly codecs: CodecSet;
  readonly crc32c: Crc32c;
  readonly limits: { readonly decompressedBytesMax: number; readonly compactionKeyBytesMax: number };
}

/** Bytes of a run; one batch may exceed it. */
const RUN_BYTES = 1024 * 1024;
const PAGE_BYTES = 256 * 1024;
/** What a key costs in the map beside its own bytes. */
const KEY_OVERHEAD_BYTES = 80;
const CONFIRM_TIMEOUT_MS = 60_000;

/** What a pass will cover, and the latest offset of each key in what no pass has seen. */
interface Plan {
  readonly pass: number;
  readonly to: number;
  readonly bytesBefore: number;
  readonly latest: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

interface Run {
  readonly from: number;
  to: number;
  readonly batches: Uint8Array[];
  bytes: number;
  maxTimestampMs: number;
}

/** Runs a pass where enough is new. Rejects where the partition is lost or trimmed on the way: it is tried again later. */
export async function compact(
  served: ServedPartition,
  settings: StreamConfig,
  ports: CompactionPorts,
  signal: AbortSignal,
): Promise<void> {
  if (!isWorthIt(served, settings)) return;
  const work = new CompactionPass(served, settings, ports, signal);
  const plan = await work.plan();
  if (plan !== undefined) await work.rewrite(plan);
}

function isWorthIt({ machine }: ServedPartition, settings: StreamConfig): boolean {
  const { dirtyBytes, cleanBytes } = machine;
  if (dirtyBytes < POINT_BYTES) return false;
  return dirtyBytes / (dirtyBytes + cleanBytes) >= settings.minCleanableDirtyRatio;
}

class CompactionPass {
  private readonly served: ServedPartition;
  private readonly settings: StreamConfig;
  private readonly ports: CompactionPorts;
  private readonly signal: AbortSignal;

  constructor(served: ServedPartition, settings: StreamConfig, ports: CompactionPorts, signal: AbortSignal) {
    this.served = served;
    this.settings = settings;
    this.ports = ports;
    this.signal = signal;
  }

  /** Undefined where there is nothing to be done after all. */
  async plan(): Promise<Plan | undefined> {
    const { machine, replica } = this.served;
    const nowMs = this.served.nowMs();
    const { minCompactionLagMs } = this.settings;
    const beforeMs = minCompactionLagMs === 0 ? Number.MAX_SAFE_INTEGER : nowMs - minCompactionLagMs;
    const limit = await machine.compactionLimit(beforeMs, replica.state);
    const from = Math.max(machine.cleanEnd, machine.logStartOffset);
    if (limit === undefined || limit.offset <= from) return undefined;
    const latest = new Map<string, number>();
    let room = this.ports.limits.compactionKeyBytesMax;
    let reached = from;
    const whole = await this.scan(from, limit.offset, (batch, header) => {
      for (const record of this.recordsOf(batch)) {
        if (record.key === undefined) continue;
        const name = keyText(record.key);
        if (!latest.has(name)) room -= name.length + KEY_OVERHEAD_BYTES;
        latest.set(name, record.offset);
      }
      reached = header.baseOffset + header.lastOffsetDelta + 1;
      return room > 0;
    });
    const to = whole ? limit.offset : reached;
    const bytesBefore = whole ? limit.bytesBefore : await machine.bytesBefore(to, replica.state);
    return { pass: machine.nextCompactionPass, to, bytesBefore, latest, nowMs };
  }

  async rewrite(plan: Plan): Promise<void> {
    const { pass, to, bytesBefore } = plan;
    const { machine } = this.served;
    const timeMs = this.served.nowMs();
    await this.propose({ kind: 'compaction-begin', pass, to, bytesBefore, timeMs });
    let from = machine.logStartOffset;
    while (from < to) {
      const run: Run = { from, to, batches: [], bytes: 0, maxTimestampMs: -1 };
      const whole = await this.scan(from, to, (batch, header) => {
        run.to = header.baseOffset + header.lastOffsetDelta + 1;
        const kept = this.keptOf(batch, header, plan);
        if (kept === undefined) return true;
        run.batches.push(kept);
        run.bytes += kept.length;
        run.maxTimestampMs = Math.max(run.maxTimestampMs, header.maxTimestampMs);
        return run.bytes < RUN_BYTES;
      });
      if (whole) run.to = to;
      await this.appendRun(run, pass);
      from = run.to;
    }
    await this.propose({ kind: 'compaction-end', pass, timeMs: this.served.nowMs() });
  }

  private async appendRun({ from, to, batches, maxTimestampMs }: Run, pass: number): Promise<void> {
    const timeMs = this.served.nowMs();
    const bytes = concatBytes(batches);
    await this.propose({ kind: 'compacted', pass, from, to, maxTimestampMs, timeMs, batches: bytes });
  }

  /** What stays of a batch; undefined where nothing does. */
  private keptOf(batch: Uint8Array, header: BatchHeader, { latest, nowMs }: Plan): Uint8Array | undefined {
    const horizonMs = deleteHorizon(header);
    let tombstones = 0;
    const keep = ({ key, value, offset }: StoredRecord): boolean => {
      if (key === undefined) return true;
      if ((latest.get(keyText(key)) ?? offset) > offset) return false;
      if (value !== undefined) return true;
      if (horizonMs !== undefined && horizonMs <= nowMs) return false;
      tombstones += 1;
      return true;
    };
    try {
      const kept = keepRecords(batch, keep, this.decoding());
      if (kept === undefined || tombstones === 0 || horizonMs !== undefined) return kept;
      return withDeleteHorizon(kept, nowMs + this.settings.deleteRetentionMs, this.decoding());
    } catch (error) {
      // What cannot be read stays as its producer stored it.
      if (isFlowError(error)) return batch;
      throw error;
    }
  }

  /** Visits the data batches from `from` to before `to` that are not aborted, until a visit gives false. True where all were visited. */
  private async scan(
    from: number,
    to: number,
    visit: (batch: Uint8Array, header: BatchHeader) => boolean,
  ): Promise<boolean> {
    const { gate, scheduler } = this.ports;
    let cursor: ReadCursor = { offset: from, index: undefined };
    while (cursor.offset < to) {
      await new Promise<void>((resolve) => scheduler.endOfTurn(resolve));
      const options = { bytesMax: PAGE_BYTES, isolation: 'committed' as const, gate, signal: this.signal };
      const page = await storedPage(this.served, cursor, options);
      if (page.next.offset === cursor.offset) return false;
      const aborted = abortedOf(this.served, cursor.offset, page);
      for (const batch of page.batches) {
        const header = must(readBatchHeader(batch), 'a stored batch has a header');
        if (header.baseOffset >= to) return true;
        if (isShown(header, aborted) && !visit(batch, header)) return false;
      }
      cursor = page.next;
    }
    return true;
  }

  private *recordsOf(batch: Uint8Array): Generator<StoredRecord> {
    try {
      yield* decodeRecords(batch, this.decoding());
    } catch (error) {
      if (!isFlowError(error)) throw error;
    }
  }

  private decoding() {
    const { codecs, crc32c, limits } = this.ports;
    return { codecs, crc: crc32c, decompressedBytesMax: limits.decompressedBytesMax };
  }

  private async propose(command: StreamCommand): Promise<void> {
    await this.ports.appender.command(this.served, {
      command: encodeStreamCommand(command),
      baseOffset: undefined,
      minDurable: 0,
      timeoutMs: CONFIRM_TIMEOUT_MS,
      signal: this.signal,
    });
  }
}

/** Bytes as text of as many characters, which maps compare fast. */
function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}
