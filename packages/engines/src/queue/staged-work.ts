/**
 * Acks and jobs that a transaction has staged in this shard, until its marker comes.
 *
 *   (unknown) ─ stage ─► open ─ marker ─► committing | aborting ─ nothing left ─► ended ─ a week ─► (unknown)
 *       └──────────────────── marker ───────────────────────────────────────────────┘
 *
 * Commit: acknowledged jobs are done, staged jobs become ready or delayed. Abort: staged jobs go; an acknowledged job is again under the lease that it
 * had, with the deadline that it had, so that its holder may go on, and if that has passed the lease runs out at once.
 * A marker settles a bounded number of jobs and is repeated until none is left; the first one decides. Once it has come, whatever this producer
 * sends with this epoch or an older one is refused, also where nothing had been staged.
 */
import { ByteReader, ByteWriter, FlowError, must } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import { FOREVER_MS, type IdMemory } from './id-memory.ts';
import type { JobIntake } from './job-intake.ts';
import type { JobTable } from './job-table.ts';
import { lastSeq, MARK, numberKey, stagedKey, stagedPrefix, TABLE } from './queue-keys.ts';
import type { TransactionTag } from './queue-types.ts';

/** Acks and jobs of one transaction in one shard. */
export const TRANSACTION_STAGED_MAX = 10_000;
const REMEMBERED_MS = 7 * 24 * 3_600_000;

type Phase = 'open' | 'committing' | 'aborting' | 'ended';
const PHASES: readonly Phase[] = ['open', 'committing', 'aborting', 'ended'];

interface TransactionRecord {
  readonly epoch: number;
  readonly staged: number;
  readonly phase: Phase;
}

interface StagedWorkPorts {
  readonly table: JobTable;
  readonly ids: IdMemory;
  readonly intake: JobIntake;
}

export class StagedWork {
  private readonly ports: StagedWorkPorts;

  constructor(ports: StagedWorkPorts) {
    this.ports = ports;
  }

  /** Whether `count` more may be staged. */
  check(tag: TransactionTag, count: number): FlowError | undefined {
    const record = this.record(tag.producerId);
    if (record === undefined) return undefined;
    const ended = record.epoch > tag.epoch || (record.epoch === tag.epoch && record.phase !== 'open');
    if (ended) {
      return new FlowError(
        'PRODUCER_FENCED',
        `transaction ${tag.epoch} of producer ${tag.producerId} has ended here`,
        { hint: 'Begin a new transaction.', details: { producerId: tag.producerId, epoch: record.epoch } },
      );
    }
    if (record.epoch < tag.epoch && record.staged > 0) {
      return new FlowError(
        'UNAVAILABLE',
        'the previous transaction of this producer has not ended here yet',
        {
          hint: 'Try again in a moment.',
        },
      );
    }
    if (record.staged + count <= TRANSACTION_STAGED_MAX) return undefined;
    return new FlowError(
      'PRECONDITION_FAILED',
      'the transaction holds too many acks and jobs of this shard',
      {
        hint: `End it, and begin another one: at most ${TRANSACTION_STAGED_MAX}.`,
      },
    );
  }

  /** The job was staged, or acknowledged, by the transaction; `check` has allowed it. */
  note(seq: number, tag: TransactionTag, writer: StateWriter): void {
    const key = stagedKey(tag.producerId, seq);
    writer.put(key, MARK);
    this.ports.table.windows.noteInsert(stagedPrefix(tag.producerId), key, MARK);
    const staged = (this.record(tag.producerId)?.staged ?? 0) + 1;
    this.keep(tag.producerId, { epoch: tag.epoch, staged, phase: 'open' }, writer);
  }

  /** The marker. Returns how many are left to be settled by repeating it. */
  end(tag: TransactionTag, commit: boolean, max: number, writer: StateWriter): number {
    const record = this.record(tag.producerId) ?? { epoch: tag.epoch, staged: 0, phase: 'open' };
    if (record.epoch > tag.epoch || (record.epoch === tag.epoch && record.phase === 'ended')) return 0;
    // What an older transaction left open was never part of a decision to commit: it is given up.
    const decided: Phase = commit && record.epoch === tag.epoch ? 'committing' : 'aborting';
    const phase = record.phase === 'open' ? decided : record.phase;
    const settled = this.settle(tag.producerId, phase === 'committing', Math.min(max, record.staged), writer);
    const staged = record.staged - settled;
    if (staged > 0) this.keep(tag.producerId, { epoch: record.epoch, staged, phase }, writer);
    else this.keep(tag.producerId, { epoch: tag.epoch, staged, phase: 'ended' }, writer);
    return staged;
  }

  private settle(producerId: number, commit: boolean, count: number, writer: StateWriter): number {
    if (count === 0) return 0;
    const { table, intake } = this.ports;
    const prefix = stagedPrefix(producerId);
    const window = table.windows.get(prefix);
    for (let i = 0; i < count; i++) {
      const { key } = must(window.first(), 'a transaction has as many staged as it counts');
      writer.del(key);
      table.windows.noteRemove(prefix, key);
      const meta = table.indexed(lastSeq(key));
      if (meta.lease === undefined) {
        if (commit) intake.commit(meta, writer);
        else table.remove(meta, writer);
      } else if (commit) {
        table.remove(meta, writer);
        table.globals.totals.completed += 1;
      } else table.changeLease(meta, { ...meta.lease, transaction: undefined }, writer);
    }
    return count;
  }

  private record(producerId: number): TransactionRecord | undefined {
    const key = numberKey(TABLE.transaction, producerId);
    const bytes = this.ports.ids.recall(key, this.ports.table.globals.timeMs);
    if (bytes === undefined) return undefined;
    const reader = new ByteReader(bytes);
    const epoch = reader.u64();
    const staged = reader.u32();
    return { epoch, staged, phase: must(PHASES[reader.u8()], 'a phase is known') };
  }

  private keep(producerId: number, record: TransactionRecord, writer: StateWriter): void {
    const { ids, table } = this.ports;
    const value = new ByteWriter(13).u64(record.epoch).u32(record.staged).u8(PHASES.indexOf(record.phase));
    const untilMs = record.phase === 'ended' ? table.globals.timeMs + REMEMBERED_MS : FOREVER_MS;
    ids.remember(numberKey(TABLE.transaction, producerId), value.view8(), untilMs, writer);
  }
}
