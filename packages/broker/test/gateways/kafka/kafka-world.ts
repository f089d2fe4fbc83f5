/** A Kafka gateway on loopback over the real services and fake replicas, and raw clients that speak the codec. */
import { crc32c, METADATA_GROUP, nodeId } from '@flowmesh/base';
import type { Clock, FlowError, GroupId } from '@flowmesh/base';
import { CoordinatorMachine, FEATURES } from '@flowmesh/engines';
import { onTestFinished } from 'vitest';
import { DEFAULT_KAFKA_OPTIONS, KafkaGateway } from '../../../src/gateways/kafka/kafka-gateway.ts';
import type { KafkaGatewayOptions, KafkaSecurity } from '../../../src/gateways/kafka/kafka-gateway.ts';
import { Authenticator } from '../../../src/services/access/authenticator.ts';
import { makeServices } from '../../../src/services/node-services.ts';
import type { NodeServices } from '../../../src/services/node-services.ts';
import { NO_METRICS, OPEN_DOOR } from '../../../src/services/ports.ts';
import type { Door, NodeReport } from '../../../src/services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from '../../../src/services/stream/stream-service.ts';
import { systemClock, systemScheduler } from '../../../src/system.ts';
import { RawClient } from './raw-client.ts';
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
  options: Partial<KafkaGatewayOptions> & {
    readonly listener?: string;
    readonly door?: Door;
    /** Clients have to say who they are, again before so long by this clock (0: never). */
    readonly secured?: { readonly lifetimeMs: number; readonly clock: Clock };
    /** What other nodes answer. */
    readonly forward?: (node: number) => Promise<Uint8Array>;
  } = {},
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
    door: options.door ?? OPEN_DOOR,
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
    forward: options.forward ?? (() => Promise.reject(new Error('there is no other node'))),
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
      clock: options.secured?.clock ?? systemClock,
      newUuid,
      security: secured(catalog, options.secured),
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

function secured(
  catalog: FakeCatalog,
  how: { readonly lifetimeMs: number } | undefined,
): KafkaSecurity | undefined {
  if (how === undefined) return undefined;
  const authenticator = new Authenticator({ catalog, scheduler: systemScheduler, localToken: undefined });
  return { authenticator, lifetimeMs: how.lifetimeMs };
}
