/** The short form of the simulation: some seeds, every broken variant, and the proof that a seed is one run and no other. */
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { occurrences } from './mutants/hook.ts';
import type { Mutant } from './mutants/mutant.ts';
import { MUTANTS } from './mutants/mutants.ts';
import { runAll } from './pool.ts';
import type { SeedResult, WorldKind } from './run-seed.ts';

const WORKERS = Math.min(4, availableParallelism());
const SEEDS = 200;
const LIMIT_MS = 600_000;

async function run(options: {
  readonly first: number;
  readonly last: number;
  readonly mutant?: string;
  readonly workers?: number;
  readonly world?: WorldKind;
}): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  await runAll({
    first: options.first,
    last: options.last,
    workers: options.workers ?? WORKERS,
    world: options.world ?? 'drawn',
    profile: 'short',
    mutant: options.mutant ?? '',
    trace: false,
    stopAtFailure: options.mutant !== undefined,
    onResult: (result) => results.push(result),
  });
  return results;
}

async function finds(mutant: Mutant): Promise<boolean> {
  const { world } = mutant;
  const found = (results: readonly SeedResult[]): boolean =>
    results.some((result) => result.failure !== undefined);
  if (found(await run({ first: mutant.seed, last: mutant.seed, mutant: mutant.name, workers: 1, world })))
    return true;
  // The product has changed since and a seed means another run now.
  return found(await run({ first: 1, last: mutant.within, mutant: mutant.name, world }));
}

describe('the simulated cluster', () => {
  it(`keeps every invariant and becomes whole again in ${SEEDS} seeds`, { timeout: LIMIT_MS }, async () => {
    const results = await run({ first: 1, last: SEEDS });
    expect(
      results
        .filter((result) => result.failure !== undefined)
        .map(({ seed, failure }) => ({ seed, failure })),
    ).toEqual([]);
    expect(results).toHaveLength(SEEDS);
    expect(Math.min(...results.map((result) => result.acknowledged))).toBeGreaterThan(0);
  });

  it('does the same again for the same seed, in another process', { timeout: LIMIT_MS }, async () => {
    const once = await run({ first: 1, last: 12, workers: 1 });
    const again = await run({ first: 1, last: 12 });
    const hashes = (results: readonly SeedResult[]): unknown[] =>
      results.map(({ seed, hash, events }) => ({ seed, hash, events })).sort((a, b) => a.seed - b.seed);
    expect(hashes(again)).toEqual(hashes(once));
    expect(new Set(once.map((result) => result.hash)).size).toBe(once.length);
  });
});

describe('the check can fail', () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s: its text occurs once',
    (_, mutant) => {
      expect(occurrences(mutant)).toBe(1);
    },
  );

  it.concurrent.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s is found',
    { timeout: LIMIT_MS },
    async (_, mutant) => {
      expect(await finds(mutant)).toBe(true);
    },
  );
});
