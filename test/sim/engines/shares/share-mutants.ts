import type { Mutant } from '../../mutants/mutant.ts';

const STREAM = 'packages/engines/src/stream/';
const DESK = 'packages/broker/src/services/stream/share-desk.ts';

export const SHARE_MUTANTS: readonly Mutant[] = [
  {
    name: 'share-lock-for-nothing',
    world: 'coordination',
    fault: 'a record that another member has is given out again',
    file: `${STREAM}share-group.ts`,
    find: "      if (range.state !== 'available') continue;\n      const [first",
    replace:
      "      if (range.state !== 'available' && range.state !== 'acquired') continue;\n      const [first",
    seed: 25,
    within: 120,
  },
  {
    name: 'share-anybody-acknowledges',
    world: 'coordination',
    fault: 'a member whose lock ran out acknowledges what another one has by then',
    file: `${STREAM}share-group.ts`,
    find: "if (range.state !== 'acquired' || range.member !== command.member)",
    replace: "if (range.state !== 'acquired')",
    seed: 25,
    within: 120,
  },
  {
    name: 'share-deliveries-not-counted',
    world: 'coordination',
    fault: 'deliveries that ran out do not count, so a record is tried for ever',
    file: `${STREAM}share-group.ts`,
    find: 'const attempts = range.attempts + 1;',
    replace: 'const attempts = Math.max(1, range.attempts);',
    seed: 25,
    within: 120,
  },
  {
    name: 'share-ranges-in-memory',
    world: 'coordination',
    fault: 'who has which record is not in the state, and forgotten in a restart',
    file: `${STREAM}share-ranges.ts`,
    find: 'if (!same.has(range)) writer.put(',
    replace: 'if (!same.has(range) && range.first < 0) writer.put(',
    seed: 25,
    within: 120,
  },
  {
    name: 'share-answers-what-it-read',
    world: 'coordination',
    fault: 'a member is told what was read for it, whatever of that it was given',
    file: DESK,
    find: "const ranges = reply.kind === 'share-acquired' ? reply.ranges : [];",
    replace:
      "const ranges = reply.kind === 'share-acquired' ? [{ first: from, last: stretch.to - 1, attempts: 1 }] : [];",
    seed: 25,
    within: 120,
  },
  {
    name: 'share-locks-end-together',
    world: 'coordination',
    fault: 'with one lock all others end, whose members still work',
    file: `${STREAM}share-group.ts`,
    find: "state === 'acquired' && deadlineMs <= nowMs)",
    replace: "state === 'acquired' && deadlineMs > 0)",
    seed: 25,
    within: 120,
  },
];
