/** `flowmesh stream alter`: configuration, more partitions, more or fewer copies. */
import type { Command } from 'commander';
import { collect, parseSettings } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal } from '../interaction/confirm.ts';
import { handle, type ProgramContext } from '../program.ts';
import { STREAM_COLUMNS } from './columns.ts';
import { wholeOption } from './positions.ts';

interface AlterOptions {
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addAlter(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('alter <name>')
    .description('change the configuration, the partitions or the copies of a stream')
    .option('--set <key=value>', 'a setting, may be repeated', collect)
    .option('--unset <key>', 'back to the default, may be repeated', collect)
    .option(
      '-p, --partitions <n>',
      'number of partitions afterwards, never fewer than now',
      wholeOption('--partitions', { min: 1, max: 100_000 }),
    )
    .option(
      '-r, --replication-factor <n>',
      'copies of every record',
      wholeOption('--replication-factor', { min: 1, max: 255 }),
    )
    .option('--dry-run', 'check, and show the stream as it would be')
    .option('-y, --yes', 'do not ask');
  handle<AlterOptions>(command, context, async (session, options, [name = '']) => {
    const { partitions, replicationFactor } = options;
    const set = parseSettings(options.set ?? []);
    const unset = options.unset ?? [];
    const settings = Object.keys(set).length + unset.length;
    if (settings === 0 && partitions === undefined && replicationFactor === undefined) {
      throw usageError(
        'nothing to change',
        'Say what: --set key=value, --unset key, --partitions N or --replication-factor N.',
      );
    }
    await session.withMesh(async (mesh) => {
      if (partitions !== undefined && options.dryRun !== true) {
        await confirmAtTerminal(session, options.yes, async () => {
          const now = await mesh.streams.get(name, session.callOptions);
          return `Go from ${now.partitions} to ${partitions} partitions? Keys then map to other partitions, and there is no way back.`;
        });
      }
      const changed = await mesh.streams.update({
        name,
        setConfig: set,
        unsetConfig: unset,
        partitions,
        replicationFactor,
        dryRun: options.dryRun,
        ...session.callOptions,
      });
      await session.one(
        changed,
        STREAM_COLUMNS.map(({ header, cell }) => ({ header, cell })),
      );
      if (options.dryRun === true) session.note('Nothing was changed (--dry-run).');
      else if (replicationFactor !== undefined) {
        session.note('Copies are made in the background: flowmesh-admin partitions list --state moving');
      }
    });
  });
}
