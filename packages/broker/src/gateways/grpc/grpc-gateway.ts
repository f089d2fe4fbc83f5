/**
 * The gRPC listener for clients: `flowmesh.v1`, health and reflection on one port. It translates and nothing more; what is
 * allowed, checked and done is in the services.
 *
 *   start ─► serving ─ stop ─► no new calls; streams drain and end with UNAVAILABLE; calls finish ─► closed, by force when time is up
 *
 * Connections that stopped answering are closed by keep-alive; messages beyond the limit are refused before they are read.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock, NodeId } from '@flowmesh/base';
import {
  ClusterService,
  DeadLettersService,
  type flowmesh,
  GroupsService,
  HealthService,
  KvService as KvGrpc,
  QueuesService,
  StreamsService,
  TransactionsService,
  reflectionPackage,
} from '@flowmesh/proto';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type {
  Metadata,
  ServerDuplexStream,
  ServerOptions,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import type { ClusterAdmin } from '../../services/cluster/cluster-admin.ts';
import type { Coordination } from '../../services/group/coordination.ts';
import type { ClusterView } from '../../services/metadata/cluster-view.ts';
import type { ProducerIds } from '../../services/metadata/producer-ids.ts';
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { KvService } from '../../services/kv/kv-service.ts';
import type { DeadLetters } from '../../services/queue/dead-letters.ts';
import type { QueueAdmin } from '../../services/queue/queue-admin.ts';
import type { QueueService } from '../../services/queue/queue-service.ts';
import type { Caller, ReadinessPort, ServiceMetrics } from '../../services/ports.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import type { Authenticator } from '../../services/access/authenticator.ts';
import { appendPipelined } from './append-translation.ts';
import { authentication, principalIn } from './authentication.ts';
import { Callers } from './callers.ts';
import { implementation, tolerant, unaryHandler } from './calls.ts';
import type { CallPorts, MakeUnary } from './calls.ts';
import { clusterServiceHandlers } from './cluster-service.ts';
import { deadLettersServiceHandlers } from './dead-letters-service.ts';
import { groupsServiceHandlers } from './groups-service.ts';
import { Health } from './health.ts';
import { PipelinedCall } from './pipelined-call.ts';
import type { Batching, PipelinedCallOptions } from './pipelined-call.ts';
import { kvServiceHandlers } from './kv-service.ts';
import type { LongCalls } from './long-calls.ts';
import { queuesServiceHandlers } from './queues-service.ts';
import { type ReceiveWindows, widenReceiveWindows } from './receive-windows.ts';
import { StreamsHandlersOverGrpc } from './streams-handlers.ts';
import { transactionsServiceHandlers } from './transactions-service.ts';
import { SubscribeStreamCall } from './subscribe-stream.ts';
import type { SubscribeCall } from './subscribe-stream.ts';

export interface GrpcGatewayOptions {
  /** Port 0: any; `start` tells which. */
  readonly host: string;
  readonly port: number;
  readonly credentials: ServerCredentials | undefined;
  /** Largest message accepted: one batch and a little more. */
  readonly messageBytesMax: number;
  /** Requests of one pipelined call under way before no more are read. */
  readonly requestsInFlightMax: number;
  /** Bytes of appends of one connection under way. */
  readonly connectionBytesInFlightMax: number;
  readonly streamsPerConnectionMax: number;
  /** What clients may send before it is read: enough for a network of some distance, and no more than one turn of the event loop bears. */
  readonly receiveWindows: ReceiveWindows;
  /** A silent connection is asked after this time, and closed when it has not answered. */
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
}

export const DEFAULT_GRPC_OPTIONS: Omit<GrpcGatewayOptions, 'host' | 'port'> = {
  credentials: undefined,
  messageBytesMax: (64 << 20) + (64 << 10),
  requestsInFlightMax: 1_024,
  connectionBytesInFlightMax: 32 << 20,
  streamsPerConnectionMax: 1_000,
  receiveWindows: { connectionBytes: 512 << 10, callBytes: 256 << 10 },
  keepaliveMs: 10_000,
  keepaliveTimeoutMs: 5_000,
};

export interface GrpcSecurity {
  readonly authenticator: Authenticator;
  readonly onRefused: (error: FlowError, address: string) => void;
}

