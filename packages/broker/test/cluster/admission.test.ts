import { createHash } from 'node:crypto';
import { FlowError, memberId, nodeId, type NodeId, replicaId } from '@flowmesh/base';
import {
  type CatalogCommand,
  CatalogMachine,
  CLUSTER_SCOPE,
  encodeCommand,
  FEATURES,
} from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { Admission, type Admitted } from '../../src/cluster/admission.ts';
import type { Identity } from '../../src/cluster/discovery/identify.ts';
import { JoinHandler } from '../../src/cluster/join-handler.ts';
import {
  answerFromWire,
  answerToWire,
  askFromWire,
  askToWire,
  type JoinAnswer,
  type JoinAsk,
  type JoinToken,
  type LostIdentity,
} from '../../src/cluster/join-wire.ts';
import type { KnownPeer } from '../../src/cluster/known-peer.ts';
import { CatalogRunner, ManualTime, SILENT } from './fakes.ts';

const MEMBERS = [1, 2, 3].map((id) => ({ id, peerAddress: `h${id}:1` }));
const uuid = (name: string) => `${name.padEnd(8, '0')}-0000-4000-8000-000000000000`;

let time: ManualTime;
/** Who answers at an address. */
let desks: Map<string, (ask: JoinAsk) => Promise<JoinAnswer>>;
/** Who of the cluster is at an address. */
let members: Map<string, Pick<Identity, 'clusterId' | 'node'>>;
let stop: AbortController;
let reports: string[];

interface Directory {
  readonly uuid: string;
  readonly initialId?: number;
  readonly replaces?: LostIdentity;
  readonly address?: string;
  readonly token?: JoinToken;
  /** Instead of the three. */
  readonly listed?: typeof MEMBERS;
  /** What its sources find. */
  readonly finds?: () => readonly string[];
  readonly lookMs?: number;
}

function start(directory: Directory): { result: { value?: Admitted | undefined }; admission: Admission } {
  const { initialId } = directory;
  const address = directory.address ?? `h${initialId ?? 9}:1`;
  const admission = new Admission({
    clusterId: 'c',
    introduction: {
      uuid: directory.uuid,
      addresses: { peer: address, grpc: 'g:1', http: '' },
      rack: '',
      features: FEATURES,
    },
    initialMembers: directory.listed ?? MEMBERS,
    addresses: directory.finds ?? (() => []),
    expectation: undefined,
    token: directory.token,
    initialId: initialId === undefined ? undefined : nodeId(initialId),
    replaces: directory.replaces,
    ask: async (to, ask) => {
      const desk = desks.get(to);
      if (desk === undefined) throw new FlowError('UNAVAILABLE', `nobody at ${to}`);
      return answerFromWire(answerToWire(await desk(askFromWire(askToWire(ask))), 'c'));
    },
    identify: async (at) => {
      const member = members.get(at);
      if (member === undefined) throw new FlowError('UNAVAILABLE', `nobody at ${at}`);
      return {
        ...member,
        uuid: uuid('member'),
        version: '',
        expects: 0,
        bound: false,
        known: [],
        knowsAsker: false,
      };
    },
    lookMs: directory.lookMs ?? 0,
    clock: time,
    scheduler: time,
    log: { ...SILENT, info: (fields) => void reports.push(JSON.stringify(fields)) },
    retryMs: () => 100,
    reportIntervalMs: 10_000,
    signal: stop.signal,
  });
  const result: { value?: Admitted | undefined } = {};
  void admission.run().then((value) => {
    result.value = value;
  });
  desks.set(address, async () => admission.answer());
  return { result, admission };
}

beforeEach(() => {
  time = new ManualTime();
  desks = new Map();
  members = new Map();
  stop = new AbortController();
  reports = [];
});

function asFounder(founders: readonly KnownPeer[]) {
  return async (): Promise<JoinAnswer> => ({ kind: 'founder', founders });
}

