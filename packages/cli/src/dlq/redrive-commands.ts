/** `flowmesh dlq redrive|tasks|cancel`: dead letters back into their queue, by tasks of the cluster that go on without us. */
import type { FlowMesh, RedriveTask } from '@flowmesh/client';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { waitUntilDone, waitWanted } from '../interaction/wait.ts';
import { type Column, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';

/** As JSON output has it; 0 is no limit. */
interface ShownTask extends Omit<RedriveTask, 'endedAt' | 'error'> {
  readonly queue: string;
  readonly endedAt?: number;
  readonly error?: string;
}

function shownTask(queue: string, { endedAt, error, ...task }: RedriveTask): ShownTask {
  return { queue, ...task, ...(endedAt === 0 ? {} : { endedAt }), ...(error === '' ? {} : { error }) };
}

const TASK_COLUMNS: readonly Column<ShownTask>[] = [
  { header: 'task', cell: (row) => row.id },
  { header: 'state', cell: (row) => row.state },
  { header: 'redriven', cell: (row) => row.redriven },
  { header: 'scanned', cell: (row) => row.scanned },
  { header: 'rate', cell: (row) => (row.rate === 0 ? undefined : `${row.rate}/s`) },
  { header: 'max', cell: (row) => (row.max === 0 ? undefined : row.max), wide: true },
  { header: 'filter', cell: (row) => row.filter },
  {
    header: 'started',
    cell: (row) => (row.startedAt === 0 ? undefined : showTime(row.startedAt)),
    wide: true,
  },
  {
    header: 'ended',
    cell: (row) => (row.endedAt === undefined ? undefined : showTime(row.endedAt)),
    wide: true,
  },
  { header: 'error', cell: (row) => row.error },
];

export function addRedriveCommands(dlq: Command, context: ProgramContext): void {
  addRedrive(dlq, context);
  addTasks(dlq, context);
  addCancel(dlq, context);
}

interface RedriveCommandOptions {
  readonly filter?: string;
  readonly rate?: number;
  readonly max?: number;
  readonly dryRun?: boolean;
  readonly follow?: boolean;
  readonly yes?: boolean;
}

function addRedrive(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('redrive <queue> [id...]')
    .description('put dead letters back into their queue: all, those of --filter, or those named')
    .option('--filter <cel>', 'only those that match, for instance \'lastError.contains("timeout")\'')
    .option('--rate <n>', 'at most so many a second', wholeOption('--rate', { min: 1, max: 1_000_000 }))
    .option('--max <n>', 'at most so many', wholeOption('--max', { min: 1, max: Number.MAX_SAFE_INTEGER }))
    .option('--dry-run', 'count them, and redrive nothing')
    .option('--follow', 'show how far it is until it is done (default at a terminal)')
    .option('--no-follow', 'return once it has begun')
    .option('-y, --yes', 'do not ask');
  handle<RedriveCommandOptions>(command, context, async (session, options, [queue = '', ...jobIds]) => {
    const { filter, rate, max, dryRun, yes, follow } = options;
    if (jobIds.length > 0 && (filter ?? rate ?? max) !== undefined)
      throw usageError('ids and --filter, --rate or --max', 'Name jobs, or say which and how fast.');
    const wanted = { filter, rate, max, ...session.callOptions };
    return await session.withMesh(async (mesh) => {
      if (jobIds.length > 0) return await redriveNamed(session, mesh, { queue, jobIds, dryRun });
      if (dryRun === true || yes !== true) {
        const counted = await mesh.deadLetters.redrive(queue, { ...wanted, dryRun: true });
        if (dryRun === true || counted.redriven === 0) {
          await showTask(session, queue, counted);
          if (dryRun === true) session.note('Nothing was redriven (--dry-run).');
          return EXIT.ok;
        }
        await confirmBulk(session, yes, `Put ${counted.redriven} dead letters back into queue ${queue}?`);
      }
      const { dead } = await mesh.deadLetters.stats(queue, session.callOptions);
      const begun = await mesh.deadLetters.redrive(queue, wanted);
      if (waitWanted(session, follow)) return await followTask(session, mesh, { queue, task: begun, dead });
      await showTask(session, queue, begun);
      if (begun.state === 'running')
        session.note(
          `It goes on by itself: flowmesh dlq tasks ${queue}, flowmesh dlq cancel ${queue} ${begun.id}`,
        );
      return exitCodeFor(begun);
    });
  });
}

/** At once. Exit code 8 where some are dead no longer. */
async function redriveNamed(
  session: Session,
  mesh: FlowMesh,
  wanted: {
    readonly queue: string;
    readonly jobIds: readonly string[];
    readonly dryRun: boolean | undefined;
  },
): Promise<number> {
  const { queue, jobIds, dryRun } = wanted;
  const task = await mesh.deadLetters.redrive(queue, { ids: jobIds, dryRun, ...session.callOptions });
  await showTask(session, queue, task);
  return task.redriven < jobIds.length ? EXIT.partial : EXIT.ok;
}

async function followTask(
  session: Session,
  mesh: FlowMesh,
  { queue, task, dead }: { readonly queue: string; readonly task: RedriveTask; readonly dead: number },
): Promise<number> {
  let last = task;
  const look = async () => {
    if (last.state === 'running') last = await mesh.deadLetters.redriveTask(queue, task.id);
    const { state, redriven, scanned, max } = last;
    const share = max > 0 && max < dead ? { done: redriven, total: max } : { done: scanned, total: dead };
    const text = `${redriven} redriven, ${scanned} looked at`;
    return { done: state !== 'running', text, share, value: last };
  };
  const goesOn = `The redrive goes on. Stop it: flowmesh dlq cancel ${queue} ${task.id}`;
  const ended = await waitUntilDone(session, look, goesOn);
  await showTask(session, queue, ended);
  return exitCodeFor(ended);
}

function exitCodeFor({ state }: RedriveTask): number {
  return state === 'failed' || state === 'cancelled' ? EXIT.failure : EXIT.ok;
}

async function showTask(session: Session, queue: string, task: RedriveTask): Promise<void> {
  await session.one(
    shownTask(queue.replace(/\.dlq$/, ''), task),
    TASK_COLUMNS.map(({ header, cell }) => ({ header, cell })),
  );
}

function addTasks(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('tasks <queue>')
    .description('redrives that run, and those that have ended a short while ago; the newest first');
  handle(command, context, async (session, _options, [queue = '']) => {
    await session.withMesh(async (mesh) => {
      const tasks = await mesh.deadLetters.redriveTasks(queue, session.callOptions);
      const name = queue.replace(/\.dlq$/, '');
      await session.list(
        tasks.map((task) => shownTask(name, task)),
        TASK_COLUMNS,
      );
      if (tasks.length === 0 && !isStructured(session.style().format))
        session.note(`No redrives of queue ${queue}.`);
    });
  });
}

function addCancel(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('cancel <queue> <task>')
    .description('end a redrive; what has been redriven stays in the queue');
  handle(command, context, async (session, _options, [queue = '', id = '']) => {
    await session.withMesh(async (mesh) => {
      await showTask(session, queue, await mesh.deadLetters.cancelRedrive(queue, id, session.callOptions));
    });
  });
}
