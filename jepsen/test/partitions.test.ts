import { describe, expect, it } from 'vitest';
import { CLIENTS, Links } from '../cluster/links.ts';
import { PARTITION, SLOW } from '../nemeses/network.ts';
import type { Arena, Nemesis } from '../nemeses/nemesis.ts';

const NODES = [1, 2, 3, 4, 5];

/** What a fault of the network looks at: links, and a leader. */
function arenaWith(links: Links, leader: number | undefined): Arena {
  return { world: { links }, leader: async () => leader } as unknown as Arena;
}

async function begun(
  nemesis: Nemesis,
  variant: string,
  order: readonly number[] = NODES,
  leader?: number,
): Promise<{ reaches: (from: number, to: number) => boolean; links: Links; end: () => Promise<unknown> }> {
  const links = new Links();
  const fault = { nemesis: nemesis.name, variant, order, amount: 0.5, atMs: 0, forMs: 1_000 };
  const held = await nemesis.begin(arenaWith(links, leader), fault, 'fault');
  const reaches = (from: number, to: number): boolean =>
    !links.stateOf({ from, to, linkClass: 'control' }).cut;
  return { reaches, links, end: () => held.end() };
}

describe('a partition', () => {
  it.each(PARTITION.variants)('%s is gone when it ends', async (variant) => {
    const { links, end } = await begun(PARTITION, variant);
    expect(links.all().length).toBeGreaterThan(0);
    await end();
    expect(links.all()).toEqual([]);
  });

  it('in halves separates a minority from a majority, and nobody else', async () => {
    const { reaches } = await begun(PARTITION, 'halves', [4, 2, 1, 3, 5]);
    expect(reaches(4, 2)).toBe(true);
    expect(reaches(4, 1)).toBe(false);
    expect(reaches(1, 4)).toBe(false);
    expect(reaches(CLIENTS, 4)).toBe(true);
  });

  it('around a leader isolates the one who leads now', async () => {
    const { reaches } = await begun(PARTITION, 'isolate-leader', NODES, 3);
    expect([1, 2, 4, 5].map((node) => reaches(3, node))).toEqual([false, false, false, false]);
    expect(reaches(1, 2)).toBe(true);
  });

  it('in one direction leaves the other one open', async () => {
    const { reaches } = await begun(PARTITION, 'leader-unheard', NODES, 2);
    expect(reaches(2, 1)).toBe(false);
    expect(reaches(1, 2)).toBe(true);
  });

  it('as a bridge leaves one node that everybody reaches', async () => {
    const { reaches } = await begun(PARTITION, 'bridge');
    expect(NODES.every((node) => reaches(1, node) && reaches(node, 1))).toBe(true);
    expect(reaches(2, 5)).toBe(false);
  });

  it('as a ring leaves each its two neighbours', async () => {
    const { reaches } = await begun(PARTITION, 'ring');
    for (const node of NODES)
      expect(NODES.filter((other) => other !== node && reaches(node, other)).length).toBe(2);
  });

  it('as a ring of majorities shows each a majority, and no two the same one', async () => {
    const { reaches } = await begun(PARTITION, 'majority-ring');
    const seen = NODES.map((node) => NODES.filter((other) => reaches(node, other)).join());
    expect(seen.map((one) => one.split(',').length)).toEqual([3, 3, 3, 3, 3]);
    expect(new Set(seen).size).toBe(5);
  });

  it('between clients and nodes leaves the nodes to each other', async () => {
    const { reaches } = await begun(PARTITION, 'answers-lost');
    expect(reaches(1, CLIENTS)).toBe(false);
    expect(reaches(CLIENTS, 1)).toBe(true);
    expect(reaches(1, 2)).toBe(true);
  });

  it('of one class of connections leaves the other classes', async () => {
    const { links } = await begun(PARTITION, 'leader-append', NODES, 1);
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'append' }).cut).toBe(true);
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'control' }).cut).toBe(false);
  });
});

describe('slow links', () => {
  it('are slow once each, however many rules there are', async () => {
    const { links } = await begun(SLOW, 'delay');
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'append' }).delayMs).toBe(155);
  });
});
