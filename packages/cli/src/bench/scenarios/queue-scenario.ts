/** `flowmesh bench queue`: how fast jobs are put in, how fast they are worked off, and how long a job waits for a worker that is idle. */
import type { FlowMesh } from '@flowmesh/client';
import type { Part } from '../clients/client-processes.ts';
import type { QueueClientOptions } from '../drivers/queue-driver.ts';
import type { MeshOptions } from '../drivers/stream-driver.ts';
import { DURABLE, flowMeshTarget } from './flowmesh-target.ts';
import { type CommonSettings, latencyRate, type MeasurePlan, type Prepared } from './scenario.ts';

export const QUEUE_MEASURES = ['enqueue', 'work', 'end-to-end'] as const;
const DRIVER = new URL('../drivers/queue-driver.ts', import.meta.url).href;

export async function prepareQueue(
  mesh: FlowMesh,
  access: MeshOptions,
  name: string,
  settings: CommonSettings,
): Promise<Prepared> {
  const { partitions: shards, replicationFactor: wanted, payloadBytes } = settings;
  const { replicationFactor } = await mesh.queues.create({ name, shards, replicationFactor: wanted });
  return {
    target: await flowMeshTarget(mesh, { replicationFactor, partitions: shards, durability: DURABLE }),
    settings: { payloadBytes },
    measures: measures(mesh, { ...access, queue: name }, settings),
    cleanUp: () => mesh.queues.delete(name),
  };
}

function measures(
  mesh: FlowMesh,
  at: MeshOptions & { readonly queue: string },
  { clients, concurrency, rate, payloadBytes }: CommonSettings,
): readonly MeasurePlan[] {
  const enqueue = (sent: number | undefined): Part => ({
    name: 'enqueue',
    driver: DRIVER,
    clients,
    load: { concurrency, rate: sent },
    optionsOf: (): QueueClientOptions => ({ ...at, does: 'enqueue', payloadBytes }),
  });
  const take = (does: 'work' | 'receive'): Part => ({
    name: does,
    driver: DRIVER,
    clients,
    load: undefined,
    optionsOf: (): QueueClientOptions => ({ ...at, does, concurrency }),
  });
  return [
    { name: 'enqueue', counted: 'enqueue', parts: () => [enqueue(rate)] },
    { name: 'work', counted: 'work', parts: () => [take('work')] },
    {
      name: 'end-to-end',
      counted: 'receive',
      sender: 'enqueue',
      // What is left of the measures before would be waited for, too.
      before: async () => void (await mesh.queues.operations.purge(at.queue, 'ready')),
      parts: (before) => [take('receive'), enqueue(latencyRate(rate, before.get('enqueue')))],
    },
  ];
}
