/** A client process that sets or gets random keys of Redis, pipelined over one connection. Its client lies in the cache folder. */
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BenchClient, PayloadSource } from '@flowmesh/cli/bench';

/** What is used of the client. */
interface Redis {
  connect(): Promise<unknown>;
  set(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string): Promise<unknown>;
  destroy(): void;
}

export interface RedisClientOptions {
  readonly folder: string;
  readonly port: number;
  readonly does: 'put' | 'get';
  readonly keys: number;
  readonly payloadBytes: number;
}

export async function openClient(options: RedisClientOptions): Promise<BenchClient> {
  const { folder, port, does, keys, payloadBytes } = options;
  const require = createRequire(path.join(folder, 'package.json'));
  const packaged = require('@redis/client') as {
    createClient(settings: { readonly url: string }): Redis;
  };
  const client = packaged.createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  const payloads = new PayloadSource(payloadBytes);
  if (does === 'get')
    for (let key = 0; key < keys; key++) await client.set(`key-${key}`, payloads.next(0, key));
  return {
    kind: 'operations',
    operate: async (sequence, intendedUs) => {
      const key = `key-${randomInt(keys)}`;
      if (does === 'get') await client.get(key);
      else await client.set(key, payloads.next(intendedUs, sequence));
      return payloadBytes;
    },
    close: async () => client.destroy(),
  };
}
