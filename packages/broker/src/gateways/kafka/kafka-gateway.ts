/**
 * The listener for Kafka's clients. It translates and nothing more: every request goes to the services that gRPC stands on.
 *
 *   start ─► serving ─ stop ─► no new connections; what came is answered, long polls at once ─► closed, by force when time is up
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { FlowError } from '@flowmesh/base';
import {
  API_KEY,
  ApiVersions,
  KAFKA_ERROR,
  readRequestHeader,
  responseFrame,
} from '@flowmesh/kafka/protocol';
import type { Frame, RequestHeader } from '@flowmesh/kafka/protocol';
import { isLoopback } from '../../config/check.ts';
import type { Authenticator } from '../../services/access/authenticator.ts';
import { ByteBudget } from '../../services/byte-budget.ts';
import type { Caller } from '../../services/ports.ts';
import { certifiedName, type ListenerTls } from '../../services/access/listener-tls.ts';
import { advertised, apiVersions } from './api-versions.ts';
import { ClientSession } from './client-session.ts';
import { KafkaConnection } from './connection.ts';
import type { ConnectionLimits } from './connection.ts';
import { asFlowError } from './errors.ts';
import { rawStep, saslApis } from './sasl.ts';
import { closing } from './served-api.ts';
import type { KafkaPorts, ServedApi } from './served-api.ts';
import { servedApis } from './served-apis.ts';

export interface KafkaGatewayOptions extends ConnectionLimits {
  /** Port 0: any; `start` tells which. */
  readonly host: string;
  readonly port: number;
  /** Where the listener stands in the configuration. */
  readonly path: string;
  readonly connectionsMax: number;
  /** Bytes of one request of a client that has not said who it is. */
  readonly strangerBytesMax: number;
}

export const DEFAULT_KAFKA_OPTIONS: Omit<KafkaGatewayOptions, 'host' | 'port' | 'path'> = {
  frameBytesMax: 100 << 20,
  requestsInFlightMax: 64,
  bytesInFlightMax: 32 << 20,
  unsentBytesMax: 1 << 20,
  idleMs: 600_000,
  keepaliveMs: 10_000,
  connectionsMax: 50_000,
  strangerBytesMax: 64 << 10,
};

export interface KafkaSecurity {
  readonly authenticator: Authenticator;
  /** Clients authenticate again before so long; 0: never. */
  readonly lifetimeMs: number;
}

export interface KafkaGatewayPorts extends KafkaPorts {
  /** Absent: nobody has to say who they are. */
  readonly security?: KafkaSecurity | undefined;
  /** Absent: in clear. */
  readonly tls?: ListenerTls | undefined;
  /** A connection was ended because of what came over it. */
  readonly onRefused: (error: FlowError, address: string) => void;
}

interface Client {
  readonly session: ClientSession;
  readonly connection: KafkaConnection;
}

export class KafkaGateway {
  private readonly ports: KafkaGatewayPorts;
  private readonly options: KafkaGatewayOptions;
  private readonly server: Server;
  private readonly apis: ReadonlyMap<number, ServedApi>;
  /** What may be asked for by whom nobody knows yet. */
  private readonly entrance: ReadonlySet<number>;
  private readonly open = new Map<KafkaConnection, ClientSession>();
  private nextCaller = 1;
  private onEmpty: () => void = () => undefined;

  constructor(ports: KafkaGatewayPorts, options: KafkaGatewayOptions) {
    this.ports = ports;
    this.options = options;
    const apis = servedApis(ports);
    const sasl = ports.security === undefined ? [] : saslApis(ports.onRefused);
    const versions = apiVersions([...apis, ...sasl]);
    this.apis = new Map([...apis, ...sasl, versions].map((one) => [one.key, one]));
    this.entrance = new Set([...sasl, versions].map(({ key }) => key));
    // A client that has said all may still read the answers.
    const accept = (socket: Socket): void => this.accept(socket);
    const halfOpen = { allowHalfOpen: true };
    this.server = ports.tls?.server(halfOpen, accept) ?? createServer(halfOpen, accept);
    this.server.maxConnections = options.connectionsMax;
  }

  get connections(): number {
    return this.open.size;
  }

