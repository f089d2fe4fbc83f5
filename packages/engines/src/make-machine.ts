/** A new machine of a kind: the one place that knows them all. Replicas get theirs here, in the node as in the simulator. */
import type { MachineKind } from '@flowmesh/base';
import { CatalogMachine } from './catalog/catalog-machine.ts';
import { CoordinatorMachine } from './coordinator/coordinator-machine.ts';
import { KvMachine } from './kv/kv-machine.ts';
import type { Machine } from './machine.ts';
import { QueueMachine } from './queue/queue-machine.ts';
import { StreamMachine } from './stream/stream-machine.ts';

export function makeMachine(kind: MachineKind): Machine<unknown> {
  switch (kind) {
    case 'catalog':
      return new CatalogMachine();
    case 'stream':
      return new StreamMachine();
    case 'coordinator':
      return new CoordinatorMachine();
    case 'queue':
      return new QueueMachine();
    case 'bucket':
      return new KvMachine();
  }
}
