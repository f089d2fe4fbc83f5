/** A node says to whom it may concern whether the asking node belongs to its cluster, and to nobody else anything of its peers. */
import { nodeId } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  identifyAskToWire,
  type IdentifyAsk,
  identityFromWire,
} from '../../../src/cluster/discovery/identify.ts';
import { PeerDesk } from '../../../src/cluster/discovery/peer-desk.ts';

const ASK: IdentifyAsk = { clusterId: 'c', uuid: 'other', node: nodeId(2), address: 'b:1' };

let desk: PeerDesk;
let asked: IdentifyAsk[];

beforeEach(() => {
  desk = new PeerDesk({
    clusterId: 'c',
    uuid: 'own',
    version: '1.0.0',
    node: nodeId(1),
    founders: undefined,
  });
  desk.know(() => ['a:1', 'b:1', 'c:1']);
  asked = [];
});

async function answer(ask: IdentifyAsk | undefined) {
  const wire = flowmesh.internal.v1.IdentifyRequest.create(ask === undefined ? {} : identifyAskToWire(ask));
  return identityFromWire(await desk.handlers().onIdentify(wire));
}

describe('who asks a member', () => {
  beforeEach(() => {
    desk.knows = (ask) => {
      asked.push(ask);
      return ask.uuid === 'other';
    };
  });

  test('is told whether its metadata have it, as it presents itself', async () => {
    expect(await answer(ASK)).toMatchObject({ node: 1, knowsAsker: true });
    expect(await answer({ ...ASK, uuid: 'wiped' })).toMatchObject({ knowsAsker: false });
    expect(asked).toEqual([ASK, { ...ASK, uuid: 'wiped' }]);
  });

  test('and is of another cluster is not looked for, and hears of no peers', async () => {
    expect(await answer({ ...ASK, clusterId: 'd' })).toMatchObject({ knowsAsker: false, known: [] });
    expect(asked).toEqual([]);
  });

  test('without saying who it is is not known', async () => {
    expect(await answer(undefined)).toMatchObject({ knowsAsker: false, known: [] });
    expect(asked).toEqual([]);
  });

  test('hears of the others, and is heard of', async () => {
    const heard: IdentifyAsk[] = [];
    desk.heard = (ask) => heard.push(ask);
    expect(await answer(ASK)).toMatchObject({ known: ['a:1', 'c:1'] });
    expect(await answer({ ...ASK, uuid: 'own' })).toMatchObject({ knowsAsker: false });
    expect(heard).toEqual([ASK]);
  });
});

test('a node that has no metadata yet knows nobody', async () => {
  expect(await answer(ASK)).toMatchObject({ knowsAsker: false });
});
