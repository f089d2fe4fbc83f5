/**
 * Redrives by filter, as far as they have come. The leader's service looks at dead jobs page by page and proposes what it found: the jobs are redriven and
 * the position is moved in one command, so that after a failover the next leader goes on where the last one was, and redrives nothing twice.
 *
 *   running ─ task-end ─► done | cancelled | failed
 *
 * Bounded: `TASKS_RUNNING_MAX` at once, and `TASKS_MAX` remembered, the oldest ended ones are forgotten first.
 */
import { assert, ByteReader, ByteWriter, FlowError } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import type { JobTable } from './job-table.ts';
import type { QueueCommandBody } from './queue-command.ts';
import { numberKey, TABLE, tablePrefix } from './queue-keys.ts';
import type { DeadPosition, RedriveTask, RedriveTaskState } from './queue-types.ts';

export const TASKS_MAX = 100;
export const TASKS_RUNNING_MAX = 10;

const STATES: readonly RedriveTaskState[] = ['running', 'done', 'cancelled', 'failed'];

type Command<K extends QueueCommandBody['kind']> = Extract<QueueCommandBody, { readonly kind: K }>;

interface KeptTask {
  readonly number: number;
  readonly task: RedriveTask;
}

export class RedriveTasks {
  private readonly table: JobTable;
  /** By id, oldest first. */
  private readonly tasks = new Map<string, KeptTask>();

  constructor(table: JobTable) {
    this.table = table;
  }

  get(id: string): RedriveTask | undefined {
    return this.tasks.get(id)?.task;
  }

  /** Oldest first. */
  list(): readonly RedriveTask[] {
    return [...this.tasks.values()].map(({ task }) => task);
  }

  start(command: Command<'task-start'>, writer: StateWriter): RedriveTask | FlowError {
    const known = this.get(command.id);
    if (known !== undefined) return known;
    const running = this.list().filter(({ state }) => state === 'running');
    if (running.length >= TASKS_RUNNING_MAX) {
      return new FlowError('PRECONDITION_FAILED', `${running.length} redrives are running on this shard`, {
        hint: 'Wait until one has ended, or cancel one.',
      });
    }
    if (this.tasks.size >= TASKS_MAX) this.forgetOldest(writer);
    const { globals } = this.table;
    const task: RedriveTask = {
      id: command.id,
      filter: command.filter,
      ratePerSecond: command.ratePerSecond,
      max: command.max,
      startedAtMs: globals.timeMs,
      endedAtMs: 0,
      state: 'running',
      position: { diedAtMs: 0, seq: 0 },
      scanned: 0,
      redriven: 0,
      error: '',
    };
    this.keep({ number: globals.nextNumber, task }, writer);
    globals.nextNumber += 1;
    return task;
  }

  /** A step that was proposed twice does nothing the second time. */
  progress(command: Command<'task-progress'>, writer: StateWriter): RedriveTask | FlowError {
    const kept = this.tasks.get(command.id);
    if (kept === undefined) return unknown(command.id);
    const { task } = kept;
    if (task.state !== 'running') {
      return new FlowError('PRECONDITION_FAILED', `redrive ${task.id} has ended: ${task.state}`);
    }
    if (!isAfter(command.position, task.position)) return task;
    let redriven = 0;
    for (const seq of command.seqs) {
      const meta = this.table.get(seq);
      if (meta?.state !== 'dead') continue;
      this.table.revive(meta, writer);
      redriven += 1;
    }
    const next: RedriveTask = {
      ...task,
      position: command.position,
      scanned: task.scanned + command.scanned,
      redriven: task.redriven + redriven,
    };
    this.keep({ number: kept.number, task: next }, writer);
    return next;
  }

  end(command: Command<'task-end'>, writer: StateWriter): RedriveTask | FlowError {
    const kept = this.tasks.get(command.id);
    if (kept === undefined) return unknown(command.id);
    if (kept.task.state !== 'running') return kept.task;
    const { state, error } = command;
    const task: RedriveTask = { ...kept.task, state, error, endedAtMs: this.table.globals.timeMs };
    this.keep({ number: kept.number, task }, writer);
    return task;
  }

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({ from: tablePrefix(TABLE.task), to: tablePrefix(TABLE.task + 1) });
    for (const [key, value] of pairs) {
      const number = new ByteReader(key.subarray(1)).u64();
      const task = decodeTask(value);
      this.tasks.set(task.id, { number, task });
    }
  }

  describe(): string {
    return JSON.stringify([...this.tasks.values()]);
  }

  private keep(kept: KeptTask, writer: StateWriter): void {
    this.tasks.set(kept.task.id, kept);
    writer.put(numberKey(TABLE.task, kept.number), encodeTask(kept.task));
  }

  private forgetOldest(writer: StateWriter): void {
    for (const [id, { number, task }] of this.tasks) {
      if (task.state === 'running') continue;
      this.tasks.delete(id);
      writer.del(numberKey(TABLE.task, number));
      return;
    }
    assert(false, 'more tasks are kept than may run');
  }
}

function isAfter(a: DeadPosition, b: DeadPosition): boolean {
  return a.diedAtMs > b.diedAtMs || (a.diedAtMs === b.diedAtMs && a.seq > b.seq);
}

function unknown(id: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no redrive ${id} on this shard`, {
    hint: 'List the tasks; ended ones are forgotten after a while.',
  });
}

function encodeTask(task: RedriveTask): Uint8Array {
  return new ByteWriter(128)
    .text(task.id)
    .text(task.filter)
    .varint(task.ratePerSecond)
    .varint(task.max)
    .varint(task.startedAtMs)
    .varint(task.endedAtMs)
    .u8(STATES.indexOf(task.state))
    .varint(task.position.diedAtMs)
    .varint(task.position.seq)
    .varint(task.scanned)
    .varint(task.redriven)
    .text(task.error)
    .finish();
}

function decodeTask(bytes: Uint8Array): RedriveTask {
  const reader = new ByteReader(bytes);
  const start = {
    id: reader.text(),
    filter: reader.text(),
    ratePerSecond: reader.varint(),
    max: reader.varint(),
    startedAtMs: reader.varint(),
    endedAtMs: reader.varint(),
  };
  const state = STATES[reader.u8()];
  assert(state !== undefined, 'the state of a task is known');
  const position = { diedAtMs: reader.varint(), seq: reader.varint() };
  return {
    ...start,
    state,
    position,
    scanned: reader.varint(),
    redriven: reader.varint(),
    error: reader.text(),
  };
}
