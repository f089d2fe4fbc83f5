/** Where addresses come from: multicast DNS with a fake and with real sockets on loopback, names with a fake and with a real name server. */
import { nodeId } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveDns } from '../../../../../test/e2e/harness/dns-server.ts';
import { AddressPool } from '../../../src/cluster/discovery/address-pool.ts';
import type { AddressSource } from '../../../src/cluster/discovery/address-source.ts';
import { announcedIn, recordsOf, SERVICE } from '../../../src/cluster/discovery/mdns-records.ts';
import { type MdnsHandler, type MdnsSocket, openMdns } from '../../../src/cluster/discovery/mdns-socket.ts';
import { MdnsSource } from '../../../src/cluster/discovery/mdns-source.ts';
import {
  dnsAddressSource,
  dnsServiceSource,
  seedSource,
} from '../../../src/cluster/discovery/name-sources.ts';
import { type NameService, SystemNames } from '../../../src/cluster/discovery/names.ts';
import { systemClock, systemScheduler } from '../../../src/system.ts';
import { until } from '../../node-kit.ts';
import { ManualTime, SILENT } from '../fakes.ts';

const own = (uuid: string, clusterId = 'c') => ({
  clusterId,
  uuid,
  node: undefined,
  version: '1.0.0',
  address: `127.0.0.1:${50_000 + uuid.length}`,
});

/** A network on which everybody hears everybody, also themselves. */
class FakeNetwork {
  readonly handlers = new Map<MdnsSocket, MdnsHandler>();
  opened = 0;

  readonly open = (_address: string, handler: MdnsHandler): MdnsSocket => {
    this.opened++;
    const socket: MdnsSocket = {
      query: (questions) => this.tell((to) => to.onQuery({ questions, answers: [], additionals: [] })),
      respond: async (answers) =>
        this.tell((to) => to.onResponse({ questions: [], answers, additionals: [] })),
      close: async () => void this.handlers.delete(socket),
    };
    this.handlers.set(socket, handler);
    return socket;
  };

  private tell(what: (to: MdnsHandler) => void): void {
    for (const handler of this.handlers.values()) what(handler);
  }
}

