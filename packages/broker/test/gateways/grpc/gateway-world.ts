/** A gateway on loopback over the real services and fake replicas, with clients that are closed at the end of the test. */
import { crc32c, nodeId } from '@flowmesh/base';
import type { FlowError, GroupId } from '@flowmesh/base';
import { ClusterClient, google, HealthClient, StreamsClient } from '@flowmesh/proto';
import type { ClientConstructor } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { DEFAULT_GRPC_OPTIONS, GrpcGateway } from '../../../src/gateways/grpc/grpc-gateway.ts';
import type { GrpcGatewayOptions } from '../../../src/gateways/grpc/grpc-gateway.ts';
import { makeServices } from '../../../src/services/node-services.ts';
import type { NodeServices } from '../../../src/services/node-services.ts';
import { NO_METRICS, OPEN_DOOR } from '../../../src/services/ports.ts';
import type { ReadinessPort } from '../../../src/services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from '../../../src/services/stream/stream-service.ts';
import type { StreamLimits } from '../../../src/services/stream/stream-service.ts';
import { systemClock, systemScheduler } from '../../../src/system.ts';
import { createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../../services/fake-cluster.ts';
import { FakeNodes, FakeOps } from '../../services/fake-ops.ts';
import { FakeReplicas } from '../../services/fake-replicas.ts';
import type { FakeReplica } from '../../services/fake-replicas.ts';

class FakeReadiness implements ReadinessPort {
  private value = true;
  private readonly listeners = new Set<() => void>();

  ready(): boolean {
    return this.value;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(value: boolean): void {
    this.value = value;
    for (const listener of this.listeners) listener();
  }
}

export interface GatewayWorld {
  readonly port: number;
  readonly gateway: GrpcGateway;
  readonly services: NodeServices;
  readonly catalog: FakeCatalog;
  readonly leaders: FakeLeaders;
  readonly replicas: FakeReplicas;
  readonly disk: FakeDisk;
  readonly nodes: FakeNodes;
  readonly ops: FakeOps;
  readonly readiness: FakeReadiness;
  readonly faults: FlowError[];
  readonly streams: StreamsClient;
  readonly cluster: ClusterClient;
  readonly health: HealthClient;
  client<C extends Client>(constructor: ClientConstructor<C>): C;
  /** Creates a stream of which this node leads every partition. */
  stream(name: string, options?: { partitions?: number; config?: Record<string, string> }): FakeReplica[];
}

export async function startWorld(
  options: Partial<GrpcGatewayOptions> = {},
  limits: Partial<StreamLimits> = {},
): Promise<GatewayWorld> {
  const catalog = new FakeCatalog(3);
  const leaders = new FakeLeaders();
  const replicas = new FakeReplicas();
  const disk = new FakeDisk();
  const readiness = new FakeReadiness();
  const faults: FlowError[] = [];
  const nodes = new FakeNodes();
  const ops = new FakeOps();
  let uuids = 0;
  let randoms = 0;
  const services = makeServices({
    node: { clusterId: 'test', nodeId: nodeId(1), version: '0.1.0' },
    replicas,
    catalog,
    leaders,
    disk,
    door: OPEN_DOOR,
    metrics: NO_METRICS,
    clock: systemClock,
    scheduler: systemScheduler,
    codecs: {},
    crc32c,
    limits: { ...DEFAULT_STREAM_LIMITS, ...limits },
    troubles: { troublesOf: () => [] },
    nodes,
    ops,
    diagnostics: { parts: async () => [{ name: 'node.json', content: Buffer.from('{}') }] },
    randomBytes: (count) => new Uint8Array(count).fill(++randoms),
    forward: () => Promise.reject(new Error('there is no other node')),
    receiversMax: 100,
    onFault: (error) => faults.push(error),
    newUuid: () => `30000000-0000-0000-0000-${String(++uuids).padStart(12, '0')}`,
  });
  const gateway = new GrpcGateway(
    {
      ...services,
      readiness,
      metrics: NO_METRICS,
      clock: systemClock,
      onFault: (error) => faults.push(error),
    },
    { ...DEFAULT_GRPC_OPTIONS, host: '127.0.0.1', port: 0, ...options },
  );
  const port = await gateway.start();
  const clients: Client[] = [];
  const client = <C extends Client>(constructor: ClientConstructor<C>): C => {
    const made = new constructor(`127.0.0.1:${port}`, credentials.createInsecure());
    clients.push(made);
    return made;
  };
  onTestFinished(async () => {
    for (const each of clients) each.close();
    await gateway.stop(1_000);
    services.close();
  });
  const lead = (groups: readonly GroupId[]): FakeReplica[] =>
    groups.map((group) => {
      leaders.set(group, 1);
      return replicas.place(group);
    });
  return {
    port,
    gateway,
    services,
    catalog,
    leaders,
    replicas,
    disk,
    nodes,
    ops,
    readiness,
    faults,
    client,
    streams: client(StreamsClient),
    cluster: client(ClusterClient),
    health: client(HealthClient),
    stream: (name, streamOptions = {}) => lead(createStream(catalog, name, streamOptions)),
  };
}

export interface CallFailure {
  readonly status: number;
  readonly message: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly hint: string | undefined;
  readonly retryDelay: boolean;
}

/** What a client finds in the trailers of a failed call. */
export function failureOf(error: ServiceError): CallFailure {
  const [trailer] = error.metadata.get('grpc-status-details-bin');
  const details = trailer instanceof Buffer ? google.rpc.Status.decode(trailer).details : [];
  let reason = '';
  let metadata: Record<string, string> = {};
  let hint: string | undefined;
  let retryDelay = false;
  for (const { typeUrl, value } of details) {
    const bytes = value ?? new Uint8Array(0);
    if (typeUrl?.endsWith('ErrorInfo') === true) {
      const info = google.rpc.ErrorInfo.decode(bytes);
      reason = info.reason;
      metadata = info.metadata;
    } else if (typeUrl?.endsWith('Help') === true)
      hint = google.rpc.Help.decode(bytes).links[0]?.description ?? '';
    else if (typeUrl?.endsWith('RetryInfo') === true) retryDelay = true;
  }
  return { status: error.code, message: error.details, reason, metadata, hint, retryDelay };
}

/** A unary call as a promise; rejects with `CallFailure`. */
export function call<Response>(
  invoke: (done: (error: ServiceError | null, response?: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    invoke((error, response) => {
      if (error === null && response !== undefined) resolve(response);
      else reject(error === null ? new Error('no response') : failureOf(error));
    });
  });
}
