/** `flowmesh bench kv`: writes, and reads that see every write acknowledged before them, of random keys. */
import { bytesCodec, type FlowMesh } from '@flowmesh/client';
import type { KvClientOptions } from '../drivers/kv-driver.ts';
import type { MeshOptions } from '../drivers/stream-driver.ts';
import { PayloadSource } from '../measure/payload-source.ts';
import { DURABLE, flowMeshTarget } from './flowmesh-target.ts';
import type { CommonSettings, MeasurePlan, Prepared } from './scenario.ts';

export interface KvSettings extends CommonSettings {
  readonly keys: number;
}

export const KV_MEASURES = ['put', 'get'] as const;
const DRIVER = new URL('../drivers/kv-driver.ts', import.meta.url).href;
/** Keys written at the same time before reads are measured. */
const FILL_CONCURRENCY = 256;

export async function prepareKv(
  mesh: FlowMesh,
  access: MeshOptions,
  name: string,
  settings: KvSettings,
): Promise<Prepared> {
  const { partitions: shards, replicationFactor: wanted, keys, payloadBytes } = settings;
  const { replicationFactor } = await mesh.kv.create({ name, shards, replicationFactor: wanted });
  const { clients, concurrency, rate } = settings;
  const measure = (does: 'put' | 'get'): MeasurePlan => ({
    name: does,
    counted: does,
    parts: () => [
      {
        name: does,
        driver: DRIVER,
        clients,
        load: { concurrency, rate },
        optionsOf: (): KvClientOptions => ({ ...access, does, bucket: name, keys, payloadBytes }),
      },
    ],
    ...(does === 'put' ? {} : { before: () => fill(mesh, name, settings) }),
  });
  return {
    target: await flowMeshTarget(mesh, { replicationFactor, partitions: shards, durability: DURABLE }),
    settings: { payloadBytes, keys, reads: 'linearizable' },
    measures: [measure('put'), measure('get')],
    cleanUp: () => mesh.kv.delete(name),
  };
}

/** Every key has a value, so that no read is quick because it finds nothing. */
async function fill(mesh: FlowMesh, name: string, { keys, payloadBytes }: KvSettings): Promise<void> {
  const bucket = mesh.kv.bucket(name, { codec: bytesCodec });
  const payloads = new PayloadSource(payloadBytes);
  let next = 0;
  const writer = async (): Promise<void> => {
    for (let key = next++; key < keys; key = next++) await bucket.put(`key-${key}`, payloads.next(0, key));
  };
  await Promise.all(Array.from({ length: FILL_CONCURRENCY }, writer));
}
