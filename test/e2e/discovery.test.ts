/** Nodes on machines of their own (network namespaces) find each other, found one cluster, and find each other again after they moved. */
import { type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { MAIN } from './harness/cluster.ts';
import { BRIDGE_ADDRESS, type Namespace, Namespaces, namespacesAvailable } from './harness/namespaces.ts';

const DNS_SERVER = path.join(import.meta.dirname, 'harness', 'dns-server.ts');
const PEER_PORT = 50_052;
const FORMED_TIMEOUT_MS = 90_000;

let folder: string;
let net: Namespaces | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-discovery-'));
});

afterEach(async () => {
  await net?.[Symbol.asyncDispose]();
  net = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Machine {
  readonly place: Namespace;
  readonly name: string;
  readonly child: ChildProcess;
  readonly exit: Promise<void>;
}

function start(place: Namespace, name: string, cluster: object, node: object = {}): Machine {
  const config = {
    node: { name, dataDir: path.join(folder, name), ...node },
    cluster: { id: 'found', ...cluster },
    listeners: { grpc: { host: '0.0.0.0' }, peer: { host: '0.0.0.0' }, http: { host: '0.0.0.0' } },
    storage: { reserveBytes: '1MiB' },
    insecure: true,
  };
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(config));
  const log = openSync(path.join(folder, `${name}.log`), 'a');
  const child = place.spawn([process.execPath, MAIN, '--config', file], { stdio: ['ignore', log, log] });
  closeSync(log);
  return { place, name, child, exit: new Promise((resolve) => child.once('exit', () => resolve())) };
}

async function kill(machine: Machine): Promise<void> {
  machine.child.kill('SIGKILL');
  await machine.exit;
}

type Line = Readonly<Record<string, unknown>>;

function lines({ name }: Machine): readonly Line[] {
  const text = readFileSync(path.join(folder, `${name}.log`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

const said = (machine: Machine, msg: string): readonly Line[] =>
  lines(machine).filter((line) => line['msg'] === msg);

async function until(what: string, probe: () => boolean, machines: readonly Machine[]): Promise<void> {
  const deadline = performance.now() + FORMED_TIMEOUT_MS;
  while (!probe()) {
    if (performance.now() > deadline) {
      const tails = machines.map((one) => JSON.stringify(lines(one).slice(-4)));
      throw new Error(`waited in vain for ${what}:\n${tails.join('\n')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** All are ready, and together they were founded once. */
async function expectOneCluster(machines: readonly Machine[]): Promise<void> {
  const ready = (): boolean => machines.every((one) => said(one, 'node is ready').length > 0);
  await until('all nodes to be ready', ready, machines);
  const places = machines.map((one) => said(one, 'node has its place in the cluster')[0]);
  expect(new Set(places.map((place) => place?.['node'])).size).toBe(machines.length);
  expect(machines.flatMap((one) => said(one, 'cluster founded'))).toHaveLength(1);
  await until(
    'every node to see all others',
    () => machines.every((one) => peersUp(one) >= machines.length - 1),
    machines,
  );
}

function peersUp(machine: Machine): number {
  return new Set(said(machine, 'peer is up').map((line) => line['node'])).size;
}

const MDNS = { discovery: { mdns: { enabled: true }, intervalMs: 1_000 } };

describe.skipIf(!namespacesAvailable())('nodes on machines of their own', () => {
  test('five form one cluster by multicast DNS alone', async () => {
    net = Namespaces.create(5);
    const machines = net.nodes.map((place, i) => start(place, `n${i + 1}`, { bootstrapExpect: 5, ...MDNS }));
    await expectOneCluster(machines);
    const addresses = machines.map((one) => said(one, 'node started')[0]?.['addresses']);
    expect(addresses).toEqual(
      machines.map(({ place: { address } }) => ({
        peer: `${address}:50052`,
        grpc: `${address}:50051`,
        http: `${address}:8080`,
      })),
    );
  });

  test('five form one cluster by one seed that all of them name', async () => {
    net = Namespaces.create(5);
    const seeds = [`${net.nodes[2]?.address}:${PEER_PORT}`];
    const cluster = { bootstrapExpect: 5, seeds };
    await expectOneCluster(net.nodes.map((place, i) => start(place, `n${i + 1}`, cluster)));
  });

  test('five form one cluster by a name in the DNS, and find each other again when all have moved', async () => {
    net = Namespaces.create(5);
    const table = path.join(folder, 'dns.json');
    const tell = (addresses: readonly string[]): void =>
      writeFileSync(table, JSON.stringify({ addresses: { 'peers.test': addresses } }));
    tell(net.nodes.map((one) => one.address));
    net.bridge.spawn([process.execPath, DNS_SERVER, table, BRIDGE_ADDRESS], { stdio: 'ignore' });
    net.useNameServer(BRIDGE_ADDRESS);
    const cluster = {
      bootstrapExpect: 5,
      discovery: { dns: { name: 'peers.test' }, intervalMs: 1_000 },
    };
    const machines = net.nodes.map((place, i) => start(place, `n${i + 1}`, cluster));
    await expectOneCluster(machines);
    for (const machine of machines) await kill(machine);
    const moved = net.nodes.map((place, i) => (net as Namespaces).readdress(place, `10.77.0.${101 + i}`));
    tell(moved.map((one) => one.address));
    for (const { name } of machines) rmSync(path.join(folder, `${name}.log`));
    const again = moved.map((place, i) => start(place, `n${i + 1}`, cluster));
    await until('all to be ready', () => again.every((one) => said(one, 'node is ready').length > 0), again);
    const told = (one: Machine): boolean =>
      said(one, 'addresses of this node told to the cluster').length > 0;
    await until('new addresses to be told', () => again.every(told), again);
  });

  test('two clusters on one network stay two', async () => {
    net = Namespaces.create(6);
    const machines = net.nodes.map((place, i) =>
      start(place, `n${i + 1}`, { id: i % 2 === 0 ? 'even' : 'odd', bootstrapExpect: 3, ...MDNS }),
    );
    await Promise.all([
      expectOneCluster(machines.filter((_, i) => i % 2 === 0)),
      expectOneCluster(machines.filter((_, i) => i % 2 === 1)),
    ]);
    for (const machine of machines) expect(peersUp(machine)).toBe(2);
  });

  test('founds once although some of them see each other late', async () => {
    net = Namespaces.create(3);
    const [a, b, c] = net.nodes as [Namespace, Namespace, Namespace];
    net.block(a, b);
    const machines = [a, b, c].map((place, i) => start(place, `n${i + 1}`, { bootstrapExpect: 3, ...MDNS }));
    const waiting = (): boolean =>
      machines.every((one) => said(one, 'waiting for the other founders').length > 0);
    await until('all to wait', waiting, machines);
    net.heal();
    await expectOneCluster(machines);
  });

  test('a node without a join token waits at the door of a cluster beyond loopback, and says what to do', async () => {
    net = Namespaces.create(2);
    const [first, second] = net.nodes as [Namespace, Namespace];
    const founder = start(first, 'n1', { bootstrapExpect: 1 });
    await expectOneCluster([founder]);
    const late = start(second, 'n2', { seeds: [`${first.address}:${PEER_PORT}`] });
    const refused = (): boolean => {
      const last = said(late, 'waiting to be admitted to the cluster').at(-1);
      return /UNAUTHENTICATED.*flowmesh-admin join-token create/.test(JSON.stringify(last));
    };
    await until('the refusal to be told', refused, [late]);
    expect(said(late, 'node has its place in the cluster')).toEqual([]);
  });

  test('a node that advertises what is not its own does not start, and says what to set', async () => {
    net = Namespaces.create(1);
    const [place] = net.nodes as [Namespace];
    const machine = start(place, 'n1', { bootstrapExpect: 1 }, { advertise: '10.77.0.99' });
    await machine.exit;
    const [line] = said(machine, 'node could not start');
    expect(JSON.stringify(line)).toContain('10.77.0.99:50052');
    expect(JSON.stringify(line)).toContain('--advertise');
  });
});
