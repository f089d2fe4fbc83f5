/** `flowmesh queue pause|resume|purge`. */
import type { JobState } from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { confirmBulk } from '../interaction/confirm.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { JOB_STATES } from './inspect-commands.ts';

type Part = 'receive' | 'enqueue' | 'both';

export function addControl(queue: Command, context: ProgramContext): void {
  const pause = queue
    .command('pause <queue>')
    .description('stop workers getting jobs, producers putting jobs in, or both; what is leased goes on')
    .addOption(partOption('receive'));
  setsPaused(pause, context, true);
  const resume = queue
    .command('resume <queue>')
    .description('let workers get jobs and producers put jobs in again')
    .addOption(partOption('both'));
  setsPaused(resume, context, false);
  addPurge(queue, context);
}

function partOption(usual: Part): Option {
  const parts: readonly Part[] = ['receive', 'enqueue', 'both'];
  return new Option('--only <part>', 'receive, enqueue, or both').choices(parts).default(usual);
}

function setsPaused(command: Command, context: ProgramContext, paused: boolean): void {
  handle<{ only: Part }>(command, context, async (session, { only }, [name = '']) => {
    const what = {
      ...(only === 'enqueue' ? {} : { receive: paused }),
      ...(only === 'receive' ? {} : { enqueue: paused }),
    };
    await session.withMesh(async (mesh) => {
      const state = await mesh.queues.operations.pause(name, what, session.callOptions);
      await session.one({ queue: name, receivePaused: state.receive, enqueuePaused: state.enqueue }, [
        { header: 'queue', cell: (row) => row.queue },
        { header: 'receive paused', cell: (row) => row.receivePaused },
        { header: 'enqueue paused', cell: (row) => row.enqueuePaused },
      ]);
    });
  });
}

interface PurgeCommandOptions {
  readonly state?: readonly JobState[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** What waits to be done. */
const USUAL_STATES: readonly JobState[] = ['ready', 'delayed'];

function addPurge(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('purge <queue>')
    .description('delete all jobs of a queue that wait: ready and delayed ones, or those of --state')
    .addOption(
      new Option(
        '--state <state...>',
        'only jobs of these states; leased ones are taken from their workers',
      ).choices(JOB_STATES),
    )
    .option('--dry-run', 'count them, and delete nothing')
    .option('-y, --yes', 'do not ask');
  handle<PurgeCommandOptions>(command, context, async (session, options, [name = '']) => {
    const states = JOB_STATES.filter((state) => (options.state ?? USUAL_STATES).includes(state));
    await purgeStates(session, name, states, options);
  });
}

/** Counts first; asks where there is something to delete. */
export async function purgeStates(
  session: Session,
  queue: string,
  states: readonly JobState[],
  { dryRun, yes }: { readonly dryRun?: boolean; readonly yes?: boolean },
): Promise<void> {
  await session.withMesh(async (mesh) => {
    const purge = async (counting: boolean) => {
      const rows: { readonly state: JobState; readonly purged: number }[] = [];
      for (const state of states) {
        const purged = await mesh.queues.operations.purge(queue, state, {
          dryRun: counting,
          ...session.callOptions,
        });
        rows.push({ state, purged });
      }
      return rows;
    };
    let rows = await purge(true);
    const counts = rows.filter(({ purged }) => purged > 0);
    if (dryRun !== true && counts.length > 0) {
      const what = counts.map(({ state, purged }) => `${purged} ${state}`).join(' and ');
      await confirmBulk(session, yes, `Delete ${what} jobs of queue ${queue}?`);
      rows = await purge(false);
    }
    await session.list(rows, [
      { header: 'state', cell: (row) => row.state },
      { header: dryRun === true ? 'would be purged' : 'purged', cell: (row) => row.purged },
    ]);
    if (dryRun === true) session.note('Nothing was deleted (--dry-run).');
  });
}
