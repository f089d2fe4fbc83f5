/** A client process of ours in which an operation is the life of a job: enqueued, received, acknowledged, each of them committed. */
import type { BenchClient } from '@flowmesh/cli/bench';
import { connect } from '@flowmesh/client';
import { openQueue, type WorkSettings } from '../../cost/works.ts';

export type FlowMeshQueueOptions = WorkSettings & { readonly endpoints: readonly string[] };

export async function openClient(options: FlowMeshQueueOptions): Promise<BenchClient> {
  const mesh = await connect({ endpoints: options.endpoints });
  const work = await openQueue(mesh, options);
  return {
    kind: 'operations',
    operate: async (sequence) => {
      await work.operate(sequence);
      return options.payloadBytes;
    },
    close: async () => {
      await work.close();
      await mesh.close();
    },
  };
}
