import { describe, expect, it } from 'vitest';
import { NEMESES, selectNemeses } from '../nemeses/nemeses.ts';
import { unlessUnderWay } from '../nemeses/processes.ts';
import { type Chosen, scheduleOf } from '../run/schedule.ts';

const chosen = (names: readonly string[]): Chosen[] =>
  NEMESES.filter(({ name }) => names.includes(name)).map((nemesis) => ({
    nemesis,
    variants: nemesis.variants,
  }));

const at = (seed: number, names = ['kill', 'partition']) =>
  scheduleOf({ seed, nodes: 3, lengthMs: 300_000, chosen: chosen(names) });

describe('a round of restarts', () => {
  it('is not begun where another one goes on, and is when that has ended, or failed', async () => {
    const cluster = {};
    const end = Promise.withResolvers<void>();
    const first = unlessUnderWay(cluster, () => end.promise);
    expect(unlessUnderWay(cluster, async () => undefined)).toBeUndefined();
    expect(unlessUnderWay({}, async () => undefined)).toBeDefined();
    end.reject(new Error('a node did not come back'));
    await expect(first).rejects.toThrow('a node did not come back');
    expect(unlessUnderWay(cluster, async () => undefined)).toBeDefined();
  });
});

describe('a schedule of faults', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    expect(at(7)).toEqual(at(7));
    expect(at(8)).not.toEqual(at(7));
  });

  it('ends every fault before the time is up', () => {
    for (const { atMs, forMs } of at(3)) expect(atMs + forMs).toBeLessThanOrEqual(300_000);
  });

  it('leaves a calm time between faults of a kind where one is asked for', () => {
    const calmMs = 20_000;
    const faults = scheduleOf({ seed: 7, nodes: 3, lengthMs: 300_000, chosen: chosen(['kill']), calmMs });
    expect(faults.length).toBeGreaterThan(5);
    for (const [i, { atMs }] of faults.entries()) {
      const before = faults[i - 1];
      if (before !== undefined) expect(atMs - before.atMs - before.forMs).toBeGreaterThan(calmMs);
    }
  });

  it('brings every variant once before one comes again', () => {
    const variants = at(5)
      .filter(({ nemesis }) => nemesis === 'kill')
      .map(({ variant }) => variant);
    expect(new Set(variants.slice(0, 4)).size).toBe(4);
  });

  it('lets faults of different kinds overlap', () => {
    const faults = at(7);
    const overlapping = faults.some((one) =>
      faults.some(
        (other) =>
          one.nemesis !== other.nemesis && other.atMs > one.atMs && other.atMs < one.atMs + one.forMs,
      ),
    );
    expect(overlapping).toBe(true);
  });

  it('is made from what the command line names', () => {
    const { chosen: selected } = selectNemeses('kill:one+leader,partition');
    expect(selected.map(({ nemesis, variants }) => [nemesis.name, variants.length])).toEqual([
      ['kill', 2],
      ['partition', 16],
    ]);
    expect(() => selectNemeses('earthquake')).toThrow('no nemesis earthquake');
    expect(() => selectNemeses('kill:gently')).toThrow('no variant gently');
  });
});
