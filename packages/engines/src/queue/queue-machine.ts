/**
 * The machine of one shard of a queue: jobs with their leases, delays, deduplication, dead letters, schedules and staged work of transactions, all
 * of which change together. `queue-types.ts` draws the life of a job; this file only dispatches.
 *
 * Invariants: a job is in exactly one state and, but for staged ones, in exactly one index; at most one lease is valid for a job; attempts and
 * lease epochs never fall but by a redrive or the release of what nobody saw; the counts are those of the indexes; time never falls.
 *
 * The state is larger than memory: `prepare` loads what commands will look at, and applying reads memory alone. Memory is bounded by
 * `QueueMemory` (as set below at most 3 MiB of records and bodies, and 16 indexes of 1,024 entries at 300 bytes, some 8 MiB for a shard that uses
 * all of it, next to nothing for an idle one), beside redrive tasks (100), schedules (4 MiB) and what the chunk at hand needs. Ten million ready
 * jobs cost as much memory as ten thousand.
 *
 * Keys: see queue-keys.ts.
 */
import { assert, ByteReader, ByteWriter, crc32c, FlowError } from '@flowmesh/base';
import { type QueueConfig, resolveQueueConfig } from '../catalog/queue-config.ts';
import { digestText } from '../digest.ts';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import { OrderedHead } from '../state/ordered-head.ts';
import { DeadLetters } from './dead-letters.ts';
import { FOREVER_MS, IdMemory } from './id-memory.ts';
import { readList } from './job-codec.ts';
import { JobIntake } from './job-intake.ts';
import { JobTable, type QueueMemory } from './job-table.ts';
import { LeaseDesk } from './lease-desk.ts';
import {
  decodeQueueCommand,
  isKnownQueueCommand,
  type PurgeState,
  type QueueCommand,
  type QueueCommandBody,
  queueCommandKind,
  weighQueueCommand,
} from './queue-command.ts';
import {
  CONFIG_KEY,
  GLOBALS_KEY,
  lastSeq,
  readForgetKey,
  readTimeKey,
  TABLE,
  tablePrefix,
} from './queue-keys.ts';
import { QueueNeeds } from './queue-needs.ts';
import { prepareQueue, runLoading } from './queue-prepare.ts';
import type { QueueReply } from './queue-reply.ts';
import type { QueueStats, RedriveTask, Schedule } from './queue-types.ts';
import { RedriveTasks } from './redrive-tasks.ts';
import { ScheduleTable } from './schedule-table.ts';
import { StagedWork } from './staged-work.ts';

const MEMORY: QueueMemory = {
  cacheBytes: 2 * 1024 * 1024,
  bodyBytes: 1024 * 1024,
  headEntries: 1_024,
  windows: 256,
};

/** Bytes of a command that go into the digest's chain. */
const CHAINED_BYTES = 256;

type Outcome = QueueReply | FlowError;
type Command<K extends QueueCommandBody['kind']> = Extract<QueueCommandBody, { readonly kind: K }>;

export class QueueMachine implements Machine {
  readonly name = 'queue/1';
  private readonly table: JobTable;
  private readonly forget: OrderedHead;
  private readonly ids: IdMemory;
  private readonly intake: JobIntake;
  private readonly staged: StagedWork;
  private readonly desk: LeaseDesk;
  private readonly dead: DeadLetters;
  private readonly redrives: RedriveTasks;
  private readonly calendar: ScheduleTable;
  private readonly encodeGlobals = (): Uint8Array => this.table.globals.encode();

  constructor(memory: QueueMemory = MEMORY) {
    this.table = new JobTable(memory);
    const { table } = this;
    const fill = Math.max(1, memory.headEntries >>> 1);
    this.forget = new OrderedHead({ prefix: tablePrefix(TABLE.forget), keepMax: memory.headEntries, fill });
    this.ids = new IdMemory(table.cache, this.forget);
    this.intake = new JobIntake(table, this.ids);
    this.staged = new StagedWork({ table, ids: this.ids, intake: this.intake });
    this.desk = new LeaseDesk(table, this.staged);
    this.dead = new DeadLetters(table);
    this.redrives = new RedriveTasks(table);
    this.calendar = new ScheduleTable(table.globals, this.intake);
  }