describe('founding', () => {
  test('the first initial member makes the list when all others are new, and they take it from it', async () => {
    const one = start({ uuid: uuid('a'), initialId: 1 });
    const two = start({ uuid: uuid('b'), initialId: 2 });
    await time.advance(1_000);
    expect(one.result.value).toBeUndefined();
    const three = start({ uuid: uuid('c'), initialId: 3 });
    await time.advance(1_000);
    const founders = MEMBERS.map((m, i) => ({
      node: m.id,
      uuid: uuid('abc'[i] as string),
      address: m.peerAddress,
    }));
    expect(one.result.value).toEqual({ kind: 'founder', self: 1, founders });
    expect(two.result.value).toBeUndefined();
    desks.set('h1:1', asFounder(founders as KnownPeer[]));
    await time.advance(1_000);
    expect(two.result.value).toEqual({ kind: 'founder', self: 2, founders });
    expect(three.result.value).toEqual({ kind: 'founder', self: 3, founders });
  });

  test('nobody founds a cluster while another initial member cannot be reached', async () => {
    const one = start({ uuid: uuid('a'), initialId: 1 });
    const three = start({ uuid: uuid('c'), initialId: 3 });
    await time.advance(60_000);
    expect(one.result.value).toBeUndefined();
    expect(three.result.value).toBeUndefined();
    stop.abort();
    await time.advance(200);
    expect('value' in one.result).toBe(true);
  });

  test('a wiped first member does not found a second cluster beside those that remember the first', async () => {
    const founders = MEMBERS.map((m) => ({
      node: nodeId(m.id),
      uuid: uuid(`old${m.id}`),
      address: m.peerAddress,
    }));
    desks.set('h2:1', asFounder(founders));
    desks.set('h3:1', asFounder(founders));
    const wiped = start({ uuid: uuid('eee'), initialId: 1 });
    await time.advance(60_000);
    expect(wiped.result.value).toBeUndefined();
  });

  test('a wiped member is not a founder, although its name is in the list', async () => {
    const founders = MEMBERS.map((m) => ({
      node: nodeId(m.id),
      uuid: uuid(`old${m.id}`),
      address: m.peerAddress,
    }));
    desks.set('h1:1', asFounder(founders));
    const wiped = start({ uuid: uuid('eee'), initialId: 2 });
    await time.advance(10_000);
    expect(wiped.result.value).toBeUndefined();
  });

  test('a directory that replaces a lost one never founds', async () => {
    start({ uuid: uuid('b'), initialId: 2 });
    start({ uuid: uuid('c'), initialId: 3 });
    const lost = start({ uuid: uuid('a'), initialId: 1, replaces: { node: nodeId(1), uuid: uuid('old') } });
    await time.advance(60_000);
    expect(lost.result.value).toBeUndefined();
  });

  test('a new directory at the address of another member is not taken for it', async () => {
    start({ uuid: uuid('b'), initialId: 2 });
    start({ uuid: uuid('x'), initialId: 2, address: 'h3:1' });
    const one = start({ uuid: uuid('a'), initialId: 1 });
    await time.advance(10_000);
    expect(one.result.value).toBeUndefined();
  });
});

describe('a list that names only this node', () => {
  const listed = [{ id: 1, peerAddress: 'h1:1' }];

  test('founds the cluster at once where nobody is to be looked for', async () => {
    const one = start({ uuid: uuid('a'), initialId: 1, listed });
    await time.advance(0);
    expect(one.result.value).toMatchObject({ kind: 'founder', self: 1 });
  });

  test('does not found it again while a node of the cluster answers that lets nobody in', async () => {
    members.set('h2:1', { clusterId: 'c', node: nodeId(2) });
    const emptied = start({ uuid: uuid('a'), initialId: 1, listed, finds: () => ['h2:1'] });
    await time.advance(60_000);
    expect(emptied.result.value).toBeUndefined();
    expect(reports.at(-1)).toMatch(/node 2 at h2:1/);
  });

  test('founds beside nodes of other clusters, and beside new ones', async () => {
    members.set('h2:1', { clusterId: 'other', node: nodeId(2) });
    members.set('h3:1', { clusterId: 'c', node: undefined });
    const one = start({ uuid: uuid('a'), initialId: 1, listed, finds: () => ['h2:1', 'h3:1', 'h4:1'] });
    await time.advance(0);
    expect(one.result.value).toMatchObject({ kind: 'founder', self: 1 });
  });

  test('waits for what finds addresses before it founds', async () => {
    const found: string[] = [];
    members.set('h2:1', { clusterId: 'c', node: nodeId(2) });
    const emptied = start({ uuid: uuid('a'), initialId: 1, listed, finds: () => found, lookMs: 3_000 });
    const alone = start({ uuid: uuid('b'), initialId: 1, listed, lookMs: 3_000 });
    await time.advance(2_000);
    expect(alone.result.value).toBeUndefined();
    found.push('h2:1');
    await time.advance(10_000);
    expect(emptied.result.value).toBeUndefined();
    expect(alone.result.value).toMatchObject({ kind: 'founder', self: 1 });
  });
});

