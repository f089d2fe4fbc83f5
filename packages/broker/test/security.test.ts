/** A real node that asks who is calling: clients of Kafka and gRPC with users, over TLS and in clear. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kafka, logLevel, Partitioners, type Producer, type SASLOptions } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { connect, type ConnectOptions, type FlowMesh } from '../../client/src/index.ts';
import { Cluster, freePorts, until } from './node-kit.ts';

let close: (() => unknown)[] = [];

afterEach(async () => {
  for (const each of close.reverse()) await each();
  close = [];
});

const PASSWORD = 'correct horse battery';

class World {
  readonly cluster: Cluster;
  readonly port: number;
  private readonly listeners: object;

  private constructor(cluster: Cluster, port: number, listeners: object) {
    this.cluster = cluster;
    this.port = port;
    this.listeners = listeners;
  }

  static async start(tls?: object): Promise<World> {
    const cluster = await Cluster.prepare(1);
    close.push(() => cluster.close());
    const [port = 0] = await freePorts(1);
    const { grpc, peer, http } = cluster.member(1);
    const secured = tls === undefined ? {} : { tls };
    const world = new World(cluster, port, {
      grpc: { port: grpc, ...secured },
      peer: { port: peer },
      http: { port: http },
      kafka: { port, ...secured },
    });
    await world.begin();
    return world;
  }

  async begin(): Promise<void> {
    const { listeners } = this;
    const node = await this.cluster.start(1, { listeners, security: { authentication: 'required' } });
    await node.ready;
  }

  get tokenFile(): string {
    return path.join(this.cluster.dataDir(1), 'admin.token');
  }

  async mesh(options: ConnectOptions): Promise<FlowMesh> {
    const mesh = await connect({ endpoints: [`127.0.0.1:${this.cluster.member(1).grpc}`], ...options });
    close.push(() => mesh.close());
    return mesh;
  }

  /** As the node's local administrator. */
  async root(options: ConnectOptions = {}): Promise<FlowMesh> {
    return await this.mesh({ ...options, token: readFileSync(this.tokenFile, 'utf8').trim() });
  }

  kafka(mechanism: SASLOptions['mechanism'], username: string, password: string): Kafka {
    const sasl = { mechanism, username, password } as SASLOptions;
    return kafkaAt(this.port, { sasl });
  }
}

function kafkaAt(port: number, options: object): Kafka {
  const retry = { retries: 0 };
  return new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry, ...options });
}

async function producerOf(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  close.push(() => producer.disconnect().catch(() => undefined));
  await producer.connect();
  return producer;
}

const record = { topic: 'orders', messages: [{ value: 'one' }] };

