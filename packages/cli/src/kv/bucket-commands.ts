/** `flowmesh kv create|buckets|describe|alter|drop`: buckets themselves. */
import type { BucketInfo } from '@flowmesh/client';
import type { Command } from 'commander';
import { collect, parseSettings } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal } from '../interaction/confirm.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { BUCKET_COLUMNS } from './columns.ts';

const SHARDS_MAX = 1_024;
const ALL_COLUMNS = BUCKET_COLUMNS.map(({ header, cell }) => ({ header, cell }));

export function addBucketCommands(kv: Command, context: ProgramContext): void {
  addCreate(kv, context);
  addList(kv, context);
  addDescribe(kv, context);
  addAlter(kv, context);
  addDrop(kv, context);
}

interface CreateOptions {
  readonly shards?: number;
  readonly replicationFactor?: number;
  readonly config?: readonly string[];
  readonly ifNotExists?: boolean;
}

function addCreate(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('create <bucket>')
    .description('create a bucket')
    .option(
      '-s, --shards <n>',
      'number of shards; it never changes, and a transaction stays in one (default: 1)',
      wholeOption('--shards', { min: 1, max: SHARDS_MAX }),
    )
    .option(
      '-r, --replication-factor <n>',
      'copies of every entry',
      wholeOption('--replication-factor', { min: 1, max: 255 }),
    )
    .option('-c, --config <key=value>', 'configuration, may be repeated', collect)
    .option('--if-not-exists', 'succeed where the bucket is there already');
  handle<CreateOptions>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      let info: BucketInfo;
      try {
        info = await mesh.kv.create({
          name,
          shards: options.shards,
          replicationFactor: options.replicationFactor,
          config: parseSettings(options.config ?? []),
          ...session.callOptions,
        });
      } catch (error) {
        if (options.ifNotExists !== true || (error as { code?: string }).code !== 'ALREADY_EXISTS')
          throw error;
        info = await mesh.kv.get(name, session.callOptions);
      }
      await session.one(info, BUCKET_COLUMNS);
    });
  });
}

function addList(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('buckets')
    .description('list buckets')
    .option('--prefix <text>', 'only names that begin so');
  handle<{ prefix?: string }>(command, context, async (session, { prefix }) => {
    await session.withMesh(async (mesh) => {
      const rows: BucketInfo[] = [];
      const filter = prefix === undefined ? {} : { prefix };
      for await (const info of mesh.kv.list({ ...filter, ...session.callOptions })) rows.push(info);
      await session.list(rows, BUCKET_COLUMNS);
      if (rows.length === 0 && !isStructured(session.style().format))
        session.note('No buckets yet. Create one: flowmesh kv create NAME');
    });
  });
}

function addDescribe(kv: Command, context: ProgramContext): void {
  const command = kv.command('describe <bucket>').description('show a bucket');
  handle(command, context, async (session, _options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await session.one(await mesh.kv.get(name, session.callOptions), ALL_COLUMNS);
    });
  });
}

interface AlterOptions {
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
  readonly replicationFactor?: number;
  readonly dryRun?: boolean;
}

function addAlter(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('alter <bucket>')
    .description('change the configuration or the copies of a bucket')
    .option('--set <key=value>', 'a setting, may be repeated', collect)
    .option('--unset <key>', 'back to the default, may be repeated', collect)
    .option(
      '-r, --replication-factor <n>',
      'copies of every entry',
      wholeOption('--replication-factor', { min: 1, max: 255 }),
    )
    .option('--dry-run', 'check, and show the bucket as it would be');
  handle<AlterOptions>(command, context, async (session, options, [name = '']) => {
    const { replicationFactor } = options;
    const set = parseSettings(options.set ?? []);
    const unset = options.unset ?? [];
    if (Object.keys(set).length + unset.length === 0 && replicationFactor === undefined)
      throw usageError(
        'nothing to change',
        'Say what: --set key=value, --unset key or --replication-factor N.',
      );
    await session.withMesh(async (mesh) => {
      const changed = await mesh.kv.update({
        name,
        setConfig: set,
        unsetConfig: unset,
        replicationFactor,
        dryRun: options.dryRun,
        ...session.callOptions,
      });
      await session.one(changed, ALL_COLUMNS);
      if (options.dryRun === true) session.note('Nothing was changed (--dry-run).');
    });
  });
}

function addDrop(kv: Command, context: ProgramContext): void {
  const command = kv
    .command('drop <bucket>')
    .description('delete a bucket and all that is in it')
    .option('-y, --yes', 'do not ask');
  handle<{ yes?: boolean }>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await mesh.kv.get(name, session.callOptions);
      await confirmAtTerminal(session, options.yes, () =>
        Promise.resolve(`Delete bucket ${name} with all that is in it?`),
      );
      await mesh.kv.delete(name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    });
  });
}
