/**
 * A member of a share group: takes some records, works on them for a while, too long at times, says what came of each, gives all of it back,
 * or dies with what it has and comes back under another id.
 */
import type { GroupConfig, ShareVerdict } from '@flowmesh/engines';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { Sharer } from '../../../../packages/broker/src/services/stream/stream-shares.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { Asker } from '../asker.ts';
import type { CoordinationNode } from '../coordinator/coordination-node.ts';
import type { EngineWorld } from '../workload.ts';
import { each, type ShareWatch } from './share-watch.ts';

const NEVER: AbortSignal = new AbortController().signal;
const DIES = 0.05;
const GIVES_BACK = 0.05;

export interface SharePlace {
  readonly stream: string;
  readonly group: string;
  readonly config: GroupConfig;
  readonly partitions: readonly ShareWatch[];
  nodeOf(process: SimProcess): CoordinationNode | undefined;
}

export class ShareMember implements EndingClient {
  closing = false;
  acknowledged = 0;
  private readonly world: EngineWorld;
  private readonly place: SharePlace;
  private readonly name: string;
  private readonly caller: Caller;
  private readonly asker: Asker;
  private lives = 1;
  private busy = false;

  constructor(world: EngineWorld, place: SharePlace, name: string, caller: Caller) {
    this.world = world;
    this.place = place;
    this.name = name;
    this.caller = caller;
    this.asker = new Asker(world, name);
    this.live().catch((error: unknown) => world.failed(error));
  }

  get idle(): boolean {
    return (
      !this.busy || (this.closing && this.place.partitions.every((watch) => watch.isDone(this.place.group)))
    );
  }

  poke(): void {
    // It goes on by itself until all is done.
  }

  private async live(): Promise<void> {
    const { random } = this.world;
    for (;;) {
      await this.asker.pause(20 + random.unit() * (this.closing ? 60 : 400));
      const partition = random.below(this.place.partitions.length);
      const watch = this.place.partitions[partition];
      if (watch === undefined) continue;
      this.busy = true;
      await this.work(watch, partition);
      this.busy = false;
    }
  }

  private get sharer(): Sharer {
    const { group, config } = this.place;
    return { caller: this.caller, group, config, member: `${this.name}.${this.lives}` };
  }

  private async work(watch: ShareWatch, partition: number): Promise<void> {
    const { random } = this.world;
    const { sharer, place } = this;
    const at = { stream: place.stream, partition };
    const fetch = {
      sharer,
      partitions: [at],
      recordsMax: 1 + random.below(8),
      wholeBatches: random.unit() < 0.5,
      bytesMax: 1 << 20,
      waitMs: !this.closing && random.unit() < 0.3 ? 300 : 0,
    };
    const taken = await this.asker.ask({
      label: `fetch ${partition}`,
      group: watch.group,
      tries: 1,
      call: (process) =>
        place
          .nodeOf(process)
          ?.streams.shares.fetch(fetch, NEVER)
          .then(([answer]) => {
            if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
            return answer;
          }),
    });
    if (taken.kind !== 'answered') return;
    this.acknowledged++;
    const { ranges } = taken.value;
    watch.delivered(place.group, sharer.member, ranges);
    if (ranges.length === 0) return;
    if (!this.closing && random.unit() < DIES) {
      this.lives++;
      return;
    }
    await this.asker.pause(random.unit() * place.config.lockMs * (random.unit() < 0.2 ? 2 : 0.5));
    if (!this.closing && random.unit() < GIVES_BACK) {
      await this.asker.ask({
        label: 'release',
        group: watch.group,
        tries: 2,
        call: async (process) => {
          const refused = await place.nodeOf(process)?.streams.shares.release(sharer, at);
          if (refused !== undefined) throw refused;
          return true;
        },
      });
      return;
    }
    const said = [...each(ranges)].map(([offset]) => ({
      first: offset,
      last: offset,
      verdicts: [this.verdict()],
    }));
    const told = await this.asker.ask({
      label: `acknowledge ${partition}`,
      group: watch.group,
      tries: 1,
      call: async (process) => {
        const refused = await place.nodeOf(process)?.streams.shares.acknowledge(sharer, at, said);
        if (refused !== undefined) throw refused;
        return true;
      },
    });
    if (told.kind !== 'answered') return;
    const accepted = said.filter(({ verdicts }) => verdicts[0] === 'accept').map(({ first }) => first);
    watch.acknowledged(place.group, accepted);
  }

  private verdict(): ShareVerdict {
    const lot = this.world.random.unit();
    if (this.closing || lot < 0.75) return 'accept';
    return lot < 0.9 ? 'release' : 'reject';
  }
}