describe('joining a cluster', () => {
  let runner: CatalogRunner;
  let connected: Set<NodeId>;

  function handler(founders: readonly KnownPeer[] = []): JoinHandler {
    return new JoinHandler({
      clusterId: 'c',
      founders,
      catalog: () => runner.machine,
      propose: async (command: CatalogCommand) => runner.run(encodeCommand(command)),
      connected: (node) => connected.has(node),
      wallMs: () => 1,
      log: SILENT,
    });
  }

  const founders = MEMBERS.map((m) => ({
    node: nodeId(m.id),
    uuid: uuid(`f${m.id}`),
    address: m.peerAddress,
  }));

  beforeEach(() => {
    runner = new CatalogRunner(new CatalogMachine());
    connected = new Set([nodeId(1), nodeId(2), nodeId(3)]);
    const nodes = founders.map(({ node, uuid: id, address }) => ({
      id: node,
      uuid: id,
      addresses: { peer: address, grpc: 'g:1', http: '' },
      rack: '',
    }));
    runner.run(
      encodeCommand({
        kind: 'init-cluster',
        requestId: 'i',
        timeMs: 1,
        clusterId: 'c',
        nodes,
        featureLevel: FEATURES.max,
      }),
    );
    desks.set('h1:1', (ask) => handler(founders).handle(ask));
  });

  test('a founder that comes late is what the list says', async () => {
    const late = start({ uuid: uuid('f3'), initialId: 3 });
    await time.advance(1_000);
    expect(late.result.value).toMatchObject({ kind: 'founder', self: 3 });
  });

  test('an unknown directory is registered, once, under a new id', async () => {
    const joined = start({ uuid: uuid('d') });
    await time.advance(1_000);
    expect(joined.result.value).toMatchObject({ kind: 'admitted', node: 4 });
    const again = start({ uuid: uuid('d') });
    await time.advance(1_000);
    expect(again.result.value).toEqual(joined.result.value);
    expect(runner.machine.nodes()).toHaveLength(4);
  });

  test('its replica of the metadata group is the one that the catalog placed', async () => {
    const joined = start({ uuid: uuid('d') });
    await time.advance(1_000);
    const { value } = joined.result;
    if (value?.kind !== 'admitted') throw new Error('not admitted');
    const own = memberId({ node: value.node, replica: replicaId(value.replica) });
    expect(runner.machine.partitionOfGroup(0 as never)?.learners).toEqual([own]);
    expect(value.peers).toHaveLength(4);
  });

  test('a wiped initial member replaces itself once its old connection is gone', async () => {
    const wiped = start({ uuid: uuid('eee'), initialId: 2 });
    await time.advance(1_000);
    expect(wiped.result.value).toBeUndefined();
    connected.delete(nodeId(2));
    await time.advance(1_000);
    expect(wiped.result.value).toMatchObject({ kind: 'admitted', node: 4 });
    expect(runner.machine.node(nodeId(2))).toMatchObject({ state: 'replaced', replacedBy: 4 });
  });

  test('a directory that was set aside is replaced by name, also from another address', async () => {
    connected.delete(nodeId(3));
    const fresh = start({
      uuid: uuid('eee'),
      address: 'elsewhere:1',
      replaces: { node: nodeId(3), uuid: uuid('f3') },
    });
    await time.advance(1_000);
    expect(fresh.result.value).toMatchObject({ kind: 'admitted' });
    expect(runner.machine.node(nodeId(3))?.state).toBe('replaced');
  });

  test('naming a node with another uuid replaces nobody', async () => {
    connected.delete(nodeId(3));
    const fresh = start({
      uuid: uuid('eee'),
      address: 'elsewhere:1',
      replaces: { node: nodeId(3), uuid: uuid('zz') },
    });
    await time.advance(1_000);
    expect(fresh.result.value).toMatchObject({ kind: 'admitted', node: 4 });
    expect(runner.machine.node(nodeId(3))?.state).toBe('active');
  });

  describe('that requires join tokens', () => {
    const token = { id: '0123456789abcdef', secret: 'a secret that nobody else may see' };
    let proposed: CatalogCommand[];

    beforeEach(() => {
      const change = { timeMs: 1, by: 'admin' };
      runner.run(
        encodeCommand({
          kind: 'create-join-token',
          requestId: 't',
          ...change,
          id: token.id,
          secretHash: createHash('sha256').update(token.secret).digest('hex'),
          expiresAtMs: 1_000_000,
          usesMax: 1,
          description: '',
        }),
      );
      runner.run(
        encodeCommand({
          kind: 'set-config',
          requestId: 'r',
          ...change,
          scope: CLUSTER_SCOPE,
          set: { 'join.token.required': 'true' },
          unset: [],
        }),
      );
      proposed = [];
      const desk = new JoinHandler({
        clusterId: 'c',
        founders,
        catalog: () => runner.machine,
        propose: async (command: CatalogCommand) => {
          proposed.push(command);
          return runner.run(encodeCommand(command));
        },
        connected: (node) => connected.has(node),
        wallMs: () => 1,
        log: SILENT,
      });
      desks.set('h1:1', (ask) => desk.handle(ask));
    });

    test('a directory without one waits, and is told what to do', async () => {
      const joined = start({ uuid: uuid('d') });
      await time.advance(1_000);
      expect(joined.result.value).toBeUndefined();
      expect(reports.at(-1)).toMatch(/UNAUTHENTICATED.*flowmesh-admin join-token create/);
    });

    test('a directory with one is let in, once for one use, and the secret is in no command', async () => {
      const joined = start({ uuid: uuid('d'), token });
      await time.advance(1_000);
      expect(joined.result.value).toMatchObject({ kind: 'admitted', node: 4 });
      const second = start({ uuid: uuid('e'), address: 'h10:1', token });
      await time.advance(1_000);
      expect(second.result.value).toBeUndefined();
      expect(proposed.length).toBeGreaterThan(1);
      expect(JSON.stringify(proposed)).not.toContain(token.secret);
    });

    test('a wrong secret does not let in', async () => {
      const joined = start({ uuid: uuid('d'), token: { ...token, secret: 'guessed' } });
      await time.advance(1_000);
      expect(joined.result.value).toBeUndefined();
    });

    test('a directory that takes the place of a lost one needs none, a wiped one at its address does', async () => {
      connected.delete(nodeId(2));
      connected.delete(nodeId(3));
      const lost = start({
        uuid: uuid('aa'),
        address: 'h2:1',
        replaces: { node: nodeId(2), uuid: uuid('f2') },
      });
      const wiped = start({ uuid: uuid('bb'), address: 'h3:1' });
      await time.advance(1_000);
      expect(lost.result.value).toMatchObject({ kind: 'admitted' });
      expect(wiped.result.value).toBeUndefined();
    });
  });

  test('a node of another cluster is refused', async () => {
    const ask: JoinAsk = {
      clusterId: 'other',
      introduction: { uuid: uuid('d'), addresses: { peer: 'x:1', grpc: 'x:2', http: '' }, rack: '' },
      initialId: undefined,
      replaces: undefined,
      token: undefined,
    };
    await expect(handler().handle(ask)).rejects.toMatchObject({ code: 'WRONG_CLUSTER' });
  });
});

