/**
 * Jobs by the calendar. The machine knows each schedule's next time and its job; the leader reads the expression, waits for the time, and proposes
 * to fire, naming the time that it means: two leaders, or one that repeats itself, so enqueue one job.
 *
 * All schedules are in memory: at most `SCHEDULES_MAX`, with `SCHEDULE_BYTES_MAX` of jobs together.
 */
import { assert, ByteReader, ByteWriter, FlowError } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { readJob, writeJob } from './job-codec.ts';
import { jobBytes, type JobIntake } from './job-intake.ts';
import type { QueueCommandBody } from './queue-command.ts';
import type { QueueGlobals } from './queue-globals.ts';
import { TABLE, tablePrefix, textKey } from './queue-keys.ts';
import type { QueueReply } from './queue-reply.ts';
import type { NewJob, Schedule } from './queue-types.ts';

export const SCHEDULES_MAX = 1_000;
export const SCHEDULE_BYTES_MAX = 4 * 1024 * 1024;

const VERSION = 1;

type Command<K extends QueueCommandBody['kind']> = Extract<QueueCommandBody, { readonly kind: K }>;

export class ScheduleTable {
  private readonly globals: QueueGlobals;
  private readonly intake: JobIntake;
  private readonly schedules = new Map<string, Schedule>();

  constructor(globals: QueueGlobals, intake: JobIntake) {
    this.globals = globals;
    this.intake = intake;
  }

  get(name: string): Schedule | undefined {
    return this.schedules.get(name);
  }

  /** By name. */
  list(): readonly Schedule[] {
    return [...this.schedules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A new one, or another expression or job for a known one, whose counts go on. */
  put(command: Command<'schedule-put'>, writer: StateWriter): Schedule | FlowError {
    const known = this.get(command.name);
    const tooMuch = this.check(command, known);
    if (tooMuch !== undefined) return tooMuch;
    const { name, expression, timeZone, nextAtMs } = command;
    const schedule: Schedule = {
      name,
      expression,
      timeZone,
      template: copyJob(command.template),
      paused: known?.paused ?? false,
      nextAtMs,
      fired: known?.fired ?? 0,
      missed: known?.missed ?? 0,
      lastFiredAtMs: known?.lastFiredAtMs ?? 0,
    };
    this.keep(schedule, writer);
    return schedule;
  }

  remove(name: string, writer: StateWriter): Schedule | FlowError {
    const known = this.get(name);
    if (known === undefined) return unknown(name);
    this.schedules.delete(name);
    writer.del(textKey(TABLE.schedule, name));
    return known;
  }

  pause(command: Command<'schedule-pause'>, writer: StateWriter): Schedule | FlowError {
    const known = this.get(command.name);
    if (known === undefined) return unknown(command.name);
    if (known.paused === command.paused) return known;
    const nextAtMs = command.paused ? known.nextAtMs : command.nextAtMs;
    const schedule = { ...known, paused: command.paused, nextAtMs };
    this.keep(schedule, writer);
    return schedule;
  }

  /** A full or paused queue misses the time; the next one comes. */
  fire(command: Command<'schedule-fire'>, writer: StateWriter): QueueReply {
    const known = this.get(command.name);
    if (known === undefined || known.paused || known.nextAtMs !== command.expectedAtMs) {
      return { kind: 'schedule-fired', fired: false, seq: undefined };
    }
    const seq = this.enqueue(known, writer);
    const fired = seq !== undefined;
    const schedule: Schedule = {
      ...known,
      nextAtMs: command.nextAtMs,
      fired: known.fired + (fired ? 1 : 0),
      missed: known.missed + (fired ? 0 : 1),
      lastFiredAtMs: fired ? this.globals.timeMs : known.lastFiredAtMs,
    };
    this.keep(schedule, writer);
    return { kind: 'schedule-fired', fired: true, seq };
  }

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({
      from: tablePrefix(TABLE.schedule),
      to: tablePrefix(TABLE.schedule + 1),
    });
    for (const [, value] of pairs) {
      const schedule = decodeSchedule(value);
      this.schedules.set(schedule.name, schedule);
    }
  }

  describe(): string {
    return this.list()
      .map(({ name, nextAtMs, fired, missed, paused }) => `${name}:${nextAtMs}:${fired}:${missed}:${paused}`)
      .join(';');
  }

  private enqueue(schedule: Schedule, writer: StateWriter): number | undefined {
    if (this.globals.enqueuePaused) return undefined;
    const result = this.intake.take(scheduledJob(schedule), false, writer);
    return result.kind === 'enqueued' ? result.seq : undefined;
  }

  private check(command: Command<'schedule-put'>, known: Schedule | undefined): FlowError | undefined {
    if (known === undefined && this.schedules.size >= SCHEDULES_MAX) {
      return new FlowError(
        'PRECONDITION_FAILED',
        `the shard has ${SCHEDULES_MAX} schedules, as many as it may`,
        {
          hint: 'Delete one first.',
        },
      );
    }
    let bytes = jobBytes(command.template) - (known === undefined ? 0 : jobBytes(known.template));
    for (const { template } of this.schedules.values()) bytes += jobBytes(template);
    if (bytes <= SCHEDULE_BYTES_MAX) return undefined;
    return new FlowError('PRECONDITION_FAILED', `the schedules' jobs would take ${bytes} bytes`, {
      hint: `They may take ${SCHEDULE_BYTES_MAX} bytes a shard: put less into the payload.`,
    });
  }

  private keep(schedule: Schedule, writer: StateWriter): void {
    this.schedules.set(schedule.name, schedule);
    writer.put(textKey(TABLE.schedule, schedule.name), encodeSchedule(schedule));
  }
}

/** The job that a schedule enqueues. */
function scheduledJob(schedule: Schedule): NewJob {
  return { ...schedule.template, dedupId: '', notBeforeMs: 0, origin: `schedule:${schedule.name}` };
}

function unknown(name: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no schedule '${name}' on this shard`, {
    hint: 'List the schedules.',
  });
}

/** One that does not alias the log. */
function copyJob(job: NewJob): NewJob {
  const writer = new ByteWriter(256);
  writeJob(writer, job);
  return readJob(new ByteReader(writer.finish()));
}

function encodeSchedule(schedule: Schedule): Uint8Array {
  const writer = new ByteWriter(256)
    .u8(VERSION)
    .text(schedule.name)
    .text(schedule.expression)
    .text(schedule.timeZone)
    .u8(schedule.paused ? 1 : 0)
    .varint(schedule.nextAtMs)
    .varint(schedule.fired)
    .varint(schedule.missed)
    .varint(schedule.lastFiredAtMs);
  writeJob(writer, schedule.template);
  return writer.finish();
}

function decodeSchedule(bytes: Uint8Array): Schedule {
  const reader = new ByteReader(bytes);
  assert(reader.u8() === VERSION, 'a schedule is of a version that this node knows');
  const start = {
    name: reader.text(),
    expression: reader.text(),
    timeZone: reader.text(),
    paused: reader.u8() === 1,
    nextAtMs: reader.varint(),
    fired: reader.varint(),
    missed: reader.varint(),
    lastFiredAtMs: reader.varint(),
  };
  return { ...start, template: copyJob(readJob(reader)) };
}
