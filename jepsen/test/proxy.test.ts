import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LinkProxy } from '../cluster/link-proxy.ts';
import { between, CLIENTS, Links, towards } from '../cluster/links.ts';

const CUT = { kind: 'cut' } as const;
const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A node that answers every byte with the same byte, with a proxy before it. */
async function proxied(): Promise<{ links: Links; proxy: LinkProxy; dial: () => net.Socket }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const links = new Links();
  const { port } = server.address() as net.AddressInfo;
  const proxy = await LinkProxy.listen('127.0.0.1', {
    links,
    node: 1,
    listener: 'grpc',
    target: { host: '127.0.0.1', port },
    sideOf: () => CLIENTS,
    unit: () => 0,
  });
  opened.push(() => proxy[Symbol.asyncDispose]());
  const dial = (): net.Socket => {
    const [host, at] = proxy.address.split(':');
    const socket = net.connect({ host: host as string, port: Number(at) });
    socket.on('error', () => undefined);
    opened.push(async () => socket.destroy());
    return socket;
  };
  return { links, proxy, dial };
}

async function answerTo(socket: net.Socket, text: string): Promise<string> {
  const answer = new Promise<string>((resolve) =>
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString())),
  );
  socket.write(text);
  return await answer;
}

describe('a proxy before a listener', () => {
  it('passes bytes in both directions', async () => {
    const { dial } = await proxied();
    expect(await answerTo(dial(), 'hello')).toBe('hello');
  });

  it('holds bytes back while the link is cut, and delivers them when it heals', async () => {
    const { links, dial } = await proxied();
    const socket = dial();
    await answerTo(socket, 'before');
    links.set('cut', between([CLIENTS], [1], CUT));
    let healed = false;
    const answer = answerTo(socket, 'held back').then((text) => ({ text, healed }));
    // What is written by another connection of its own, uncut, has passed when the first one would have.
    await new Promise((resolve) => setImmediate(resolve));
    healed = true;
    links.clear('cut');
    expect(await answer).toEqual({ text: 'held back', healed: true });
  });

  it('does not tell of the end of the other side while the link is cut', async () => {
    const { links, dial } = await proxied();
    const socket = dial();
    await answerTo(socket, 'before');
    links.set('cut', towards([1], [CLIENTS], CUT));
    const ended = new Promise<boolean>((resolve) => socket.once('end', () => resolve(healed)));
    let healed = false;
    socket.end();
    await new Promise((resolve) => setImmediate(resolve));
    healed = true;
    links.clear('cut');
    expect(await ended).toBe(true);
  });

  it('connects who dials during a cut when it heals', async () => {
    const { links, dial } = await proxied();
    links.set('cut', between([CLIENTS], [1], CUT));
    const answer = answerTo(dial(), 'patient');
    links.clear('cut');
    expect(await answer).toBe('patient');
  });

  it('ends connections at once when it is told to reset them', async () => {
    const { proxy, dial } = await proxied();
    const socket = dial();
    await answerTo(socket, 'before');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    expect(proxy.reset(CLIENTS)).toBe(1);
    await closed;
  });
});
