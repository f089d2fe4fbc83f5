/** Faults of wall clocks: jumps by an hour in both directions, and clocks that jump to and fro. Monotonic clocks go on as ever. */
import type { WorldNode } from '../cluster/world-node.ts';
import { needsCompiler, type Nemesis, victims } from './nemesis.ts';

const HOUR_MS = 3_600_000;
const STROBE_EVERY_MS = 90;

/** Each value differs from the one before by up to two hours. */
function strobe(nodes: readonly WorldNode[], amount: number): () => void {
  let turn = 0;
  const timer = setInterval(() => {
    turn++;
    const offsetMs = (turn % 2 === 0 ? 1 : -1) * HOUR_MS * ((amount + turn * 0.37) % 1);
    for (const node of nodes) node.preload?.clock.set(Math.round(offsetMs));
  }, STROBE_EVERY_MS);
  return () => clearInterval(timer);
}

export const CLOCK: Nemesis = {
  name: 'clock',
  does: 'wall clocks jump an hour forward or back, or to and fro many times a second, and at the end back to what they were',
  variants: [
    'forward',
    'back',
    'strobe',
    'leader-forward',
    'leader-back',
    'leader-strobe',
    'majority-forward',
    'all-strobe',
  ],
  holdsMs: [2_000, 15_000],
  missing: needsCompiler,
  async begin(arena, fault) {
    const ids = await victims(arena, fault);
    const nodes = ids.map((id) => arena.world.node(id));
    const { variant, amount } = fault;
    const offsetMs = variant.endsWith('back') ? -HOUR_MS : HOUR_MS;
    let stop = (): void => undefined;
    if (variant.endsWith('strobe')) stop = strobe(nodes, amount);
    else for (const node of nodes) node.preload?.clock.set(offsetMs);
    return {
      note: variant.endsWith('strobe') ? { nodes: ids } : { nodes: ids, offsetMs },
      end: async () => {
        stop();
        for (const node of nodes) node.preload?.clock.set(0);
      },
    };
  },
};