  // ---- what services ask

  get timeMs(): number {
    return this.table.globals.timeMs;
  }

  /** Of the catalog, as of the last `configure`. */
  get configRevision(): number {
    return this.table.globals.configRevision;
  }

  get config(): QueueConfig {
    return this.table.config;
  }

  /** Jobs that a receive would find now: none while receiving is paused or too much is in flight. */
  get deliverable(): number {
    const { globals, config } = this.table;
    if (globals.receivePaused) return 0;
    const room = config.maxInFlight < 0 ? Number.POSITIVE_INFINITY : config.maxInFlight - globals.leased;
    return Math.max(0, Math.min(globals.deliverable, room));
  }

  /** By name; the leader fires those whose `nextAtMs` has come. */
  get schedules(): readonly Schedule[] {
    return this.calendar.list();
  }

  /** Oldest first. */
  get tasks(): readonly RedriveTask[] {
    return this.redrives.list();
  }

  task(id: string): RedriveTask | undefined {
    return this.redrives.get(id);
  }

  stats(): QueueStats {
    const { globals } = this.table;
    const { blocked, delayed, leased, dead, staged, bytes, deadBytes } = globals;
    return {
      ready: globals.ready,
      readyByPriority: [...globals.readyBy],
      blocked,
      delayed,
      leased,
      dead,
      staged,
      bytes,
      deadBytes,
      oldestReadyAtMs: this.table.ready.oldestReadyAtMs(),
      totals: { ...globals.totals },
      errors: this.table.errors.list(),
      receivePaused: globals.receivePaused,
      enqueuePaused: globals.enqueuePaused,
    };
  }

