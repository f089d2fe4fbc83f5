/** `flowmesh-admin partitions elect-preferred`: every node hands the leaderships that it has to their preferred leaders. */
import type { Command } from 'commander';
import { usageError } from '../failure.ts';
import { EXIT } from '../exit-codes.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { handle, type ProgramContext } from '../program.ts';

interface ElectOptions {
  readonly stream?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** One node's part; `error` where it did not answer. */
interface ElectedRow {
  readonly node: number;
  readonly transferred: number;
  readonly already: number;
  readonly notPossible: number;
  readonly error?: string;
}

export function addElectPreferred(partitions: Command, context: ProgramContext): void {
  const command = partitions
    .command('elect-preferred')
    .description('hand leaderships to the preferred leaders (first replicas), where those are in sync')
    .option('--stream <name>', 'of this stream')
    .option('--all', 'of all streams')
    .option('--dry-run', 'only tell how many there are')
    .option('-y, --yes', 'do not ask');
  handle<ElectOptions>(command, context, (session, options) => {
    const { stream } = options;
    if ((stream === undefined) === (options.all !== true)) {
      throw usageError('which partitions?', 'Say --stream NAME or --all.');
    }
    return session.withMesh(async (mesh) => {
      const streams = stream === undefined ? undefined : [stream];
      const filter = { streams, state: 'not-preferred', ...session.callOptions } as const;
      const count = await mesh.cluster.partitions.count(filter);
      if (options.dryRun === true) {
        await session.one({ notPreferred: count, dryRun: true }, [
          { header: 'not led by their preferred leader', cell: (row) => row.notPreferred },
        ]);
        return EXIT.ok;
      }
      await confirmBulk(
        session,
        options.yes,
        `Hand over ${count} ${count === 1 ? 'leadership' : 'leaderships'}? Clients follow by themselves.`,
      );
      const answers = await mesh.cluster.partitions.electPreferred({ stream, ...session.callOptions });
      const rows = answers.map(
        (answer): ElectedRow =>
          answer.kind === 'answered'
            ? { node: answer.node, ...answer.value }
            : { node: answer.node, transferred: 0, already: 0, notPossible: 0, error: answer.error.message },
      );
      await session.list(rows, [
        { header: 'node', cell: (row) => row.node },
        { header: 'transferred', cell: (row) => row.transferred },
        { header: 'already', cell: (row) => row.already },
        { header: 'not possible', cell: (row) => row.notPossible },
        { header: 'error', cell: (row) => row.error },
      ]);
      return rows.some((row) => row.error !== undefined) ? EXIT.partial : EXIT.ok;
    });
  });
}
