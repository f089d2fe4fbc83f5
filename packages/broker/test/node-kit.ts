/** Real nodes in this process, on loopback and any free ports, in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { flowmesh, StreamsClient } from '@flowmesh/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadConfig } from '../src/config/load.ts';
import type { NodeConfig } from '../src/config/schema.ts';
import { createLogger, type Logger } from '../src/observability/logger.ts';
import { type NodeHandle, startNode } from '../src/server.ts';

const v1 = flowmesh.v1;

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}

/** Polls until `probe` gives something; the last failure is in the error. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain for ${what}`, { cause: last });
}

interface Member {
  readonly id: number;
  readonly peer: number;
  readonly grpc: number;
  readonly http: number;
}

export class Cluster {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'flowmesh-node-'));
  readonly members: readonly Member[];
  readonly nodes = new Map<number, NodeHandle>();
  readonly lines: { readonly id: number; readonly msg: string; readonly [field: string]: unknown }[] = [];
  private readonly memory: boolean;
  private readonly clients: StreamsClient[] = [];

  private constructor(members: readonly Member[], memory: boolean) {
    this.members = members;
    this.memory = memory;
  }

  static async prepare(count: number, options: { readonly memory?: boolean } = {}): Promise<Cluster> {
    const ports = await freePorts(count * 3);
    const members = Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      peer: ports[i * 3] as number,
      grpc: ports[i * 3 + 1] as number,
      http: ports[i * 3 + 2] as number,
    }));
    return new Cluster(members, options.memory ?? false);
  }

  dataDir(id: number): string {
    return path.join(this.folder, `node-${id}`);
  }

  member(id: number): Member {
    const found = this.members.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no member ${id}`);
    return found;
  }

  config(id: number, change: object = {}): NodeConfig {
    const own = this.member(id);
    const initialMembers = this.members.map(({ id: member, peer, grpc, http }) => ({
      id: member,
      peerAddress: `127.0.0.1:${peer}`,
      grpcAddress: `127.0.0.1:${grpc}`,
      httpAddress: `127.0.0.1:${http}`,
    }));
    const tree = {
      node: { initialId: id, dataDir: this.dataDir(id), memory: this.memory, name: `n${id}` },
      cluster: { id: 'kit', initialMembers },
      listeners: { grpc: { port: own.grpc }, peer: { port: own.peer }, http: { port: own.http } },
      storage: { reserveBytes: '1MiB' },
      raft: { tickMs: 50 },
      ...change,
    };
    return loadConfig({ file: 'kit', readText: () => JSON.stringify(tree) });
  }

  async start(id: number, change: object = {}, signal?: AbortSignal): Promise<NodeHandle> {
    const destination = { write: (line: string) => void this.lines.push({ id, ...JSON.parse(line) }) };
    const log = createLogger({ level: 'debug', fields: { name: `n${id}` }, destination });
    const node = await startNode(this.config(id, change), {
      log,
      ...(signal === undefined ? {} : { signal }),
    });
    this.nodes.set(id, node);
    return node;
  }

  async startAll(): Promise<void> {
    await Promise.all(this.members.map((member) => this.start(member.id)));
    await Promise.all([...this.nodes.values()].map((node) => node.ready));
  }

  /** A node that is no initial member, with the first node as its seed. */
  async startLate(): Promise<NodeHandle> {
    const id = this.members.length + 1;
    const seeds = [`127.0.0.1:${this.member(1).peer}`];
    const ports = await freePorts(3);
    const tree = {
      node: { dataDir: this.dataDir(id), name: `n${id}` },
      cluster: { id: 'kit', seeds },
      listeners: { grpc: { port: ports[0] }, peer: { port: ports[1] }, http: { port: ports[2] } },
      raft: { tickMs: 50 },
    };
    const config = loadConfig({ file: 'kit', readText: () => JSON.stringify(tree) });
    const node = await startNode(config, { log: this.logger(id) });
    this.nodes.set(id, node);
    return node;
  }

  async stop(id: number): Promise<void> {
    await this.nodes.get(id)?.stop();
    this.nodes.delete(id);
  }

  said(msg: string, id?: number): number {
    return this.lines.filter((line) => line.msg === msg && (id === undefined || line.id === id)).length;
  }

  private logger(id: number): Logger {
    const destination = { write: (line: string) => void this.lines.push({ id, ...JSON.parse(line) }) };
    return createLogger({ level: 'debug', fields: { name: `n${id}` }, destination });
  }

  client(id: number): StreamsClient {
    return this.clientAt(`127.0.0.1:${this.member(id).grpc}`);
  }

  clientAt(address: string): StreamsClient {
    const client = new StreamsClient(address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all([...this.nodes.keys()].map((id) => this.stop(id)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Call<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response?: Response) => void,
) => unknown;

export function call<Request, Response>(
  client: StreamsClient,
  method: Call<Request, Response>,
  request: Request,
  timeoutMs = 30_000,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response as Response);
    });
  });
}

/** Appends one record wherever the partition's leader is, asking the running nodes in turn. */
export async function append(
  cluster: Cluster,
  stream: string,
  partition: number,
  text: string,
): Promise<number> {
  const clients = [...cluster.nodes.keys()].map((id) => cluster.client(id));
  let turn = 0;
  return await until(`an append of ${text}`, async () => {
    const client = clients[turn++ % clients.length] as StreamsClient;
    const response = await call(client, client.append, {
      stream,
      partition,
      records: { records: [{ value: Buffer.from(text) }] },
      timeoutMs: 3_000,
    } as flowmesh.v1.IAppendRequest);
    return (response as InstanceType<typeof v1.AppendResponse>).metadata?.baseOffset ?? undefined;
  });
}

/** Everything in the partition, from its leader. */
export async function readAll(
  cluster: Cluster,
  stream: string,
  partition: number,
  fromOffset = 0,
): Promise<readonly string[]> {
  const clients = [...cluster.nodes.keys()].map((id) => cluster.client(id));
  let turn = 0;
  return await until('a read', async () => {
    const client = clients[turn++ % clients.length] as StreamsClient;
    const found: string[] = [];
    let offset = fromOffset;
    for (;;) {
      const request = { stream, partition, offset, maxBytes: 1 << 20 } as flowmesh.v1.IReadRequest;
      const page = (await call(client, client.read, request)) as InstanceType<typeof v1.ReadResponse>;
      found.push(...page.records.map((record) => Buffer.from(record.value ?? []).toString()));
      if (page.nextOffset >= page.highWatermark) return found;
      offset = page.nextOffset;
    }
  });
}
