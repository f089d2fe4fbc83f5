/** `flowmesh queue peek|search|stats|workers`: what lies in a queue, how it does, and who works on it. Nothing is taken. */
import {
  type FlowError,
  isFlowError,
  type JobState,
  type QueueStats,
  type QueueStatsReport,
  type WorkerInfo,
} from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { showView, type View, WATCH_FLAG, WATCH_HELP, type WatchOption } from '../interaction/watch.ts';
import { EXIT } from '../exit-codes.ts';
import {
  type Column,
  formatBytes,
  formatList,
  formatOne,
  isStructured,
  type Style,
} from '../output/format.ts';
import { showDuration, showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { JOB_COLUMNS, payloadBytesFor, showJob, showPreview } from './job-columns.ts';
import { peekJobs, searchJobs } from './job-pages.ts';

export const JOB_STATES: readonly JobState[] = ['ready', 'delayed', 'leased', 'dead'];
const COUNT_MAX = 100_000;
const SCAN_MAX = 100_000_000;

export function addInspection(queue: Command, context: ProgramContext): void {
  addPeek(queue, context);
  addSearch(queue, context);
  addStats(queue, context);
  addWorkers(queue, context);
}

const shardOption = wholeOption('--shard', { min: 0, max: 1_023 });

function addPeek(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('peek <queue>')
    .description('show jobs in their order, without taking them')
    .addOption(new Option('--state <state>', 'jobs of this state').choices(JOB_STATES).default('ready'))
    .option('-n, --count <n>', 'at most so many', wholeOption('--count', { min: 1, max: COUNT_MAX }), 10)
    .option('--shard <n>', 'only this shard', shardOption);
  handle<{ state: JobState; count: number; shard?: number }>(
    command,
    context,
    async (session, { state, count, shard }, [name = '']) => {
      await session.withMesh(async (mesh) => {
        const { format } = session.style();
        const options = { state, max: count, shard, payloadBytesMax: payloadBytesFor(format) };
        const jobs = await peekJobs(mesh, name, { ...options, ...session.callOptions });
        await session.list(jobs.map(isStructured(format) ? showJob : showPreview), JOB_COLUMNS);
        if (jobs.length === 0 && !isStructured(format)) session.note(`No ${state} jobs in queue ${name}.`);
      });
    },
  );
}

interface SearchCommandOptions {
  readonly filter: string;
  readonly state?: JobState;
  readonly count: number;
  readonly scan: number;
  readonly shard?: number;
}

function addSearch(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('search <queue>')
    .description('find jobs by what is in them')
    .requiredOption('--filter <cel>', 'for instance \'payload.to == "ada"\'; see docs/filters.md')
    .addOption(new Option('--state <state>', 'only jobs of this state').choices(JOB_STATES))
    .option('-n, --count <n>', 'at most so many', wholeOption('--count', { min: 1, max: COUNT_MAX }), 100)
    .option('--scan <n>', 'look at so many jobs', wholeOption('--scan', { min: 1, max: SCAN_MAX }), 100_000)
    .option('--shard <n>', 'only this shard', shardOption);
  handle<SearchCommandOptions>(command, context, async (session, options, [name = '']) => {
    const { filter, state, count, scan, shard } = options;
    await session.withMesh(async (mesh) => {
      const { format } = session.style();
      const query = { filter, state, max: count, maxScanned: scan, shard, ...session.callOptions };
      const found = await searchJobs(mesh, name, query);
      await session.list(found.jobs.map(isStructured(format) ? showJob : showPreview), JOB_COLUMNS);
      if (found.typeErrors > 0)
        session.note(
          `${found.typeErrors} jobs do not match because the filter could not be evaluated for them: ${found.firstTypeError}`,
        );
      if (found.nextPageToken !== '' && found.jobs.length < count)
        session.note(`${found.scanned} jobs were looked at, and there are more: --scan looks further.`);
    });
  });
}

// ---- stats

const STATS_COLUMNS: readonly Column<QueueStats>[] = [
  { header: 'ready', cell: (row) => row.ready },
  { header: 'by priority', cell: (row) => priorities(row.readyByPriority) },
  {
    header: 'oldest ready',
    cell: (row) => (row.ready === 0 ? undefined : showDuration(row.oldestReadyAgeMs)),
  },
  { header: 'blocked by key', cell: (row) => row.blocked },
  { header: 'delayed', cell: (row) => row.delayed },
  { header: 'leased', cell: (row) => row.leased },
  { header: 'dead', cell: (row) => row.dead },
  { header: 'size', cell: (row) => `${formatBytes(row.bytes)} (dead: ${formatBytes(row.deadBytes)})` },
  { header: 'paused', cell: pausedText },
  {
    header: 'a second',
    cell: (row) =>
      `${rate(row.enqueueRate)} in, ${rate(row.deliverRate)} delivered, ${rate(row.completeRate)} done`,
  },
  {
    header: 'ever',
    cell: (row) =>
      `${row.enqueuedTotal} in, ${row.completedTotal} done, ${row.retriedTotal} retried, ${row.deadLetteredTotal} died, ${row.redrivenTotal} redriven`,
  },
  {
    header: 'and',
    cell: (row) =>
      `${row.leaseExpiredTotal} leases expired, ${row.deduplicatedTotal} duplicates, ${row.droppedTotal} dropped, ${row.purgedTotal} purged`,
  },
];

interface ShardRow {
  readonly shard: number;
  readonly stats?: QueueStats;
  readonly error?: FlowError;
}

const SHARD_COLUMNS: readonly Column<ShardRow>[] = [
  { header: 'shard', cell: (row) => row.shard },
  { header: 'ready', cell: (row) => row.stats?.ready },
  { header: 'delayed', cell: (row) => row.stats?.delayed },
  { header: 'leased', cell: (row) => row.stats?.leased },
  { header: 'dead', cell: (row) => row.stats?.dead },
  { header: 'size', cell: (row) => (row.stats === undefined ? undefined : formatBytes(row.stats.bytes)) },
  { header: 'trouble', cell: (row) => row.error?.message },
];

function addStats(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('stats <queue>')
    .description('jobs by state, rates, and what has become of jobs')
    .option(WATCH_FLAG, WATCH_HELP);
  handle<{ watch?: WatchOption }>(command, context, async (session, { watch }, [name = '']) => {
    return await session.withMesh(async (mesh) => {
      const { format, color } = session.style();
      const style = { format: format === 'wide' ? 'wide' : 'table', color } as const;
      const look = async (): Promise<View> =>
        statsView(name, await mesh.queues.operations.stats(name, session.callOptions), style);
      return await showView(session, watch, look);
    });
  });
}

/** Exit code 8 where a shard has not answered. */
function statsView(queue: string, { total, shards }: QueueStatsReport, style: Style): View {
  const rows = shards.map(
    (one, shard): ShardRow => (isFlowError(one) ? { shard, error: one } : { shard, stats: one }),
  );
  const silent = rows.some(({ error }) => error !== undefined);
  const parts = [formatOne(total, STATS_COLUMNS, style)];
  if (rows.length > 1 || silent) parts.push(formatList(rows, SHARD_COLUMNS, style));
  return {
    data: {
      queue,
      total,
      shards: rows.map(({ shard, stats, error }) =>
        error === undefined
          ? { shard, stats }
          : { shard, error: { code: error.code, message: error.message } },
      ),
    },
    text: parts.join('\n'),
    raw: String(total.ready),
    exitCode: silent ? EXIT.partial : EXIT.ok,
  };
}

function priorities(counts: readonly number[]): string {
  return counts
    .map((count, priority) => ({ count, priority }))
    .filter(({ count }) => count > 0)
    .reverse()
    .map(({ count, priority }) => `${priority}: ${count}`)
    .join(', ');
}

function pausedText({ receivePaused, enqueuePaused }: QueueStats): string {
  if (receivePaused) return enqueuePaused ? 'receive and enqueue' : 'receive';
  return enqueuePaused ? 'enqueue' : 'no';
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

// ---- workers

function workerColumns(nowMs: number): readonly Column<WorkerInfo>[] {
  return [
    { header: 'worker', cell: (row) => row.name },
    { header: 'health', cell: (row) => row.health },
    { header: 'in flight', cell: (row) => row.inFlight },
    { header: 'done', cell: (row) => row.done },
    { header: 'failed', cell: (row) => row.failed },
    { header: 'expired', cell: (row) => row.expired },
    { header: 'heard', cell: (row) => `${showDuration(Math.max(0, nowMs - row.lastHeardAt))} ago` },
    { header: 'connected', cell: (row) => showTime(row.connectedAt), wide: true },
    { header: 'address', cell: (row) => row.peer, wide: true },
    { header: 'shards', cell: (row) => row.shards.join(' '), wide: true },
  ];
}

function addWorkers(queue: Command, context: ProgramContext): void {
  const command = queue.command('workers <queue>').description('who works on a queue, and how they do');
  handle(command, context, async (session, _options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      const workers = await mesh.queues.operations.workers(name, session.callOptions);
      await session.list(workers, workerColumns(session.environment.wallMs()));
      if (workers.length === 0 && !isStructured(session.style().format))
        session.note(`Nobody works on queue ${name}. Start a worker: flowmesh queue work ${name} -- COMMAND`);
    });
  });
}
