import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { MEMBERSHIP } from '../nemeses/membership.ts';
import type { Arena } from '../nemeses/nemesis.ts';

const FAULT = {
  nemesis: 'membership',
  variant: 'drain-one',
  order: [2, 1, 3],
  amount: 0.5,
  atMs: 0,
  forMs: 0,
};
const unheard = (): FlowError => new FlowError('TIMEOUT', 'no answer in time');

/** A cluster that drains and undrains as it is told, and answers only where it is to. */
function arenaOf(answers: { readonly drain: boolean; readonly undrain: readonly boolean[] }) {
  const draining = new Set<number>();
  let asked = 0;
  const nodes = {
    list: async () => [{ id: 7, address: 'here' }],
    drain: async (id: number) => {
      draining.add(id);
      if (!answers.drain) throw unheard();
    },
    undrain: async (id: number) => {
      if (answers.undrain[asked++] === false) throw unheard();
      if (!draining.delete(id)) throw new FlowError('NOT_FOUND', 'no such node');
    },
  };
  const arena = { mesh: { cluster: { nodes } }, world: { endpoints: [{ node: 2, grpc: 'here' }] } };
  return { arena: arena as unknown as Arena, draining, times: () => asked };
}

describe('a node that is drained', () => {
  it('takes part again at the end, also where that has to be said twice', async () => {
    const { arena, draining, times } = arenaOf({ drain: true, undrain: [false, true] });
    const begun = await MEMBERSHIP.begin(arena, FAULT, 'membership-0');
    expect([...draining]).toEqual([7]);
    await begun.end();
    expect([draining.size, times()]).toEqual([0, 2]);
  });

  it('takes part again where nobody heard that it was drained', async () => {
    const { arena, draining } = arenaOf({ drain: false, undrain: [] });
    await expect(MEMBERSHIP.begin(arena, FAULT, 'membership-0')).rejects.toThrow('no answer in time');
    expect(draining.size).toBe(0);
  });

  it('is left alone once its place was given to another one', async () => {
    const { arena, draining } = arenaOf({ drain: true, undrain: [] });
    const begun = await MEMBERSHIP.begin(arena, FAULT, 'membership-0');
    draining.clear();
    await begun.end();
  });
});
