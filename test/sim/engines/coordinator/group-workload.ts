/** Consumer groups with members of all manners, somebody who looks at what they have committed, and a reset now and then. */
import type { GroupId } from '@flowmesh/base';
import { type CatalogStream, encodeCoordinatorCommand, partitionKey } from '@flowmesh/engines';
import type { Checker } from '../../check/checker.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { Asker } from '../asker.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import {
  callerOf,
  COORDINATORS,
  type CoordinationNode,
  coordinationNode,
  shardOfName,
} from './coordination-node.ts';
import { GroupMemberClient, type GroupPlace } from './group-member.ts';
import { groupChecker, GroupWatch } from './group-watch.ts';
import { SessionWatch } from './session-watch.ts';

const GROUPS = ['billing', 'search'];
const LOOK_EVERY_MS = 400;
const RESET_EVERY_MS = 6_000;

export class GroupWorkload implements Workload {
  readonly name = 'groups';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: GroupMemberClient[] = [];
  private readonly world: EngineWorld;
  private readonly watch = new GroupWatch();
  private readonly sessions: SessionWatch;
  private readonly shards = new Set<GroupId>();
  private readonly nodes = new WeakMap<SimProcess, CoordinationNode>();
  private readonly places: GroupPlace[] = [];
  private partitions: readonly string[] = [];
  private streams: readonly CatalogStream[] = [];
  private ids = 0;
  private ending = false;

  constructor(world: EngineWorld) {
    this.world = world;
    this.sessions = new SessionWatch(world, this.shards);
    this.checkers = [groupChecker(this.shards, this.watch), this.sessions.checker];
    const { random } = world;
    const stream = (name: string): ResourceWish => ({
      kind: 'stream',
      name,
      shards: 1 + random.below(4),
      config: {},
      unfounded: true,
    });
    this.resources = [{ ...COORDINATORS, shards: 1 + random.below(2) }, stream('orders'), stream('clicks')];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    this.sessions.follow(process, ports.replicas);
    this.nodes.set(
      process,
      coordinationNode(ports, () => `id${++this.ids}`),
    );
  }

  begin([coordinators, ...streams]: readonly CatalogStream[]): void {
    if (coordinators === undefined) return;
    const { random } = this.world;
    for (const group of coordinators.groups) this.shards.add(group);
    this.streams = streams;
    this.partitions = streams.flatMap(({ name, groups }) => groups.map((_, i) => partitionKey(name, i)));
    for (const [g, name] of GROUPS.slice(0, 1 + random.below(2)).entries()) {
      const group = coordinators.groups[shardOfName(name, coordinators.groups.length)];
      if (group === undefined) continue;
      const place: GroupPlace = {
        name,
        group,
        streams: streams.map((stream) => stream.name).sort(),
        watch: this.watch,
        sessions: this.sessions,
        nodeOf: (process) => this.nodes.get(process),
      };
      this.places.push(place);
      const members = 2 + random.below(3);
      for (let i = 0; i < members; i++)
        this.clients.push(
          new GroupMemberClient(this.world, place, `${name}-${'abcd'[i]}`, callerOf(g * 10 + i)),
        );
      const failed = (error: unknown): void => this.world.failed(error);
      this.look(place).catch(failed);
      this.resetNowAndThen(place);
    }
  }

  windDown(): void {
    this.ending = true;
    for (const client of this.clients) client.settle();
  }

  /** Everybody is alive: each partition comes to have its reader. */
  unsettled(): string | undefined {
    for (const { name } of this.places) {
      const unheld = this.watch.unheld(name, this.partitions);
      if (unheld.length > 0) return `group ${name}: nobody holds ${unheld.join(', ')}`;
    }
    return undefined;
  }

  finalChecks(): void {
    for (const { name } of this.places)
      this.world.note('groups', `${name}: committed ${JSON.stringify([...this.watch.offsetsOf(name)])}`);
  }

  private async look(place: GroupPlace): Promise<void> {
    const asker = new Asker(this.world, `look ${place.name}`);
    for (;;) {
      await asker.pause(LOOK_EVERY_MS * (0.5 + this.world.random.unit()));
      const asked = { floor: this.watch.offsetsOf(place.name), resets: this.watch.resets.get(place.name) };
      const answer = await asker.ask({
        label: 'fetch',
        group: place.group,
        tries: 1,
        call: (process) => {
          // As of when the leader is asked: an earlier attempt may have come to nothing.
          asked.floor = this.watch.offsetsOf(place.name);
          asked.resets = this.watch.resets.get(place.name);
          const request = { caller: callerOf(90), group: place.name, partitions: undefined };
          return place.nodeOf(process)?.coordination.groups.fetch(request);
        },
      });
      if (answer.kind !== 'answered' || this.watch.resets.get(place.name) !== asked.resets) continue;
      const told = answer.value.map(
        ({ stream, partition, offset }) => [partitionKey(stream, partition), offset] as const,
      );
      this.watch.fetched(place.name, asked.floor, new Map(told));
    }
  }

  /** By a command of its own: what an operator asks for goes another way to it, by the leaders of the partitions. */
  private resetNowAndThen(place: GroupPlace): void {
    const { world } = this;
    const { random } = world;
    world.time.after(RESET_EVERY_MS * (0.5 + random.unit()), undefined, 'reset', () => {
      if (this.ending) return;
      this.resetNowAndThen(place);
      const process = world.processes().find((each) => each.replicas?.get(place.group)?.serving === true);
      const stream = this.streams[random.below(Math.max(1, this.streams.length))];
      if (process === undefined || stream === undefined) return;
      const { name, uuid } = stream;
      const entry = {
        stream: name,
        uuid,
        partition: 0,
        offset: random.below(20),
        leaderEpoch: -1,
        metadata: '',
      };
      const action = { kind: 'reset-offsets', group: place.name, force: true, offsets: [entry] } as const;
      process.run('reset', () => {
        const command = encodeCoordinatorCommand({ ...action, timeMs: 0 });
        process.replicas
          ?.get(place.group)
          ?.propose([{ command, ack: 'applied', minDurable: 0, done: () => undefined }]);
      });
    });
  }
}
