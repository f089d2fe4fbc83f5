/** What operators do, while everything else goes on: nodes are drained, leaders handed over, replicas moved, the cluster rebalanced. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFlowError } from '@flowmesh/base';
import type { PartitionDetail } from '@flowmesh/client';
import { type Arena, leaderFirst, type Nemesis } from './nemesis.ts';

const CALL = { timeoutMs: 5_000 };
const HANDOVER_EVERY_MS = 400;
const TAKE_PART_MS_MAX = 120_000;

async function partitions({ mesh }: Arena): Promise<PartitionDetail[]> {
  const found: PartitionDetail[] = [];
  for await (const partition of mesh.cluster.partitions.list(CALL)) found.push(partition);
  return found;
}

/** The id that the cluster knows a node by: another one after its disk was wiped. */
async function idOf({ mesh, world }: Arena, node: number): Promise<number> {
  const address = world.endpoints.find((one) => one.node === node)?.grpc;
  const nodes = await mesh.cluster.nodes.list(CALL);
  return nodes.find((one) => one.address === address)?.id ?? node;
}

/** Goes on until it is told to stop; what fails under faults is no matter. */
function repeatedly(
  work: (turn: number) => Promise<unknown>,
  everyMs: number,
): () => Promise<{ done: number; failed: number }> {
  const stopping = new AbortController();
  const counts = { done: 0, failed: 0 };
  const loop = (async () => {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      try {
        await work(turn);
        counts.done++;
      } catch {
        counts.failed++;
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await loop;
    return counts;
  };
}

async function handOver(arena: Arena, turn: number): Promise<void> {
  const all = await partitions(arena);
  const one = all[turn % Math.max(all.length, 1)];
  const to = one?.inSyncReplicas.find((node) => node !== one.leader);
  if (one !== undefined && to !== undefined)
    await arena.mesh.cluster.partitions.transferLeader({ ...one, to }, CALL);
}

/** One replica of a partition goes to a node that has none; without such a node the preferred leader changes. */
async function move(arena: Arena, turn: number): Promise<void> {
  const all = await partitions(arena);
  const one = all[turn % Math.max(all.length, 1)];
  if (one === undefined) return;
  const nodes = await arena.mesh.cluster.nodes.list(CALL);
  const others = nodes.filter(({ id, alive }) => alive && !one.replicas.includes(id)).map(({ id }) => id);
  const to = [
    ...one.replicas.slice(1),
    others[turn % Math.max(others.length, 1)] ?? (one.replicas[0] as number),
  ];
  await arena.mesh.cluster.partitions.move({ ...one, to }, CALL);
}

/**
 * A node takes part again, however often that has to be said: until then none of its replicas counts as in sync, and whatever waits for all of them waits
 * in vain.
 */
async function takePart({ mesh }: Arena, id: number): Promise<void> {
  const deadline = performance.now() + TAKE_PART_MS_MAX;
  for (;;) {
    try {
      await mesh.cluster.nodes.undrain(id, CALL);
      return;
    } catch (error) {
      // Its place may have been given to another one meanwhile.
      if (isFlowError(error) && error.code === 'NOT_FOUND') return;
      if (performance.now() > deadline) throw error;
      await sleep(HANDOVER_EVERY_MS);
    }
  }
}

export const MEMBERSHIP: Nemesis = {
  name: 'membership',
  does: 'a node is drained and takes part again, leaders are handed over, replicas are moved, the cluster is rebalanced',
  variants: ['drain-leader', 'drain-one', 'handover', 'move', 'rebalance'],
  holdsMs: [4_000, 12_000],
  async begin(arena, fault) {
    const { mesh } = arena;
    switch (fault.variant) {
      case 'handover':
        return { note: {}, end: repeatedly((turn) => handOver(arena, turn), HANDOVER_EVERY_MS) };
      case 'move':
        return { note: {}, end: repeatedly((turn) => move(arena, turn), HANDOVER_EVERY_MS * 3) };
      case 'rebalance':
        return { note: {}, end: repeatedly(() => mesh.cluster.rebalance.start(CALL), HANDOVER_EVERY_MS * 5) };
    }
    const order = fault.variant === 'drain-leader' ? await leaderFirst(arena, fault) : fault.order;
    const [node = 1] = order;
    const id = await idOf(arena, node);
    try {
      await mesh.cluster.nodes.drain(id, { ...CALL, force: true });
    } catch (error) {
      // It may have been heard all the same.
      await takePart(arena, id);
      throw error;
    }
    return { note: { drained: node }, end: () => takePart(arena, id) };
  },
};
