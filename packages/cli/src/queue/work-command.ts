/**
 * `flowmesh queue work NAME -- CMD`: a command per job, several at a time, until interrupted. Jobs are held as long as their command runs; the
 * first interrupt begins nothing more and lets commands finish, the second ends them.
 */
import type { Worker, WorkerEvent, WorkerJob } from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { durationOption } from '../command-options.ts';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import { isStructured } from '../output/format.ts';
import { showDuration } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { checkProgram, JobCommands, PAYLOAD_PLACES, type PayloadPlace } from './job-command.ts';

interface WorkOptions {
  readonly concurrency: number;
  readonly payload: PayloadPlace;
  readonly jobTimeout?: number;
  readonly lease?: number;
  readonly drain?: number;
  readonly name?: string;
  readonly count?: number;
}

export function addWork(queue: Command, context: ProgramContext): void {
  const command = queue
    .command('work <queue> [command...]')
    .description('run a command for every job: exit code 0 acknowledges it, any other tries it again later')
    .usage('[options] <queue> -- <command> [arguments]')
    .option(
      '-c, --concurrency <n>',
      'commands at the same time',
      wholeOption('--concurrency', { min: 1, max: 1_000 }),
      1,
    )
    .addOption(
      new Option(
        '--payload <place>',
        'how the command gets the payload: as JOB_PAYLOAD, or the last argument',
      )
        .choices(PAYLOAD_PLACES)
        .default('stdin'),
    )
    .option('--job-timeout <duration>', 'end a command that takes longer; its job has failed', durationOption)
    .option('--lease <duration>', 'hold jobs for so long at a time, as long as they run', durationOption)
    .option('--drain <duration>', 'when interrupted, let commands finish for so long', durationOption)
    .option('--name <text>', 'name of the worker (default: host and process)')
    .option(
      '-n, --count <n>',
      'end after so many jobs',
      wholeOption('--count', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    );
  handle<WorkOptions>(command, context, async (session, options, [name = '', ...words]) => {
    const [program] = words;
    if (program === undefined)
      throw usageError('no command', `Say what to run for each job: flowmesh queue work ${name} -- ./handle`);
    const { cwd, variables } = session.environment;
    await checkProgram(program, cwd, variables);
    return await work(session, name, words, options);
  });
}

async function work(
  session: Session,
  queue: string,
  command: readonly string[],
  options: WorkOptions,
): Promise<number> {
  const { environment, sink } = session;
  const { cwd, variables, stderr } = environment;
  const structured = isStructured(session.style().format);
  const commands = new JobCommands();
  const kill = (): void => commands.kill();
  process.once('exit', kill);
  let begun = 0;
  const run = async (job: WorkerJob<Uint8Array>, worker: Worker): Promise<void> => {
    begun++;
    if (begun === options.count) void worker.close();
    await commands.run(command, job.info, {
      queue,
      payload: options.payload,
      cwd,
      variables,
      timeoutMs: options.jobTimeout,
      // Where standard output tells what became of jobs, commands have the other one.
      stdout: (chunk) => void (structured ? stderr.write(chunk) : sink.write(chunk)),
      stderr: (chunk) => void stderr.write(chunk),
      signal: job.signal,
    });
  };
  const { lease, drain, name, concurrency } = options;
  try {
    return await session.withMesh(async (mesh) => {
      await mesh.queues.get(queue, session.callOptions);
      const worker: Worker = mesh.worker(queue, (job) => run(job, worker), {
        concurrency,
        ...(lease === undefined ? {} : { leaseMs: lease }),
        ...(drain === undefined ? {} : { drainMs: drain }),
        ...(name === undefined ? {} : { name }),
        signal: AbortSignal.any([environment.interrupted, sink.closed]),
        onEvent: (event) => tell(session, event, structured),
      });
      await worker.done;
      return environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
    });
  } finally {
    process.removeListener('exit', kill);
    commands.kill();
  }
}

/** A job's end as JSON output has it. */
interface ShownOutcome {
  readonly id: string;
  readonly attempt: number;
  readonly outcome: 'done' | 'retried' | 'dead' | 'lost' | 'overdue' | 'unsettled';
  readonly durationMs?: number;
  readonly error?: string;
  /** Of a retried one, by the clock of the cluster. */
  readonly retryAt?: number;
}

function tell(session: Session, event: WorkerEvent, structured: boolean): void {
  if (event.kind === 'connected') return;
  if (event.kind === 'disconnected') {
    if (session.environment.stderr.isTTY === true)
      session.note(`${event.node}: ${event.error.message}; looking for the leaders`);
    return;
  }
  const shown = showOutcome(event);
  if (structured) void session.sink.write(`${JSON.stringify(shown)}\n`);
  else session.note(lineOf(shown, session.environment.wallMs()));
}

function showOutcome(
  event: Exclude<WorkerEvent, { readonly kind: 'connected' | 'disconnected' }>,
): ShownOutcome {
  const { id, attempt } = event;
  switch (event.kind) {
    case 'completed':
      return { id, attempt, outcome: 'done', durationMs: Math.round(event.durationMs) };
    case 'failed': {
      const error = event.error instanceof Error ? event.error.message : String(event.error);
      return event.outcome === 'dead'
        ? { id, attempt, outcome: 'dead', error }
        : { id, attempt, outcome: 'retried', error, retryAt: event.retryAt };
    }
    case 'lease-lost':
      return { id, attempt, outcome: 'lost', error: event.error.message };
    case 'overdue':
      return { id, attempt, outcome: 'overdue', error: event.error.message };
    case 'unsettled':
      return { id, attempt, outcome: 'unsettled', error: event.error.message };
  }
}

function lineOf(
  { id, attempt, outcome, durationMs = 0, error, retryAt = 0 }: ShownOutcome,
  nowMs: number,
): string {
  const which = `${id} (attempt ${attempt})`;
  switch (outcome) {
    case 'done':
      return `done ${which} in ${showDuration(durationMs)}`;
    case 'retried':
      return `failed ${which}, again in ${showDuration(Math.max(0, retryAt - nowMs))}: ${error}`;
    case 'dead':
      return `dead ${which}: ${error}`;
    case 'lost':
      return `lost ${which}: ${error}`;
    case 'overdue':
      return `overdue ${which}: ${error}`;
    case 'unsettled':
      return `not settled ${which}, it comes back when its lease ends: ${error}`;
  }
}
