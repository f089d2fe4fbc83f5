/**
 * A program of a client, where it is written for Node: `program … BOOTSTRAP PREFIX SCENARIO,…` prints a line of JSON with the outcome of each
 * scenario. Programs in other languages do the same by themselves.
 */
import type { Outcome } from './scenarios.ts';

export interface ProgramContext {
  readonly bootstrap: string;
  /** Of the names of topics, groups and transactional ids. */
  readonly prefix: string;
}

type Work = (context: ProgramContext) => Promise<void>;

const SCENARIO_MS_MAX = 240_000;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs what was asked for, one after the other; what is not in `scenarios` the client does not offer. */
export async function runProgram(version: string, scenarios: Readonly<Record<string, Work>>): Promise<never> {
  const [bootstrap = '', prefix = '', names = ''] = process.argv.slice(-3);
  say({ version });
  for (const scenario of names.split(',')) {
    const work = scenarios[scenario];
    const started = performance.now();
    const tell = (outcome: Outcome, detail = ''): void =>
      say({ scenario, outcome, detail, ms: Math.round(performance.now() - started) });
    if (work === undefined) {
      tell('not-offered');
      continue;
    }
    try {
      await within(work({ bootstrap, prefix }), SCENARIO_MS_MAX, scenario);
      tell('passed');
    } catch (error) {
      tell('failed', words(error));
    }
  }
  process.exit(0);
}

/** Some clients say what happened only within what they throw. */
function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const within = error instanceof AggregateError ? error.errors.map(words) : [];
  const cause = error.cause === undefined ? [] : [words(error.cause)];
  return [error.message, ...within, ...cause].join(': ');
}

export async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not done within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `probe` holds. */
export async function until(what: () => string, probe: () => boolean, ms = 90_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!probe()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function same(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a?.slice(0, 300)} where ${b?.slice(0, 300)} was expected`);
}
