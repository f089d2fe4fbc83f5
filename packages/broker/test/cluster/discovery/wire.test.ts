/** What new directories say to each other survives the wire, and what is malformed is refused. */
import { nodeId } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import type { FoundingAnswer, FoundingAsk } from '../../../src/cluster/discovery/founding.ts';
import {
  foundingAnswerFromWire,
  foundingAnswerToWire,
  foundingAskFromWire,
  foundingAskToWire,
} from '../../../src/cluster/discovery/founding-wire.ts';
import { readFounding, writeFounding } from '../../../src/cluster/discovery/founding-record.ts';
import {
  identifyAskFromWire,
  identifyAskToWire,
  identityFromWire,
  identityToWire,
} from '../../../src/cluster/discovery/identify.ts';
import { PeerDesk } from '../../../src/cluster/discovery/peer-desk.ts';
import { parseJoinToken } from '../../../src/cluster/join-wire.ts';

const founders = [
  { node: nodeId(1), uuid: 'a', address: 'a:1', services: { grpc: 'a:2', http: '' } },
  { node: nodeId(2), uuid: 'b', address: 'b:1', services: { grpc: 'b:2', http: 'b:3' } },
];
const bad = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;

describe('on the wire', () => {
  test.each<FoundingAnswer>([
    { kind: 'granted', uuid: 'a', addresses: { peer: 'a:1', grpc: 'a:2', http: '' } },
    { kind: 'refused', uuid: 'a' },
    { kind: 'holds', uuid: 'a' },
    { kind: 'gave-up', uuid: 'a' },
    { kind: 'founded', uuid: 'a', founders },
  ])('an answer about the founding ($kind) is what it was', (answer) => {
    expect(foundingAnswerFromWire(foundingAnswerToWire(answer, 'c'))).toEqual(answer);
  });

  test.each(['grant', 'status'] as const)('a question about the founding (%s) is what it was', (kind) => {
    const ask: FoundingAsk = { kind, clusterId: 'c', uuid: 'a', address: 'a:1', expects: 3, attempt: 7 };
    expect(foundingAskFromWire(foundingAskToWire(ask))).toEqual(ask);
  });

  test('an identity is what it was, and callers may stay unknown', () => {
    const identity = {
      clusterId: 'c',
      uuid: 'a',
      node: nodeId(4),
      version: '1.2.3',
      expects: 0,
      bound: false,
      known: ['b:1', '[fd00::1]:2'],
      knowsAsker: true,
    };
    expect(identityFromWire(identityToWire(identity))).toEqual(identity);
    const ask = { clusterId: 'c', uuid: 'a', node: undefined, address: 'a:1' };
    expect(identifyAskFromWire(identifyAskToWire(ask))).toEqual(ask);
    expect(identifyAskFromWire({})).toBeUndefined();
  });

  test('what is malformed is refused', () => {
    expect(() => foundingAnswerFromWire({ nodeUuid: 'a' })).toThrow(bad);
    expect(() => foundingAnswerFromWire({ nodeUuid: 'a', state: 99 as never })).toThrow(bad);
    expect(() => foundingAskFromWire({ clusterId: 'c', nodeUuid: 'a', peerAddress: 'a:1' })).toThrow(bad);
    expect(() => identityFromWire({ clusterId: 'c', nodeUuid: 'a', knownAddresses: ['nowhere'] })).toThrow(
      bad,
    );
    expect(() => identityFromWire({ clusterId: 'c', nodeUuid: 'a', nodeId: -1 })).toThrow(bad);
    const many = Array.from({ length: 1_000 }, () => 'a:1');
    expect(() => identityFromWire({ clusterId: 'c', nodeUuid: 'a', knownAddresses: many })).toThrow(bad);
  });

  test('a join token has an id and a secret, which may have underscores', () => {
    expect(parseJoinToken('fmjt_0123456789abcdef_a_b-c')).toEqual({
      id: '0123456789abcdef',
      secret: 'a_b-c',
    });
  });
});

describe('on the disk', () => {
  test('the record of the founding is what it was, and damage is noticed', async () => {
    const kept = new Map<string, Uint8Array>();
    const store = {
      getMeta: async (key: string) => kept.get(key),
      putMeta: async (key: string, value: Uint8Array) => void kept.set(key, value),
    };
    expect(await readFounding(store)).toEqual({ attempt: 0 });
    const record = { attempt: 3, grant: { uuid: 'a', address: 'a:1', attempt: 2 }, founders };
    await writeFounding(store, record);
    expect(await readFounding(store)).toEqual(record);
    for (const key of kept.keys()) kept.set(key, new TextEncoder().encode('{"attempt":-1}'));
    await expect(readFounding(store)).rejects.toMatchObject({ code: 'CORRUPTION' });
  });
});

describe('a node with a place', () => {
  test('tells the founders, who it is, and where others are only to its own cluster', async () => {
    const desk = new PeerDesk({ clusterId: 'c', uuid: 'a', version: '1', node: nodeId(1), founders });
    desk.know(() => ['b:1']);
    const { onFound, onIdentify, onJoin } = desk.handlers();
    const ask: FoundingAsk = {
      kind: 'status',
      clusterId: 'c',
      uuid: 'b',
      address: 'b:1',
      expects: 2,
      attempt: 1,
    };
    const founded = await onFound(foundingAskToWire(ask) as Parameters<typeof onFound>[0]);
    expect(foundingAnswerFromWire(founded)).toEqual({ kind: 'founded', uuid: 'a', founders });
    const who = async (clusterId: string) => {
      const wire = identifyAskToWire({ clusterId, uuid: 'z', node: undefined, address: 'z:1' });
      return identityFromWire(await onIdentify(wire as Parameters<typeof onIdentify>[0]));
    };
    expect(await who('c')).toMatchObject({ node: 1, uuid: 'a', known: ['b:1'] });
    expect(await who('other')).toMatchObject({ node: 1, uuid: 'a', known: [] });
    await expect(onJoin({} as Parameters<typeof onJoin>[0])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
