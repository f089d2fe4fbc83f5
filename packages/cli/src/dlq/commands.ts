/** `flowmesh dlq …`: dead letters of a queue, looked at, mended and deleted; `redrive-commands.ts` puts them back. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type DeadLetterStats, FlowError, type JobInfo } from '@flowmesh/client';
import type { Command } from 'commander';
import { collect, parseSettings } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal, confirmBulk } from '../interaction/confirm.ts';
import { type Column, formatBytes, formatOne, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import { purgeStates } from '../queue/control-commands.ts';
import {
  DEAD_COLUMNS,
  payloadBytesFor,
  showJob,
  showPreview,
  WHOLE_JOB_COLUMNS,
} from '../queue/job-columns.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { addRedriveCommands } from './redrive-commands.ts';

const COUNT_MAX = 1_000_000;
const DELETED_COLUMNS = [
  { header: 'queue', cell: (row: { readonly queue: string }) => row.queue },
  { header: 'deleted', cell: (row: { readonly deleted: number }) => row.deleted },
] as const;

export function addDlqCommands(program: Command, context: ProgramContext): void {
  const dlq = program
    .command('dlq')
    .description('dead letters: jobs whose attempts are used up, looked at and put back');
  addList(dlq, context);
  addPeek(dlq, context);
  addStats(dlq, context);
  addEdit(dlq, context);
  addDelete(dlq, context);
  addPurge(dlq, context);
  addRedriveCommands(dlq, context);
}

function addList(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('ls <queue>')
    .alias('list')
    .description('list dead letters, shard by shard in the order in which they died')
    .option('--filter <cel>', 'only those that match, for instance \'lastError.contains("timeout")\'')
    .option('-n, --count <n>', 'at most so many', wholeOption('--count', { min: 1, max: COUNT_MAX }), 100);
  handle<{ filter?: string; count: number }>(
    command,
    context,
    async (session, { filter, count }, [queue = '']) => {
      await session.withMesh(async (mesh) => {
        const { format } = session.style();
        const options = { filter, payloadBytesMax: payloadBytesFor(format), ...session.callOptions };
        const jobs = await firstOf(mesh.deadLetters.list(queue, options), count + 1);
        const shown = jobs.slice(0, count).map(isStructured(format) ? showJob : showPreview);
        await session.list(shown, DEAD_COLUMNS);
        if (jobs.length === 0 && !isStructured(format)) session.note(`No dead letters in queue ${queue}.`);
        if (jobs.length > count) session.note(`There are more than ${count}: --count shows more.`);
      });
    },
  );
}

function addPeek(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('peek <queue> [id]')
    .description('show a dead letter whole: payload, headers, failures; without an id, the first')
    .option('-n, --count <n>', 'the first so many', wholeOption('--count', { min: 1, max: COUNT_MAX }), 1);
  handle<{ count: number }>(command, context, async (session, { count }, [queue = '', id]) => {
    await session.withMesh(async (mesh) => {
      const which = { ...(id === undefined ? {} : placeOf(id)), ...session.callOptions };
      const jobs = await firstOf(mesh.deadLetters.list(queue, which), id === undefined ? count : 1);
      if (id !== undefined && jobs.length === 0) throw notDead(queue, id);
      const style = session.style();
      const rows = jobs.map(showJob);
      if (style.format === 'table' || style.format === 'wide') {
        await session.sink.write(rows.map((row) => formatOne(row, WHOLE_JOB_COLUMNS, style)).join('\n'));
        if (rows.length === 0) session.note(`No dead letters in queue ${queue}.`);
      } else await session.list(rows, DEAD_COLUMNS);
    });
  });
}

function addStats(dlq: Command, context: ProgramContext): void {
  const columns: readonly Column<
    Omit<DeadLetterStats, 'oldestDiedAt'> & { readonly queue: string; readonly oldestDiedAt?: number }
  >[] = [
    { header: 'queue', cell: (row) => row.queue },
    { header: 'dead', cell: (row) => row.dead },
    { header: 'size', cell: (row) => formatBytes(row.bytes) },
    {
      header: 'oldest',
      cell: (row) => (row.oldestDiedAt === undefined ? undefined : showTime(row.oldestDiedAt)),
    },
  ];
  const command = dlq.command('stats <queue>').description('how many, how large, and what they died of');
  handle(command, context, async (session, _options, [queue = '']) => {
    await session.withMesh(async (mesh) => {
      const stats = await mesh.deadLetters.stats(queue, session.callOptions);
      const { oldestDiedAt, ...counts } = stats;
      const shown = { queue, ...counts, ...(oldestDiedAt === 0 ? {} : { oldestDiedAt }) };
      await session.one(shown, columns);
      const { format } = session.style();
      if ((format !== 'table' && format !== 'wide') || stats.errors.length === 0) return;
      await session.sink.write('\n');
      await session.list(stats.errors, [
        { header: 'count', cell: (row) => row.count },
        { header: 'error', cell: (row) => (row.error === '' ? '(others)' : row.error) },
      ]);
    });
  });
}

interface EditOptions {
  readonly payload?: string;
  readonly file?: string;
  readonly header?: readonly string[];
  readonly dropHeaders?: boolean;
}

function addEdit(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('edit <queue> <id>')
    .description('change a dead letter before it is redriven')
    .option('--payload <text>', 'another payload')
    .option('--file <path>', 'another payload, from a file; - is standard input')
    .option('-H, --header <key=value>', 'instead of all its headers, may be repeated', collect)
    .option('--drop-headers', 'without headers');
  handle<EditOptions>(command, context, async (session, options, [queue = '', id = '']) => {
    placeOf(id);
    const { header, dropHeaders } = options;
    const headers = header === undefined ? (dropHeaders === true ? {} : undefined) : parseSettings(header);
    const payload = await newPayload(session, options);
    if (payload === undefined && headers === undefined)
      throw usageError('nothing to change', 'Say what: --payload TEXT, --file PATH, -H key=value.');
    await session.withMesh(async (mesh) => {
      const to = {
        ...(payload === undefined ? {} : { payload }),
        ...(headers === undefined ? {} : { headers }),
      };
      const job = await mesh.deadLetters.edit(queue, id, to, session.callOptions);
      await session.one(showJob(job), WHOLE_JOB_COLUMNS);
    });
  });
}

async function newPayload(
  { environment }: Session,
  { payload, file }: EditOptions,
): Promise<Uint8Array | string | undefined> {
  if (payload !== undefined && file !== undefined)
    throw usageError('--payload and --file', 'Give the payload once.');
  if (file === undefined) return payload;
  return file === '-' ? await buffer(environment.stdin) : await readFile(path.resolve(environment.cwd, file));
}

interface DeleteOptions {
  readonly filter?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function addDelete(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('delete <queue> [id...]')
    .description('delete dead letters, by their ids or by a filter')
    .option('--filter <cel>', 'those that match')
    .option('--dry-run', 'count them, and delete nothing')
    .option('-y, --yes', 'do not ask');
  handle<DeleteOptions>(command, context, async (session, options, [queue = '', ...ids]) => {
    const { filter, dryRun, yes } = options;
    for (const id of ids) placeOf(id);
    if ((filter === undefined) === (ids.length === 0))
      throw usageError(
        'which dead letters?',
        `Give ids or --filter; all of them: flowmesh dlq purge ${queue}`,
      );
    await session.withMesh(async (mesh) => {
      const found = [...ids];
      if (filter !== undefined) {
        const query = { filter, payloadBytesMax: 1, ...session.callOptions };
        for await (const { id } of mesh.deadLetters.list(queue, query)) found.push(id);
      }
      const question = `Delete ${found.length} dead letters of queue ${queue}?`;
      let deleted = found.length;
      if (dryRun !== true && found.length > 0) {
        if (filter === undefined) await confirmAtTerminal(session, yes, () => Promise.resolve(question));
        else await confirmBulk(session, yes, question);
        deleted = await mesh.deadLetters.delete(queue, found, session.callOptions);
      }
      await session.one({ queue, deleted }, DELETED_COLUMNS);
      if (dryRun === true) session.note('Nothing was deleted (--dry-run).');
    });
  });
}

function addPurge(dlq: Command, context: ProgramContext): void {
  const command = dlq
    .command('purge <queue>')
    .description('delete all dead letters of a queue')
    .option('--dry-run', 'count them, and delete nothing')
    .option('-y, --yes', 'do not ask');
  handle<{ dryRun?: boolean; yes?: boolean }>(command, context, async (session, options, [queue = '']) => {
    await purgeStates(session, queue.replace(/\.dlq$/, ''), ['dead'], options);
  });
}

async function firstOf(jobs: AsyncIterable<JobInfo>, max: number): Promise<readonly JobInfo[]> {
  const first: JobInfo[] = [];
  for await (const job of jobs) {
    first.push(job);
    if (first.length === max) break;
  }
  return first;
}

/** Where a job of this id lies, and a filter that finds it. */
function placeOf(id: string): { readonly shard: number; readonly filter: string } {
  const found = /^(\d{1,5})-\d{1,16}$/.exec(id);
  if (found === null) throw usageError(`${id} is not the id of a job`, 'Ids are printed by: flowmesh dlq ls');
  return { shard: Number(found[1]), filter: `id == "${id}"` };
}

function notDead(queue: string, id: string): FlowError {
  return new FlowError('NOT_FOUND', `queue ${queue} has no dead letter ${id}`, {
    hint: `It may have been redriven or deleted: flowmesh dlq ls ${queue}`,
  });
}
