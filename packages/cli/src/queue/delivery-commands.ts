/** `flowmesh queue receive|ack|nack|extend`: jobs by hand. What was received is shown with a receipt, which the others take. */
import type { FlowMesh, JobReceipt, ReceivedJob, SettleOutcome } from '@flowmesh/client';
import type { Command } from 'commander';
import { durationOption } from '../command-options.ts';
import { EXIT } from '../exit-codes.ts';
import type { Column } from '../output/format.ts';
import { showBytes } from '../output/payload.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { parseReceipt, showReceipt } from './receipt.ts';

interface ShownJob {
  readonly id: string;
  readonly receipt: string;
  readonly attempt: number;
  readonly priority: number;
  readonly payload: string;
  readonly encoding?: 'base64';
}

const JOB_COLUMNS: readonly Column<ShownJob>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'receipt', cell: (row) => row.receipt },
  { header: 'attempt', cell: (row) => row.attempt },
  { header: 'priority', cell: (row) => row.priority, wide: true },
  { header: 'payload', cell: (row) => row.payload },
];

function showJob(job: ReceivedJob<Uint8Array>): ShownJob {
  const { text, encoding } = showBytes(job.payload);
  const { id, attempt, info } = job;
  const shown = { id, receipt: showReceipt(job.receipt), attempt, priority: info.priority, payload: text };
  return encoding === undefined ? shown : { ...shown, encoding };
}

export function addReceive(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('receive <queue>')
    .description('take jobs; they come back unless they are acknowledged in time')
    .option('-n, --count <n>', 'at most so many', wholeOption('--count', { min: 1, max: 100 }), 1)
    .option('--wait <duration>', 'for the first job, at most 20s', durationOption)
    .option('--visibility <duration>', 'hidden from others for so long', durationOption);
  handle<{ count: number; wait?: number; visibility?: number }>(
    command,
    context,
    async (session, { count, wait, visibility }, [name = '']) => {
      await session.withMesh(async (mesh) => {
        const options = { max: count, waitMs: wait, visibilityMs: visibility, ...session.callOptions };
        const jobs = await mesh.queues.receive(name, options);
        await session.list(jobs.map(showJob), JOB_COLUMNS);
      });
    },
  );
}

interface SettleOptions {
  readonly delay?: number;
  readonly error?: string;
  readonly visibility?: number;
}

type Settle = (
  mesh: FlowMesh,
  name: string,
  held: readonly JobReceipt[],
  options: SettleOptions & Session['callOptions'],
) => Promise<readonly SettleOutcome[]>;

export function addSettling(queue: Command, context: ProgramContext): void {
  const ack = queue.command('ack <queue> <receipt...>').description('done: the jobs are gone');
  settles(ack, context, (mesh, name, held, options) => mesh.queues.ack(name, held, options));
  const nack = queue
    .command('nack <queue> <receipt...>')
    .description('failed: deliver them again, or dead once the attempts are used up')
    .option(
      '--delay <duration>',
      "not before this time has passed; default: the queue's retry policy",
      durationOption,
    )
    .option('--error <text>', 'why, kept with the job');
  settles(nack, context, (mesh, name, held, { delay, ...options }) =>
    mesh.queues.nack(name, held, { ...options, delayMs: delay }),
  );
  const extend = queue
    .command('extend <queue> <receipt...>')
    .description('more time')
    .requiredOption('--visibility <duration>', 'from now', durationOption);
  settles(extend, context, (mesh, name, held, { visibility = 0, ...options }) =>
    mesh.queues.extend(name, held, visibility, options),
  );
}

/** Exit code 8 where a receipt was stale or its job gone. */
function settles(command: Command, context: ProgramContext, settle: Settle): void {
  handle<SettleOptions>(
    command,
    context,
    async (session, { delay, error, visibility }, [name = '', ...texts]) => {
      const held = texts.map(parseReceipt);
      return await session.withMesh(async (mesh) => {
        const given = {
          ...(delay === undefined ? {} : { delay }),
          ...(error === undefined ? {} : { error }),
          ...(visibility === undefined ? {} : { visibility }),
        };
        const outcomes = await settle(mesh, name, held, { ...given, ...session.callOptions });
        const rows = outcomes.map(({ outcome }, index) => ({ receipt: texts[index] ?? '', outcome }));
        await session.list(rows, [
          { header: 'receipt', cell: (row) => row.receipt },
          { header: 'outcome', cell: (row) => row.outcome },
        ]);
        return rows.some(({ outcome }) => outcome === 'stale' || outcome === 'gone') ? EXIT.partial : EXIT.ok;
      });
    },
  );
}
