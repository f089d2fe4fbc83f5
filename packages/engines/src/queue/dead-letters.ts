/**
 * The dead letters of a shard: its dead jobs. They are edited, deleted and redriven where they are; nothing is copied, so a job is never lost on
 * the way, and never in both places. A redriven job keeps its id, headers, history and count of all attempts, and begins its attempts anew.
 */
import type { StateWriter } from '../machine.ts';
import { jobBytes } from './job-intake.ts';
import type { JobTable } from './job-table.ts';
import type { QueueCommandBody } from './queue-command.ts';
import { readTimeKey } from './queue-keys.ts';
import type { DeadResult } from './queue-reply.ts';
import type { JobMeta } from './queue-types.ts';

type Command<K extends QueueCommandBody['kind']> = Extract<QueueCommandBody, { readonly kind: K }>;

export class DeadLetters {
  private readonly table: JobTable;

  constructor(table: JobTable) {
    this.table = table;
  }

  remove(seqs: readonly number[], writer: StateWriter): readonly DeadResult[] {
    return this.forEachDead(seqs, (meta) => {
      this.table.remove(meta, writer);
      this.table.globals.totals.purged += 1;
    });
  }

  redrive(seqs: readonly number[], writer: StateWriter): readonly DeadResult[] {
    return this.forEachDead(seqs, (meta) => this.table.revive(meta, writer));
  }

  edit(command: Command<'edit-dead'>, writer: StateWriter): readonly DeadResult[] {
    const { payload, headers } = command;
    return this.forEachDead([command.seq], (meta) => {
      const bytes = jobBytes({ payload, headers, key: meta.key });
      this.table.editDead(meta, { payload, headers }, bytes, writer);
    });
  }

  /** Oldest first; whether dead jobs of the range are left. */
  redriveUntil(
    command: Command<'redrive-until'>,
    writer: StateWriter,
  ): { readonly count: number; readonly more: boolean } {
    for (let count = 0; ; count++) {
      const next = this.nextUntil(command.diedUntilMs);
      if (next === undefined || count >= command.max) return { count, more: next !== undefined };
      this.table.revive(this.table.indexed(next), writer);
    }
  }

  private nextUntil(diedUntilMs: number): number | undefined {
    const entry = this.table.dead.first();
    if (entry === undefined) return undefined;
    const { atMs, seq } = readTimeKey(entry.key);
    return atMs > diedUntilMs ? undefined : seq;
  }

  private forEachDead(seqs: readonly number[], act: (meta: JobMeta) => void): readonly DeadResult[] {
    return seqs.map((seq) => {
      const meta = this.table.get(seq);
      if (meta?.state !== 'dead') return 'missing';
      act(meta);
      return 'done';
    });
  }
}
