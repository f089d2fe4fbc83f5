/** `flowmesh.v1.Queues`: its methods and who answers them. */
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { QueueService } from '../../services/queue/queue-service.ts';
import type { MakeUnary } from './calls.ts';
import type { LongCalls } from './long-calls.ts';
import { QueueJobsHandlers } from './queue-jobs-handlers.ts';
import { QueueResourceHandlers } from './queue-resource-handlers.ts';
import { type WorkCall, WorkStreamCall } from './work-stream.ts';

export interface QueuesGatewayPorts {
  readonly queues: QueueService;
  readonly queueAdmin: ResourceAdmin;
  readonly queueUpdates: ResourceUpdate;
}

export function queuesServiceHandlers(ports: QueuesGatewayPorts, unary: MakeUnary, long: LongCalls): object {
  const resources = new QueueResourceHandlers(ports.queueAdmin, ports.queueUpdates);
  const jobs = new QueueJobsHandlers(ports.queues);
  const { queues } = ports;
  return {
    createQueue: unary('create-queue', resources.create.bind(resources)),
    updateQueue: unary('update-queue', resources.update.bind(resources)),
    deleteQueue: unary('delete-queue', resources.delete.bind(resources)),
    getQueue: unary('get-queue', resources.get.bind(resources)),
    listQueues: unary('list-queues', resources.list.bind(resources)),
    enqueue: unary('enqueue-call', jobs.enqueue.bind(jobs)),
    enqueueStream: long.pipelined(jobs.enqueuePipelined),
    receive: unary('receive-call', jobs.receive.bind(jobs)),
    work: long.held((call: WorkCall, caller, onEnd) => new WorkStreamCall({ call, caller, queues, onEnd })),
    ack: unary('ack-call', jobs.ack.bind(jobs)),
    nack: unary('nack-call', jobs.nack.bind(jobs)),
    extend: unary('extend-call', jobs.extend.bind(jobs)),
    release: unary('release-call', jobs.release.bind(jobs)),
  };
}
