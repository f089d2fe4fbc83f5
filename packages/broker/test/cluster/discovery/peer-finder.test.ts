/** Peers that moved: the finder asks around, the book follows. */
import { FlowError, type NodeId, nodeId } from '@flowmesh/base';
import { CatalogMachine, encodeCommand, FEATURES } from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { AddressPool } from '../../../src/cluster/discovery/address-pool.ts';
import type { Identity } from '../../../src/cluster/discovery/identify.ts';
import { PeerFinder } from '../../../src/cluster/discovery/peer-finder.ts';
import type { KnownPeer } from '../../../src/cluster/known-peer.ts';
import { PeerBook } from '../../../src/cluster/peer-book.ts';
import type { PeerEndpoint } from '../../../src/transport/transport.ts';
import { CatalogRunner, ManualTime, SILENT } from '../fakes.ts';

const peer = (node: number, address = `old${node}:1`): KnownPeer => ({
  node: nodeId(node),
  uuid: `u${node}`,
  address,
});

let time: ManualTime;
let pool: AddressPool;
let connected: Set<NodeId>;
/** Who answers at an address. */
let world: Map<string, Partial<Identity>>;
let dialled: readonly PeerEndpoint[];
let remembered: readonly KnownPeer[];
let warnings: string[];
let asked: string[];
let book: PeerBook;
let finder: PeerFinder;

beforeEach(() => {
  time = new ManualTime();
  pool = new AddressPool({ sources: [], clock: time, toldExpiryMs: 60_000, addressesMax: 50 });
  connected = new Set();
  world = new Map();
  dialled = [];
  remembered = [];
  warnings = [];
  asked = [];
  const log = { ...SILENT, warn: (_fields: object, message: string) => void warnings.push(message) };
  book = new PeerBook({
    self: nodeId(1),
    remembered: [peer(1, 'self:1'), peer(2), peer(3)],
    setPeers: (peers) => {
      dialled = peers;
    },
    connected: (node) => connected.has(node),
    remember: async (peers) => {
      remembered = peers;
    },
    log,
  });
  finder = new PeerFinder({
    clusterId: 'c',
    uuid: 'u1',
    node: nodeId(1),
    address: 'self:1',
    pool,
    identify: async (address) => {
      asked.push(address);
      const found = world.get(address);
      if (found === undefined) throw new FlowError('UNAVAILABLE', 'nobody');
      return {
        clusterId: 'c',
        uuid: '',
        node: undefined,
        version: '',
        expects: 0,
        bound: false,
        known: [],
        knowsAsker: false,
        ...found,
      };
    },
    peers: () => book.peers(),
    connected: (node) => connected.has(node),
    found: (found) => book.found(found),
    introduced: (stranger) => book.introduced(stranger),
    clock: time,
    scheduler: time,
    log,
    intervalMs: 1_000,
    pauseMs: 100,
    concurrency: 4,
  });
  book.start();
  finder.start();
});

const addresses = () => dialled.map((one) => one.address);

