/**
 * A world of groups whose machines are queues, buckets and coordinators: each process has the product's services over the replicas, each group
 * is a shard of a resource in the catalog. Machines have little memory in some seeds, so that what lies on the disk alone is looked at too.
 */
import type { GroupId, MachineKind, Random } from '@flowmesh/base';
import { nodeOf } from '@flowmesh/base';
import { type CatalogStream, KvMachine, type Machine, makeMachine, QueueMachine } from '@flowmesh/engines';
import type { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import { DeadlineWheel } from '../../../packages/broker/src/services/deadline-wheel.ts';
import { type LeaderPort, OPEN_DOOR } from '../../../packages/broker/src/services/ports.ts';
import type { Checker } from '../check/checker.ts';
import type { NodeProcess } from '../world/node-process.ts';
import type { EndingClient, Traffic } from '../world/traffic.ts';
import type { World } from '../world/world.ts';
import { LeaderTime } from './leader-time.ts';
import { Proposals } from './proposals.ts';
import { SimCatalog } from './sim-catalog.ts';
import { compareStates } from './whole-state.ts';
import type { EnginePorts, EngineWorld, Workload } from './workload.ts';

type Draw = (world: EngineWorld, random: Random) => readonly Workload[];

export function engineTraffic(world: World, draw: Draw): Traffic {
  return new EngineTraffic(world, draw);
}

class EngineTraffic implements Traffic {
  private readonly world: World;
  private readonly random: Random;
  private readonly catalog = new SimCatalog();
  private readonly workloads: readonly Workload[];
  private readonly kinds = new Map<GroupId, MachineKind>();
  /** Bytes and entries that machines keep in memory. */
  private readonly memory: number | undefined;
  private readonly proposals: Proposals;
  private readonly leaderTime: LeaderTime;

  constructor(world: World, draw: Draw) {
    this.world = world;
    this.random = world.random;
    this.proposals = new Proposals(world.time, (node) => world.process(node)?.clock);
    this.leaderTime = new LeaderTime(this.proposals);
    this.memory = this.random.unit() < 0.5 ? undefined : 4 + this.random.below(60);
    this.workloads = draw(world, world.random);
  }

  get checkers(): readonly Checker[] {
    return [
      this.proposals.checker,
      this.leaderTime.checker,
      ...this.workloads.flatMap(({ checkers }) => checkers),
    ];
  }

  get clients(): readonly EndingClient[] {
    return this.workloads.flatMap(({ clients }) => clients);
  }

  has(group: GroupId): boolean {
    return this.kinds.has(group);
  }

  begin(): void {
    for (const workload of this.workloads) {
      const resources = workload.resources.map((wish) => this.catalog.create(wish));
      for (const [i, resource] of resources.entries())
        if (workload.resources[i]?.unfounded !== true) this.found(resource);
      workload.begin(resources);
    }
  }

  opening(process: NodeProcess, replicas: NodeReplicas): void {
    const { clock, transport, node } = process;
    this.leaderTime.follow(clock, replicas);
    const wheel = new DeadlineWheel({ clock, scheduler: clock });
    const ports: EnginePorts = {
      node,
      replicas,
      catalog: this.catalog,
      leaders: this.leaders(),
      disk: {
        writable: () => !process.diskFull,
        describe: () => ({ freeBytes: process.diskFull ? 0 : 1_000, neededBytes: 100 }),
      },
      door: OPEN_DOOR,
      clock,
      scheduler: clock,
      wheel,
      forward: (to, message, signal) => transport.forward(to, message, signal),
      onForward: (answer) => {
        process.onForward = answer;
      },
    };
    for (const workload of this.workloads) workload.equip(process, ports);
  }

  machine(kind: MachineKind): Machine<unknown> {
    const { memory } = this;
    if (memory === undefined) return makeMachine(kind);
    if (kind === 'bucket') return new KvMachine(memory * 50);
    if (kind !== 'queue') return makeMachine(kind);
    return new QueueMachine({
      cacheBytes: memory * 100,
      bodyBytes: memory * 50,
      headEntries: memory,
      windows: 4,
    });
  }

  windDown(): void {
    for (const workload of this.workloads) workload.windDown();
  }

  unsettled(): string | undefined {
    for (const workload of this.workloads) {
      const what = workload.unsettled();
      if (what !== undefined) return `${workload.name}: ${what}`;
    }
    return undefined;
  }

  proofs(): { readonly left: number } {
    return compareStates(this.world, {
      kindOf: (group) => this.kinds.get(group) ?? 'stream',
      inspect: (group, applied, keys) => {
        for (const workload of this.workloads) workload.inspect?.(group, applied, keys);
      },
    });
  }

  finalChecks(): void {
    for (const workload of this.workloads) workload.finalChecks();
  }

  private found(resource: CatalogStream): void {
    const kind = resource.kind;
    for (const group of resource.groups) {
      this.kinds.set(group, kind);
      this.world.found(group, kind);
    }
  }

  /** Who serves in the highest term, as gossip would tell it sooner or later. */
  private leaders(): LeaderPort {
    const { world } = this;
    return {
      leaderOf: (group) => {
        const leader = world.operator.leader(group);
        if (leader === undefined) return undefined;
        const node = nodeOf(leader.member);
        return { node, term: leader.term, grpcAddress: `n${node}:2` };
      },
      summaryOf: () => undefined,
      alive: (node) => world.process(node) !== undefined,
      onLeaderChange: () => () => undefined,
    };
  }
}
