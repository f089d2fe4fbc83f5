import { describe, expect, it } from 'vitest';
import { occurrences } from '../../test/sim/mutants/hook.ts';
import { BROKEN_BUILDS, patchesOf } from '../broken/builds.ts';
import { selectNemeses } from '../nemeses/nemeses.ts';
import { newWorkload } from '../workloads/workloads.ts';

describe('broken builds', () => {
  it('have names of their own', () => {
    const names = BROKEN_BUILDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(BROKEN_BUILDS.map((build) => [build.name, build] as const))(
    '%s changes source text that is there once, and names what there is',
    (_, build) => {
      const patches = patchesOf(build);
      expect(patches.length).toBeGreaterThan(0);
      for (const patch of patches) expect([patch.file, occurrences(patch)]).toEqual([patch.file, 1]);
      expect(() => newWorkload(build.workload)).not.toThrow();
      expect(() => selectNemeses(build.nemesis)).not.toThrow();
    },
  );
});