  /** Listens; resolves with the port. UNAVAILABLE where the address cannot be had. */
  async start(): Promise<number> {
    const { host, port, path } = this.options;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(
          new FlowError('UNAVAILABLE', `cannot listen for Kafka on ${host}:${port}: ${cause.message}`, {
            hint: `Is the port in use? Choose another one in ${path}.port.`,
            cause,
          }),
        );
      this.server.once('error', failed);
      this.server.listen(port, host, () => {
        this.server.off('error', failed);
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends gracefully, by force after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.ports.tls?.close();
    if (this.server.listening) this.server.close();
    const ended = new Promise<void>((resolve) => {
      this.onEmpty = resolve;
    });
    for (const connection of this.open.keys()) connection.stop();
    if (this.open.size === 0) return;
    const force = setTimeout(() => {
      for (const connection of this.open.keys()) connection.destroy();
    }, timeoutMs);
    await ended;
    clearTimeout(force);
  }

  /** Users have changed: who may no longer be here is cut off, also while it waits for something. */
  recheck(): void {
    for (const [connection, session] of this.open) {
      const refused = session.known ? session.refusal() : undefined;
      if (refused === undefined) continue;
      this.ports.onRefused(refused, session.caller.address);
      connection.destroy();
    }
  }

  private accept(socket: Socket): void {
    const { metrics, security, clock } = this.ports;
    const address = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    const caller: Caller = {
      id: this.nextCaller++,
      protocol: 'kafka',
      address,
      principal: undefined,
      inFlight: new ByteBudget(this.options.bytesInFlightMax),
    };
    const secured = security === undefined ? undefined : { ...security, clock };
    const encrypted = socket instanceof TLSSocket;
    const session = new ClientSession(caller, encrypted || isLoopback(socket.remoteAddress ?? ''), secured);
    metrics.connections('kafka', 1);
    const connection = new KafkaConnection({
      socket,
      limits: this.options,
      answer: (frame, signal) => this.answer(frame, { session, connection }, signal),
      onTraffic: (direction, bytes) => metrics.traffic(direction, bytes),
      onRefused: (error) => this.ports.onRefused(error, address),
      onClose: () => {
        this.open.delete(connection);
        metrics.connections('kafka', -1);
        if (this.open.size === 0) this.onEmpty();
      },
    });
    this.open.set(connection, session);
    if (security === undefined) return;
    const name = encrypted ? certifiedName(socket) : undefined;
    const user = name === undefined ? undefined : security.authenticator.certified(name);
    if (user === undefined) connection.limit(this.options.strangerBytesMax);
    else session.certified(user);
  }

  /** A step of authentication may change what is taken afterwards. */
  private async admit(
    answered: Promise<Frame | undefined>,
    { session, connection }: Client,
  ): Promise<Frame | undefined> {
    try {
      return await answered;
    } finally {
      if (session.known) connection.limit(this.options.frameBytesMax);
      if (session.over) connection.stop();
    }
  }

  private async answer(frame: Uint8Array, client: Client, signal: AbortSignal): Promise<Frame | undefined> {
    const { session } = client;
    if (session.raw) return await this.admit(rawStep(session, frame), client);
    const header = readRequestHeader(frame);
    const api = this.apis.get(header.apiKey);
    const [first, last] = api?.versions ?? [0, -1];
    if (api === undefined || header.apiVersion < first || header.apiVersion > last)
      return this.unsupported(header, api);
    const entering = this.entrance.has(header.apiKey);
    const refused = entering ? undefined : session.refusal();
    if (refused !== undefined) throw refused;
    const { metrics, clock } = this.ports;
    const startMs = clock.monotonicMs();
    const count = (code: string): void =>
      metrics.request(`kafka-${api.name}`, code, clock.monotonicMs() - startMs);
    try {
      const { apiVersion: version, clientId = '' } = header;
      const context = { caller: session.caller, session, version, clientId, signal };
      const answered = api.answer(header, frame, context);
      const answer = await (entering ? this.admit(answered, client) : answered);
      count('OK');
      return answer;
    } catch (thrown) {
      const error = asFlowError(thrown);
      count(error.code);
      if (error.code === 'INTERNAL') this.ports.onFault(error, `kafka-${api.name}`);
      throw error;
    }
  }

  /** A client that asks for the versions in too new a way is told them all the same; nothing else can be answered. */
  private unsupported(header: RequestHeader, api: ServedApi | undefined): Frame {
    const { apiKey, apiVersion, correlationId } = header;
    if (apiKey === API_KEY.ApiVersions) {
      const errorCode = KAFKA_ERROR.UNSUPPORTED_VERSION.code;
      const answer = { errorCode, apiKeys: advertised([...this.apis.values()]), throttleTimeMs: 0 };
      return responseFrame(ApiVersions, { version: 0, correlationId }, answer);
    }
    throw closing(
      `a request of API ${api?.name ?? apiKey} version ${apiVersion} is not served`,
      'Clients ask with ApiVersions which versions the broker speaks, and keep to them.',
    );
  }
}
