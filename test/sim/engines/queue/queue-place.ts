/** A shard of a queue, as its clients reach it. */
import type { FlowError, GroupId } from '@flowmesh/base';
import { type QueueCommandBody, type Receipt, type ReceiptResult } from '@flowmesh/engines';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type {
  QueueName,
  QueueService,
} from '../../../../packages/broker/src/services/queue/queue-service.ts';
import type { Settlement } from '../../../../packages/broker/src/services/queue/settlement.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { QueueShard } from './queue-shard.ts';

export interface QueuePlace {
  readonly queue: string;
  readonly shard: number;
  readonly group: GroupId;
  readonly known: QueueShard;
  /** Old ones too: they have to be refused. */
  readonly receipts: Receipt[];
  serviceOf(process: SimProcess): QueueService | undefined;
}

export function nameOf(place: QueuePlace, caller: Caller): QueueName {
  return { caller, queue: place.queue, shard: place.shard };
}

export function settle(
  service: QueueService,
  name: QueueName,
  settlement: Settlement,
): Promise<readonly ReceiptResult[]> {
  return new Promise((resolve, reject) => {
    service.settle(name, settlement, (result) => {
      if (isError(result)) reject(result);
      else resolve(result);
    });
  });
}

/** A command that no door of workers and producers has. */
export function command(service: QueueService, name: QueueName, body: QueueCommandBody): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const shard = service.admit(name, 'receive');
    if (isError(shard)) {
      reject(shard);
      return;
    }
    service.propose(shard, body, 5_000, (result) => {
      if (result.ok) resolve(result.value);
      else reject(result.error);
    });
  });
}

function isError(result: object): result is FlowError {
  return result instanceof Error;
}
