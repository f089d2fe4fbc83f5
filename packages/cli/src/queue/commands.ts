/** `flowmesh queue …`: queues themselves, and putting jobs into them; `delivery-commands.ts` and `work-command.ts` take them out. */
import { text as textOf } from 'node:stream/consumers';
import type { QueueInfo } from '@flowmesh/client';
import type { Command } from 'commander';
import { collect, durationOption, parseSettings } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal } from '../interaction/confirm.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { QUEUE_COLUMNS } from './columns.ts';
import { addControl } from './control-commands.ts';
import { addReceive, addSettling } from './delivery-commands.ts';
import { addInspection } from './inspect-commands.ts';
import { addScheduleCommands } from './schedule-commands.ts';
import { addWork } from './work-command.ts';

const SHARDS = wholeOption('--shards', { min: 1, max: 1_024 });
const COPIES = wholeOption('--replication-factor', { min: 1, max: 255 });
const ALL_COLUMNS = QUEUE_COLUMNS.map(({ header, cell }) => ({ header, cell }));

export function addQueueCommands(program: Command, context: ProgramContext): void {
  const queue = program
    .command('queue')
    .description('queues: jobs for one worker at a time, until it is done');
  addCreate(queue, context);
  addList(queue, context);
  addDescribe(queue, context);
  addAlter(queue, context);
  addDelete(queue, context);
  addEnqueue(queue, context);
  addReceive(queue, context);
  addSettling(queue, context);
  addWork(queue, context);
  addInspection(queue, context);
  addControl(queue, context);
  addScheduleCommands(queue, context);
}

interface CreateOptions {
  readonly shards?: number;
  readonly replicationFactor?: number;
  readonly config?: readonly string[];
  readonly ifNotExists?: boolean;
}

function addCreate(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('create <queue>')
    .description('create a queue, and its dead letters with it')
    .option('-s, --shards <n>', 'number of shards; one keeps strict order (default: 1)', SHARDS)
    .option('-r, --replication-factor <n>', 'copies of every job', COPIES)
    .option('-c, --config <key=value>', 'configuration, may be repeated', collect)
    .option('--if-not-exists', 'succeed where the queue is there already');
  handle<CreateOptions>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      const { shards, replicationFactor } = options;
      const config = parseSettings(options.config ?? []);
      let info: QueueInfo;
      try {
        info = await mesh.queues.create({ name, shards, replicationFactor, config, ...session.callOptions });
      } catch (error) {
        if (options.ifNotExists !== true || (error as { code?: string }).code !== 'ALREADY_EXISTS')
          throw error;
        info = await mesh.queues.get(name, session.callOptions);
      }
      await session.one(info, QUEUE_COLUMNS);
    });
  });
}

function addList(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('list')
    .alias('ls')
    .description('list queues')
    .option('--prefix <text>', 'only names that begin so');
  handle<{ prefix?: string }>(command, context, async (session, { prefix }) => {
    await session.withMesh(async (mesh) => {
      const rows: QueueInfo[] = [];
      const filter = prefix === undefined ? {} : { prefix };
      for await (const info of mesh.queues.list({ ...filter, ...session.callOptions })) rows.push(info);
      await session.list(rows, QUEUE_COLUMNS);
      if (rows.length === 0 && !isStructured(session.style().format))
        session.note('No queues yet. Create one: flowmesh queue create NAME');
    });
  });
}

function addDescribe(queue: Command, context: ProgramContext): void {
  const command = queue.command('describe <queue>').description('show a queue');
  handle(command, context, async (session, _options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await session.one(await mesh.queues.get(name, session.callOptions), ALL_COLUMNS);
    });
  });
}

interface AlterOptions {
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
  readonly shards?: number;
  readonly replicationFactor?: number;
  readonly dryRun?: boolean;
}

function addAlter(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('alter <queue>')
    .description('change the configuration, the shards or the copies of a queue')
    .option('--set <key=value>', 'a setting, may be repeated', collect)
    .option('--unset <key>', 'back to the default, may be repeated', collect)
    .option('-s, --shards <n>', 'number of shards afterwards, never fewer than now', SHARDS)
    .option('-r, --replication-factor <n>', 'copies of every job', COPIES)
    .option('--dry-run', 'check, and show the queue as it would be');
  handle<AlterOptions>(command, context, async (session, options, [name = '']) => {
    const { shards, replicationFactor, dryRun } = options;
    const setConfig = parseSettings(options.set ?? []);
    const unsetConfig = options.unset ?? [];
    const settings = Object.keys(setConfig).length + unsetConfig.length;
    if (settings === 0 && shards === undefined && replicationFactor === undefined)
      throw usageError(
        'nothing to change',
        'Say what: --set key=value, --unset key, --shards N or --replication-factor N.',
      );
    await session.withMesh(async (mesh) => {
      const change = { name, setConfig, unsetConfig, shards, replicationFactor, dryRun };
      await session.one(await mesh.queues.update({ ...change, ...session.callOptions }), ALL_COLUMNS);
      if (dryRun === true) session.note('Nothing was changed (--dry-run).');
    });
  });
}

function addDelete(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('delete <queue>')
    .description('delete a queue with all its jobs and dead letters')
    .option('-y, --yes', 'do not ask');
  handle<{ yes?: boolean }>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await confirmAtTerminal(session, options.yes, () =>
        Promise.resolve(`Delete queue ${name} with all its jobs and dead letters?`),
      );
      await mesh.queues.delete(name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    });
  });
}

interface EnqueueOptions {
  readonly key?: string;
  readonly header?: readonly string[];
  readonly priority?: number;
  readonly delay?: number;
  readonly dedupId?: string;
}

function addEnqueue(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('enqueue <queue> [payload]')
    .description('put a job into a queue; without a payload: standard input, as a whole')
    .option('-k, --key <text>', 'key')
    .option('-H, --header <key=value>', 'header, may be repeated', collect)
    .option('--priority <n>', '0 to 9, higher ones first', wholeOption('--priority', { min: 0, max: 9 }))
    .option('--delay <duration>', 'not before this time has passed', durationOption)
    .option('--dedup-id <text>', "a second job with it is not stored within the queue's window");
  handle<EnqueueOptions>(command, context, async (session, options, [name = '', payload]) => {
    const { key, priority, delay: delayMs, dedupId } = options;
    const headers = parseSettings(options.header ?? []);
    const job = { payload: payload ?? (await textOf(session.environment.stdin)), headers };
    await session.withMesh(async (mesh) => {
      const written = { ...job, key, priority, delayMs, dedupId };
      await session.one(await mesh.queues.enqueue(name, written, session.callOptions), [
        { header: 'id', cell: (row) => row.id },
        { header: 'shard', cell: (row) => row.shard },
        { header: 'duplicate', cell: (row) => row.duplicate },
      ]);
    });
  });
}
