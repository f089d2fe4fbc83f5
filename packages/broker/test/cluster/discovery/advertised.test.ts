import { createServer, type AddressInfo } from 'node:net';
import { FlowError } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { advertisedAddresses } from '../../../src/cluster/discovery/advertised.ts';
import { checkAdvertised, reachTcp } from '../../../src/cluster/discovery/advertise-check.ts';
import type { Identity } from '../../../src/cluster/discovery/identify.ts';
import {
  defaultRoute,
  type Machine,
  multicastAddress,
  outwardAddress,
} from '../../../src/cluster/discovery/machine.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { ManualTime, SILENT } from '../fakes.ts';

const PORTS = { peer: 50_052, grpc: 50_051, http: 8_080 };

function machine(change: Partial<Machine> = {}): Machine {
  return {
    environment: {},
    interfaces: () => [
      { name: 'lo', address: '127.0.0.1', family: 4, internal: true },
      { name: 'docker0', address: '172.17.0.1', family: 4, internal: false },
      { name: 'eth0', address: 'fe80::1', family: 6, internal: false },
      { name: 'eth0', address: 'fd00::1', family: 6, internal: false },
      { name: 'eth0', address: '10.0.0.5', family: 4, internal: false },
    ],
    defaultInterface: () => 'eth0',
    contained: () => false,
    ...change,
  };
}

function peerOf(tree: object, host: string, own = machine()) {
  const listener = { host };
  const config = loadConfig({
    file: 'test',
    readText: () =>
      JSON.stringify({
        cluster: { id: 'c', bootstrapExpect: 1 },
        listeners: { grpc: listener, peer: listener, http: listener },
        insecure: true,
        ...tree,
      }),
  });
  return advertisedAddresses(config, PORTS, own).peer;
}

