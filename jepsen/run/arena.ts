/** What nemeses act upon, and the turns of those that destroy. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowMesh } from '@flowmesh/client';
import type { World } from '../cluster/world.ts';
import type { Arena } from '../nemeses/nemesis.ts';
import { HiddenDamage } from './hidden-damage.ts';
import { leaderOf } from './leader.ts';
import { forgetSuperseded } from './operator.ts';

const WHOLE_TIMEOUT_MS = 60_000;
const ASK_EVERY_MS = 500;
/** Leaders notice a replica that is missing. */
const MISSED_TIMEOUT_MS = 20_000;
const MISTRUST = 'mistrust';
const CALL = { timeoutMs: 3_000 };

/** Every partition has all its replicas in sync, as its leader sees it, and none is on its way; and so has the metadata. */
async function isWhole(mesh: FlowMesh): Promise<boolean> {
  try {
    const { metadataChanging, metadataVoters, nodes } = await mesh.cluster.status(CALL);
    const alive = (id: number): boolean => nodes.some((node) => node.id === id && node.alive);
    if (metadataChanging || !metadataVoters.every(alive)) return false;
    let count = 0;
    for await (const { inSyncReplicas, replicas, move, leader } of mesh.cluster.partitions.list(CALL)) {
      if (leader === undefined || move !== undefined || inSyncReplicas.length < replicas.length) return false;
      count++;
    }
    return count > 0;
  } catch {
    return false;
  }
}

export function arenaOf(options: {
  readonly world: World;
  readonly mesh: FlowMesh;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}): Arena {
  const { world, mesh, log, signal } = options;
  let last: Promise<void> = Promise.resolve();
  const whole = async (): Promise<boolean> => {
    const deadlineMs = performance.now() + WHOLE_TIMEOUT_MS;
    while (performance.now() < deadlineMs && !signal.aborted) {
      if (await isWhole(mesh)) return true;
      const forgotten = await forgetSuperseded(mesh);
      if (forgotten.length > 0) log(`nodes ${forgotten.join(', ')} never come back, and are forgotten`);
      await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    return false;
  };
  const hidden = new HiddenDamage();
  /** False where the cluster does not become whole again in time. */
  const replaceMistrusted = async (): Promise<boolean> => {
    for (const id of hidden.nodes()) {
      log(`node ${id}: a damaged table may not have been read yet, so it gets an empty disk`);
      const node = world.node(id);
      await node.hold(MISTRUST);
      try {
        rmSync(node.dataDir, { recursive: true, force: true });
        const deadlineMs = performance.now() + MISSED_TIMEOUT_MS;
        while (performance.now() < deadlineMs && !signal.aborted && (await isWhole(mesh)))
          await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      } finally {
        node.release(MISTRUST);
      }
      if (!(await whole())) return false;
    }
    return true;
  };
  return {
    world,
    mesh,
    log,
    leader: () => leaderOf(mesh, world.endpoints),
    turnToDestroy: async () => {
      const before = last;
      let done = (): void => undefined;
      last = new Promise((resolve) => {
        done = resolve;
      });
      await before;
      if ((await whole()) && (await replaceMistrusted())) return done;
      done();
      return undefined;
    },
    mistrust: (node, file) => hidden.add(node, file),
  };
}
