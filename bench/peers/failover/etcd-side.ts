/**
 * Keys of etcd that are written over one connection to each member, in turns. Its messages have so few fields that they are written and read here:
 * PutRequest {1: key, 2: value}; StatusResponse {1: header {2: member id}, 4: leader, 5: Raft index}.
 */
import { Client, credentials } from '@grpc/grpc-js';
import type { FailoverSide, NodeProcesses } from '../contest.ts';

const LENGTH_DELIMITED = 2;
const VALUE = Buffer.alloc(100, 'x');
const ASK_MS_MAX = 1_000;
/** A member that is so little behind another one is in sync: the writer goes on while they are asked. */
const BEHIND_MAX = 1_000n;
/** A connection to a member that was down is tried again soon. */
const CHANNEL = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 200 };

export async function etcdSide(members: readonly string[], nodes: NodeProcesses): Promise<FailoverSide> {
  const clients = members.map((address) => new Client(address, credentials.createInsecure(), CHANNEL));
  const statuses = () => Promise.all(clients.map((client) => statusOf(client)));
  return {
    nodes,
    write: async (sequence, timeoutMs) => {
      const request = Buffer.concat([field(1, Buffer.from(`key-${sequence % 1_000}`)), field(2, VALUE)]);
      await call(clients[sequence % clients.length] as Client, 'KV/Put', request, timeoutMs);
    },
    leader: async () => {
      const node = (await statuses()).findIndex(({ member, leader }) => member === leader);
      if (node < 0) throw new Error('etcd has no leader');
      return node;
    },
    whole: async () => {
      const [first, ...others] = await statuses();
      if (first === undefined || first.leader === 0n) return false;
      return others.every(
        ({ leader, index }) => leader === first.leader && distance(index, first.index) < BEHIND_MAX,
      );
    },
    close: async () => {
      for (const client of clients) client.close();
    },
  };
}

interface Status {
  readonly member: bigint;
  readonly leader: bigint;
  readonly index: bigint;
}

async function statusOf(client: Client): Promise<Status> {
  const fields = fieldsOf(await call(client, 'Maintenance/Status', Buffer.alloc(0), ASK_MS_MAX));
  const header = fields.get(1);
  const number = (value: bigint | Buffer | undefined): bigint => (typeof value === 'bigint' ? value : 0n);
  return {
    member: number(header instanceof Buffer ? fieldsOf(header).get(2) : undefined),
    leader: number(fields.get(4)),
    index: number(fields.get(5)),
  };
}

function call(client: Client, method: string, request: Buffer, timeoutMs: number): Promise<Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  const deadline = Date.now() + timeoutMs;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(`/etcdserverpb.${method}`, same, same, request, { deadline }, (error, answer) => {
      if (error !== null) reject(error);
      else resolve(answer ?? Buffer.alloc(0));
    });
  });
}

function distance(one: bigint, other: bigint): bigint {
  return one > other ? one - other : other - one;
}

/** A field of bytes in Protocol Buffers' encoding. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | LENGTH_DELIMITED, bytes.length]), bytes]);
}

/** Numbers and bytes of a message by field; the last one of each, and nothing behind a field of another kind. */
export function fieldsOf(message: Buffer): ReadonlyMap<number, bigint | Buffer> {
  const fields = new Map<number, bigint | Buffer>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < message.length; shift += 7n) {
      const byte = message[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = Number(varint());
    const [number, kind] = [tag >> 3, tag & 7];
    if (kind === 0) fields.set(number, varint());
    else if (kind === LENGTH_DELIMITED) {
      const length = Number(varint());
      fields.set(number, message.subarray(at, at + length));
      at += length;
    } else return fields;
  }
  return fields;
}
