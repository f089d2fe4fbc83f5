/**
 * The listener for Kafka's clients. It translates and nothing more: every request goes to the services that gRPC stands on.
 *
 *   start ─► serving ─ stop ─► no new connections; what came is answered, long polls at once ─► closed, by force when time is up
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { FlowError } from '@flowmesh/base';
import {
  API_KEY,
  ApiVersions,
  KAFKA_ERROR,
  readRequestHeader,
  responseFrame,
} from '@flowmesh/kafka/protocol';
import type { Frame, RequestHeader } from '@flowmesh/kafka/protocol';
import { ByteBudget } from '../../services/byte-budget.ts';
import type { Caller } from '../../services/ports.ts';
import { advertised, apiVersions } from './api-versions.ts';
import { KafkaConnection } from './connection.ts';
import type { ConnectionLimits } from './connection.ts';
import { asFlowError } from './errors.ts';
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
}

export const DEFAULT_KAFKA_OPTIONS: Omit<KafkaGatewayOptions, 'host' | 'port' | 'path'> = {
  frameBytesMax: 100 << 20,
  requestsInFlightMax: 64,
  bytesInFlightMax: 32 << 20,
  unsentBytesMax: 1 << 20,
  idleMs: 600_000,
  keepaliveMs: 10_000,
  connectionsMax: 50_000,
};

export interface KafkaGatewayPorts extends KafkaPorts {
  /** A connection was ended because of what came over it. */
  readonly onRefused: (error: FlowError, address: string) => void;
}

export class KafkaGateway {
  private readonly ports: KafkaGatewayPorts;
  private readonly options: KafkaGatewayOptions;
  private readonly server: Server;
  private readonly apis: ReadonlyMap<number, ServedApi>;
  private readonly open = new Set<KafkaConnection>();
  private nextCaller = 1;
  private onEmpty: () => void = () => undefined;

  constructor(ports: KafkaGatewayPorts, options: KafkaGatewayOptions) {
    this.ports = ports;
    this.options = options;
    const apis = servedApis(ports);
    const all = [...apis, apiVersions(apis)];
    this.apis = new Map(all.map((one) => [one.key, one]));
    // A client that has said all may still read the answers.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
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
    if (this.server.listening) this.server.close();
    const ended = new Promise<void>((resolve) => {
      this.onEmpty = resolve;
    });
    for (const connection of this.open) connection.stop();
    if (this.open.size === 0) return;
    const force = setTimeout(() => {
      for (const connection of this.open) connection.destroy();
    }, timeoutMs);
    await ended;
    clearTimeout(force);
  }

  private accept(socket: Socket): void {
    const { metrics } = this.ports;
    const address = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    const caller: Caller = {
      id: this.nextCaller++,
      protocol: 'kafka',
      address,
      principal: undefined,
      inFlight: new ByteBudget(this.options.bytesInFlightMax),
    };
    metrics.connections('kafka', 1);
    const connection = new KafkaConnection({
      socket,
      limits: this.options,
      answer: (frame, signal) => this.answer(frame, caller, signal),
      onTraffic: (direction, bytes) => metrics.traffic(direction, bytes),
      onRefused: (error) => this.ports.onRefused(error, address),
      onClose: () => {
        this.open.delete(connection);
        metrics.connections('kafka', -1);
        if (this.open.size === 0) this.onEmpty();
      },
    });
    this.open.add(connection);
  }

  private async answer(frame: Uint8Array, caller: Caller, signal: AbortSignal): Promise<Frame | undefined> {
    const header = readRequestHeader(frame);
    const api = this.apis.get(header.apiKey);
    const [first, last] = api?.versions ?? [0, -1];
    if (api === undefined || header.apiVersion < first || header.apiVersion > last)
      return this.unsupported(header, api);
    const { metrics, clock } = this.ports;
    const startMs = clock.monotonicMs();
    const count = (code: string): void =>
      metrics.request(`kafka-${api.name}`, code, clock.monotonicMs() - startMs);
    try {
      const { apiVersion: version, clientId = '' } = header;
      const answer = await api.answer(header, frame, { caller, version, clientId, signal });
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
