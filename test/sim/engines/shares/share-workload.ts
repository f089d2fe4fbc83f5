/** Share groups over the partitions of a stream that is written to: at the end every record is done, or was tried as often as it may be. */
import type { GroupId } from '@flowmesh/base';
import { type CatalogStream, type GroupConfig, resolveGroupConfig } from '@flowmesh/engines';
import type { Checker } from '../../check/checker.ts';
import { makeBatch } from '../../world/batch.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { Asker } from '../asker.ts';
import {
  callerOf,
  COORDINATORS,
  type CoordinationNode,
  coordinationNode,
} from '../coordinator/coordination-node.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import { ShareMember, type SharePlace } from './share-member.ts';
import { shareChecker, ShareWatch } from './share-watch.ts';

const STREAM = 'tasks';
const GROUP = 'workers';
const WRITE_EVERY_MS = 500;

export class ShareWorkload implements Workload {
  readonly name = 'shares';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: ShareMember[] = [];
  private readonly world: EngineWorld;
  private readonly config: GroupConfig;
  private readonly partitions = new Map<GroupId, ShareWatch>();
  private readonly nodes = new WeakMap<SimProcess, CoordinationNode>();
  private ids = 0;
  private ending = false;

  constructor(world: EngineWorld) {
    const { random } = world;
    this.world = world;
    this.checkers = [shareChecker(this.partitions)];
    this.config = {
      ...resolveGroupConfig({ 'share.auto.offset.reset': 'earliest' }),
      lockMs: 300 + random.below(1_500),
      attemptsMax: 2 + random.below(4),
      inFlightMax: 5 + random.below(40),
    };
    this.resources = [
      { ...COORDINATORS, shards: 1 },
      { kind: 'stream', name: STREAM, shards: 1 + random.below(2), config: { 'retention.ms': '-1' } },
    ];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    this.nodes.set(
      process,
      coordinationNode(ports, () => `id${++this.ids}`),
    );
  }

  begin([, stream]: readonly CatalogStream[]): void {
    if (stream === undefined) return;
    const { world } = this;
    for (const group of stream.groups) this.partitions.set(group, new ShareWatch(group));
    const place: SharePlace = {
      stream: STREAM,
      group: GROUP,
      config: this.config,
      partitions: [...this.partitions.values()],
      nodeOf: (process) => this.nodes.get(process),
    };
    const members = 2 + world.random.below(3);
    for (let i = 0; i < members; i++)
      this.clients.push(new ShareMember(world, place, `member-${'abcd'[i]}`, callerOf(i)));
    for (const [i, watch] of place.partitions.entries())
      this.write(watch, i).catch((error: unknown) => world.failed(error));
  }

  windDown(): void {
    this.ending = true;
    for (const client of this.clients) client.closing = true;
  }

  unsettled(): string | undefined {
    for (const watch of this.partitions.values()) {
      if (!watch.isDone(GROUP)) return `group ${watch.group} has records that nobody is done with`;
    }
    return undefined;
  }

  finalChecks(): void {
    for (const watch of this.partitions.values()) watch.finalCheck(GROUP, this.config.attemptsMax);
  }

  private async write(watch: ShareWatch, partition: number): Promise<void> {
    const { random, time } = this.world;
    const asker = new Asker(this.world, `writer ${partition}`);
    while (!this.ending) {
      await asker.pause(WRITE_EVERY_MS * (0.5 + random.unit()));
      const batch = makeBatch({
        producerId: -1,
        baseSequence: -1,
        records: 1 + random.below(6),
        recordBytes: 20,
        timestampMs: Math.floor(time.now),
        random,
      });
      const request = {
        caller: callerOf(91),
        stream: STREAM,
        partition,
        acks: 'all',
        timeoutMs: 2_000,
      } as const;
      await asker.ask({
        label: 'append',
        group: watch.group,
        tries: 1,
        call: (process) => {
          const node = this.nodes.get(process);
          if (node === undefined) return undefined;
          return new Promise<true>((resolve, reject) => {
            node.streams.append({ ...request, batch: batch.slice() }, (result) => {
              if (result.ok) resolve(true);
              else reject(result.error);
            });
          });
        },
      });
    }
  }
}
