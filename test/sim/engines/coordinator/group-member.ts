/**
 * A process that reads as a member of a consumer group: it joins, gives up what it is told to (after a while, with a last commit), commits, and
 * now and then leaves, dies, or freezes and goes on as if nothing had happened. What it believes to read is told to the watch.
 */
import type { GroupId } from '@flowmesh/base';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { MemberAnswer } from '../../../../packages/broker/src/services/group/group-service.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { type Answer, Asker } from '../asker.ts';
import type { EngineWorld } from '../workload.ts';
import type { CoordinationNode } from './coordination-node.ts';
import type { GroupWatch } from './group-watch.ts';
import type { SessionWatch } from './session-watch.ts';

export interface GroupPlace {
  readonly name: string;
  /** Of the coordinator shard. */
  readonly group: GroupId;
  readonly streams: readonly string[];
  readonly watch: GroupWatch;
  readonly sessions: SessionWatch;
  nodeOf(process: SimProcess): CoordinationNode | undefined;
}

/** One run of the member, under one id. */
interface Life {
  readonly id: string;
  epoch: number;
  confirmed: number;
  assigned: readonly string[];
  /** What it is about to give up. */
  finishing: readonly string[];
  /** What it has held, with an epoch that it knew then: parts of it that are slow commit it later. */
  readonly past: Held[];
}

interface Held {
  readonly epoch: number;
  readonly keys: readonly string[];
}

const NEVER: AbortSignal = new AbortController().signal;
const TRIES = 4;

export class GroupMemberClient implements EndingClient {
  closing = false;
  acknowledged = 0;
  private readonly world: EngineWorld;
  private readonly place: GroupPlace;
  private readonly name: string;
  private readonly caller: Caller;
  private readonly asker: Asker;
  private readonly instanceId: string;
  private readonly sessionTimeoutMs: number;
  private readonly rebalanceTimeoutMs: number;
  private lives = 0;
  private calm = false;

  constructor(world: EngineWorld, place: GroupPlace, name: string, caller: Caller) {
    const { random } = world;
    this.world = world;
    this.place = place;
    this.name = name;
    this.caller = caller;
    this.asker = new Asker(world, name);
    this.instanceId = random.unit() < 0.3 ? `instance-${name}` : '';
    this.sessionTimeoutMs = 1_500 + random.below(2_500);
    this.rebalanceTimeoutMs = 2_000 + random.below(3_000);
    this.live().catch((error: unknown) => world.failed(error));
  }

  /** A member is one to the end; requests of its session never stop. */
  get idle(): boolean {
    return true;
  }

  poke(): void {
    // Its next heartbeat is soon.
  }

  /** No leaving, dying and freezing any more. */
  settle(): void {
    this.calm = true;
  }

  private async live(): Promise<void> {
    await this.asker.pause(this.world.random.unit() * 1_500);
    for (;;) {
      const life = await this.join();
      if (life !== undefined) {
        await this.member(life);
        this.place.watch.gone(this.place.name, life.id);
      }
      await this.asker.pause(this.world.random.unit() * (this.calm ? 200 : 1_500));
    }
  }

  private async join(): Promise<Life | undefined> {
    const { place, caller, instanceId } = this;
    const id = `${this.name}.${++this.lives}`;
    const answer = await this.ask(`join ${id}`, (node) =>
      node.coordination.groups.join({
        caller,
        group: place.name,
        member: id,
        instanceId,
        clientId: this.name,
        rack: '',
        streams: place.streams,
        pattern: '',
        assignor: undefined,
        sessionTimeoutMs: this.sessionTimeoutMs,
        rebalanceTimeoutMs: this.rebalanceTimeoutMs,
      }),
    );
    if (answer.kind !== 'answered') return undefined;
    const life: Life = { id, epoch: 0, confirmed: 0, assigned: [], finishing: [], past: [] };
    this.told(life, answer.value);
    return life;
  }

