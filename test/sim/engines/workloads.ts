/** All workloads. A seed has one or two of them. */
import type { Random } from '@flowmesh/base';
import { KvWorkload } from './kv/kv-workload.ts';
import { QueueWorkload } from './queue/queue-workload.ts';
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