describe('what a node advertises', () => {
  test('is loopback where it listens on loopback, whatever else is said', () => {
    const own = machine({ environment: { POD_IP: '10.9.9.9' } });
    expect(peerOf({ node: { advertise: '10.1.1.1' } }, '127.0.0.1', own).address).toBe('127.0.0.1:50052');
  });

  test('is the given host before everything that is found', () => {
    const own = machine({ environment: { POD_IP: '10.9.9.9' } });
    expect(peerOf({ node: { advertise: 'n1.fm' } }, '0.0.0.0', own).address).toBe('n1.fm:50052');
    expect(peerOf({ node: { advertise: 'fd00::9' } }, '::', own).address).toBe('[fd00::9]:50052');
  });

  test('is the host that it listens on, where that is one', () => {
    expect(peerOf({}, '172.17.0.1').address).toBe('172.17.0.1:50052');
  });

  test('is the address of the pod, then of the interface with the default route', () => {
    const pod = machine({ environment: { FLOWMESH_POD_IP: '10.9.9.9' } });
    expect(peerOf({}, '0.0.0.0', pod)).toEqual({ address: '10.9.9.9:50052', from: 'FLOWMESH_POD_IP' });
    const wrong = machine({ environment: { POD_IP: 'not an address' } });
    expect(peerOf({}, '0.0.0.0', wrong).address).toBe('10.0.0.5:50052');
    expect(peerOf({}, '::', machine({ contained: () => true })).from).toMatch(/container/);
  });

  test('a machine without a network has to be told', () => {
    const none = machine({ interfaces: () => [] });
    expect(() => peerOf({}, '0.0.0.0', none)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('the machine', () => {
  test('tells the interface of the default route from the table of the kernel', () => {
    const table =
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n' +
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n' +
      'eth1\t00000000\t0101000A\t0003\t0\t0\t0\t00000000\n';
    expect(defaultRoute(table)).toBe('eth1');
    expect(defaultRoute('')).toBeUndefined();
  });

  test('goes outward by the first address where no route is known, IPv4 before IPv6', () => {
    expect(outwardAddress(machine())).toBe('10.0.0.5');
    expect(outwardAddress(machine({ defaultInterface: () => undefined }))).toBe('172.17.0.1');
  });

  test('uses for multicast the interface that is named, or the one that peers use', () => {
    const wanted = { interface: undefined, peerHost: '0.0.0.0', advertised: '' };
    expect(multicastAddress(machine(), { ...wanted, interface: 'docker0' })).toBe('172.17.0.1');
    expect(multicastAddress(machine(), { ...wanted, interface: '10.0.0.5' })).toBe('10.0.0.5');
    expect(multicastAddress(machine(), { ...wanted, interface: 'wlan0' })).toBeUndefined();
    expect(multicastAddress(machine(), { ...wanted, peerHost: 'localhost' })).toBe('127.0.0.1');
    expect(multicastAddress(machine(), { ...wanted, peerHost: '172.17.0.1' })).toBe('172.17.0.1');
    expect(multicastAddress(machine(), wanted)).toBe('10.0.0.5');
  });
});

const identity = (uuid: string): Identity => ({
  clusterId: 'c',
  uuid,
  node: undefined,
  version: '',
  expects: 0,
  bound: false,
  known: [],
  knowsAsker: false,
});

describe('the check at the start', () => {
  const warned: object[] = [];
  const advertised = { address: '10.0.0.5:50052', from: 'node.advertise' };

  async function check(
    mode: 'error' | 'warn' | 'off',
    identify: (stall: (ms: number) => void) => Promise<Identity>,
  ): Promise<FlowError | undefined> {
    const time = new ManualTime();
    let stalledMs = 0;
    warned.length = 0;
    const outcome = checkAdvertised('listeners.peer', advertised, {
      mode,
      uuid: 'me',
      identify: () => identify((ms) => (stalledMs += ms)),
      reach: async () => undefined,
      clock: { wallMs: () => 0, monotonicMs: () => time.monotonicMs() + stalledMs },
      scheduler: time,
      log: { ...SILENT, warn: (fields) => void warned.push(fields) },
      patienceMs: 1_000,
      retryMs: 100,
      attemptsMin: 4,
      signal: new AbortController().signal,
    }).then(
      () => undefined,
      (error: unknown) => error as FlowError,
    );
    await time.advance(3_000);
    return await outcome;
  }

  test('passes where this very directory answers, if only after a moment', async () => {
    let attempts = 0;
    const found = await check('error', async () => {
      if (attempts++ < 3) throw new FlowError('UNAVAILABLE', 'name not known');
      return identity('me');
    });
    expect(found).toBeUndefined();
    expect(attempts).toBe(4);
  });

  test('does not give up on a machine that was too busy to answer itself for longer than the patience', async () => {
    let attempts = 0;
    const found = await check('error', async (stall) => {
      if (attempts++ > 1) return identity('me');
      stall(5_000);
      throw new FlowError('TIMEOUT', 'no answer');
    });
    expect(found).toBeUndefined();
    expect(attempts).toBe(3);
  });

  test('fails with what was tried and what to set, where nobody or another one answers', async () => {
    const nobody = await check('error', () => Promise.reject(new FlowError('TIMEOUT', 'no answer')));
    expect(nobody?.code).toBe('CONFIG_INVALID');
    expect(nobody?.message).toMatch(/10\.0\.0\.5:50052.*node\.advertise.*no answer/);
    expect(nobody?.hint).toMatch(/--advertise HOST, FLOWMESH_NODE__ADVERTISE, node\.advertise/);
    const other = await check('error', async () => identity('other'));
    expect(other?.message).toMatch(/another node answers there/);
  });

  test('only warns, or does nothing, where it is told to', async () => {
    expect(await check('warn', async () => identity('other'))).toBeUndefined();
    expect(warned).toHaveLength(1);
    let asked = 0;
    await check('off', async () => identity(String(asked++)));
    expect(asked).toBe(0);
  });

  test('a listener is reached by connecting to it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await reachTcp(`127.0.0.1:${port}`, 2_000);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(reachTcp(`127.0.0.1:${port}`, 2_000)).rejects.toThrow(/ECONNREFUSED/);
  });
});
