import { FlowError, nodeId } from '@flowmesh/base';
import { FRAME_HEADER_BYTES, flowmesh, PeerClient, sealFrame } from '@flowmesh/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import {
  checkLevel,
  claimOf,
  errorOf,
  identityMetadata,
  PROTOCOL_VERSION,
  statusOf,
} from '../../src/transport/handshake.ts';
import { Answerer, CLUSTER, TestNode, type TestNodeOptions, until } from './kit.ts';

const nodes: TestNode[] = [];
const answerers: Answerer[] = [];
const fast = { refusedRetryMs: 20, reconnectMinMs: 5, reconnectMaxMs: 20 };

async function start(node: number, options: TestNodeOptions = {}): Promise<TestNode> {
  const started = await TestNode.start(node, { limits: fast, ...options });
  nodes.push(started);
  return started;
}

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
  for (const answerer of answerers.splice(0)) answerer.close();
});

/** What a caller with this Hello is told. */
async function refusalOf(node: TestNode, hello: flowmesh.internal.v1.Hello.$Properties) {
  const client = new PeerClient(node.endpoint.address, credentials.createInsecure());
  try {
    return await new Promise<ReturnType<typeof errorOf>>((resolve, reject) => {
      const stream = client.receive();
      stream.on('error', (failure: ServiceError) => resolve(errorOf(failure)));
      stream.on('metadata', (metadata) => {
        if (metadata.get('flowmesh-node').length > 0) reject(new Error('accepted'));
      });
      stream.on('data', () => undefined);
      stream.write(hello);
    });
  } finally {
    client.close();
  }
}

const good = {
  clusterId: CLUSTER,
  nodeId: 2,
  nodeUuid: 'uuid-2',
  toNodeId: 1,
  protocolVersion: PROTOCOL_VERSION,
  class: flowmesh.internal.v1.ConnectionClass.CONTROL,
  creditBytes: 1000,
  session: 's',
  starts: 0,
  recovered: 0,
};

describe('a node that is called', () => {
  test.each([
    ['another cluster', { clusterId: 'c-other' }, 'WRONG_CLUSTER'],
    ['another data directory under a known node id', { nodeUuid: 'uuid-wiped' }, 'IDENTITY_MISMATCH'],
    ['a call meant for another node', { toNodeId: 3 }, 'IDENTITY_MISMATCH'],
    ['a node it does not know', { nodeId: 44 }, 'UNAVAILABLE'],
    ['another protocol version', { protocolVersion: PROTOCOL_VERSION + 1 }, 'UNSUPPORTED'],
    ['an unknown class', { class: 9 }, 'UNSUPPORTED'],
    ['negative credit', { creditBytes: -5 }, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_, difference, code) => {
    const one = await start(1);
    one.transport.setPeers([{ node: nodeId(2), uuid: 'uuid-2', address: '127.0.0.1:1' }]);
    const refusal = await refusalOf(one, { ...good, ...difference } as never);
    expect(refusal.code).toBe(code);
    if (code === 'WRONG_CLUSTER' || code === 'IDENTITY_MISMATCH') expect(refusal.hint).toMatch(/\w+/);
  });

  test('accepts the caller that is all of it', async () => {
    const one = await start(1);
    one.transport.setPeers([{ node: nodeId(2), uuid: 'uuid-2', address: '127.0.0.1:1' }]);
    await expect(refusalOf(one, good)).rejects.toThrow('accepted');
  });

  test('ends a stream on which no Hello comes', async () => {
    const one = await start(1, { limits: { ...fast, handshakeTimeoutMs: 50 } });
    const client = new PeerClient(one.endpoint.address, credentials.createInsecure());
    const failure = await new Promise<ServiceError>((resolve) => {
      const stream = client.receive();
      stream.on('error', resolve);
      stream.on('data', () => undefined);
    });
    client.close();
    expect(errorOf(failure).code).toBe('TIMEOUT');
  });
});

describe('a node that calls', () => {
  const two = { clusterId: CLUSTER, node: nodeId(2), uuid: 'uuid-2', session: 's', starts: 0, recovered: 0 };
  const health = (): Buffer =>
    sealFrame(Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), Buffer.from([2, 1, 1])]));

  async function answering(metadata: Metadata): Promise<{ one: TestNode; answerer: Answerer }> {
    const one = await start(1);
    const answerer = await Answerer.start((call) => {
      call.sendMetadata(metadata);
      call.write(health());
    });
    answerers.push(answerer);
    one.transport.setPeers([{ node: two.node, uuid: two.uuid, address: answerer.address }]);
    return { one, answerer };
  }

  test('takes frames of the answerer that it meant', async () => {
    const { one } = await answering(identityMetadata(two));
    await until('frames came', () => one.handler.health.length > 0);
    expect(one.handler.health[0]).toMatchObject({ from: 2 });
  });

  test.each([
    ['of another cluster', { ...two, clusterId: 'c-other' }, 'WRONG_CLUSTER'],
    ['that is another node', { ...two, node: nodeId(3) }, 'IDENTITY_MISMATCH'],
    ['with another data directory', { ...two, uuid: 'uuid-wiped' }, 'IDENTITY_MISMATCH'],
  ])('takes no frame of an answerer %s', async (_, identity, code) => {
    const { one, answerer } = await answering(identityMetadata(identity));
    await until('it was refused again and again', () => answerer.streams >= 6);
    expect(one.warnings()[0]?.fields).toMatchObject({ direction: 'outgoing', node: 2, code });
    expect(one.handler.health).toEqual([]);
  });

  test('takes no frame of a build that does not know the feature level in force, and tells callers of one', async () => {
    const answerer = await Answerer.start((call) => {
      const metadata = identityMetadata(two);
      // As the first builds answered: nothing of levels.
      metadata.remove('flowmesh-features-max');
      call.sendMetadata(metadata);
      call.write(health());
    });
    answerers.push(answerer);
    const one = await start(1, { level: () => 2 });
    one.transport.setPeers([{ node: two.node, uuid: two.uuid, address: answerer.address }]);
    await until('it was refused again and again', () => answerer.streams >= 4);
    expect(one.warnings()[0]?.fields).toMatchObject({ direction: 'outgoing', node: 2, code: 'UNSUPPORTED' });
    expect(one.handler.health).toEqual([]);
    const claim = claimOf(identityMetadata(two));
    expect(checkLevel(claim, 2)).toBeUndefined();
    expect(checkLevel({ ...claim, featuresMax: 1 }, 2)).toMatchObject({
      code: 'UNSUPPORTED',
      message: 'node 2 runs a build that knows feature levels up to 1; the cluster is at 2',
    });
  });

  test('takes no frame of an answerer that says nothing of itself', async () => {
    const { one, answerer } = await answering(new Metadata());
    await until('it was refused again and again', () => answerer.streams >= 6);
    expect(one.warnings()[0]?.fields['code']).toBe('UNSUPPORTED');
    expect(one.handler.health).toEqual([]);
  });

  test('reports a refusal once, however often it is refused', async () => {
    const one = await start(1);
    const answerer = await Answerer.start((call) => {
      call.emit('error', statusOf(new FlowError('WRONG_CLUSTER', 'not yours', { hint: 'go home' })));
    });
    answerers.push(answerer);
    one.transport.setPeers([{ node: two.node, uuid: two.uuid, address: answerer.address }]);
    await until('it tried often', () => answerer.streams >= 20);
    const lines = one
      .warnings()
      .map(({ fields }) => [fields['class'], fields['code'], fields['cause'], fields['hint']]);
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual(['control', 'WRONG_CLUSTER', 'not yours', 'go home']);
    expect(lines).toContainEqual(['append', 'WRONG_CLUSTER', 'not yours', 'go home']);
  });
});

