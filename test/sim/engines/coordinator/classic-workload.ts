/** Groups of Kafka's classic protocol with members of all manners. */
import type { GroupId } from '@flowmesh/base';
import { type CatalogStream, partitionKey } from '@flowmesh/engines';
import type { Checker } from '../../check/checker.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import { ClassicMemberClient, type ClassicPlace } from './classic-member.ts';
import { classicChecker, ClassicWatch } from './classic-watch.ts';
import {
  callerOf,
  COORDINATORS,
  type CoordinationNode,
  coordinationNode,
  shardOfName,
} from './coordination-node.ts';

const GROUPS = ['reports', 'mailing'];

export class ClassicWorkload implements Workload {
  readonly name = 'classic groups';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: ClassicMemberClient[] = [];
  private readonly world: EngineWorld;
  private readonly watch: ClassicWatch;
  private readonly shards = new Set<GroupId>();
  private readonly nodes = new WeakMap<SimProcess, CoordinationNode>();
  private readonly places: { readonly place: ClassicPlace; readonly members: ClassicMemberClient[] }[] = [];
  private ids = 0;

  constructor(world: EngineWorld) {
    this.world = world;
    this.watch = new ClassicWatch(world.time);
    this.checkers = [classicChecker(this.shards, this.watch)];
    const { random } = world;
    const shards = 1 + random.below(4);
    const stream: ResourceWish = { kind: 'stream', name: 'visits', shards, config: {}, unfounded: true };
    this.resources = [{ ...COORDINATORS, shards: 1 + random.below(2) }, stream];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    this.nodes.set(
      process,
      coordinationNode(ports, () => `id${++this.ids}`),
    );
  }

  begin([coordinators, ...streams]: readonly CatalogStream[]): void {
    if (coordinators === undefined) return;
    const { random } = this.world;
    for (const group of coordinators.groups) this.shards.add(group);
    const partitions = streams.flatMap(({ name, groups }) => groups.map((_, i) => partitionKey(name, i)));
    for (const [g, name] of GROUPS.slice(0, 1 + random.below(2)).entries()) {
      const group = coordinators.groups[shardOfName(name, coordinators.groups.length)];
      if (group === undefined) continue;
      const nodeOf = (process: SimProcess): CoordinationNode | undefined => this.nodes.get(process);
      const place: ClassicPlace = { name, group, partitions, watch: this.watch, nodeOf };
      const members = Array.from(
        { length: 2 + random.below(3) },
        (_, i) => new ClassicMemberClient(this.world, place, `${name}-${'abcd'[i]}`, callerOf(g * 10 + i)),
      );
      this.places.push({ place, members });
      this.clients.push(...members);
    }
  }

  windDown(): void {
    for (const client of this.clients) client.settle();
  }

  /** Whoever is gone has been let go; the others have what they read. */
  unsettled(): string | undefined {
    for (const { place, members } of this.places) {
      const alive = new Set(members.filter(({ ended }) => !ended).map(({ member }) => member));
      const unsettled = this.watch.unsettled(place.name, alive);
      if (unsettled !== undefined) return unsettled;
    }
    return undefined;
  }

  finalChecks(): void {
    for (const { place } of this.places)
      this.world.note(
        'groups',
        `${place.name}: committed ${JSON.stringify([...this.watch.offsetsOf(place.name)])}`,
      );
  }
}