describe('multicast DNS', () => {
  let time: ManualTime;
  let network: FakeNetwork;
  let address: string | undefined;
  const warned: string[] = [];

  beforeEach(() => {
    time = new ManualTime();
    network = new FakeNetwork();
    address = '10.0.0.1';
    warned.length = 0;
  });

  function source(uuid: string, clusterId = 'c', addressesMax = 10): MdnsSource {
    const made = new MdnsSource({
      own: own(uuid, clusterId),
      interfaceAddress: () => address,
      open: network.open,
      clock: time,
      scheduler: time,
      log: { ...SILENT, warn: (fields) => void warned.push(JSON.stringify(fields)) },
      intervalMs: 1_000,
      addressesMax,
    });
    made.start(() => undefined);
    return made;
  }
  const found = (one: MdnsSource): readonly string[] => one.current().map((entry) => entry.address);

  test('two of a cluster find each other, and two clusters stay two', async () => {
    const one = source('a');
    const two = source('bb');
    const other = source('ccc', 'other');
    await time.advance(2_000);
    expect(found(one)).toEqual(['127.0.0.1:50002']);
    expect(found(two)).toEqual(['127.0.0.1:50001']);
    expect(found(other)).toEqual([]);
  });

  test('one that stops says goodbye, and one that falls silent is forgotten', async () => {
    const one = source('a');
    const two = source('bb');
    await time.advance(2_000);
    await two.stop();
    expect(found(one)).toEqual([]);
    const handler = [...network.handlers.values()][0];
    handler?.onResponse({ questions: [], answers: recordsOf(own('bb'), 120), additionals: [] });
    await time.advance(119_000);
    expect(found(one)).toEqual(['127.0.0.1:50002']);
    await time.advance(2_000);
    expect(found(one)).toEqual([]);
  });

  test('its id is told once it has one', async () => {
    const one = source('a');
    const two = source('bb');
    two.setNode(nodeId(7));
    await time.advance(1_000);
    expect(one.current()).toEqual([{ address: '127.0.0.1:50002', clusterId: 'c', node: 7 }]);
  });

  test('the table is bounded', async () => {
    const one = source('a', 'c', 3);
    const handler = [...network.handlers.values()][0];
    for (let i = 0; i < 50; i++) {
      handler?.onResponse({ questions: [], answers: recordsOf(own(`x${i}`), 120), additionals: [] });
    }
    expect(found(one)).toHaveLength(3);
    await one.stop();
  });

  test('many questions get few answers', async () => {
    source('a');
    await time.advance(1_000);
    let answers = 0;
    network.open('probe', {
      onQuery: () => undefined,
      onResponse: () => void answers++,
      onTrouble: () => undefined,
    });
    const handler = [...network.handlers.values()][0];
    for (let i = 0; i < 100; i++) {
      handler?.onQuery({ questions: [{ name: SERVICE, type: 'PTR' }], answers: [], additionals: [] });
      await time.advance(10);
    }
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThanOrEqual(5);
  });

  test('an interface that vanishes is waited for, and a new address is used', async () => {
    const one = source('a');
    address = undefined;
    await time.advance(3_000);
    expect(network.handlers.size).toBe(0);
    expect(warned).toHaveLength(1);
    address = '10.0.0.2';
    await time.advance(1_000);
    expect(network.handlers.size).toBe(1);
    await one.stop();
    expect(network.handlers.size).toBe(0);
  });

  test('a socket that failed is opened again, one that got rubbish is not', async () => {
    source('a');
    [...network.handlers.values()][0]?.onTrouble(new Error('Cannot decode'));
    await time.advance(1_000);
    expect(network.opened).toBe(1);
    const broken = Object.assign(new Error('network is down'), { code: 'ENETDOWN', syscall: 'send' });
    [...network.handlers.values()][0]?.onTrouble(broken);
    await time.advance(1_000);
    expect(network.opened).toBe(2);
  });

  test('malformed records announce nobody', () => {
    const good = recordsOf(own('a'), 120);
    expect(announcedIn(good)).toHaveLength(1);
    const pointer = { name: SERVICE, type: 'PTR', ttl: 120 };
    const broken = [
      [],
      [pointer],
      [{ ...pointer, data: 7 }],
      [{ ...pointer, data: 'x'.repeat(300) }],
      [{ ...pointer, data: `a.${SERVICE}` }],
      [
        { ...pointer, data: `a.${SERVICE}` },
        { name: `a.${SERVICE}`, type: 'TXT', data: ['cluster=c'] },
      ],
      [
        { ...pointer, data: `a.${SERVICE}` },
        { name: `a.${SERVICE}`, type: 'TXT', data: ['cluster=c', 'address=nowhere', 'node=1'] },
      ],
      [
        { ...pointer, data: `a.${SERVICE}` },
        { name: `a.${SERVICE}`, type: 'TXT', data: ['cluster=c', 'address=h:1', 'node=-4'] },
      ],
      Array.from({ length: 100 }, () => good[0] as (typeof good)[number]),
    ];
    for (const records of broken) expect(announcedIn(records)).toEqual([]);
  });
});

describe('multicast DNS on loopback', () => {
  const sources: MdnsSource[] = [];

  afterEach(async () => {
    await Promise.all(sources.splice(0).map((source) => source.stop()));
  });

  function source(uuid: string, clusterId: string): MdnsSource {
    const made = new MdnsSource({
      own: own(uuid, clusterId),
      interfaceAddress: () => '127.0.0.1',
      open: openMdns,
      clock: systemClock,
      scheduler: systemScheduler,
      log: SILENT,
      intervalMs: 200,
      addressesMax: 10,
    });
    sources.push(made);
    made.start(() => undefined);
    return made;
  }

  test('two find each other through real sockets, and another cluster stays another', async () => {
    const run = `t${process.pid}`;
    const one = source(`${run}-a`, run);
    const two = source(`${run}-bb`, run);
    const other = source(`${run}-ccc`, `${run}-other`);
    await until('both to find each other', () => one.current().length > 0 && two.current().length > 0);
    expect(one.current().map((entry) => entry.address)).toEqual([own(`${run}-bb`).address]);
    expect(two.current().map((entry) => entry.address)).toEqual([own(`${run}-a`).address]);
    expect(other.current()).toEqual([]);
    await two.stop();
    await until('the goodbye to be heard', () => one.current().length === 0);
  });
});