test('a node that nobody could dial is not let in', () => {
  const whole = {
    clusterId: 'c',
    nodeUuid: 'u',
    peerAddress: 'p:1',
    grpcAddress: '[::1]:2',
    httpAddress: '',
  };
  expect(askFromWire(whole).introduction.addresses).toEqual({ peer: 'p:1', grpc: '[::1]:2', http: '' });
  for (const spoilt of [
    { peerAddress: 'nowhere' },
    { peerAddress: 'host:0' },
    { grpcAddress: 'host:99999' },
    { httpAddress: 'a b:1' },
  ]) {
    expect(() => askFromWire({ ...whole, ...spoilt })).toThrow(/malformed/);
  }
});

test('malformed join messages are refused', () => {
  expect(() => askFromWire({})).toThrow(/malformed/);
  expect(() =>
    askFromWire({
      clusterId: 'c',
      nodeUuid: 'u',
      peerAddress: 'p',
      grpcAddress: 'g',
      replacesNodeId: 70_000,
    }),
  ).toThrow(/malformed/);
  expect(() => answerFromWire({ clusterId: 'c' })).toThrow(/malformed/);
  expect(() => answerFromWire({ clusterId: 'c', state: 3, nodeId: 1, metadataReplicaId: 0 })).toThrow(
    /malformed/,
  );
});