describe('a node that asks who is calling', () => {
  test('takes users of the metadata by every mechanism, also after a restart, and nobody else', async () => {
    const world = await World.start();
    expect(statSync(world.tokenFile).mode & 0o777).toBe(0o600);
    const root = await world.root();
    await root.streams.create({ name: 'orders', partitions: 1 });
    await root.cluster.users.create({ name: 'ada', password: PASSWORD, roles: ['producer'] });
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      const producer = await producerOf(world.kafka(mechanism, 'ada', PASSWORD));
      expect((await producer.send(record))[0]).toMatchObject({ errorCode: 0 });
      const refusals = await Promise.all(
        [world.kafka(mechanism, 'ada', 'wrong'), world.kafka(mechanism, 'eve', PASSWORD)].map((kafka) =>
          producerOf(kafka).then(
            () => 'let in',
            (error: Error) => error.message,
          ),
        ),
      );
      expect(new Set(refusals).size).toBe(1);
      expect(refusals[0]).toMatch(/SASL|user or the password/);
    }
    // It asks for the versions at first, which anybody may.
    const silent = await producerOf(kafkaAt(world.port, {}));
    await expect(silent.send(record)).rejects.toThrow();
    expect(JSON.stringify(world.cluster.lines)).not.toContain(PASSWORD);
    await world.cluster.stop(1);
    await world.begin();
    const again = await producerOf(world.kafka('scram-sha-256', 'ada', PASSWORD));
    // The partition elects its leader behind the start of the node.
    const [sent] = await until('a leader of the partition', () => again.send(record));
    expect(sent).toMatchObject({ errorCode: 0 });
  });

  test('lets users do what they may, and denies it on open connections once it is taken back', async () => {
    const world = await World.start();
    const root = await world.root();
    await root.streams.create({ name: 'orders', partitions: 1 });
    await root.cluster.users.create({ name: 'ada', password: PASSWORD });
    const grants = [{ resource: 'stream', name: 'ord', match: 'prefix', operation: 'write' } as const];
    const producer = await producerOf(world.kafka('scram-sha-512', 'ada', PASSWORD));
    await expect(producer.send(record)).rejects.toThrow(/authorized/i);
    await root.cluster.users.grant('ada', grants);
    expect((await producer.send(record))[0]).toMatchObject({ errorCode: 0 });
    await root.cluster.users.revoke('ada', grants);
    await expect(producer.send(record)).rejects.toThrow(/authorized/i);
    await root.cluster.users.grant('ada', grants);
    expect((await producer.send(record))[0]).toMatchObject({ errorCode: 0 });
    await root.cluster.users.disable('ada');
    await expect(producer.send(record)).rejects.toThrow();
    await expect(producerOf(world.kafka('plain', 'ada', PASSWORD))).rejects.toThrow();
  });

  test('asks clients of gRPC as well, and ends what they have open when they are disabled', async () => {
    const world = await World.start();
    const root = await world.root();
    await root.streams.create({ name: 'orders', partitions: 1 });
    await root.cluster.users.create({ name: 'ada', password: PASSWORD, roles: ['consumer'] });
    await expect(world.mesh({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(world.mesh({ user: 'ada', password: 'wrong' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(world.mesh({ token: 'fmat_wrong' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const ada = await world.mesh({ user: 'ada', password: PASSWORD });
    expect(await ada.streams.get('orders')).toMatchObject({ name: 'orders' });
    await expect(ada.streams.create({ name: 'mine' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(ada.cluster.users.list()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { offset } of ada.consume({ stream: 'orders', from: 'earliest' })) seen.push(offset);
    })().catch((error: unknown) => error);
    const writer = root.producer();
    await writer.send({ stream: 'orders', value: 'one' });
    await until('the first record', () => seen.length === 1 || undefined);
    await root.cluster.users.disable('ada');
    expect(await reading).toMatchObject({ code: 'UNAUTHENTICATED' });
    await writer.send({ stream: 'orders', value: 'two' });
    expect(seen).toEqual([0]);
    const audit = await root.cluster.audit();
    expect(audit.find(({ detail }) => detail === 'disabled')).toMatchObject({ subject: 'user ada' });
  });
});

test('every node knows the users, also after the one that led the metadata has stopped', async () => {
  const cluster = await Cluster.prepare(3);
  close.push(() => cluster.close());
  const kafkaPorts = await freePorts(3);
  const portOf = (id: number): number => kafkaPorts[id - 1] ?? 0;
  const started = cluster.members.map(({ id, grpc, peer, http }) => {
    const listeners = { grpc: { port: grpc }, peer: { port: peer }, http: { port: http } };
    const kafka = { port: portOf(id) };
    return cluster.start(id, {
      listeners: { ...listeners, kafka },
      security: { authentication: 'required' },
    });
  });
  await Promise.all((await Promise.all(started)).map((node) => node.ready));
  const rootAt = async (id: number): Promise<FlowMesh> => {
    const token = readFileSync(path.join(cluster.dataDir(id), 'admin.token'), 'utf8').trim();
    const mesh = await connect({ endpoints: [`127.0.0.1:${cluster.member(id).grpc}`], token });
    close.push(() => mesh.close());
    return mesh;
  };
  const login = (id: number, username: string): Promise<Producer> =>
    producerOf(kafkaAt(portOf(id), { sasl: { mechanism: 'scram-sha-256', username, password: PASSWORD } }));
  const root = await rootAt(1);
  await root.cluster.users.create({ name: 'ada', password: PASSWORD, roles: ['producer'] });
  for (const { id } of cluster.members) await until(`ada at node ${id}`, () => login(id, 'ada'));
  const { metadataLeader: leader } = await root.cluster.status();
  if (leader === undefined) throw new Error('the metadata has no leader');
  await cluster.stop(leader);
  const left = cluster.members.map(({ id }) => id).filter((id) => id !== leader);
  for (const id of left) await login(id, 'ada');
  const survivor = await rootAt(left[0] ?? 0);
  await until('another leader of the metadata', async () => {
    await survivor.cluster.users.create({ name: 'bob', password: PASSWORD });
    return true;
  });
  for (const id of left) await until(`bob at node ${id}`, () => login(id, 'bob'));
  await expect(login(left[0] ?? 0, 'eve')).rejects.toThrow();
});

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('TLS', () => {
  test('is spoken by both listeners, and a client certificate names a user', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'flowmesh-tls-'));
    close.push(() => rmSync(folder, { recursive: true, force: true }));
    const { ca, node, ada } = certificates(folder);
    const world = await World.start({ ...node, ca, clientCertificate: 'required' });
    const text = (file: string): string => readFileSync(file, 'utf8');
    const own = { ca: text(ca), cert: text(ada.cert), key: text(ada.key) };
    const root = await world.root({ tls: own });
    await root.streams.create({ name: 'orders', partitions: 1 });
    await root.cluster.users.create({ name: 'ada', roles: ['producer'] });
    const mesh = await world.mesh({ tls: own });
    expect(await mesh.producer().send({ stream: 'orders', value: 'zero' })).toMatchObject({ offset: 0 });
    const producer = await producerOf(kafkaAt(world.port, { ssl: { ...own, ca: [own.ca] } }));
    expect((await producer.send(record))[0]).toMatchObject({ errorCode: 0, baseOffset: '1' });
    await expect(producerOf(kafkaAt(world.port, { ssl: { ca: [own.ca] } }))).rejects.toThrow();
    await expect(producerOf(kafkaAt(world.port, {}))).rejects.toThrow();
  });
});

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** An authority, and certificates of it for the node and for a client. */
function certificates(folder: string): { readonly ca: string; readonly node: Pair; readonly ada: Pair } {
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const ca = file('ca.pem');
  openssl('req', '-x509', ...curve, '-subj', '/CN=test', '-keyout', file('ca.key'), '-out', ca);
  const issue = (name: string): Pair => {
    const pair = { cert: file(`${name}.pem`), key: file(`${name}.key`) };
    const signed = ['-CA', ca, '-CAkey', file('ca.key'), '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', pair.key, '-out', pair.cert];
    openssl('req', '-x509', ...curve, '-subj', `/CN=${name}`, ...signed, ...files);
    return pair;
  };
  return { ca, node: issue('node'), ada: issue('ada') };
}
