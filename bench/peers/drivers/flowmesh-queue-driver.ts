/** A client process of ours in which an operation is the life of a job: enqueued, received, acknowledged, each of them committed. */
import type { BenchClient } from '@flowmesh/cli/bench';
import { connect } from '@flowmesh/client';
import { openQueue, type QueueSettings } from '../../cost/works.ts';

export type FlowMeshQueueOptions = QueueSettings & { readonly endpoints: readonly string[] };

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