export interface GrpcGatewayPorts {
  readonly streams: StreamService;
  readonly admin: ResourceAdmin;
  readonly updates: ResourceUpdate;
  readonly producers: ProducerIds;
  readonly coordination: Coordination;
  readonly queues: QueueService;
  readonly queueResources: ResourceAdmin;
  readonly queueAdmin: QueueAdmin;
  readonly deadLetters: DeadLetters;
  readonly queueUpdates: ResourceUpdate;
  readonly cluster: ClusterView;
  readonly clusterAdmin: ClusterAdmin;
  readonly kv: KvService;
  readonly buckets: ResourceAdmin;
  readonly bucketUpdates: ResourceUpdate;
  readonly nodeId: NodeId;
  readonly readiness: ReadinessPort;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
  readonly onFault: (error: FlowError, api: string) => void;
  /** Absent: nobody has to say who they are. */
  readonly security?: GrpcSecurity | undefined;
}

/** Messages a little too large are read, so that the refusal can say more than grpc-js does; far larger ones are not. */
const OVERSIZE_MARGIN_BYTES = 1 << 20;

/** What health answers for. */
const SERVICES = ['Streams', 'Queues', 'DeadLetters', 'KV', 'Groups', 'Transactions', 'Cluster'].map(
  (name) => `flowmesh.v1.${name}`,
);

interface OpenStream {
  stop(error: FlowError): void;
  /** Who it is for, and as what the user was known when it began. */
  readonly principal: string | undefined;
  readonly access: object | undefined;
}

export class GrpcGateway {
  private readonly ports: GrpcGatewayPorts;
  private readonly options: GrpcGatewayOptions;
  private readonly server: Server;
  private readonly callers: Callers;
  private readonly health: Health;
  private readonly open = new Set<OpenStream>();
  private stopping = false;
  private narrow = (): void => undefined;

  constructor(ports: GrpcGatewayPorts, options: GrpcGatewayOptions) {
    this.ports = ports;
    this.options = options;
    this.callers = new Callers({
      inFlightBytesMax: options.connectionBytesInFlightMax,
      metrics: ports.metrics,
    });
    this.health = new Health(ports.readiness, SERVICES);
    this.server = new Server(serverOptions(options, ports.security));
    this.addServices();
  }

