/** Broken variants of the time that leaders name. */
import type { Mutant } from '../mutants/mutant.ts';

const SHARD = 'packages/broker/src/services/shard/';

export const TIME_MUTANTS: readonly Mutant[] = [
  {
    name: 'wall-clock-believed',
    world: 'engines',
    fault: 'a leader stamps what its wall clock says, however that jumps',
    file: `${SHARD}leader-clock.ts`,
    find: 'const believable = Math.min(Math.max(clock.wallMs(), earliest), latest);',
    replace: 'const believable = Math.max(clock.wallMs(), earliest, latest * 0);',
    seed: 8,
    within: 150,
  },
  {
    name: 'jump-since-it-leads',
    world: 'engines',
    fault: 'what a wall clock may jump at once grows with the time that its node has led',
    file: `${SHARD}leader-clock.ts`,
    find: 'const latest = told.timeMs + passedMs * FASTEST;',
    replace: 'const latest = this.anchor.timeMs + (atMs - this.anchor.atMs) * FASTEST + 1_000;',
    seed: 30,
    within: 150,
  },
  {
    name: 'arrival-taken-for-time',
    world: 'engines',
    fault: 'the arrival of one command, however late, tells a later leader what time it is',
    file: `${SHARD}passing-time.ts`,
    find: '    return this.latest;',
    replace: '    return this.first;',
    seed: 6,
    within: 60,
  },
];