  /** Until it is no member any more, and knows it. */
  private async member(life: Life): Promise<void> {
    const { random } = this.world;
    for (;;) {
      await this.asker.pause(20 + random.unit() * 200);
      if (!this.calm) {
        const mood = random.unit();
        if (mood < 0.006) return;
        if (mood < 0.015) return await this.leave(life);
        if (mood < 0.03) await this.asker.pause(this.sessionTimeoutMs * (0.3 + random.unit() * 2));
      }
      if (life.finishing.length > 0 && random.unit() < 0.6) this.giveUp(life);
      if (random.unit() < 0.4) await this.commit(life);
      if (!(await this.heartbeat(life))) return;
    }
  }

  /** What was revoked is finished: it is read no more from here on, and only then confirmed. */
  private giveUp(life: Life): void {
    life.finishing = [];
    life.confirmed = life.epoch;
    this.place.watch.reads(this.place.name, life.id, life.assigned);
  }

  private told(life: Life, answer: MemberAnswer): void {
    this.acknowledged++;
    if (answer.epoch <= life.epoch) return;
    const now = new Set(answer.partitions);
    const before = [...life.assigned, ...life.finishing];
    if (before.length > 0) life.past.push({ epoch: life.epoch, keys: before });
    life.epoch = answer.epoch;
    life.finishing = before.filter((key) => !now.has(key));
    life.assigned = answer.partitions;
    if (life.finishing.length === 0) this.giveUp(life);
    else this.place.watch.reads(this.place.name, life.id, [...life.assigned, ...life.finishing]);
  }

  /** False: it is a member no more. */
  private async heartbeat(life: Life): Promise<boolean> {
    const { place, caller, instanceId } = this;
    const { id: member, epoch, confirmed: confirmedEpoch } = life;
    const waitMs = this.world.random.unit() < 0.5 ? 0 : this.world.random.below(400);
    const answer = await this.ask(`heartbeat ${member}`, (node, process) => {
      place.sessions.arrived(process, place.group, place.name, member);
      return node.coordination.groups.heartbeat(
        { caller, group: place.name, member, instanceId, epoch, confirmedEpoch, waitMs },
        NEVER,
      );
    });
    if (answer.kind === 'refused') return false;
    if (answer.kind === 'answered') this.told(life, answer.value);
    return true;
  }

  private async leave(life: Life): Promise<void> {
    const { place, caller } = this;
    place.watch.gone(place.name, life.id);
    await this.ask(`leave ${life.id}`, async (node) => {
      await node.coordination.groups.leave(caller, place.name, life.id);
      return true;
    });
  }

  /** A step further in what it reads, or (a client that has read again) back. */
  private async commit(life: Life): Promise<void> {
    const { place, caller, world } = this;
    const { random } = world;
    const late = random.unit() < 0.35 ? life.past[random.below(Math.max(1, life.past.length))] : undefined;
    const { epoch, keys } = late ?? { epoch: life.epoch, keys: [...life.assigned, ...life.finishing] };
    if (keys.length === 0) return;
    const offsets = keys.map((key) => {
      const step = random.unit() < 0.8 ? 1 + random.below(5) : -random.below(5);
      const at = key.lastIndexOf(':');
      const offset = Math.max(0, place.watch.offsetOf(place.name, key) + step);
      const name = { stream: key.slice(0, at), partition: Number(key.slice(at + 1)) };
      return { ...name, offset, leaderEpoch: -1, metadata: '' };
    });
    const by = { member: life.id, epoch };
    const resets = place.watch.resets.get(place.name);
    const answer = await this.ask(`commit ${life.id}`, (node) =>
      node.coordination.groups.commit({ caller, group: place.name, by, offsets, transaction: undefined }),
    );
    if (answer.kind !== 'answered' || place.watch.resets.get(place.name) !== resets) return;
    place.watch.committed(place.name, answer.value);
  }

  private ask<T>(
    label: string,
    call: (node: CoordinationNode, process: SimProcess) => Promise<T>,
  ): Promise<Answer<T>> {
    const { place } = this;
    return this.asker.ask({
      label,
      group: place.group,
      tries: TRIES,
      call: (process) => {
        const node = place.nodeOf(process);
        return node === undefined ? undefined : call(node, process);
      },
    });
  }
}
