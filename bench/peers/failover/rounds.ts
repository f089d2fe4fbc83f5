/**
 * Failover: how long something cannot be written to after the node that led it has ended at once (SIGKILL). Both sides in turns:
 *
 *   whole ─► written to, every 10 ms ─► leader looked up ─► killed ─ t ─► first acknowledgement of what was sent after it ─► node restarted ─► whole …
 *
 * The writer is an open loop: it goes on sending whatever becomes of what it sent, each with its own short limit, so that no attempt waits
 * for another. What was sent before the kill counts for nothing, even if it is acknowledged after it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FailoverContest, FailoverSide, OurCluster } from '../contest.ts';
import { median, oursFirst, quantile, type RatioSummary, summarizeRatios } from '../ratios.ts';
import { SteadyWriter } from './steady-writer.ts';

export interface FailoverSettings {
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface FailoverFigures {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Milliseconds, in the order of the rounds. */
  readonly rounds: readonly number[];
}

export interface FailoverResult {
  readonly name: string;
  readonly ours: FailoverFigures;
  readonly theirs: FailoverFigures;
  /** Ours divided by theirs, round by round: below 1 ours is back sooner. */
  readonly ratio: RatioSummary | null;
}

/** One side is written to so long before its leader is killed. */
const STEADY_MS = 500;
/** Leaders may be given back where they belong once a node has returned. */
const SETTLE_MS = 3_000;
const BACK_MS_MAX = 120_000;
const ASK_MS_MAX = 180_000;
const LOOK_MS = 200;

export async function runFailover(
  contest: FailoverContest,
  cluster: OurCluster,
  settings: FailoverSettings,
): Promise<FailoverResult> {
  const sides: FailoverSide[] = [];
  try {
    const ours = await contest.ours(cluster);
    sides.push(ours);
    const theirs = await contest.theirs();
    sides.push(theirs);
    const rounds: { readonly ours: number; readonly theirs: number }[] = [];
    for (let round = 0; round < settings.rounds; round++) {
      const before = oursFirst(round) ? await killOnce(ours, settings) : undefined;
      const their = await killOnce(theirs, settings);
      const our = before ?? (await killOnce(ours, settings));
      settings.say(
        `  round ${round + 1} of ${settings.rounds}: ${Math.round(our)} ms : ${Math.round(their)} ms`,
      );
      rounds.push({ ours: our, theirs: their });
    }
    return {
      name: contest.name,
      ours: failoverFigures(rounds.map((round) => round.ours)),
      theirs: failoverFigures(rounds.map((round) => round.theirs)),
      ratio: summarizeRatios(rounds) ?? null,
    };
  } finally {
    for (const side of sides) await side.close().catch((error: Error) => settings.say(`  ${error.message}`));
  }
}

export function failoverFigures(rounds: readonly number[]): FailoverFigures {
  const sorted = rounds.toSorted((a, b) => a - b);
  return { medianMs: median(rounds) ?? 0, p99Ms: rounds.length === 0 ? 0 : quantile(sorted, 0.99), rounds };
}

/** Milliseconds. */
async function killOnce(side: FailoverSide, { signal }: FailoverSettings): Promise<number> {
  await untilWhole(side, signal);
  await pause(SETTLE_MS, undefined, { signal });
  const writer = new SteadyWriter((sequence, limitMs) => side.write(sequence, limitMs));
  let killed: number | undefined;
  try {
    await limited(writer.firstAfter(performance.now()), 'nothing is acknowledged', signal);
    await pause(STEADY_MS, undefined, { signal });
    killed = await asked('no leader was found', () => side.leader(), signal);
    const back = writer.firstAfter(performance.now());
    side.nodes.kill(killed);
    return await limited(back, `nothing was acknowledged after node ${killed + 1} was killed`, signal);
  } finally {
    await writer.stop();
    if (killed !== undefined && !signal.aborted) await side.nodes.restart(killed);
  }
}

async function limited(work: Promise<number>, what: string, signal: AbortSignal): Promise<number> {
  const done = new AbortController();
  const late = pause(BACK_MS_MAX, undefined, { signal: AbortSignal.any([signal, done.signal]) }).then(() => {
    throw new Error(`${what} within ${BACK_MS_MAX} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}

async function untilWhole(side: FailoverSide, signal: AbortSignal): Promise<void> {
  await asked('not all replicas were in sync', async () => ((await side.whole()) ? true : undefined), signal);
}

/** Asks until there is an answer: a question that fails, or is not answered in time, says nothing of the next one. */
async function asked<T>(what: string, ask: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  let last: unknown;
  for (const deadline = performance.now() + ASK_MS_MAX; performance.now() < deadline; ) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await pause(LOOK_MS, undefined, { signal });
  }
  throw new Error(`${what} after ${ASK_MS_MAX} ms${last instanceof Error ? ` (${last.message})` : ''}`);
}
