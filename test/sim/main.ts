/**
 * Runs seeds of the simulation over worker processes.
 *
 *   node test/sim/main.ts --seeds 1-20000 --workers 2       every seed; ends with the violations found
 *   node test/sim/main.ts --seed 4711 --trace               one seed, with what happened in it
 *   node test/sim/main.ts --seeds 1-500 --mutant NAME       a broken variant: ends at the first seed that finds it
 *   … --profile short|long
 */
import { parseArgs } from 'node:util';
import { runAll } from './pool.ts';
import type { SeedResult } from './run-seed.ts';
import type { ProfileName } from './world/profile.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-200' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    mutant: { type: 'string', default: '' },
    profile: { type: 'string', default: 'short' },
  },
});

const PROGRESS_EVERY_MS = 10_000;

function seedsWanted(): { readonly first: number; readonly last: number } {
  const text = values.seed ?? values.seeds;
  const [first, last] = text.split('-').map(Number);
  if (first === undefined || !Number.isSafeInteger(first) || (last !== undefined && !(last >= first))) {
    throw new Error(`--seeds wants a range such as 1-20000, not ${text}`);
  }
  return { first, last: last ?? first };
}

function profileWanted(): ProfileName {
  if (values.profile !== 'short' && values.profile !== 'long') throw new Error('--profile is short or long');
  return values.profile;
}

function report(result: SeedResult): void {
  if (values.trace) for (const line of result.trace) console.log(line);
  const { failure } = result;
  if (failure !== undefined) {
    console.log(
      `seed ${result.seed}: ${failure.invariant} at ${failure.atMs.toFixed(3)} ms: ${failure.message}`,
    );
  } else if (values.seed !== undefined) {
    console.log(
      `seed ${result.seed}: clean, hash ${result.hash}, ${result.events} events, ${Math.round(result.virtualMs)} ms of its time in ${Math.round(result.wallMs)} ms, ${result.acknowledged} batches acknowledged, ${result.reads} reads`,
    );
  }
}

const { first, last } = seedsWanted();
const totals = { seeds: 0, failed: 0, events: 0, acknowledged: 0, reads: 0, virtualMs: 0, wallMs: 0 };
const startedMs = performance.now();
let printedMs = startedMs;
await runAll({
  first,
  last,
  workers: Number(values.workers),
  profile: profileWanted(),
  mutant: values.mutant,
  trace: values.trace,
  stopAtFailure: values.mutant !== '',
  onResult: (result) => {
    totals.seeds++;
    totals.events += result.events;
    totals.acknowledged += result.acknowledged;
    totals.reads += result.reads;
    totals.virtualMs += result.virtualMs;
    totals.wallMs += result.wallMs;
    if (result.failure !== undefined) totals.failed++;
    report(result);
    const nowMs = performance.now();
    if (nowMs - printedMs > PROGRESS_EVERY_MS) {
      printedMs = nowMs;
      console.log(`… ${totals.seeds} of ${last - first + 1} seeds, ${totals.failed} failed`);
    }
  },
});
const hours = totals.virtualMs / 3_600_000;
console.log(
  `${totals.seeds} seeds, ${totals.failed} failed; ${hours.toFixed(2)} hours of cluster time, ${totals.events} events, ${totals.acknowledged} batches acknowledged, ${totals.reads} reads; ${(totals.wallMs / Math.max(1, totals.seeds)).toFixed(1)} ms a seed, ${Math.round((performance.now() - startedMs) / 1_000)} s in all`,
);
if (totals.failed > 0 && values.mutant === '') process.exitCode = 1;
if (totals.failed === 0 && values.mutant !== '') {
  console.log(`mutant ${values.mutant} was not found`);
  process.exitCode = 1;
}
