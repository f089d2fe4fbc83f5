/** `flowmesh-admin upgrade`: what the nodes run, and what the cluster may use of it. Raising the level ends the way back. */
import type { ClusterStatus } from '@flowmesh/client';
import type { Command } from 'commander';
import { usageError } from '../failure.ts';
import { confirmBulk } from '../interaction/confirm.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';

interface FinaliseOptions {
  readonly level?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addUpgradeCommands(program: Command, context: ProgramContext): void {
  const upgrade = program
    .command('upgrade')
    .alias('features')
    .description('versions of the nodes, and the feature level');
  handle(upgrade.command('status').description('what the nodes run and could do'), context, (session) =>
    session.withMesh(async (mesh) => {
      const status = await mesh.cluster.status(session.callOptions);
      const row = summary(status);
      if (isStructured(session.style().format)) {
        await session.one(row, []);
        return;
      }
      await session.one(row, [
        { header: 'feature level', cell: (one) => one.level },
        { header: 'possible', cell: (one) => one.levelMax },
        { header: 'finalised', cell: (one) => (one.finalised ? 'yes' : 'no') },
      ]);
      if (session.style().format === 'raw') return;
      await session.sink.write('\n');
      await session.list(row.nodes, [
        { header: 'node', cell: (one) => one.id },
        { header: 'state', cell: (one) => (one.alive ? 'alive' : 'DOWN') },
        { header: 'version', cell: (one) => one.version },
        { header: 'features', cell: (one) => `${one.featureMin}-${one.featureMax}` },
      ]);
      if (!row.finalised) session.note('Once all is well: flowmesh-admin upgrade finalise');
    }),
  );
  const finalise = upgrade
    .command('finalise')
    .alias('finalize')
    .argument('[level]', 'the same as --level')
    .description('let the cluster use what all of its nodes can do; then no older version can come back')
    .option(
      '--level <n>',
      'this level (default: the highest)',
      wholeOption('--level', { min: 1, max: 1_000_000 }),
    )
    .option('--dry-run', 'only tell the levels')
    .option('-y, --yes', 'do not ask');
  handle<FinaliseOptions>(finalise, context, (session, options, [word]) =>
    session.withMesh(async (mesh) => {
      const status = await mesh.cluster.status(session.callOptions);
      const before = status.featureLevel;
      const wished = options.level ?? levelOf(word) ?? status.featureLevelMax;
      if (wished < before) throw usageError(`the level is ${before} already`, 'A level is never lowered.');
      let level = before;
      if (options.dryRun !== true && wished > before) {
        const question = `Raise the feature level from ${before} to ${wished}? Older versions cannot come back then.`;
        await confirmBulk(session, options.yes, question);
        ({ level } = await mesh.cluster.features.finalise(wished, session.callOptions));
      }
      await session.one({ before, level, wished, dryRun: options.dryRun === true }, [
        { header: 'feature level', cell: (one) => one.level },
        { header: 'before', cell: (one) => one.before },
      ]);
      if (options.dryRun === true)
        session.note(`It would become ${wished}. Nothing was changed (--dry-run).`);
      else if (wished === before)
        session.note('Nothing to do: this is the highest level that all nodes can do.');
    }),
  );
}

function levelOf(word: string | undefined): number | undefined {
  return word === undefined ? undefined : wholeOption('level', { min: 1, max: 1_000_000 })(word);
}

function summary(status: ClusterStatus) {
  return {
    level: status.featureLevel,
    levelMax: status.featureLevelMax,
    finalised: status.featureLevel >= status.featureLevelMax,
    nodes: status.nodes.map(({ id, alive, version, featureMin, featureMax }) => ({
      id,
      alive,
      version,
      featureMin,
      featureMax,
    })),
  };
}