describe('a peer that is not connected', () => {
  test('is dialled where it was found, and remembered there', async () => {
    world.set('new2:1', { node: nodeId(2), uuid: 'u2' });
    pool.told('new2:1');
    await time.advance(2_000);
    expect(addresses()).toEqual(['new2:1', 'old3:1']);
    expect(remembered.map((one) => one.address)).toEqual(['self:1', 'new2:1', 'old3:1']);
  });

  test('all of them may have moved at once', async () => {
    world.set('new2:1', { node: nodeId(2), uuid: 'u2' });
    world.set('new3:1', { node: nodeId(3), uuid: 'u3' });
    pool.told('new2:1');
    pool.told('new3:1');
    await time.advance(2_000);
    expect(addresses()).toEqual(['new2:1', 'new3:1']);
  });

  test('is found through what others know', async () => {
    connected.add(nodeId(2));
    world.set('helper:1', { node: nodeId(2), uuid: 'u2', known: ['new3:1'] });
    world.set('new3:1', { node: nodeId(3), uuid: 'u3' });
    pool.told('helper:1');
    await time.advance(3_000);
    expect(addresses()).toEqual(['old2:1', 'new3:1']);
  });

  test('stays where it is dialled while it answers there', async () => {
    world.set('old2:1', { node: nodeId(2), uuid: 'u2' });
    world.set('new2:1', { node: nodeId(2), uuid: 'u2' });
    pool.told('new2:1');
    await time.advance(3_000);
    expect(addresses()).toEqual(['old2:1', 'old3:1']);
  });

  test('is not taken for another directory, nor for a node of another cluster', async () => {
    world.set('copy:1', { node: nodeId(2), uuid: 'other' });
    world.set('elsewhere:1', { clusterId: 'd', node: nodeId(2), uuid: 'u2' });
    pool.told('copy:1');
    pool.told('elsewhere:1');
    await time.advance(5_000);
    expect(addresses()).toEqual(['old2:1', 'old3:1']);
    expect(warnings.filter((one) => one.includes('another cluster'))).toHaveLength(1);
  });

  test('that says where it is is asked there before it is believed', async () => {
    world.set('new2:1', { node: nodeId(2), uuid: 'u2' });
    const ask = { clusterId: 'c', uuid: 'u2', node: nodeId(2), address: 'new2:1' };
    finder.heard({ ...ask, uuid: 'stranger', address: 'bad:1' });
    finder.heard({ ...ask, node: nodeId(3), address: 'false:1', uuid: 'u3' });
    finder.heard(ask);
    await time.advance(2_000);
    expect(addresses()).toEqual(['new2:1', 'old3:1']);
    expect(asked).not.toContain('bad:1');
    expect(warnings.filter((one) => one.includes('cannot be reached there'))).toHaveLength(1);
  });
});

test('nobody is asked while all peers are connected', async () => {
  await time.advance(1_000);
  asked.length = 0;
  connected.add(nodeId(2));
  connected.add(nodeId(3));
  pool.told('new2:1');
  await time.advance(10_000);
  expect(asked).toEqual([]);
  await finder.stop();
});

// Cluster seed 454: a founder without power while both other founders were replaced knew nobody any more when it came back.
describe('a node that knows nobody any more', () => {
  test('talks to whoever answers at a known address and knows it', async () => {
    world.set('old2:1', { node: nodeId(6), uuid: 'u6', knowsAsker: true });
    await time.advance(2_000);
    expect(dialled).toContainEqual({ node: nodeId(6), uuid: 'u6', address: 'old2:1' });
  });

  test('leaves strangers alone that do not know it', async () => {
    world.set('old2:1', { node: nodeId(6), uuid: 'u6' });
    world.set('old3:1', { clusterId: 'other', node: nodeId(7), uuid: 'u7', knowsAsker: true });
    await time.advance(2_000);
    expect(dialled.map((one) => one.node)).toEqual([2, 3]);
  });
});

describe('a copy of the metadata that is older than what the directory remembers', () => {
  const directory = (node: number) => ({
    uuid: `0000000${node}-0000-4000-8000-000000000000`,
    addresses: { peer: node === 1 ? 'self:1' : `old${node}:1`, grpc: 'g:1', http: '' },
    rack: '',
    features: FEATURES,
  });
  let metadata: CatalogRunner;

  const run = (command: Parameters<typeof encodeCommand>[0]): void => {
    expect(metadata.run(encodeCommand(command))).toMatchObject({ ok: true });
    book.follow(metadata.machine);
  };

  beforeEach(() => {
    metadata = new CatalogRunner(new CatalogMachine());
    book.start();
    const nodes = [1, 2].map((node) => ({ id: nodeId(node), ...directory(node) }));
    run({
      kind: 'init-cluster',
      requestId: 'i',
      timeMs: 1,
      clusterId: 'c',
      nodes,
      featureLevel: FEATURES.max,
    });
  });

  test('does not separate it from a node that is not in that copy: it may be the leader', () => {
    expect(dialled.map(({ node }) => node)).toEqual([2, 3]);
  });

  test('has the last word on every node that it knows', () => {
    run({ kind: 'register-node', requestId: 'r', timeMs: 1, ...directory(3) });
    expect(dialled.map(({ node }) => node)).toEqual([2, 3]);
    run({ kind: 'replace-node', requestId: 'x', timeMs: 1, oldNode: nodeId(3), ...directory(4) });
    expect(dialled.map(({ node }) => node)).toEqual([2, 4]);
  });
});
