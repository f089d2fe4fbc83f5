/** All services of a node, put together: what gateways are given. */
import type { FlowError, NodeId } from '@flowmesh/base';
import { makeClusterAdmin } from './cluster/cluster-admin.ts';
import type { ClusterAdmin } from './cluster/cluster-admin.ts';
import { LeaderHandover } from './cluster/leader-handover.ts';
import { KvService } from './kv/kv-service.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import type { ClassicLimits } from './group/classic-groups.ts';
import { Coordination, type CoordinationPorts } from './group/coordination.ts';
import { ClusterView } from './metadata/cluster-view.ts';
import { ProducerIds } from './metadata/producer-ids.ts';
import { Coordinators } from './metadata/coordinators.ts';
import { LeaderChanges } from './metadata/leader-changes.ts';
import { LeaderPatience } from './metadata/leader-patience.ts';
import { MetadataCopies } from './metadata/metadata-copies.ts';
import { ResourceAdmin } from './metadata/resource-admin.ts';
import { ResourceUpdate } from './metadata/resource-update.ts';
import type { ClusterOpsPort, DiagnosticsPort, Door, NodeInfo, NodePort, TroublesPort } from './ports.ts';
import { DeadLetters } from './queue/dead-letters.ts';
import { QueueAdmin } from './queue/queue-admin.ts';
import { QueueParticipant } from './queue/queue-participant.ts';
import { QueueService } from './queue/queue-service.ts';
import { decodeAsk, encodeAsk, type ShardAsk } from './queue/shard-ask.ts';
import { ShardAsks } from './queue/shard-asks.ts';
import { registerParticipant } from './transaction/participants.ts';
import { StreamService } from './stream/stream-service.ts';
import type { StreamServicePorts } from './stream/stream-service.ts';

export interface NodeServicesPorts extends Omit<StreamServicePorts, 'node'> {
  readonly node: NodeInfo;
  readonly troubles: TroublesPort;
  /** What is known of the other nodes. */
  readonly nodes: NodePort;
  readonly ops: ClusterOpsPort;
  readonly diagnostics: DiagnosticsPort;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Asks another node; its answer is that of `Coordination.calls` there. */
  /** Long polls and workers that wait at once. */
  readonly receiversMax: number;
  /** A trouble of the node that no caller is told of. */
  readonly onFault: (error: FlowError, api: string) => void;
  readonly jobFinished?: (queue: string, durationMs: number) => void;
  readonly forward: CoordinationPorts['forward'];
  /** Of Kafka's classic groups. Absent: the defaults. */
  readonly classic?: ClassicLimits;
  /** Random uuids in lower-case hexadecimal. */
  readonly newUuid: () => string;
}

export interface NodeServices {
  /** What every service asks; gateways that touch several things at once ask it, too. */
  readonly door: Door;
  readonly streams: StreamService;
  readonly nodeId: NodeId;
  readonly admin: ResourceAdmin;
  readonly updates: ResourceUpdate;
  readonly kv: KvService;
  readonly buckets: ResourceAdmin;
  readonly bucketUpdates: ResourceUpdate;
  readonly coordinators: Coordinators;
  readonly producers: ProducerIds;
  readonly coordination: Coordination;
  readonly queues: QueueService;
  readonly queueResources: ResourceAdmin;
  readonly queueAdmin: QueueAdmin;
  readonly deadLetters: DeadLetters;
  readonly queueUpdates: ResourceUpdate;
  readonly cluster: ClusterView;
  readonly copies: MetadataCopies;
  readonly patience: LeaderPatience;
  readonly changes: LeaderChanges;
  readonly clusterAdmin: ClusterAdmin;
  readonly handover: LeaderHandover;
  /** Ends timers and waiting metadata requests; gateways are stopped before. */
  close(): void;
}

export function makeServices(ports: NodeServicesPorts): NodeServices {
  const { catalog, leaders, door, clock, newUuid } = ports;
  const lifetime = new AbortController();
  const wheel = new DeadlineWheel(ports);
  const streams = new StreamService({ ...ports, node: ports.node.nodeId });
  streams.start();
  const kv = new KvService({ ...ports, node: ports.node.nodeId, wheel });
  const queues = new QueueService({ ...ports, node: ports.node.nodeId, wheel });
  const clusterAdmin = makeClusterAdmin(ports);
  const resources = { catalog, leaders, nodes: ports.nodes, door, clock, wheel, newUuid };
  const producers = new ProducerIds({ catalog, door, clock, newUuid, lifetime: lifetime.signal });
  const coordinators = new Coordinators({ ...resources, lifetime: lifetime.signal });
  const node = ports.node.nodeId;
  const coordination = new Coordination({ ...ports, node, wheel, streams, producers, coordinators });
  queues.start();
  registerParticipant(coordination.calls, 'queue', new QueueParticipant(queues.shards));
  coordination.calls.handle('queue-admin', async (group, payload) =>
    encodeAsk(await queues.answer(group, decodeAsk<ShardAsk>(payload))),
  );
  const asks = new ShardAsks(coordination.calls, ports.scheduler);
  const patience = new LeaderPatience({ leaders, wheel, clock });
  const changes = new LeaderChanges({ leaders, catalog });
  const queueAdmin = new QueueAdmin({ catalog, door, clock, asks });
  return {
    door,
    streams,
    admin: new ResourceAdmin(resources, 'stream'),
    producers,
    coordination,
    kv,
    buckets: new ResourceAdmin(resources, 'bucket'),
    bucketUpdates: new ResourceUpdate(ports, 'bucket'),
    queues,
    queueResources: new ResourceAdmin(resources, 'queue'),
    queueAdmin,
    deadLetters: new DeadLetters(queueAdmin, asks),
    queueUpdates: new ResourceUpdate(ports, 'queue'),
    cluster: new ClusterView({
      catalog,
      leaders,
      door,
      node: ports.node,
      troubles: ports.troubles,
      nodes: ports.nodes,
      scheduler: ports.scheduler,
    }),
    copies: new MetadataCopies({ ...ports, node, wheel, calls: coordination.calls }),
    patience,
    changes,
    updates: new ResourceUpdate(ports, 'stream'),
    coordinators,
    clusterAdmin,
    handover: new LeaderHandover({ door, ops: ports.ops, calls: coordination.calls }),
    nodeId: ports.node.nodeId,
    close: () => {
      patience.close();
      changes.close();
      clusterAdmin.close();
      coordination.close();
      queues.close();
      lifetime.abort();
      streams.close();
      kv.close();
      wheel.close();
    },
  };
}