  /** Listens; resolves with the port. UNAVAILABLE where the address cannot be had. */
  async start(): Promise<number> {
    const { host, port } = this.options;
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const credentials = this.options.credentials ?? ServerCredentials.createInsecure();
    const bound = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync(address, credentials, (error, listening) => {
        if (error === null) resolve(listening);
        else reject(cannotListen(address, error));
      });
    });
    this.narrow = widenReceiveWindows(bound, this.options.receiveWindows);
    return bound;
  }

  /** Connections that have calls open. */
  get connections(): number {
    return this.callers.size;
  }

  /** Ends gracefully, by force after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping = true;
    this.narrow();
    this.health.stop();
    for (const stream of this.open) stream.stop(stoppingError());
    await new Promise<void>((resolve) => {
      // grpc-js forgets to call back for a connection that is being destroyed while it shuts down: do not wait for it then.
      const force = setTimeout(() => {
        this.server.forceShutdown();
        resolve();
      }, timeoutMs);
      this.server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  /** Users have changed: whose calls go on have to be made again, and are looked at anew. */
  recheck(): void {
    for (const stream of this.open) {
      if (stream.access !== this.accessOf(stream.principal)) stream.stop(accessChanged());
    }
  }

  private accessOf(principal: string | undefined): object | undefined {
    return principal === undefined ? undefined : this.ports.security?.authenticator.accessOf(principal);
  }

  private enter(call: { getPeer(): string; readonly metadata: Metadata }): Caller {
    return this.callers.enter(call.getPeer(), this.principalOf(call.metadata));
  }

  private principalOf(metadata: Metadata): string | undefined {
    return this.ports.security === undefined ? undefined : principalIn(metadata);
  }

  private addServices(): void {
    const { ports } = this;
    const calls: CallPorts = {
      callers: this.callers,
      principalOf: (metadata) => this.principalOf(metadata),
      clock: ports.clock,
      metrics: ports.metrics,
      onFault: ports.onFault,
    };
    const unary: MakeUnary = (api, handle) => unaryHandler(calls, api, handle);
    const long: LongCalls = {
      pipelined: (handle, batching) => this.pipelined(handle, batching),
      held: (begin) => this.held(begin),
    };
    const add = (service: ServiceDefinition<UntypedServiceImplementation>, handlers: object): void =>
      this.server.addService(
        tolerant(service, this.options.messageBytesMax, ports.metrics),
        implementation(handlers),
      );
    add(StreamsService, this.streamsHandlers(unary));
    add(QueuesService, queuesServiceHandlers(ports, unary, long));
    add(DeadLettersService, deadLettersServiceHandlers(ports, unary));
    add(KvGrpc, kvServiceHandlers(ports, unary, long));
    add(GroupsService, groupsServiceHandlers(ports, unary));
    add(TransactionsService, transactionsServiceHandlers(ports, unary));
    add(ClusterService, clusterServiceHandlers(ports, unary));
    add(HealthService, {
      check: unary('health', this.health.check.bind(this.health)),
      watch: this.health.watch.bind(this.health),
    });
    // Its type names a package definition of proto-loader; at run time it reads the descriptors alone.
    const reflection = reflectionPackage() as unknown as ConstructorParameters<typeof ReflectionService>[0];
    new ReflectionService(reflection).addToServer(this.server);
  }

  private streamsHandlers(unary: MakeUnary): object {
    const { ports } = this;
    const streams = new StreamsHandlersOverGrpc(ports);
    return {
      createStream: unary('create-stream', streams.create.bind(streams)),
      updateStream: unary('update-stream', streams.update.bind(streams)),
      deleteStream: unary('delete-stream', streams.delete.bind(streams)),
      getStream: unary('get-stream', streams.get.bind(streams)),
      listStreams: unary('list-streams', streams.list.bind(streams)),
      initProducer: unary('init-producer', streams.initProducer.bind(streams)),
      append: unary('append-call', streams.append.bind(streams)),
      appendStream: this.pipelined((request: flowmesh.v1.AppendRequest, caller, respond) =>
        appendPipelined(ports.streams, request, caller, respond),
      ),
      read: unary('read', streams.read.bind(streams)),
      subscribe: this.held(
        (call: SubscribeCall, caller, onEnd) =>
          new SubscribeStreamCall({ call, caller, streams: ports.streams, onEnd }),
      ),
      getOffsets: unary('get-offsets', streams.offsets.bind(streams)),
      truncate: unary('truncate', streams.truncate.bind(streams)),
    };
  }

  /** A bidirectional method whose requests are answered one by one. */
  private pipelined<Request, Response>(
    handle: PipelinedCallOptions<Request, Response>['handle'],
    batching?: Batching<Request, Response>,
  ): (call: ServerDuplexStream<Request, Response>) => void {
    return (call) => {
      const caller = this.enter(call);
      const { principal } = caller;
      const access = this.accessOf(principal);
      const entry: OpenStream = { stop: (error) => stream.drain(error), principal, access };
      this.open.add(entry);
      const stream = new PipelinedCall<Request, Response>({
        call,
        caller,
        inFlightMax: this.options.requestsInFlightMax,
        handle,
        batching,
        onEnd: () => {
          this.open.delete(entry);
          this.callers.leave(caller);
        },
      });
      if (this.stopping) stream.drain(stoppingError());
    };
  }

  /** A call that something serves until it ends by itself, or the node stops. */
  private held<Call extends { getPeer(): string; readonly metadata: Metadata }>(
    begin: (call: Call, caller: Caller, onEnd: () => void) => { end(error: FlowError): void },
  ): (call: Call) => void {
    return (call) => {
      const caller = this.enter(call);
      const { principal } = caller;
      const access = this.accessOf(principal);
      const entry: OpenStream = { stop: (error) => serving.end(error), principal, access };
      this.open.add(entry);
      const serving = begin(call, caller, () => {
        this.open.delete(entry);
        this.callers.leave(caller);
      });
      if (this.stopping) serving.end(stoppingError());
    };
  }
}

function serverOptions(options: GrpcGatewayOptions, security: GrpcSecurity | undefined): ServerOptions {
  const interceptors =
    security === undefined ? [] : [authentication(security.authenticator, security.onRefused)];
  return {
    interceptors,
    'grpc.max_receive_message_length': options.messageBytesMax + OVERSIZE_MARGIN_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': options.streamsPerConnectionMax,
    // Its bookkeeping of every message costs more than anybody reads from it.
    'grpc.enable_channelz': 0,
    'grpc.keepalive_time_ms': options.keepaliveMs,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs,
  };
}

function accessChanged(): FlowError {
  return new FlowError('UNAVAILABLE', 'the access of the user was changed: the call has to be made again', {
    hint: 'The SDK does so by itself.',
  });
}

function stoppingError(): FlowError {
  return new FlowError('UNAVAILABLE', 'the node is stopping', { hint: 'Go on at another node.' });
}

function cannotListen(address: string, cause: Error): FlowError {
  return new FlowError('UNAVAILABLE', `cannot listen on ${address}: ${cause.message}`, {
    hint: 'Is the port in use? Choose another one in listeners.grpc.port.',
    cause,
  });
}