describe('names', () => {
  let time: ManualTime;
  let table: Map<string, readonly string[]>;
  let warnings: string[];

  beforeEach(() => {
    time = new ManualTime();
    table = new Map();
    warnings = [];
  });

  const names: NameService = {
    addresses: async (name) => {
      const found = table.get(name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    },
    services: async () => [
      { host: 'n1.fm.', port: 1 },
      { host: 'n2.fm', port: 2 },
    ],
  };
  const options = () => ({
    names,
    scheduler: time,
    log: { ...SILENT, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) },
    intervalMs: 1_000,
    addressesMax: 5,
  });
  const found = (source: AddressSource) => source.current().map((one) => one.address);

  test('a seed that is a name stands for all its addresses, and for itself until it is resolved', async () => {
    const seeds = seedSource(['fm:50052', '10.0.0.9:1', 'localhost:2'], options());
    expect(found(seeds)).toEqual(['fm:50052', '10.0.0.9:1', 'localhost:2']);
    table.set('fm', ['10.0.0.1', 'fd00::1']);
    seeds.start(() => undefined);
    await time.advance(1);
    expect(found(seeds)).toEqual(['10.0.0.1:50052', '[fd00::1]:50052', '10.0.0.9:1', 'localhost:2']);
    await seeds.stop();
  });

  test('a name is resolved again and again, and failing is logged once', async () => {
    let changes = 0;
    const dns = dnsAddressSource({ name: 'fm', port: 7 }, options());
    dns.start(() => void changes++);
    await time.advance(5_000);
    expect(warnings).toHaveLength(1);
    table.set('fm', ['10.0.0.1']);
    await time.advance(1_000);
    expect(found(dns)).toEqual(['10.0.0.1:7']);
    table.set('fm', ['10.0.0.2', '10.0.0.3']);
    await time.advance(1_000);
    expect(found(dns)).toEqual(['10.0.0.2:7', '10.0.0.3:7']);
    table.delete('fm');
    await time.advance(5_000);
    expect(found(dns)).toEqual(['10.0.0.2:7', '10.0.0.3:7']);
    expect(changes).toBe(2);
    expect(warnings).toHaveLength(2);
    await dns.stop();
  });

  test('no more addresses than the bound are taken', async () => {
    table.set(
      'fm',
      Array.from({ length: 20 }, (_, i) => `10.0.0.${i}`),
    );
    const dns = dnsAddressSource({ name: 'fm', port: 7 }, options());
    dns.start(() => undefined);
    await time.advance(1);
    expect(found(dns)).toHaveLength(5);
    await dns.stop();
  });

  test('SRV records say host and port', async () => {
    const dns = dnsServiceSource('_peer._tcp.fm', options());
    dns.start(() => undefined);
    await time.advance(1);
    expect(found(dns)).toEqual(['n1.fm:1', 'n2.fm:2']);
    await dns.stop();
  });

  test('a real name server is asked for addresses of both families and for services', async () => {
    const server = await serveDns(
      () => ({
        addresses: { 'fm.test': ['10.1.0.2', '10.1.0.1', 'fd00::5'] },
        services: { '_peer._tcp.fm.test': [{ host: 'n1.fm.test', port: 50_052 }] },
      }),
      '127.0.0.1',
    );
    try {
      const resolver = new SystemNames([`127.0.0.1:${server.port}`]);
      expect(await resolver.addresses('fm.test')).toEqual(['10.1.0.1', '10.1.0.2', 'fd00::5']);
      expect(await resolver.services('_peer._tcp.fm.test')).toEqual([{ host: 'n1.fm.test', port: 50_052 }]);
      await expect(resolver.addresses('nobody.test')).rejects.toThrow(/ENOTFOUND/);
    } finally {
      await server.close();
    }
  });

  test('the system knows localhost', async () => {
    expect(await new SystemNames().addresses('localhost')).toContain('127.0.0.1');
  });
});

describe('the pool', () => {
  test('gives every address once, what sources find first, and forgets what was told', async () => {
    const time = new ManualTime();
    const source: AddressSource = {
      name: 'fake',
      start: () => undefined,
      stop: async () => undefined,
      current: () => [{ address: 'a:1' }, { address: 'b:1' }],
    };
    const pool = new AddressPool({ sources: [source], clock: time, toldExpiryMs: 1_000, addressesMax: 4 });
    let changes = 0;
    pool.onFound(() => void changes++);
    for (const address of ['b:1', 'c:1', 'c:1', 'd:1', 'e:1', 'f:1']) pool.told(address);
    expect(pool.addresses()).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
    expect(changes).toBe(4);
    await time.advance(1_001);
    expect(pool.addresses()).toEqual(['a:1', 'b:1']);
  });
});
