/** `flowmesh.v1.Queues`: its methods and who answers them. */
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { Clock } from '@flowmesh/base';
import type { QueuesHandlers } from '@flowmesh/proto';
import type { QueueAdmin } from '../../services/queue/queue-admin.ts';
import type { QueueService } from '../../services/queue/queue-service.ts';
import type { MakeUnary } from './calls.ts';
import type { LongCalls } from './long-calls.ts';
import { QueueAdminHandlers } from './queue-admin-handlers.ts';
import { QueueJobsHandlers } from './queue-jobs-handlers.ts';
import { QueueResourceHandlers } from './queue-resource-handlers.ts';
import { type WorkCall, WorkStreamCall } from './work-stream.ts';

export interface QueuesGatewayPorts {
  readonly queues: QueueService;
  readonly queueResources: ResourceAdmin;
  readonly queueUpdates: ResourceUpdate;
  readonly queueAdmin: QueueAdmin;
  readonly clock: Clock;
}

export function queuesServiceHandlers(
  ports: QueuesGatewayPorts,
  unary: MakeUnary,
  long: LongCalls,
): QueuesHandlers {
  const resources = new QueueResourceHandlers(ports.queueResources, ports.queueUpdates);
  const admin = new QueueAdminHandlers(ports.queueAdmin, ports.clock);
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
    peek: unary('queue-peek', admin.peek.bind(admin)),
    search: unary('queue-search', admin.search.bind(admin)),
    getQueueStats: unary('queue-stats', admin.stats.bind(admin)),
    pauseQueue: unary('queue-pause', admin.pause.bind(admin)),
    purgeQueue: unary('queue-purge', admin.purge.bind(admin)),
    listWorkers: unary('queue-workers', admin.workers.bind(admin)),
    putSchedule: unary('schedule-put', admin.putSchedule.bind(admin)),
    deleteSchedule: unary('schedule-delete', admin.deleteSchedule.bind(admin)),
    pauseSchedule: unary('schedule-pause', admin.pauseSchedule.bind(admin)),
    listSchedules: unary('schedule-list', admin.schedules.bind(admin)),
  };
}
