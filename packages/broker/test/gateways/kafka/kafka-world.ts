/** A Kafka gateway on loopback over the real services and fake replicas, and raw clients that speak the codec. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { crc32c, METADATA_GROUP, nodeId } from '@flowmesh/base';
import type { FlowError, GroupId } from '@flowmesh/base';
import { CoordinatorMachine, FEATURES } from '@flowmesh/engines';
import { FrameReader, readResponseHeader, requestFrame } from '@flowmesh/kafka/protocol';
import type { Api, Decoded, Encodable, Fields } from '@flowmesh/kafka/protocol';
import { onTestFinished } from 'vitest';
import { DEFAULT_KAFKA_OPTIONS, KafkaGateway } from '../../../src/gateways/kafka/kafka-gateway.ts';
import type { KafkaGatewayOptions } from '../../../src/gateways/kafka/kafka-gateway.ts';
import { makeServices } from '../../../src/services/node-services.ts';
import type { NodeServices } from '../../../src/services/node-services.ts';
import { NO_METRICS, OPEN_DOOR } from '../../../src/services/ports.ts';
import type { NodeReport } from '../../../src/services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from '../../../src/services/stream/stream-service.ts';
import { systemClock, systemScheduler } from '../../../src/system.ts';
import { createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../../services/fake-cluster.ts';
import { FakeNodes, FakeOps } from '../../services/fake-ops.ts';
import { FakeReplicas } from '../../services/fake-replicas.ts';
import type { FakeReplica } from '../../services/fake-replicas.ts';

export interface KafkaWorld {
  readonly port: number;
  readonly gateway: KafkaGateway;
  readonly services: NodeServices;
  readonly catalog: FakeCatalog;
  readonly leaders: FakeLeaders;
  readonly replicas: FakeReplicas;
  readonly nodes: FakeNodes;
  readonly ops: FakeOps;
  /** Connections that were ended for what they sent. */
  readonly refused: FlowError[];
  readonly faults: FlowError[];
  client(): Promise<RawClient>;
  /** Creates a stream of which this node leads every partition. */
  stream(name: string, options?: { partitions?: number; config?: Record<string, string> }): FakeReplica[];
  /** Makes the coordinators, a single shard that this node leads. */
  coordinators(): FakeReplica<CoordinatorMachine>;
}

const REPORT: NodeReport = {
  diskTotalBytes: 0,
  diskFreeBytes: 0,
  storedBytes: 0,
  rssBytes: 0,
  uptimeMs: 1,
  version: '0.1.0',
  features: FEATURES,
  leading: 0,
  durable: 0,
  avoidLeading: false,
};

export async function startKafkaWorld(
  options: Partial<KafkaGatewayOptions> & { readonly listener?: string } = {},
): Promise<KafkaWorld> {
  const catalog = new FakeCatalog(3);
  const leaders = new FakeLeaders();
  const replicas = new FakeReplicas();
  const refused: FlowError[] = [];
  const faults: FlowError[] = [];
  const nodes = new FakeNodes();
  const ops = new FakeOps();
  let uuids = 0;
  const newUuid = (): string => `30000000-0000-0000-0000-${String(++uuids).padStart(12, '0')}`;
  // The third node is of a build without Kafka listeners.
  nodes.reports.set(nodeId(1), {
    ...REPORT,
    kafkaAddresses: new Map([
      ['', '127.0.0.1:9092'],
      ['outside', '10.0.0.1:9094'],
    ]),
  });
  nodes.reports.set(nodeId(2), { ...REPORT, kafkaAddresses: new Map([['', '[::2]:9093']]) });
  nodes.reports.set(nodeId(3), REPORT);
  leaders.set(METADATA_GROUP, 2);
  const services = makeServices({
    node: { clusterId: 'test', nodeId: nodeId(1), version: '0.1.0' },
    replicas,
    catalog,
    leaders,
    disk: new FakeDisk(),
    door: OPEN_DOOR,
    metrics: NO_METRICS,
    clock: systemClock,
    scheduler: systemScheduler,
    codecs: {},
    crc32c,
    limits: DEFAULT_STREAM_LIMITS,
    troubles: { troublesOf: () => [] },
    nodes,
    ops,
    diagnostics: { parts: async () => [] },
    randomBytes: (count) => new Uint8Array(count),
    forward: () => Promise.reject(new Error('there is no other node')),
    receiversMax: 100,
    onFault: (error) => faults.push(error),
    newUuid,
    classic: { initialRebalanceDelayMs: 0, sessionTimeoutMinMs: 1_000, sessionTimeoutMaxMs: 60_000 },
  });
  const gateway = new KafkaGateway(
    {
      ...services,
      leaders,
      nodes,
      listener: options.listener ?? '',
      metrics: NO_METRICS,
      clock: systemClock,
      newUuid,
      onRefused: (error) => refused.push(error),
      onFault: (error) => faults.push(error),
    },
    { ...DEFAULT_KAFKA_OPTIONS, host: '127.0.0.1', port: 0, path: 'listeners.kafka', ...options },
  );
  const port = await gateway.start();
  const clients: RawClient[] = [];
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
    nodes,
    ops,
    refused,
    faults,
    client: async () => {
      const client = await RawClient.connect(port);
      clients.push(client);
      return client;
    },
    stream: (name, streamOptions = {}) => lead(createStream(catalog, name, streamOptions)),
    coordinators: () => {
      const [group] = createStream(catalog, 'coordinator:groups') as [GroupId];
      leaders.set(group, 1);
      return replicas.placeWith(group, new CoordinatorMachine());
    },
  };
}

interface Reply {
  readonly correlationId: number;
  readonly frame: Uint8Array;
}

/** Writes requests, gives responses in the order in which they come. */
export class RawClient {
  readonly socket: Socket;
  private readonly replies: Reply[] = [];
  private readonly reader = new FrameReader({ frameBytesMax: 1 << 30 });
  private wake: () => void = () => undefined;
  private nextId = 1;
  private ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      for (const frame of this.reader.push(chunk))
        this.replies.push({ correlationId: new DataView(frame.buffer, frame.byteOffset).getInt32(0), frame });
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  close(): void {
    this.socket.destroy();
  }

  /** Its correlation id. */
  send<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
  ): number {
    const correlationId = this.nextId++;
    const frame = requestFrame(api, { version, correlationId, clientId: 'raw' }, request);
    for (const chunk of frame.chunks) this.socket.write(chunk);
    return correlationId;
  }

  /** The next response, whatever it answers; undefined once the connection has ended. */
  async next(): Promise<Reply | undefined> {
    while (this.replies.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.replies.shift();
  }

  async call<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    const correlationId = this.send(api, version, request);
    const reply = await this.next();
    if (reply === undefined) throw new Error(`${api.name}: the connection ended`);
    if (reply.correlationId !== correlationId) throw new Error(`${api.name}: another answer came first`);
    return decodeReply(api, version, reply);
  }
}

export function decodeReply<Req extends Fields, Res extends Fields>(
  api: Api<Req, Res>,
  version: number,
  { frame }: Reply,
): Decoded<Res> {
  return api.response.decode(version, frame, readResponseHeader(frame, api, version).bodyAt);
}
