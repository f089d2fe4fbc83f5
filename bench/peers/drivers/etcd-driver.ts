/**
 * A client process that writes or reads random keys of etcd: unary calls of etcdserverpb.KV, spread over all members. Its messages have so few
 * fields that they are written here: PutRequest {1: key, 2: value}, RangeRequest {1: key}; a range is linearizable unless told otherwise.
 */
import { randomInt } from 'node:crypto';
import { type BenchClient, PayloadSource } from '@flowmesh/cli/bench';
import { Client, credentials } from '@grpc/grpc-js';

export interface EtcdClientOptions {
  readonly members: readonly string[];
  readonly does: 'put' | 'get';
  readonly keys: number;
  readonly payloadBytes: number;
}

const CALL_MS = 30_000;
const FILL_CONCURRENCY = 32;
const LENGTH_DELIMITED = 2;

export async function openClient(options: EtcdClientOptions): Promise<BenchClient> {
  const { members, does, keys, payloadBytes } = options;
  const clients = members.map((address) => new Client(address, credentials.createInsecure()));
  const at = (sequence: number): Client => clients[sequence % clients.length] as Client;
  const payloads = new PayloadSource(payloadBytes);
  const put = async (sequence: number, key: string, intendedUs: number): Promise<number> => {
    const request = Buffer.concat([
      field(1, Buffer.from(key)),
      field(2, payloads.next(intendedUs, sequence)),
    ]);
    await call(at(sequence), '/etcdserverpb.KV/Put', request);
    return payloadBytes;
  };
  const get = async (sequence: number): Promise<number> => {
    await call(at(sequence), '/etcdserverpb.KV/Range', field(1, Buffer.from(`key-${randomInt(keys)}`)));
    return payloadBytes;
  };
  if (does === 'get') await fill(keys, (key) => put(key, `key-${key}`, 0));
  return {
    kind: 'operations',
    operate: (sequence, intendedUs) =>
      does === 'get' ? get(sequence) : put(sequence, `key-${randomInt(keys)}`, intendedUs),
    close: async () => {
      for (const client of clients) client.close();
    },
  };
}

/** True once the member has written it. */
export async function putOnce(member: string): Promise<boolean> {
  const client = new Client(member, credentials.createInsecure());
  try {
    await call(
      client,
      '/etcdserverpb.KV/Put',
      Buffer.concat([field(1, Buffer.from('k')), field(2, Buffer.from('v'))]),
    );
    return true;
  } finally {
    client.close();
  }
}

async function fill(keys: number, put: (key: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    for (let key = next++; key < keys; key = next++) await put(key);
  };
  await Promise.all(Array.from({ length: FILL_CONCURRENCY }, writer));
}

function call(client: Client, method: string, request: Buffer): Promise<Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  const deadline = Date.now() + CALL_MS;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(method, same, same, request, { deadline }, (error, answer) => {
      if (error !== null) reject(error);
      else resolve(answer ?? Buffer.alloc(0));
    });
  });
}

/** A field of bytes in Protocol Buffers' encoding. */
function field(number: number, bytes: Buffer): Buffer {
  const head: number[] = [(number << 3) | LENGTH_DELIMITED];
  let length = bytes.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  return Buffer.concat([Buffer.from(head), bytes]);
}
