/** Waiting for a stream and its load to be in some state, as several proofs do. */
import type { FlowMesh } from '@flowmesh/client';
import { until } from '../harness/cluster.ts';
import type { SteadyLoad } from './load.ts';

const LEADERS_TIMEOUT_MS = 120_000;

/** Resolves when every partition has been acknowledged something after `sinceMs` (of `performance.now`). */
export async function acknowledgedSince(load: SteadyLoad, sinceMs: number, timeoutMs: number): Promise<void> {
  await until(
    () => load.lastAcks().every((ackMs) => ackMs > sinceMs),
    timeoutMs,
    () =>
      `no acknowledgement in some partition: ${load
        .lastAcks()
        .map((ms) => (ms - sinceMs).toFixed(0))
        .join(' ')}`,
    5,
  );
}

/** Waits until acknowledgements have come for another `forMs`: the load is steady again. */
export async function settled(load: SteadyLoad, forMs: number): Promise<void> {
  const from = performance.now();
  await acknowledgedSince(load, from + forMs, forMs + 120_000);
}

/** Node ids by partition, once every partition has a leader. */
export async function leadersOf(mesh: FlowMesh, stream: string, partitions: number): Promise<number[]> {
  let found: number[] = [];
  await until(
    async () => {
      const { streams } = await mesh.metadata([stream]);
      found = (streams[0]?.partitions ?? []).map((partition) => partition.leader ?? 0);
      return found.length === partitions && found.every((leader) => leader !== 0);
    },
    LEADERS_TIMEOUT_MS,
    () => `not every partition has a leader: ${found.join(' ')}`,
  );
  return found;
}

/** The smallest in-sync set of all partitions. */
export async function inSyncOf(mesh: FlowMesh, stream: string, partitions: number): Promise<number> {
  const { streams } = await mesh.metadata([stream]);
  const sizes = (streams[0]?.partitions ?? []).map((partition) => partition.inSyncReplicas.length);
  return sizes.length === partitions ? Math.min(...sizes) : 0;
}
