import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { groupId, nodeId } from '@flowmesh/base';
import { FRAME_HEADER_BYTES, sealFrame } from '@flowmesh/proto';
import { afterEach, describe, expect, test } from 'vitest';
import { identityMetadata } from '../../src/transport/handshake.ts';
import type { PeerEndpoint } from '../../src/transport/transport.ts';
import { Answerer, append, CLUSTER, heartbeat, meet, TestNode, type TestNodeOptions, until } from './kit.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(node: number, options: TestNodeOptions = {}): Promise<TestNode> {
  const started = await TestNode.start(node, options);
  cleanups.push(() => started.close());
  return started;
}

/** A wire that can go dead without closing: it holds back what passes, in both directions. */
class Wire {
  private readonly server: NetServer;
  private readonly sockets = new Set<Socket>();
  private dead = false;

  private constructor(port: number) {
    this.server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on('error', () => undefined);
        from.on('close', () => {
          this.sockets.delete(from);
          if (!this.dead) to.destroy();
        });
        from.pipe(to, { end: false });
        if (this.dead) from.unpipe(to).pause();
      }
    });
  }
  static async to(node: TestNode): Promise<{ wire: Wire; endpoint: PeerEndpoint }> {
    const wire = new Wire(node.listener.port);
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    cleanups.push(() => wire.close());
    const { port } = wire.server.address() as AddressInfo;
    return { wire, endpoint: { ...node.endpoint, address: `127.0.0.1:${port}` } };
  }
  goDead(): void {
    this.dead = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }
  /** New connections pass again; the old ones stay dead. */
  heal(): void {
    this.dead = false;
  }
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('a peer that dies', () => {
  test('by SIGKILL is noticed within milliseconds, not by a timeout', async () => {
    const one = await start(1);
    const script = fileURLToPath(new URL('./child-node.ts', import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(one.endpoint)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    one.transport.setPeers([JSON.parse(line.toString()) as PeerEndpoint]);
    await until('the other process is up', () => one.transport.connected(nodeId(2)));
    const killedAtMs = performance.now();
    child.kill('SIGKILL');
    await until('the loss was noticed', () => one.handler.downs.length === 1);
    expect(performance.now() - killedAtMs).toBeLessThan(500);
    one.transport.send(groupId(1), heartbeat(1, 2));
    await until('messages to it are refused', () => one.handler.unreachable.length > 0);
  });

  test('without closing its connections is noticed within three seconds, on both sides', async () => {
    const one = await start(1);
    const two = await start(2);
    const toOne = await Wire.to(one);
    const toTwo = await Wire.to(two);
    one.transport.setPeers([toTwo.endpoint]);
    two.transport.setPeers([toOne.endpoint]);
    await until('both are up', () => one.transport.connected(two.node) && two.transport.connected(one.node));
    toOne.wire.goDead();
    toTwo.wire.goDead();
    const deadAtMs = performance.now();
    await until('both noticed', () => one.handler.downs.length === 1 && two.handler.downs.length === 1);
    expect(performance.now() - deadAtMs).toBeLessThan(3_000);
    toOne.wire.heal();
    toTwo.wire.heal();
    await until('they are up again', () => one.handler.ups.length === 2 && two.handler.ups.length === 2);
    one.transport.send(groupId(1), append(1, 2, 0, [Buffer.alloc(10)]));
    one.transport.flush();
    await until('messages pass again', () => two.handler.messages.length === 1);
  });

  test('in one direction only is down as well', async () => {
    const limits = { keepAliveIntervalMs: 40, keepAliveTimeoutMs: 200 };
    const one = await start(1, { limits });
    const two = await start(2, { limits });
    const toTwo = await Wire.to(two);
    one.transport.setPeers([toTwo.endpoint]);
    two.transport.setPeers([one.endpoint]);
    await until('both are up', () => one.transport.connected(two.node) && two.transport.connected(one.node));
    toTwo.wire.goDead();
    await until('both noticed', () => one.handler.downs.length > 0 && two.handler.downs.length > 0);
  });
});

describe('a peer that lives', () => {
  test('stays up while nobody says anything', async () => {
    const limits = { keepAliveIntervalMs: 40, keepAliveTimeoutMs: 200 };
    const one = await start(1, { limits });
    const two = await start(2, { limits });
    await meet(one, two);
    await until('many keep-alives passed', () => (two.metrics.frames.get('received control') ?? 0) > 15);
    expect([...one.handler.downs, ...two.handler.downs]).toEqual([]);
  });

  test('is not declared dead because this process stood still', async () => {
    const limits = { keepAliveIntervalMs: 40, keepAliveTimeoutMs: 200 };
    const one = await start(1, { limits });
    const two = await start(2, { limits });
    await meet(one, two);
    const resumeAtMs = performance.now() + 600;
    while (performance.now() < resumeAtMs);
    const frames = two.metrics.frames.get('received control') ?? 0;
    await until(
      'keep-alives pass again',
      () => (two.metrics.frames.get('received control') ?? 0) > frames + 5,
    );
    expect([...one.handler.downs, ...two.handler.downs]).toEqual([]);
  });
});

describe('nonsense', () => {
  const two = { clusterId: CLUSTER, node: nodeId(2), uuid: 'uuid-2', session: 's', starts: 0, recovered: 0 };

  async function rogue(frame: Buffer): Promise<{ endpoint: PeerEndpoint }> {
    const answerer = await Answerer.start((call) => {
      call.sendMetadata(identityMetadata(two));
      call.write(frame);
    });
    cleanups.push(() => answerer.close());
    return { endpoint: { node: two.node, uuid: two.uuid, address: answerer.address } };
  }

  test.each([
    ['an unknown frame', [99]],
    ['a cut message', [1, 0x46, 0, 1]],
    ['more entries than bytes', [1, 0x40, 0, 1, 1, 0, 0xff, 0xff, 0x7f]],
  ])('in a frame (%s) closes that connection and touches no other', async (_, bytes) => {
    const one = await start(1);
    const three = await start(3);
    const buffer = new Uint8Array([...new Uint8Array(FRAME_HEADER_BYTES), ...bytes]);
    const { endpoint } = await rogue(sealFrame(buffer));
    one.transport.setPeers([endpoint, three.endpoint]);
    three.transport.setPeers([one.endpoint]);
    await until('it was refused', () => one.warnings().length > 0);
    expect(one.warnings()[0]?.fields).toMatchObject({ node: 2, code: 'INVALID_ARGUMENT' });
    await until('the other peer is up', () => one.transport.connected(three.node));
    expect(one.handler.messages).toEqual([]);
  });

  test('in a protobuf message closes that connection', async () => {
    const one = await start(1);
    const { endpoint } = await rogue(Buffer.from([0x0a, 0xff, 0xff, 0x01]));
    one.transport.setPeers([endpoint]);
    await until('it was noticed', () => one.lines.length > 0);
    expect(one.handler.messages).toEqual([]);
  });

  test('on the listening port hurts nobody', async () => {
    const one = await start(1);
    const two = await start(2);
    await meet(one, two);
    for (const bytes of [
      'GET / HTTP/1.1\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff',
      '\0'.repeat(100),
    ]) {
      const socket = connect(one.listener.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(Buffer.from(bytes, 'latin1'));
      socket.resume();
      await once(socket, 'close');
    }
    two.transport.send(groupId(1), heartbeat(2, 1));
    two.transport.flush();
    await until('peers still talk', () => one.handler.messages.length === 1);
    expect(one.handler.downs).toEqual([]);
  });
});
