/**
 * Faults that take data away which had been synced: damaged files, wiped disks, disks put back as they were some time ago, and copies of another
 * node's. One node at a time, and the next only when every replica is in sync again: more would lose data in any system.
 */
import { renameSync, rmSync } from 'node:fs';
import { filesOf, type Injury, injure, injuryName } from '../../test/e2e/harness/damage.ts';
import type { WorldNode } from '../cluster/world-node.ts';
import { copied } from './copied.ts';
import type { Arena, Fault, Nemesis, PlannedFault } from './nemesis.ts';

const SKIPPED: Fault = {
  note: { skipped: 'not every replica was in sync in time' },
  end: async () => undefined,
};

/** A change to the files of a node that is down, and one when the fault ends. */
interface Change {
  readonly note: unknown;
  /** With the node down again. */
  readonly atEnd?: () => void;
}

async function changing(
  arena: Arena,
  owner: string,
  id: number,
  change: (node: WorldNode) => Change | Promise<Change>,
): Promise<Fault> {
  const done = await arena.turnToDestroy();
  if (done === undefined) return SKIPPED;
  const node = arena.world.node(id);
  await node.hold(owner);
  try {
    const { note, atEnd } = await change(node);
    return {
      note: { node: id, what: note },
      end: async () => {
        try {
          if (atEnd !== undefined) await whileDown(node, owner, atEnd);
        } finally {
          done();
        }
      },
    };
  } catch (error) {
    done();
    throw error;
  } finally {
    node.release(owner);
  }
}

async function whileDown<T>(node: WorldNode, owner: string, work: () => Promise<T> | T): Promise<T> {
  await node.hold(owner);
  try {
    return await work();
  } finally {
    node.release(owner);
  }
}

const ORIGINAL_READY_MS = 30_000;
const KINDS = ['wal', 'sst', 'manifest', 'current', 'watermark', 'identity'] as const;

function damage(arena: Arena, node: WorldNode, { variant, amount }: PlannedFault): Change {
  const [how, kind] = variant.split('-');
  const file = filesOf(node.dataDir).find((one) => one.kind === kind);
  const injury: Injury = how === 'flip' ? { kind: 'flip', at: amount } : { kind: 'cut', to: amount };
  if (file === undefined || !injure(file, injury))
    return { note: { kind, nothing: 'there is no such file yet' } };
  // All others are read when the node starts.
  if (kind === 'sst') arena.mistrust(node.id, file.path);
  return { note: { file: file.path, injury: injuryName(injury) } };
}

export const DAMAGE: Nemesis = {
  name: 'damage',
  does: 'one bit of a file is flipped, or its tail is cut off, while its node is down: for each kind of file',
  variants: KINDS.flatMap((kind) => [`flip-${kind}`, `cut-${kind}`]),
  holdsMs: [3_000, 8_000],
  endsNodes: true,
  begin: (arena, fault, owner) =>
    changing(arena, owner, fault.order[0] ?? 1, (node) => damage(arena, node, fault)),
};

/** Another fault has filled the disk. */
const NO_ROOM: Change = { note: { nothing: 'there is no room for a copy' } };

function aside(dir: string, suffix: string): string {
  const place = `${dir}.${suffix}`;
  rmSync(place, { recursive: true, force: true });
  return place;
}

async function replaceDisk(
  arena: Arena,
  node: WorldNode,
  fault: PlannedFault,
  owner: string,
): Promise<Change> {
  const { variant, order } = fault;
  const { dataDir } = node;
  switch (variant) {
    case 'rolled-back': {
      const copy = aside(dataDir, 'copy');
      if (!(await copied(dataDir, copy))) return NO_ROOM;
      return {
        note: 'copied, and put back at the end',
        atEnd: () => {
          rmSync(dataDir, { recursive: true });
          renameSync(copy, dataDir);
        },
      };
    }
    case 'cloned': {
      const other = arena.world.node(order[1] ?? 1);
      const own = aside(dataDir, 'own');
      renameSync(dataDir, own);
      const putBack = (): void => {
        rmSync(dataDir, { recursive: true, force: true });
        renameSync(own, dataDir);
      };
      try {
        // What is copied while it is written is no copy.
        if (!(await whileDown(other, owner, () => copied(other.dataDir, dataDir)))) {
          putBack();
          return NO_ROOM;
        }
        // Of two equal ones the cluster believes the first that comes, so the original does.
        await arena.world.ready(ORIGINAL_READY_MS, [other.id]);
      } catch (error) {
        putBack();
        throw error;
      }
      return { note: `has what node ${order[1]} has, and its own again at the end`, atEnd: putBack };
    }
  }
  rmSync(dataDir, { recursive: true });
  return { note: 'wiped' };
}

export const REPLACE: Nemesis = {
  name: 'replace',
  does: 'the disk of a node is wiped, put back as it was some time ago, or is for a while a copy of another one’s',
  variants: ['wiped', 'rolled-back', 'cloned'],
  holdsMs: [6_000, 15_000],
  endsNodes: true,
  begin: (arena, fault, owner) =>
    changing(arena, owner, fault.order[0] ?? 1, (node) => replaceDisk(arena, node, fault, owner)),
};
