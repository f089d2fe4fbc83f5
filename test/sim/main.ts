/**
 * Runs seeds of the simulation over worker processes.
 *
 *   node test/sim/main.ts --seeds 1-20000 --workers 2       every seed; ends with the violations found
 *   node test/sim/main.ts --seed 4711 --trace               one seed, with what happened in it
 *   node test/sim/main.ts --seeds 1-400 --mutant NAME       a broken variant, until the first seed that finds it; `all`: each
 *   … --profile short|long    … --world groups|cluster|engines|coordination|drawn (default drawn: the seed says which)
 */
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants/mutants.ts';
import { runAll } from './pool.ts';
import type { SeedResult, WorldKind } from './run-seed.ts';
import type { ProfileName } from './world/profile.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-200' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    mutant: { type: 'string', default: '' },
    profile: { type: 'string', default: 'short' },
    world: { type: 'string', default: 'drawn' },
  },
});

const PROGRESS_EVERY_MS = 10_000;
const WORLDS: readonly WorldKind[] = ['groups', 'cluster', 'engines', 'coordination', 'drawn'];
const profile = profileWanted();
const world = worldWanted();
const seeds = seedsWanted();
if (values.mutant === 'all') await findMutants();
else await runSeeds();

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

function worldWanted(): WorldKind {
  const { world: wanted } = values;
  const known = WORLDS.find((one) => one === wanted);
  if (known === undefined) throw new Error(`--world is one of ${WORLDS.join(', ')}`);
  return known;
}

function report(result: SeedResult): void {
  if (values.trace) for (const line of result.trace) console.log(line);
  const { seed, failure } = result;
  if (failure !== undefined) {
    console.log(
      `seed ${seed} (${result.world}): ${failure.invariant} at ${failure.atMs.toFixed(3)} ms: ${failure.message}`,
    );
  } else if (values.seed !== undefined) {
    const of = `${result.events} events, ${Math.round(result.virtualMs)} ms of its time`;
    const did = `${result.acknowledged} batches acknowledged, ${result.reads} reads`;
    console.log(
      `seed ${seed} (${result.world}): clean, hash ${result.hash}, ${of} in ${Math.round(result.wallMs)} ms, ${did}`,
    );
  }
}

/** A broken variant is looked for in the world that it belongs to, unless another one is asked for. */
function worldFor(mutant: string): WorldKind {
  if (world !== 'drawn') return world;
  return MUTANTS.find(({ name }) => name === mutant)?.world ?? world;
}

async function runSeeds(): Promise<void> {
  const totals = {
    seeds: 0,
    failed: 0,
    events: 0,
    acknowledged: 0,
    reads: 0,
    outages: 0,
    virtualMs: 0,
    wallMs: 0,
  };
  const startedMs = performance.now();
  let printedMs = startedMs;
  await runAll({
    ...seeds,
    workers: Number(values.workers),
    world: worldFor(values.mutant),
    profile,
    mutant: values.mutant,
    trace: values.trace,
    stopAtFailure: values.mutant !== '',
    onResult: (result) => {
      totals.seeds++;
      totals.events += result.events;
      totals.acknowledged += result.acknowledged;
      totals.reads += result.reads;
      totals.outages += result.withoutMetadata;
      totals.virtualMs += result.virtualMs;
      totals.wallMs += result.wallMs;
      if (result.failure !== undefined) totals.failed++;
      report(result);
      const nowMs = performance.now();
      if (nowMs - printedMs < PROGRESS_EVERY_MS) return;
      printedMs = nowMs;
      console.log(`… ${totals.seeds} of ${seeds.last - seeds.first + 1} seeds, ${totals.failed} failed`);
    },
  });
  const hours = (totals.virtualMs / 3_600_000).toFixed(2);
  const each = (totals.wallMs / Math.max(1, totals.seeds)).toFixed(1);
  const all = Math.round((performance.now() - startedMs) / 1_000);
  console.log(
    `${totals.seeds} seeds, ${totals.failed} failed; ${hours} hours of cluster time, ${totals.events} events, ${totals.acknowledged} batches acknowledged, ${totals.reads} reads, ${totals.outages} groups written without metadata; ${each} ms a seed, ${all} s in all`,
  );
  const expected = values.mutant === '' ? totals.failed === 0 : totals.failed > 0;
  if (!expected) {
    if (values.mutant !== '') console.log(`mutant ${values.mutant} was not found`);
    process.exitCode = 1;
  }
}

/** The table of the README: for every mutant the first seed that finds it, and by which invariant. */
async function findMutants(): Promise<void> {
  for (const { name, fault } of MUTANTS) {
    let found: SeedResult | undefined;
    await runAll({
      ...seeds,
      workers: Number(values.workers),
      world: worldFor(name),
      profile,
      mutant: name,
      trace: false,
      stopAtFailure: true,
      onResult: (result) => {
        if (result.failure !== undefined && (found === undefined || result.seed < found.seed)) found = result;
      },
    });
    if (found === undefined) process.exitCode = 1;
    console.log(
      `| ${name} | ${fault} | ${found?.seed ?? 'not found'} | ${found?.failure?.invariant ?? '-'} |`,
    );
  }
}
