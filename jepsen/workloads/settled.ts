/** Waiting until transactions have come to rest: those that died with their processes are aborted by the cluster when their time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowMesh } from '@flowmesh/client';
import { STILL_OPEN } from '../checkers/at-rest.ts';
import type { OperationResult } from './workload.ts';

/** Each takes as long as a final read may. */
export const SETTLED_ATTEMPTS = 4;
const ASK_EVERY_MS = 500;

/** `settled`: readers are shown a stream to its end, since no transaction is open in it; fails where that takes too long. */
export async function settled(mesh: FlowMesh, stream: string, signal: AbortSignal): Promise<OperationResult> {
  let open = false;
  try {
    while (!signal.aborted) {
      const ends = await mesh.streams.offsets({ stream, at: 'latest' }, { signal });
      open = ends.some(({ offset, highWatermark }) => (offset ?? highWatermark) < highWatermark);
      if (!open) return { type: 'ok', value: {} };
      await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    // The time was up while it was asked once more.
    if (!open || !signal.aborted) throw error;
  }
  return { type: 'fail', value: {}, error: { code: STILL_OPEN, message: 'transactions are still open' } };
}
