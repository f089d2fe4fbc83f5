/** Faults of disks that lose nothing that was synced: errors, no room, slowness, and power cuts. */
import { SeededRandom } from '@flowmesh/base';
import type { DiskCall, DiskFault } from '../../test/e2e/harness/disk-faults.ts';
import { needsCompiler, type Nemesis, victims } from './nemesis.ts';

function faultOf(variant: string, amount: number, folder: string): DiskFault {
  const path = `${folder}/`;
  switch (variant) {
    case 'read-error':
      return { calls: ['read'], error: 'EIO', path, after: Math.floor(amount * 20) };
    case 'write-error':
      return { calls: ['write'], error: 'EIO', path, after: Math.floor(amount * 50) };
    case 'sync-error':
      return { calls: ['sync'], error: 'EIO', path, after: Math.floor(amount * 20), times: 1 };
  }
  const calls: readonly DiskCall[] = ['sync'];
  return { calls, error: 'ok', delayMs: Math.round(100 + amount * 2_500), path };
}

export const DISK: Nemesis = {
  name: 'disk',
  does: 'a disk fails: reading, writing or syncing ends with EIO, or syncing takes up to seconds, on one or on all',
  variants: ['read-error', 'write-error', 'sync-error', 'slow-sync', 'all-slow-sync'],
  holdsMs: [3_000, 12_000],
  endsNodes: true,
  missing: needsCompiler,
  async begin(arena, fault, owner) {
    const ids = await victims(arena, fault);
    const nodes = ids.map((id) => arena.world.node(id));
    const rules = nodes.map(({ dataDir }) => faultOf(fault.variant, fault.amount, dataDir));
    for (const [i, { preload }] of nodes.entries()) preload?.disk.set(owner, rules.slice(i, i + 1));
    return {
      note: { nodes: ids, rules },
      end: async () => {
        for (const { preload } of nodes) preload?.disk.clear(owner);
      },
    };
  },
};

export const FULL: Nemesis = {
  name: 'full',
  does: 'no room is left on disks: a small file system that somebody else fills, or where that may not be mounted, ENOSPC',
  variants: ['one', 'leader', 'all'],
  holdsMs: [4_000, 12_000],
  endsNodes: true,
  missing: needsCompiler,
  async begin(arena, fault, owner) {
    const ids = await victims(arena, fault);
    const nodes = ids.map((id) => arena.world.node(id));
    for (const { volume, preload, dataDir } of nodes) {
      if (volume !== undefined) volume.fillUntil(0);
      else preload?.disk.set(owner, [{ calls: ['write', 'allocate'], error: 'ENOSPC', path: `${dataDir}/` }]);
    }
    return {
      note: { nodes: ids, volumes: nodes.every(({ volume }) => volume !== undefined) },
      end: async () => {
        for (const { volume, preload } of nodes) {
          volume?.makeRoom();
          preload?.disk.clear(owner);
        }
      },
    };
  },
};

export const POWER: Nemesis = {
  name: 'power',
  does: 'nodes are killed, and what they had not synced is gone: all of it, or what was behind some point',
  variants: ['one', 'leader', 'majority', 'all'],
  holdsMs: [200, 5_000],
  missing: needsCompiler,
  async begin(arena, fault, owner) {
    const ids = await victims(arena, fault);
    const rng = new SeededRandom(Math.floor(fault.amount * 2 ** 30));
    // All go at once; the files are dealt with one after the other, so that chance is the same in every run.
    await Promise.all(ids.map((id) => arena.world.node(id).hold(owner)));
    const lost = ids.map((id) => ({ node: id, ...arena.world.node(id).preload?.unsynced.cutPower(rng) }));
    return {
      note: { lost },
      end: async () => {
        for (const id of ids) arena.world.node(id).release(owner);
      },
    };
  },
};
