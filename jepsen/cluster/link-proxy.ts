/**
 * Stands before one listener of one node: whoever dials the node dials the proxy, which knows the side that a connection comes from by its
 * source address (`node-hook.ts`), and lets bytes pass as the links say.
 *
 *   dialled ─ link cut: waits ─► connected to the node ─► two directions, each with its rules ─► closed
 */
import net from 'node:net';
import { ClassFinder } from './connection-class.ts';
import { Direction } from './direction.ts';
import type { LinkClass, Links, LinkState, Side } from './links.ts';

export interface LinkProxyOptions {
  readonly links: Links;
  /** Whose listener it is. */
  readonly node: number;
  readonly listener: 'peer' | 'grpc' | 'kafka';
  readonly target: { readonly host: string; readonly port: number };
  readonly sideOf: (address: string) => Side;
  readonly unit: () => number;
}

interface Connection {
  readonly from: Side;
  readonly finder: ClassFinder | undefined;
  readonly inbound: net.Socket;
  outbound: net.Socket | undefined;
  directions: readonly Direction[];
}

export class LinkProxy implements AsyncDisposable {
  private readonly options: LinkProxyOptions;
  private readonly server: net.Server;
  private readonly connections = new Set<Connection>();
  private readonly unwatch: () => void;

  private constructor(options: LinkProxyOptions) {
    this.options = options;
    this.server = net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) =>
      this.accept(socket),
    );
    this.unwatch = options.links.watch(() => {
      for (const connection of this.connections) this.apply(connection);
    });
  }

  static async listen(host: string, options: LinkProxyOptions): Promise<LinkProxy> {
    const proxy = new LinkProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(0, host, resolve);
    });
    return proxy;
  }

  get address(): string {
    const { address, port } = this.server.address() as net.AddressInfo;
    return `${address}:${port}`;
  }

  /** Ends connections with that side at once, as a router does that has lost its tables. Returns how many. */
  reset(from: Side, classes?: readonly LinkClass[]): number {
    let count = 0;
    for (const connection of this.connections) {
      if (connection.from !== from) continue;
      if (classes !== undefined && !classes.includes(this.classOf(connection))) continue;
      this.drop(connection);
      count++;
    }
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unwatch();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.connections) this.drop(connection);
    await closed;
  }

  private accept(inbound: net.Socket): void {
    const connection: Connection = {
      from: this.options.sideOf(inbound.remoteAddress ?? ''),
      finder: this.options.listener === 'peer' ? new ClassFinder() : undefined,
      inbound,
      outbound: undefined,
      directions: [],
    };
    this.connections.add(connection);
    inbound.on('error', () => undefined);
    inbound.on('close', () => this.ended(connection));
    this.apply(connection);
  }

  /** Where both ways are open the node is dialled, if it is not yet. */
  private apply(connection: Connection): void {
    if (connection.outbound === undefined) {
      if (!this.state(connection, true).cut && !this.state(connection, false).cut) this.dial(connection);
      return;
    }
    for (const direction of connection.directions) direction.pass();
  }

  private dial(connection: Connection): void {
    const { target, unit } = this.options;
    const { inbound } = connection;
    const outbound = net.connect({ ...target, allowHalfOpen: true, noDelay: true });
    connection.outbound = outbound;
    outbound.on('error', () => undefined);
    outbound.on('close', () => this.ended(connection));
    outbound.once('error', () => {
      // Nobody listens there: the one who dialled learns it as from the kernel.
      if (connection.directions.length === 0) this.drop(connection);
    });
    outbound.once('connect', () => {
      const { finder } = connection;
      connection.directions = [
        new Direction({
          source: inbound,
          sink: outbound,
          state: () => this.state(connection, true),
          unit,
          ...(finder === undefined ? {} : { peek: (bytes: Buffer) => finder.look(bytes) }),
        }),
        new Direction({
          source: outbound,
          sink: inbound,
          state: () => this.state(connection, false),
          unit,
        }),
      ];
      inbound.resume();
    });
  }

  private classOf({ finder }: Connection): LinkClass {
    const { listener } = this.options;
    return listener === 'peer' ? (finder?.linkClass ?? 'peer') : listener;
  }

  /** `towardsNode`: of the bytes that the one who dialled sends. */
  private state(connection: Connection, towardsNode: boolean): LinkState {
    const { links, node } = this.options;
    const linkClass = this.classOf(connection);
    return towardsNode
      ? links.stateOf({ from: connection.from, to: node, linkClass })
      : links.stateOf({ from: node, to: connection.from, linkClass });
  }

  /** Gone for both once both have ended; what a cut holds back stays until it heals. */
  private ended(connection: Connection): void {
    const { inbound, outbound } = connection;
    if (outbound === undefined ? inbound.destroyed : inbound.destroyed && outbound.destroyed)
      this.forget(connection);
  }

  private drop(connection: Connection): void {
    this.forget(connection);
    connection.inbound.resetAndDestroy();
    connection.outbound?.resetAndDestroy();
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    for (const direction of connection.directions) direction.close();
  }
}
