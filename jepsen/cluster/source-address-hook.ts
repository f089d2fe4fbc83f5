/**
 * Makes every outgoing connection of the process that imports it come from the address in JEPSEN_SOURCE_ADDRESS, so that the harness's
 * proxies know which node dials. The product knows nothing of it.
 */
import net from 'node:net';

const source = process.env['JEPSEN_SOURCE_ADDRESS'];

interface Target {
  readonly port?: number | string;
  readonly path?: string;
  localAddress?: string;
}

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

if (source !== undefined) {
  const address = source;
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
