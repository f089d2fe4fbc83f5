/**
 * What the harness wants of a node, and the product knows nothing of. A node's process imports this first:
 *
 *   its connections come from the address in JEPSEN_SOURCE_ADDRESS, so that proxies know which node dials
 *   on SIGUSR2 its main thread does nothing for as many milliseconds as the file in JEPSEN_STALL_FILE says; its other threads go on
 *   what it has compiled is kept a while after its start, for the next one: it rarely ends in order, which is when Node keeps it
 */
import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import net from 'node:net';
import { isMainThread } from 'node:worker_threads';

const COMPILED_AFTER_MS = 8_000;

interface Target {
  readonly port?: number | string;
  readonly path?: string;
  localAddress?: string;
}

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

function dialFrom(address: string): void {
  const sockets = net.Socket.prototype as unknown as { connect: Connect };
  const { connect } = sockets;
  // Node's own callers hand over a normalised list [target, callback]; it is marked, so it has to stay the same array.
  sockets.connect = function (this: net.Socket, ...args) {
    const first = args[0];
    const target = (Array.isArray(first) ? first[0] : first) as Target | undefined;
    if (typeof target === 'object' && target.path === undefined) target.localAddress ??= address;
    return connect.apply(this, args);
  };
}

function stallOnSignal(file: string): void {
  // Nothing ever wakes it: it waits, and takes no processor time from the others.
  const never = new Int32Array(new SharedArrayBuffer(4));
  process.on('SIGUSR2', () => {
    Atomics.wait(never, 0, 0, Number(readFileSync(file, 'utf8')));
  });
}

const source = process.env['JEPSEN_SOURCE_ADDRESS'];
const stallFile = process.env['JEPSEN_STALL_FILE'];

if (source !== undefined) dialFrom(source);
if (isMainThread && stallFile !== undefined) stallOnSignal(stallFile);
if (isMainThread) setTimeout(() => flushCompileCache(), COMPILED_AFTER_MS).unref();
