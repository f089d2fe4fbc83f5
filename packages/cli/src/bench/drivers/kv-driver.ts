/** A client process that writes or reads random keys of a bucket. Reads are linearizable: they see every write that was acknowledged before. */
import { randomInt } from 'node:crypto';
import { bytesCodec } from '@flowmesh/client';
import type { BenchClient } from '../clients/client-protocol.ts';
import { PayloadSource } from '../measure/payload-source.ts';
import { connectMesh, type MeshOptions } from './stream-driver.ts';

export interface KvClientOptions extends MeshOptions {
  readonly does: 'put' | 'get';
  readonly bucket: string;
  readonly keys: number;
  readonly payloadBytes: number;
}

export async function openClient(options: KvClientOptions): Promise<BenchClient> {
  const mesh = await connectMesh(options);
  const bucket = mesh.kv.bucket(options.bucket, { codec: bytesCodec });
  const payloads = new PayloadSource(options.payloadBytes);
  const key = (): string => `key-${randomInt(options.keys)}`;
  const put = async (sequence: number, intendedUs: number): Promise<number> => {
    await bucket.put(key(), payloads.next(intendedUs, sequence));
    return options.payloadBytes;
  };
  const get = async (): Promise<number> => (await bucket.get(key()))?.value.length ?? 0;
  return { kind: 'operations', operate: options.does === 'put' ? put : get, close: () => mesh.close() };
}
