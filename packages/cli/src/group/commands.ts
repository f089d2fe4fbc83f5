/** `flowmesh group list|describe|reset|undo-reset|delete`: consumer groups, how far they are, and putting them elsewhere. */
import type { GroupDescription, ResetOffset } from '@flowmesh/client';
import type { Command } from 'commander';
import { collect } from '../command-options.ts';
import { confirmAtTerminal, confirmBulk } from '../interaction/confirm.ts';
import { showView, WATCH_FLAG, WATCH_HELP, type View, type WatchOption } from '../interaction/watch.ts';
import { EXIT } from '../exit-codes.ts';
import { formatList, formatOne, isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { GROUP_COLUMNS, LAG_COLUMNS, MEMBER_COLUMNS, RESET_COLUMNS, SUMMARY_COLUMNS } from './columns.ts';
import { parseResetPlaces, parseResetTarget } from './reset-target.ts';

export function addGroupCommands(program: Command, context: ProgramContext): void {
  const group = program.command('group').description('consumer groups: who reads what, and how far');
  addList(group, context);
  addDescribe(group, context);
  addReset(group, context);
  addUndoReset(group, context);
  addDelete(group, context);
}

function addList(group: Command, context: ProgramContext): void {
  const command = group
    .command('list')
    .alias('ls')
    .description('list consumer groups')
    .option('--prefix <text>', 'only names that begin so');
  handle<{ prefix?: string }>(command, context, async (session, { prefix }) => {
    await session.withMesh(async (mesh) => {
      const filter = prefix === undefined ? {} : { prefix };
      const rows = await mesh.groups.list({ ...filter, ...session.callOptions });
      await session.list(rows, SUMMARY_COLUMNS);
      if (rows.length === 0 && !isStructured(session.style().format)) {
        session.note('No groups yet. They are made by their first member or commit.');
      }
    });
  });
}

function addDescribe(group: Command, context: ProgramContext): void {
  const command = group
    .command('describe <name>')
    .description('show a group: members, committed offsets, lag')
    .option(WATCH_FLAG, WATCH_HELP);
  handle<{ watch?: WatchOption }>(command, context, async (session, { watch }, [name = '']) => {
    return await session.withMesh(async (mesh) => {
      const look = async (): Promise<View> =>
        viewOf(session, await mesh.groups.describe(name, session.callOptions));
      return await showView(session, watch, look);
    });
  });
}

function viewOf(session: Session, group: GroupDescription): View {
  const { color } = session.style();
  const wide = session.style().format === 'wide';
  const style = { format: wide ? 'wide' : 'table', color } as const;
  const parts = [formatOne(group, GROUP_COLUMNS, style)];
  if (group.memberInfos.length > 0) parts.push(formatList(group.memberInfos, MEMBER_COLUMNS, style));
  if (group.partitions.length > 0) parts.push(formatList(group.partitions, LAG_COLUMNS, style));
  return { data: group, text: parts.join('\n'), raw: group.group, exitCode: EXIT.ok };
}

interface ResetOptions {
  readonly to?: string;
  readonly shift?: string;
  readonly stream?: readonly string[];
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function addReset(group: Command, context: ProgramContext): void {
  const command = group
    .command('reset <name>')
    .description('put the offsets of a group elsewhere; undo-reset takes it back')
    .option('--to <place>', 'earliest, latest, an offset, or @time')
    .option('--shift <n>', 'so many records forward, or back: --shift=-100')
    .option('--stream <name>', 'only this stream, or one partition (orders/4); may be repeated', collect)
    .option('--force', 'although members are active')
    .option('--dry-run', 'show where the group would be, and change nothing')
    .option('-y, --yes', 'do not ask');
  handle<ResetOptions>(command, context, async (session, options, [name = '']) => {
    const to = parseResetTarget(options, session.environment.wallMs());
    const streams = parseResetPlaces(options.stream ?? []);
    const force = options.force === true;
    await session.withMesh(async (mesh) => {
      const reset = (dryRun: boolean) =>
        mesh.groups.reset(name, { to, streams, force, dryRun, ...session.callOptions });
      if (options.dryRun !== true) {
        // The dry run also finds what is refused before anybody is asked.
        const planned = await reset(true);
        await confirmBulk(session, options.yes, questionOf(name, planned));
      }
      await session.list(await reset(options.dryRun === true), RESET_COLUMNS);
      if (options.dryRun === true) session.note('Nothing was changed (--dry-run).');
      else session.note(`To take it back: flowmesh group undo-reset ${name}`);
    });
  });
}

function questionOf(name: string, places: readonly ResetOffset[]): string {
  const moves = places.map(({ before, after }) =>
    before === undefined || after === undefined ? 0 : after - before,
  );
  const again = moves.reduce((sum, move) => sum + Math.max(0, -move), 0);
  const skipped = moves.reduce((sum, move) => sum + Math.max(0, move), 0);
  const what = places.length === 1 ? '1 partition' : `${places.length} partitions`;
  return `Reset ${what} of group ${name}? ${again} offsets are read again, ${skipped} are skipped.`;
}

function addUndoReset(group: Command, context: ProgramContext): void {
  const command = group
    .command('undo-reset <name>')
    .description('back to the offsets before the last reset')
    .option('--force', 'although members are active')
    .option('-y, --yes', 'do not ask');
  handle<{ force?: boolean; yes?: boolean }>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await confirmAtTerminal(session, options.yes, () =>
        Promise.resolve(`Put group ${name} back to where it was before its last reset?`),
      );
      const places = await mesh.groups.undoReset(name, {
        force: options.force === true,
        ...session.callOptions,
      });
      await session.list(places, RESET_COLUMNS);
    });
  });
}

function addDelete(group: Command, context: ProgramContext): void {
  const command = group
    .command('delete <name>')
    .description('delete a group and its offsets')
    .option('-y, --yes', 'do not ask');
  handle<{ yes?: boolean }>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await confirmAtTerminal(session, options.yes, async () => {
        const { partitions } = await mesh.groups.describe(name, session.callOptions);
        return `Delete group ${name} with the offsets of ${partitions.length} partitions?`;
      });
      await mesh.groups.delete(name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    });
  });
}
