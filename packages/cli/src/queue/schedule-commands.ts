/** `flowmesh queue schedule …`: jobs by the calendar. */
import { text as textOf } from 'node:stream/consumers';
import type { QueueSchedule } from '@flowmesh/client';
import type { Command } from 'commander';
import { collect, parseSettings } from '../command-options.ts';
import { type Column, isStructured } from '../output/format.ts';
import { showBytes } from '../output/payload.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';

/** As JSON output has it; times are milliseconds since 1970. */
interface ShownSchedule {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly paused: boolean;
  readonly nextAt: number;
  readonly lastFiredAt?: number;
  readonly fired: number;
  readonly missed: number;
  readonly priority: number;
  readonly key?: string;
  readonly payload: string;
  readonly encoding?: 'base64';
}

function showSchedule({ job, lastFiredAt, timeZone, ...schedule }: QueueSchedule): ShownSchedule {
  const { text, encoding } = showBytes(job.payload);
  return {
    ...schedule,
    timeZone: timeZone === '' ? 'UTC' : timeZone,
    ...(lastFiredAt === 0 ? {} : { lastFiredAt }),
    priority: job.priority,
    ...(job.key === undefined ? {} : { key: showBytes(job.key).text }),
    payload: text,
    ...(encoding === undefined ? {} : { encoding }),
  };
}

const SCHEDULE_COLUMNS: readonly Column<ShownSchedule>[] = [
  { header: 'schedule', cell: (row) => row.name },
  { header: 'expression', cell: (row) => row.expression },
  { header: 'time zone', cell: (row) => row.timeZone },
  { header: 'next', cell: (row) => (row.paused ? '(paused)' : showTime(row.nextAt)) },
  { header: 'last', cell: (row) => (row.lastFiredAt === undefined ? undefined : showTime(row.lastFiredAt)) },
  { header: 'fired', cell: (row) => row.fired },
  { header: 'missed', cell: (row) => row.missed },
  { header: 'payload', cell: (row) => row.payload, wide: true },
];

export function addScheduleCommands(queue: Command, context: ProgramContext): void {
  const schedule = queue.command('schedule').description('jobs by the calendar');
  addPut(schedule, context);
  addList(schedule, context);
  addPause(schedule, context, true);
  addPause(schedule, context, false);
  addDelete(schedule, context);
}

interface PutOptions {
  readonly timeZone?: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly priority?: number;
}

function addPut(schedule: Command, context: ProgramContext): void {
  const command = schedule
    .command('put <queue> <name> <expression> [payload]')
    .description("a job whenever the time has come: '0 8 * * 1-5', '@hourly'; replaces the one of that name")
    .option('--time-zone <name>', 'for instance Europe/Berlin (default: UTC)')
    .option('-k, --key <text>', 'key')
    .option('-H, --header <key=value>', 'header, may be repeated', collect)
    .option('--priority <n>', '0 to 9, higher ones first', wholeOption('--priority', { min: 0, max: 9 }));
  handle<PutOptions>(
    command,
    context,
    async (session, options, [queue = '', name = '', expression = '', given]) => {
      const { timeZone, key, priority } = options;
      const headers = parseSettings(options.header ?? []);
      const payload = given ?? (await textOf(session.environment.stdin));
      await session.withMesh(async (mesh) => {
        const job = { payload, key, headers, priority };
        const wanted = { name, expression, timeZone, job, ...session.callOptions };
        await session.one(
          showSchedule(await mesh.queues.operations.putSchedule(queue, wanted)),
          SCHEDULE_COLUMNS,
        );
      });
    },
  );
}

function addList(schedule: Command, context: ProgramContext): void {
  const command = schedule.command('list <queue>').alias('ls').description('list schedules');
  handle(command, context, async (session, _options, [queue = '']) => {
    await session.withMesh(async (mesh) => {
      const rows = await mesh.queues.operations.schedules(queue, session.callOptions);
      await session.list(rows.map(showSchedule), SCHEDULE_COLUMNS);
      if (rows.length === 0 && !isStructured(session.style().format))
        session.note(`No schedules. Make one: flowmesh queue schedule put ${queue} NAME '0 8 * * *' PAYLOAD`);
    });
  });
}

function addPause(schedule: Command, context: ProgramContext, paused: boolean): void {
  const command = paused
    ? schedule.command('pause <queue> <name>').description('fire no more until it is resumed')
    : schedule.command('resume <queue> <name>').description('go on with the next time after now');
  handle(command, context, async (session, _options, [queue = '', name = '']) => {
    await session.withMesh(async (mesh) => {
      const changed = await mesh.queues.operations.pauseSchedule(queue, name, paused, session.callOptions);
      await session.one(showSchedule(changed), SCHEDULE_COLUMNS);
    });
  });
}

function addDelete(schedule: Command, context: ProgramContext): void {
  const command = schedule.command('delete <queue> <name>').description('delete a schedule; its jobs stay');
  handle(command, context, async (session, _options, [queue = '', name = '']) => {
    await session.withMesh(async (mesh) => {
      await mesh.queues.operations.deleteSchedule(queue, name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    });
  });
}
