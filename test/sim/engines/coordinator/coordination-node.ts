/** Groups and transactions on one process, as the product puts them together: the real services over the simulated ports. */
import { crc32c, utf8Encode } from '@flowmesh/base';
import { NO_CODECS } from '@flowmesh/kafka';
import { ByteBudget } from '../../../../packages/broker/src/services/byte-budget.ts';
import { Coordination } from '../../../../packages/broker/src/services/group/coordination.ts';
import {
  COORDINATORS_NAME,
  type Coordinators,
} from '../../../../packages/broker/src/services/metadata/coordinators.ts';
import { ProducerIds } from '../../../../packages/broker/src/services/metadata/producer-ids.ts';
import { type Caller, NO_METRICS } from '../../../../packages/broker/src/services/ports.ts';
import { QueueParticipant } from '../../../../packages/broker/src/services/queue/queue-participant.ts';
import { QueueService } from '../../../../packages/broker/src/services/queue/queue-service.ts';
import {
  DEFAULT_STREAM_LIMITS,
  StreamService,
} from '../../../../packages/broker/src/services/stream/stream-service.ts';
import { registerParticipant } from '../../../../packages/broker/src/services/transaction/participants.ts';
import type { EnginePorts, ResourceWish } from '../workload.ts';

export interface CoordinationNode {
  readonly coordination: Coordination;
  readonly streams: StreamService;
  readonly queues: QueueService;
}

export const COORDINATORS: Omit<ResourceWish, 'shards'> = {
  kind: 'coordinator',
  name: COORDINATORS_NAME,
  config: {},
};

/** `newId`: unique in the world. */
export function coordinationNode(ports: EnginePorts, newId: () => string): CoordinationNode {
  const streams = new StreamService({
    ...ports,
    metrics: NO_METRICS,
    codecs: NO_CODECS,
    crc32c,
    limits: DEFAULT_STREAM_LIMITS,
  });
  streams.start();
  const lifetime = new AbortController().signal;
  const producers = new ProducerIds({ ...ports, newUuid: newId, lifetime });
  const coordination = new Coordination({
    ...ports,
    streams,
    producers,
    coordinators: coordinatorsOf(ports),
    newUuid: newId,
    classic: { initialRebalanceDelayMs: 300, sessionTimeoutMinMs: 1_000, sessionTimeoutMaxMs: 60_000 },
  });
  const queues = new QueueService({
    ...ports,
    metrics: NO_METRICS,
    receiversMax: 100,
    onFault: () => undefined,
  });
  registerParticipant(coordination.calls, 'queue', new QueueParticipant(queues.shards));
  ports.onForward((message) => {
    const answer = coordination.calls.onForward(message, lifetime);
    if (answer === undefined) throw new Error('nobody asks for metadata in this world');
    return answer;
  });
  return { coordination, streams, queues };
}

/** They are there from the beginning. */
function coordinatorsOf({ catalog }: EnginePorts): Pick<Coordinators, 'ensure'> {
  return {
    ensure: async () => {
      const known = catalog.machine.resource('coordinator', COORDINATORS_NAME);
      if (known === undefined) throw new Error('the coordinators are created with the world');
      return known;
    },
  };
}

/** The shard that a name falls on, computed apart from the product. */
export function shardOfName(name: string, shards: number): number {
  return crc32c(utf8Encode(name)) % shards;
}

export function callerOf(id: number): Caller {
  return { id, protocol: 'sim', address: 'sim', principal: undefined, inFlight: new ByteBudget(1 << 20) };
}
