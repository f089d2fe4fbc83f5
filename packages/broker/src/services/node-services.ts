/** All services of a node, put together: what gateways are given. */
import { DeadlineWheel } from './deadline-wheel.ts';
import { ClusterView } from './metadata/cluster-view.ts';
import { ProducerIds } from './metadata/producer-ids.ts';
import { StreamAdmin } from './metadata/stream-admin.ts';
import type { NodeInfo, TroublesPort } from './ports.ts';
import { StreamService } from './stream/stream-service.ts';
import type { StreamServicePorts } from './stream/stream-service.ts';

export interface NodeServicesPorts extends Omit<StreamServicePorts, 'node'> {
  readonly node: NodeInfo;
  readonly troubles: TroublesPort;
  /** Random uuids in lower-case hexadecimal. */
  readonly newUuid: () => string;
}

export interface NodeServices {
  readonly streams: StreamService;
  readonly admin: StreamAdmin;
  readonly producers: ProducerIds;
  readonly cluster: ClusterView;
  /** Ends timers and waiting metadata requests; gateways are stopped before. */
  close(): void;
}

export function makeServices(ports: NodeServicesPorts): NodeServices {
  const { catalog, leaders, door, clock, newUuid } = ports;
  const lifetime = new AbortController();
  const wheel = new DeadlineWheel(ports);
  const streams = new StreamService({ ...ports, node: ports.node.nodeId });
  const admin = new StreamAdmin({ catalog, leaders, door, clock, wheel, newUuid });
  return {
    streams,
    admin,
    producers: new ProducerIds({ catalog, door, clock, newUuid, lifetime: lifetime.signal }),
    cluster: new ClusterView({
      catalog,
      leaders,
      door,
      node: ports.node,
      troubles: ports.troubles,
      streams: admin,
    }),
    close: () => {
      lifetime.abort();
      streams.close();
      wheel.close();
    },
  };
}
