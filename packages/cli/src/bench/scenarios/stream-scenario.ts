/** `flowmesh bench stream`: how fast records are stored, how fast they are read, and how long they take from one to the other. */
import type { Acks, Compression, FlowMesh } from '@flowmesh/client';
import type { Part } from '../clients/client-processes.ts';
import type { MeshOptions, StreamClientOptions } from '../drivers/stream-driver.ts';
import { DURABLE, flowMeshTarget, LEADER_ONLY } from './flowmesh-target.ts';
import { type CommonSettings, latencyRate, type MeasurePlan, type Prepared, shareOf } from './scenario.ts';

export interface StreamSettings extends CommonSettings {
  readonly acks: Acks;
  readonly compression: Compression;
  readonly lingerMs: number;
  readonly batchBytes: number;
}

export const STREAM_MEASURES = ['publish', 'consume', 'end-to-end'] as const;
const DRIVER = new URL('../drivers/stream-driver.ts', import.meta.url).href;
/** More than any number of records under way: the load decides how many there are. */
const BUFFER_BYTES = 512 * 1024 * 1024;

export async function prepareStream(
  mesh: FlowMesh,
  access: MeshOptions,
  name: string,
  settings: StreamSettings,
): Promise<Prepared> {
  const { partitions, replicationFactor: wanted, acks, compression, lingerMs, batchBytes } = settings;
  const { replicationFactor } = await mesh.streams.create({ name, partitions, replicationFactor: wanted });
  const durability = acks === 'all' ? DURABLE : LEADER_ONLY;
  return {
    target: await flowMeshTarget(mesh, { replicationFactor, partitions, durability }),
    settings: { payloadBytes: settings.payloadBytes, acks, compression, lingerMs, batchBytes },
    measures: measures({ ...access, stream: name }, settings),
    cleanUp: () => mesh.streams.delete(name),
  };
}

function measures(
  at: MeshOptions & { readonly stream: string },
  settings: StreamSettings,
): readonly MeasurePlan[] {
  const { partitions, clients, concurrency, rate, payloadBytes, compression, acks } = settings;
  const producer = {
    compression,
    acks,
    lingerMs: settings.lingerMs,
    batchBytesMax: settings.batchBytes,
    bufferBytesMax: BUFFER_BYTES,
  };
  const publish = (sent: number | undefined): Part => ({
    name: 'publish',
    driver: DRIVER,
    clients,
    load: { concurrency, rate: sent },
    optionsOf: (): StreamClientOptions => ({ ...at, does: 'publish', payloadBytes, producer }),
  });
  const readers = Math.min(clients, partitions);
  const read = (does: 'read' | 'tail'): Part => ({
    name: does,
    driver: DRIVER,
    clients: readers,
    load: undefined,
    optionsOf: (client): StreamClientOptions => ({
      ...at,
      does,
      partitions: shareOf(partitions, client, readers),
    }),
  });
  return [
    { name: 'publish', counted: 'publish', parts: () => [publish(rate)] },
    { name: 'consume', counted: 'read', parts: () => [read('read')] },
    {
      name: 'end-to-end',
      counted: 'tail',
      sender: 'publish',
      parts: (before) => [read('tail'), publish(latencyRate(rate, before.get('publish')))],
    },
  ];
}
