/**
 * How jobs come into a shard: deduplication and bounds, in the same command that stores them.
 *
 * Bounds count jobs that are not dead. Where one is reached, the new job is refused, or (`drop-oldest`, `dead-letter`) ready jobs of the lowest
 * priority give way, the oldest first (with fairness by key: in the order of turns), never one of a higher priority than the new one, and
 * at most `VICTIMS_MAX` for one job. A queue whose bound was lowered so does not grow, and shrinks with every job that comes.
 */
import { ByteReader, ByteWriter, FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { IdMemory } from './id-memory.ts';
import { readList } from './job-codec.ts';
import type { JobTable } from './job-table.ts';
import { TABLE, textKey } from './queue-keys.ts';
import type { EnqueueResult } from './queue-reply.ts';
import type { Header, JobMeta, NewJob } from './queue-types.ts';

export const VICTIMS_MAX = 4;
const REQUEST_WINDOW_MS = 10 * 60_000;

/** What a job counts for `max.bytes`. */
export function jobBytes(job: {
  readonly payload: Uint8Array;
  readonly headers: readonly Header[];
  readonly key: Uint8Array;
}): number {
  let bytes = job.payload.length + job.key.length;
  for (const { name, value } of job.headers) bytes += name.length + value.length;
  return bytes;
}

export class JobIntake {
  private readonly table: JobTable;
  private readonly ids: IdMemory;

  constructor(table: JobTable, ids: IdMemory) {
    this.table = table;
    this.ids = ids;
  }

  /** `staged`: into a transaction; then its deduplication id counts from the commit. */
  take(job: NewJob, staged: boolean, writer: StateWriter): EnqueueResult {
    const duplicate = this.duplicateOf(job.dedupId);
    if (duplicate !== undefined) {
      this.table.globals.totals.deduplicated += 1;
      return { kind: 'duplicate', seq: duplicate };
    }
    const refusal = this.makeRoom(job, writer);
    if (refusal !== undefined) return { kind: 'refused', error: refusal };
    const meta = this.newMeta(job);
    const body = { payload: job.payload, headers: job.headers };
    if (staged) this.table.stage(meta, body, writer);
    else {
      this.table.add(meta, body, writer);
      this.accepted(meta, writer);
    }
    return { kind: 'enqueued', seq: meta.seq };
  }

  /** A staged job is committed: it takes effect, unless its id was enqueued since. */
  commit(meta: JobMeta, writer: StateWriter): void {
    if (this.duplicateOf(meta.dedupId) === undefined) {
      this.table.unstage(meta, writer);
      this.accepted(meta, writer);
    } else {
      this.table.remove(meta, writer);
      this.table.globals.totals.deduplicated += 1;
    }
  }

  /** The results of the same request, if it was here. */
  recallRequest(requestId: string): readonly EnqueueResult[] | undefined {
    if (requestId === '') return undefined;
    const bytes = this.ids.recall(textKey(TABLE.request, requestId), this.table.globals.timeMs);
    return bytes === undefined ? undefined : readList(new ByteReader(bytes), readResult);
  }

  /** Not where all was refused: then the request may be tried again. */
  rememberRequest(requestId: string, results: readonly EnqueueResult[], writer: StateWriter): void {
    if (requestId === '' || results.every((result) => result.kind === 'refused')) return;
    const value = new ByteWriter(64).varint(results.length);
    for (const result of results) {
      if (result.kind === 'refused') value.varint(0);
      else value.varint(result.seq * 2 + (result.kind === 'duplicate' ? 1 : 0));
    }
    const untilMs = this.table.globals.timeMs + REQUEST_WINDOW_MS;
    this.ids.remember(textKey(TABLE.request, requestId), value.view8(), untilMs, writer);
  }

  private accepted(meta: JobMeta, writer: StateWriter): void {
    const { globals, config } = this.table;
    globals.totals.enqueued += 1;
    if (meta.dedupId === '' || config.dedupWindowMs === 0) return;
    const value = new ByteWriter(8).u64(meta.seq).view8();
    const untilMs = globals.timeMs + config.dedupWindowMs;
    this.ids.remember(textKey(TABLE.dedup, meta.dedupId), value, untilMs, writer);
  }

  private duplicateOf(dedupId: string): number | undefined {
    if (dedupId === '') return undefined;
    const bytes = this.ids.recall(textKey(TABLE.dedup, dedupId), this.table.globals.timeMs);
    return bytes === undefined ? undefined : new ByteReader(bytes).u64();
  }

  private newMeta(job: NewJob): JobMeta {
    const { globals } = this.table;
    const seq = globals.nextSeq;
    globals.nextSeq += 1;
    return {
      seq,
      state: 'ready',
      priority: job.priority,
      key: Uint8Array.from(job.key),
      dedupId: job.dedupId,
      origin: job.origin,
      attemptsMax: job.attemptsMax,
      enqueuedAtMs: globals.timeMs,
      dueAtMs: job.notBeforeMs,
      attempts: 0,
      totalAttempts: 0,
      leaseEpoch: 0,
      redrives: 0,
      bytes: jobBytes(job),
      lease: undefined,
      death: undefined,
      failures: [],
      place: { turn: 0, ordered: false, blocked: false, named: false },
    };
  }

  private makeRoom(job: NewJob, writer: StateWriter): FlowError | undefined {
    const { config, globals } = this.table;
    const bytes = jobBytes(job);
    const fits = (jobsLess: number, bytesLess: number): boolean =>
      (config.maxJobs < 0 || globals.live - jobsLess < config.maxJobs) &&
      (config.maxBytes < 0 || globals.bytes - bytesLess + bytes <= config.maxBytes);
    if (fits(0, 0)) return undefined;
    if (config.overflow === 'reject') return this.full();
    const victims: JobMeta[] = [];
    let freedBytes = 0;
    for (const seq of this.table.ready.least(VICTIMS_MAX, job.priority)) {
      if (fits(victims.length, freedBytes)) break;
      const victim = this.table.indexed(seq);
      victims.push(victim);
      freedBytes += victim.bytes;
    }
    const shrinks = victims.length > 0 && (config.maxBytes < 0 || freedBytes >= bytes);
    if (!shrinks && !fits(victims.length, freedBytes)) return this.full();
    for (const victim of victims) {
      if (config.overflow === 'dead-letter') this.table.makeDead(victim, 'overflow', writer);
      else {
        this.table.remove(victim, writer);
        globals.totals.dropped += 1;
      }
    }
    return undefined;
  }

  private full(): FlowError {
    const { config, globals } = this.table;
    const { live, bytes } = globals;
    return new FlowError('OVERLOADED', `the queue is full: ${live} jobs, ${bytes} bytes in this shard`, {
      hint: 'Try again when workers have made room, or raise max.jobs or max.bytes.',
      details: { jobs: live, maxJobs: config.maxJobs, bytes, maxBytes: config.maxBytes },
    });
  }
}

function readResult(reader: ByteReader): EnqueueResult {
  const value = reader.varint();
  if (value === 0) {
    return {
      kind: 'refused',
      error: new FlowError('OVERLOADED', 'the queue was full when this request came first', {
        hint: 'Send the refused jobs again, as a new request.',
      }),
    };
  }
  return { kind: value % 2 === 1 ? 'duplicate' : 'enqueued', seq: Math.floor(value / 2) };
}