  /** Machine time from which an `expire` has something to do; undefined: nothing is foreseen. Never later than it is, from memory alone. */
  dueAtMs(): number | undefined {
    const { table } = this;
    if (table.order.pending) return this.timeMs;
    const due = [
      this.firstAtMs(table.leases, (key) => readTimeKey(key).atMs),
      this.firstAtMs(table.delayed, (key) => readTimeKey(key).atMs),
      this.firstAtMs(this.forget, (key) => readForgetKey(key).atMs),
    ].filter((atMs): atMs is number => atMs !== undefined && atMs < FOREVER_MS);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  private firstAtMs(head: OrderedHead, read: (key: Uint8Array) => number): number | undefined {
    const entry = head.glimpse();
    if (entry !== undefined) return read(entry.key);
    return head.complete ? undefined : this.timeMs;
  }

  // ---- the machine

  prepare(commands: readonly Uint8Array[], state: StateReader): Promise<void> | undefined {
    const { table } = this;
    const now = { timeMs: this.timeMs, config: table.config };
    const needs = new QueueNeeds(now, (name) => this.calendar.get(name));
    for (const command of commands) {
      // Applying it will stop the node; what comes before it is still applied.
      if (!isKnownQueueCommand(command)) break;
      needs.add(decodeQueueCommand(command));
    }
    return runLoading(prepareQueue({ table, forget: this.forget, ids: this.ids, needs, state }));
  }

  weigh(command: Uint8Array): number {
    return weighQueueCommand(command);
  }

  apply(
    meta: ApplyMeta,
    bytes: Uint8Array,
    writer: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly never[] } {
    const { globals } = this.table;
    const command = decodeQueueCommand(bytes);
    this.extendChain(meta, bytes);
    globals.timeMs = Math.max(globals.timeMs, command.timeMs);
    if (meta.term > globals.term) {
      globals.term = meta.term;
      globals.termStartMs = globals.timeMs;
    }
    const outcome = this.dispatch(command, writer);
    writer.putLate(GLOBALS_KEY, this.encodeGlobals);
    const reply: Reply =
      outcome instanceof FlowError ? { ok: false, error: outcome } : { ok: true, value: outcome };
    return { reply, effects: [] };
  }

  private dispatch(command: QueueCommand, writer: StateWriter): Outcome {
    switch (command.kind) {
      case 'configure':
        return this.configure(command, writer);
      case 'enqueue':
        return this.enqueue(command, writer);
      case 'receive':
        return this.receive(command, writer);
      case 'ack':
        return this.ack(command, writer);
      case 'nack':
        return { kind: 'receipts', results: this.desk.nack(command, writer) };
      case 'extend':
        return { kind: 'receipts', results: this.desk.extend(command, writer) };
      case 'release':
        return { kind: 'receipts', results: this.desk.release(command, writer) };
      case 'expire':
        return { kind: 'expired', count: this.expire(command.max, writer) };
      case 'pause':
        return this.pause(command);
      case 'purge':
        return this.purge(command, writer);
      case 'delete-dead':
        return { kind: 'dead-letters', results: this.dead.remove(command.seqs, writer) };
      case 'edit-dead':
        return { kind: 'dead-letters', results: this.dead.edit(command, writer) };
      case 'redrive':
        return { kind: 'dead-letters', results: this.dead.redrive(command.seqs, writer) };
      case 'redrive-until':
        return { kind: 'redriven', ...this.dead.redriveUntil(command, writer) };
      case 'task-start':
        return taskReply(this.redrives.start(command, writer));
      case 'task-progress':
        return taskReply(this.redrives.progress(command, writer));
      case 'task-end':
        return taskReply(this.redrives.end(command, writer));
      case 'schedule-put':
        return scheduleReply(this.calendar.put(command, writer));
      case 'schedule-delete':
        return scheduleReply(this.calendar.remove(command.name, writer));
      case 'schedule-pause':
        return scheduleReply(this.calendar.pause(command, writer));
      case 'schedule-fire':
        return this.calendar.fire(command, writer);
      case 'end-transaction': {
        const { transaction, commit, max } = command;
        return { kind: 'transaction-ended', left: this.staged.end(transaction, commit, max, writer) };
      }
    }
  }

  private configure(command: Command<'configure'>, writer: StateWriter): QueueReply {
    const { globals } = this.table;
    if (command.revision > globals.configRevision) {
      globals.configRevision = command.revision;
      this.table.configure(resolveQueueConfig(command.config));
      const entries = Object.entries(command.config);
      const value = new ByteWriter(256).varint(entries.length);
      for (const [key, text] of entries) value.text(key).text(text);
      writer.put(CONFIG_KEY, value.finish());
    }
    return { kind: 'configured', revision: globals.configRevision };
  }

  private enqueue(command: Command<'enqueue'>, writer: StateWriter): Outcome {
    const { requestId, transaction, jobs } = command;
    const known = this.intake.recallRequest(requestId);
    if (known !== undefined) return { kind: 'enqueued', results: known };
    if (this.table.globals.enqueuePaused) {
      return new FlowError('PRECONDITION_FAILED', 'the queue takes no jobs: enqueueing is paused', {
        hint: 'Resume it, or send the jobs later.',
      });
    }
    const refused = transaction === undefined ? undefined : this.staged.check(transaction, jobs.length);
    if (refused !== undefined) return refused;
    const results = jobs.map((job) => {
      const result = this.intake.take(job, transaction !== undefined, writer);
      if (transaction !== undefined && result.kind === 'enqueued') {
        this.staged.note(result.seq, transaction, writer);
      }
      return result;
    });
    this.intake.rememberRequest(requestId, results, writer);
    return { kind: 'enqueued', results };
  }

  private receive(command: Command<'receive'>, writer: StateWriter): Outcome {
    const paused = this.table.globals.receivePaused;
    return { kind: 'received', jobs: paused ? [] : this.desk.receive(command, writer) };
  }

  private ack(command: Command<'ack'>, writer: StateWriter): Outcome {
    const { transaction, receipts } = command;
    const refused = transaction === undefined ? undefined : this.staged.check(transaction, receipts.length);
    return refused ?? { kind: 'receipts', results: this.desk.ack(command, writer) };
  }

  private expire(max: number, writer: StateWriter): number {
    let count = 0;
    while (count < max && this.desk.expireNext(writer)) count += 1;
    while (count < max && this.dueNext(writer)) count += 1;
    while (count < max && this.table.order.pending) {
      const seq = this.table.order.passOn(writer);
      if (seq !== undefined) this.table.unblock(this.table.indexed(seq), writer);
      count += 1;
    }
    while (count < max && this.ids.forgetNext(this.timeMs, writer)) count += 1;
    return count;
  }

  /** Makes the delayed job that is due first ready, if its time has come. */
  private dueNext(writer: StateWriter): boolean {
    const entry = this.table.delayed.first();
    if (entry === undefined) return false;
    const { atMs, seq } = readTimeKey(entry.key);
    if (atMs > this.timeMs) return false;
    this.table.makeAvailable(this.table.indexed(seq), 0, writer);
    return true;
  }

  private pause(command: Command<'pause'>): QueueReply {
    const { globals } = this.table;
    globals.receivePaused = command.receive ?? globals.receivePaused;
    globals.enqueuePaused = command.enqueue ?? globals.enqueuePaused;
    return { kind: 'paused', receive: globals.receivePaused, enqueue: globals.enqueuePaused };
  }

  /** `leased`: whoever holds a lease is told that the job is gone. What transactions have acknowledged stays. */
  private purge(command: Command<'purge'>, writer: StateWriter): QueueReply {
    let count = 0;
    for (; count < command.max; count++) {
      const seq = this.nextOf(command.state);
      if (seq === undefined) break;
      this.table.remove(this.table.indexed(seq), writer);
      this.table.globals.totals.purged += 1;
    }
    return { kind: 'purged', count, left: this.leftOf(command.state) };
  }

  private nextOf(state: PurgeState): number | undefined {
    const { table } = this;
    switch (state) {
      case 'ready': {
        const blocked = (): Uint8Array | undefined => table.waiting.first()?.key;
        return table.ready.first() ?? optionalSeq(blocked());
      }
      case 'delayed':
        return optionalSeq(table.delayed.first()?.key);
      case 'leased':
        return optionalSeq(table.leases.first()?.key);
      case 'dead':
        return optionalSeq(table.dead.first()?.key);
    }
  }

  private leftOf(state: PurgeState): number {
    const { globals, leases } = this.table;
    switch (state) {
      case 'ready':
        return globals.ready;
      case 'delayed':
        return globals.delayed;
      case 'leased':
        return leases.size === 0 && leases.complete ? 0 : globals.leased;
      case 'dead':
        return globals.dead;
    }
  }

  private extendChain(meta: ApplyMeta, bytes: Uint8Array): void {
    const place = new ByteWriter(24).u64(meta.index).u64(meta.term).u64(bytes.length).view8();
    const { globals } = this.table;
    globals.chain = crc32c(bytes.subarray(0, CHAINED_BYTES), crc32c(place, globals.chain));
  }

  /** Commands that bring data do; what moves and removes jobs must pass. */
  needsRoom(command: Uint8Array): boolean {
    const kind = queueCommandKind(command);
    return kind === 'enqueue' || kind === 'schedule-put' || kind === 'schedule-fire' || kind === 'edit-dead';
  }

  /** Nothing: jobs are in the state, so that an old one holds no log. */
  neededFrom(applied: number): number {
    return applied + 1;
  }

  async load(state: StateReader): Promise<void> {
    const globals = await state.get(GLOBALS_KEY);
    if (globals === undefined) return;
    this.table.globals.decode(globals);
    const config = await state.get(CONFIG_KEY);
    if (config !== undefined) {
      const entries = readList(new ByteReader(config), (reader) => [reader.text(), reader.text()] as const);
      this.table.configure(resolveQueueConfig(Object.fromEntries(entries)));
    }
    await this.table.load(state);
    await this.ids.load(state);
    await this.redrives.load(state);
    await this.calendar.load(state);
    assert(this.table.globals.nextSeq > 0, 'seqs begin at 1');
  }

  digest(): string {
    const { globals, errors } = this.table;
    const parts = [globals.describe(), JSON.stringify(errors.list()), JSON.stringify(this.table.config)];
    return digestText([...parts, this.redrives.describe(), this.calendar.describe()].join('|'));
  }
}

function optionalSeq(key: Uint8Array | undefined): number | undefined {
  return key === undefined ? undefined : lastSeq(key);
}

function taskReply(task: RedriveTask | FlowError): Outcome {
  return task instanceof FlowError ? task : { kind: 'task', task };
}

function scheduleReply(schedule: Schedule | FlowError): Outcome {
  return schedule instanceof FlowError ? schedule : { kind: 'schedule', schedule };
}