describe('two nodes', () => {
  test('of different clusters never meet, and say why', async () => {
    const one = await start(1);
    const two = await start(2, { clusterId: 'c-other' });
    one.transport.setPeers([two.endpoint]);
    two.transport.setPeers([one.endpoint]);
    const refusals = (node: TestNode, direction: string) =>
      node.warnings().filter(({ fields }) => fields['direction'] === direction);
    await until('both directions were refused', () => {
      return refusals(one, 'incoming').length > 0 && refusals(one, 'outgoing').length > 0;
    });
    expect(refusals(one, 'outgoing')[0]?.fields).toMatchObject({ node: 2, code: 'WRONG_CLUSTER' });
    expect(refusals(one, 'outgoing')[0]?.fields['hint']).toMatch(/never merge/);
    expect(one.handler.ups).toEqual([]);
    expect(two.handler.ups).toEqual([]);
  });

  test('of which one has a new disk do not meet', async () => {
    const one = await start(1);
    const two = await start(2, { uuid: 'uuid-new-disk' });
    one.transport.setPeers([{ ...two.endpoint, uuid: 'uuid-2' }]);
    two.transport.setPeers([one.endpoint]);
    await until('both say why', () => one.warnings().length > 0 && two.warnings().length > 0);
    expect(one.warnings()[0]?.fields['code']).toBe('IDENTITY_MISMATCH');
    expect(two.warnings()[0]?.fields).toMatchObject({ direction: 'outgoing', code: 'IDENTITY_MISMATCH' });
    expect(one.transport.connected(two.node)).toBe(false);
  });

  test('meet once the operator has corrected the address', async () => {
    const one = await start(1);
    const two = await start(2);
    const three = await start(3);
    two.transport.setPeers([one.endpoint]);
    three.transport.setPeers([one.endpoint]);
    one.transport.setPeers([{ ...two.endpoint, address: three.endpoint.address }]);
    await until('the wrong answerer was refused', () => one.warnings().length > 0);
    expect(one.warnings()[0]?.fields['code']).toBe('IDENTITY_MISMATCH');
    one.transport.setPeers([two.endpoint]);
    await until('they met', () => one.transport.connected(two.node) && two.transport.connected(one.node));
  });
});

describe('an error over the wire', () => {
  test('is not trusted beyond its form', () => {
    const metadata = new Metadata();
    metadata.set('flowmesh-code', 'NO_SUCH_CODE');
    metadata.set('flowmesh-details-bin', Buffer.from('{broken'));
    const failure = Object.assign(new Error('x'), { code: 13, details: 'cause', metadata });
    expect(errorOf(failure)).toMatchObject({ code: 'UNAVAILABLE', message: 'cause' });
    metadata.set('flowmesh-code', 'NOT_LEADER');
    expect(errorOf(failure)).toMatchObject({ code: 'NOT_LEADER', details: {} });
  });

  test('of any other kind is INTERNAL', () => {
    const status = statusOf(new TypeError('boom'));
    expect(errorOf(Object.assign(new Error(), status))).toMatchObject({ code: 'INTERNAL', message: 'boom' });
  });

  test('carries identity as text only', () => {
    const self = { clusterId: 'c', node: nodeId(1), uuid: 'u', session: 's', starts: 0, recovered: 0 };
    expect(identityMetadata(self, nodeId(2)).getMap()).toMatchObject({
      'flowmesh-node': '1',
      'flowmesh-to-node': '2',
      'flowmesh-protocol': String(PROTOCOL_VERSION),
    });
  });
});
