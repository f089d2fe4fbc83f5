/** Runs seeds in child processes, a few at a time. A child that hangs or dies is a failure of the seed it was running. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SeedOptions, SeedResult, WorldKind } from './run-seed.ts';
import type { ProfileName } from './world/profile.ts';

export interface RunOptions {
  readonly first: number;
  readonly last: number;
  readonly workers: number;
  readonly world: WorldKind;
  readonly profile: ProfileName;
  /** Name of a broken variant; empty: none. */
  readonly mutant: string;
  readonly trace: boolean;
  readonly stopAtFailure: boolean;
  readonly onResult: (result: SeedResult) => void;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** A seed that takes longer than this is stuck. */
const SEED_MS_MAX = { short: 60_000, long: 300_000 } as const;

export async function runAll(options: RunOptions): Promise<void> {
  const queue = new SeedQueue(options.first, options.last);
  const runners: Promise<void>[] = [];
  for (let i = 0; i < Math.max(1, options.workers); i++) runners.push(runWorker(options, queue));
  await Promise.all(runners);
}

class SeedQueue {
  private next: number;
  private readonly last: number;

  constructor(first: number, last: number) {
    this.next = first;
    this.last = last;
  }

  take(): number | undefined {
    return this.next > this.last ? undefined : this.next++;
  }

  close(): void {
    this.next = this.last + 1;
  }
}

/** One worker after the other, until there are no seeds left. */
async function runWorker(options: RunOptions, queue: SeedQueue): Promise<void> {
  let child: ChildProcess | undefined;
  try {
    for (let seed = queue.take(); seed !== undefined; seed = queue.take()) {
      child ??= await startWorker(options.mutant);
      const { world, profile, trace } = options;
      const result = await runOne(child, { seed, world, profile, trace });
      if (result.failure?.invariant === 'worker') {
        child.kill('SIGKILL');
        child = undefined;
      }
      options.onResult(result);
      if (result.failure !== undefined && options.stopAtFailure) queue.close();
    }
  } finally {
    child?.kill('SIGKILL');
  }
}

function startWorker(mutant: string): Promise<ChildProcess> {
  const child = fork(WORKER, [mutant], { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', () => {
      child.removeAllListeners('exit');
      resolve(child);
    });
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
  });
}

function runOne(child: ChildProcess, order: SeedOptions): Promise<SeedResult> {
  return new Promise((resolve) => {
    const finish = (result: SeedResult): void => {
      clearTimeout(timer);
      child.removeAllListeners('message');
      child.removeAllListeners('exit');
      resolve(result);
    };
    const limitMs = SEED_MS_MAX[order.profile];
    const timer = setTimeout(() => finish(lost(order, `no result within ${limitMs} ms`)), limitMs);
    child.once('message', (result) => finish(result as SeedResult));
    child.once('exit', (code, signal) => finish(lost(order, `the worker died: ${code ?? signal}`)));
    child.send(order);
  });
}

function lost({ seed, world }: SeedOptions, message: string): SeedResult {
  return {
    seed,
    world: world === 'drawn' ? 'groups' : world,
    hash: '',
    events: 0,
    virtualMs: 0,
    wallMs: 0,
    acknowledged: 0,
    reads: 0,
    withoutMetadata: 0,
    failure: { invariant: 'worker', message, atMs: 0 },
    trace: [],
  };
}
