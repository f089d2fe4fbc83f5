/**
 * Runs a command for a job. The job is in its environment, the payload on its standard input unless it is wanted elsewhere. Exit code 0: done.
 * Anything else, or a signal, is a failed attempt, whose error is the exit code and the end of what the command wrote to standard error.
 *
 * Every command has a process group of its own: Ctrl-C reaches only this program, which lets commands finish, and what ends a command ends
 * what it has started as well.
 */
import { isUtf8 } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ErrorCode, FlowError, type JobInfo } from '@flowmesh/client';
import { usageError } from '../failure.ts';

export const PAYLOAD_PLACES = ['stdin', 'argument', 'environment'] as const;
export type PayloadPlace = (typeof PAYLOAD_PLACES)[number];

export interface CommandSurroundings {
  readonly queue: string;
  readonly payload: PayloadPlace;
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number | undefined;
  /** Where the command's output goes. */
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  /** Ends the command: politely, then for good. */
  readonly signal: AbortSignal;
}

/** Of standard error, what is kept as the error of the attempt; jobs keep no more than 1 KiB. */
const TAIL_CHARS = 800;
const TAIL_LINES = 5;
const KILL_AFTER_MS = 10_000;

/** Commands that run now, so that all of them can be ended at once when this process has to go. */
export class JobCommands {
  private readonly running = new Set<ChildProcess>();

  /** Resolves when the command is done with the job; rejects with the reason otherwise. */
  async run(command: readonly string[], job: JobInfo, around: CommandSurroundings): Promise<void> {
    const [program = '', ...given] = command;
    const payload = around.payload === 'stdin' ? undefined : textOf(job, around.payload);
    const args = around.payload === 'argument' ? [...given, payload as string] : given;
    const child = spawn(program, args, {
      cwd: around.cwd,
      env: {
        ...around.variables,
        ...jobVariables(around.queue, job),
        ...(around.payload === 'environment' ? { JOB_PAYLOAD: payload } : {}),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.running.add(child);
    let tail = '';
    child.stdout.on('data', (chunk: Buffer) => around.stdout(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-TAIL_CHARS);
      around.stderr(chunk);
    });
    // A command that does not read its input is none the worse for it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(around.payload === 'stdin' ? job.payload : undefined);
    try {
      await this.outcome(child, program, around, () => tail);
    } finally {
      this.running.delete(child);
    }
  }

  /** At once, all of them. */
  kill(): void {
    for (const child of this.running) signalGroup(child, 'SIGKILL');
  }

  private async outcome(
    child: ChildProcess,
    program: string,
    { signal, timeoutMs }: CommandSurroundings,
    tail: () => string,
  ): Promise<void> {
    let ended = '';
    let killLater: NodeJS.Timeout | undefined;
    const end = (why: string): void => {
      if (ended !== '') return;
      ended = why;
      signalGroup(child, 'SIGTERM');
      killLater = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
    };
    const aborted = (): void => end(reasonOf(signal));
    const late =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => end(`ended after ${timeoutMs / 1_000} s, its time limit`), timeoutMs);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('error', (cause) => reject(notStarted(program, cause)));
        child.once('close', (code, by) => {
          const how = by === null ? `exit code ${code}` : `killed by ${by}`;
          if (code === 0) resolve();
          else reject(failed(ended === '' ? how : ended, tail()));
        });
      });
    } finally {
      signal.removeEventListener('abort', aborted);
      clearTimeout(late);
      clearTimeout(killLater);
    }
  }
}

/** Refuses a command that is not there before any job is tried with it and dies of it. */
export async function checkProgram(
  program: string,
  cwd: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const folders = program.includes(path.sep) ? [''] : (variables['PATH'] ?? '').split(path.delimiter);
  for (const folder of folders) {
    if (await executable(path.resolve(cwd, folder, program))) return;
  }
  throw usageError(
    `there is no program ${program}`,
    'Check the command after --, and that it may be executed.',
  );
}

async function executable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function jobVariables(queue: string, job: JobInfo): Record<string, string> {
  const headers: Record<string, string> = {};
  const single: Record<string, string> = {};
  for (const { key, value = new Uint8Array(0) } of job.headers) {
    const text = plainText(value);
    if (text === undefined || key in headers) continue;
    headers[key] = text;
    single[`JOB_HEADER_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`] ??= text;
  }
  const key = job.key === undefined ? undefined : plainText(job.key);
  return {
    ...single,
    JOB_HEADERS: JSON.stringify(headers),
    JOB_QUEUE: queue,
    JOB_ID: job.id,
    JOB_ATTEMPT: String(job.attempts),
    JOB_PRIORITY: String(job.priority),
    JOB_ENQUEUED_AT: new Date(job.enqueuedAt).toISOString(),
    ...(key === undefined ? {} : { JOB_KEY: key }),
  };
}

/** What can be an argument or a variable; undefined where it cannot. */
function plainText(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes) || bytes.includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}

function textOf(job: JobInfo, place: PayloadPlace): string {
  const text = plainText(job.payload);
  if (text !== undefined) return text;
  throw failure('UNSUPPORTED', `the payload is not text, and cannot be given in the ${place}`);
}

/** The whole group: what a shell has started goes with the shell, and may have outlived it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

function reasonOf(signal: AbortSignal): string {
  const { reason } = signal as { readonly reason: unknown };
  return reason instanceof Error ? reason.message : 'the worker ended it';
}

function failed(how: string, tail: string): FlowError {
  const lines = tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n').trim();
  return failure('INTERNAL', lines === '' ? how : `${how}: ${lines}`);
}

function notStarted(program: string, cause: Error): FlowError {
  return failure('INTERNAL', `${program} cannot be started: ${cause.message}`);
}

function failure(code: ErrorCode, message: string): FlowError {
  return new FlowError(code, message);
}
