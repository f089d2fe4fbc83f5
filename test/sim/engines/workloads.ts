/**
 * All workloads. A seed of the world of engines has one or two of them; groups and transactions, which want the coordinators, have a world of
 * their own.
 */
import type { Random } from '@flowmesh/base';
import { ClassicWorkload } from './coordinator/classic-workload.ts';
import { GroupWorkload } from './coordinator/group-workload.ts';
import { KvWorkload } from './kv/kv-workload.ts';
import { QueueWorkload } from './queue/queue-workload.ts';
import { ShareWorkload } from './shares/share-workload.ts';
import { TransactionWorkload } from './transactions/transaction-workload.ts';
import type { EngineWorld, Workload } from './workload.ts';

const MAKERS: readonly ((world: EngineWorld) => Workload)[] = [
  (world) => new KvWorkload(world),
  (world) => new QueueWorkload(world),
];

export function drawWorkloads(world: EngineWorld, random: Random): readonly Workload[] {
  const first = random.below(MAKERS.length);
  const count = random.unit() < 0.7 ? 1 : 2;
  return MAKERS.map((_, i) => MAKERS[(first + i) % MAKERS.length])
    .slice(0, count)
    .flatMap((make) => (make === undefined ? [] : [make(world)]));
}

export function drawCoordination(world: EngineWorld, random: Random): readonly Workload[] {
  const lot = random.unit();
  if (lot < 0.35) return [new GroupWorkload(world)];
  if (lot < 0.8) return [new TransactionWorkload(world)];
  return [lot < 0.9 ? new ClassicWorkload(world) : new ShareWorkload(world)];
}
