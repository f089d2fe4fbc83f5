/**
 * A process that reads as a member of a classic group, as Kafka's clients do: it joins, hands in the assignment where it leads (another one with
 * every attempt), fetches what is committed, goes on from there and commits, and joins anew when its heartbeat says so. Now and then it
 * leaves, dies (and comes back as another member, or never), or freezes and goes on as if nothing had happened.
 */
import { type FlowError, type GroupId, isFlowError } from '@flowmesh/base';
import type { ClassicGeneration } from '@flowmesh/engines';
import type { ClassicCaller } from '../../../../packages/broker/src/services/group/classic-groups.ts';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { type Answer, Asker } from '../asker.ts';
import type { EngineWorld } from '../workload.ts';
import type { ClassicWatch } from './classic-watch.ts';
import type { CoordinationNode } from './coordination-node.ts';

export interface ClassicPlace {
  readonly name: string;
  /** Of the coordinator shard. */
  readonly group: GroupId;
  readonly partitions: readonly string[];
  readonly watch: ClassicWatch;
  nodeOf(process: SimProcess): CoordinationNode | undefined;
}

interface Reading {
  readonly generation: number;
  /** Where it is in what it reads. */
  readonly at: Map<string, number>;
}

const TRIES = 6;

export class ClassicMemberClient implements EndingClient {
  closing = false;
  acknowledged = 0;
  /** Empty while it is no member. */
  member = '';
  /** Its machine is gone, and nobody comes in its place. */
  ended = false;
  private readonly world: EngineWorld;
  private readonly place: ClassicPlace;
  private readonly caller: Caller;
  private readonly asker: Asker;
  private readonly instanceId: string;
  private readonly clientId: string;
  private readonly sessionTimeoutMs: number;
  private readonly rebalanceTimeoutMs: number;
  /** What it has read before: parts of it that are slow commit that later. */
  private past: Reading[] = [];
  private calm = false;

  constructor(world: EngineWorld, place: ClassicPlace, name: string, caller: Caller) {
    const { random } = world;
    this.world = world;
    this.place = place;
    this.clientId = name;
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
    // Its next heartbeat is soon, and nobody waits for those that are gone.
    if (this.ended) this.acknowledged++;
  }

  /** No leaving, dying and freezing any more. */
  settle(): void {
    this.calm = true;
  }

  private get who(): ClassicCaller {
    const { caller, place, member, instanceId } = this;
    return { caller, group: place.name, member, instanceId };
  }

  private async live(): Promise<void> {
    await this.asker.pause(this.world.random.unit() * 1_500);
    while (!this.ended) {
      const generation = await this.join();
      const reading = generation === undefined ? undefined : await this.assignment(generation);
      if (reading !== undefined) await this.read(reading);
      await this.asker.pause(this.world.random.unit() * (this.calm ? 100 : 400));
    }
  }

  private async join(): Promise<ClassicGeneration | undefined> {
    const { place } = this;
    const sentAt = this.world.time.now;
    const answer = await this.ask('join', (node, signal) =>
      node.coordination.classic.join(
        {
          ...this.who,
          clientId: this.clientId,
          sessionTimeoutMs: this.sessionTimeoutMs,
          rebalanceTimeoutMs: this.rebalanceTimeoutMs,
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata: new Uint8Array(0) }],
          takesId: true,
          skipsAssignment: true,
          reason: '',
        },
        signal,
      ),
    );
    if (answer.kind === 'refused') this.refused(answer.error);
    if (answer.kind !== 'answered') return undefined;
    const { value } = answer;
    switch (value.kind) {
      case 'id':
        this.member = value.member;
        return undefined;
      case 'rebalancing':
        place.watch.sign(this.member, sentAt);
        return undefined;
      case 'joined': {
        this.member = value.member;
        place.watch.sign(this.member, sentAt);
        const { generation, leader, members } = value.generation;
        if (leader === this.member)
          place.watch.led(
            place.name,
            generation,
            members.map(({ id }) => id),
          );
        return value.generation;
      }
    }
  }

  /** What it is to read in this generation, and where. */
  private async assignment({ generation, members }: ClassicGeneration): Promise<Reading | undefined> {
    const { place, member, instanceId } = this;
    const answer = await this.ask('sync', (node, signal) =>
      node.coordination.classic.sync(
        {
          ...this.who,
          generation,
          protocolType: undefined,
          protocol: undefined,
          assignments: this.assign(members.map(({ id }) => id)),
        },
        signal,
      ),
    );
    if (answer.kind === 'refused') this.refused(answer.error);
    if (answer.kind !== 'answered' || answer.value.kind !== 'assigned') return undefined;
    const text = Buffer.from(answer.value.assignment).toString();
    place.watch.told(place.name, { member, instance: instanceId, generation }, text);
    const keys = text === '' ? [] : text.split(' ');
    const fetched = await this.ask('fetch', (node) =>
      node.coordination.groups.fetch({ caller: this.caller, group: place.name, partitions: keys }),
    );
    if (fetched.kind !== 'answered') return undefined;
    const at = new Map(keys.map((key) => [key, 0]));
    for (const { stream, partition, offset } of fetched.value) at.set(`${stream}:${partition}`, offset);
    return { generation, at };
  }

  /** Partitions to members at random: no two attempts are alike. */
  private assign(members: readonly string[]): { member: string; assignment: Uint8Array }[] {
    const { random } = this.world;
    const lists = new Map(members.map((id) => [id, [] as string[]]));
    for (const key of this.place.partitions)
      lists.get(members[random.below(Math.max(1, members.length))] ?? '')?.push(key);
    return [...lists].map(([member, keys]) => ({ member, assignment: Buffer.from(keys.join(' ')) }));
  }

  /** Until there is another generation, or it is no member any more. */
  private async read(reading: Reading): Promise<void> {
    const { random } = this.world;
    const late = this.past[random.below(Math.max(1, this.past.length))];
    this.past = [...this.past.slice(-2), { ...reading, at: new Map(reading.at) }];
    for (;;) {
      await this.asker.pause(20 + random.unit() * 200);
      if (late !== undefined && random.unit() < 0.1) await this.commit(late, 0);
      if (!this.calm) {
        const mood = random.unit();
        if (mood < 0.006) return this.die(random.unit() < 0.3);
        if (mood < 0.015) return await this.leave();
        if (mood < 0.03) await this.asker.pause(this.sessionTimeoutMs * (0.3 + random.unit() * 2));
      }
      if (random.unit() < 0.4) await this.commit(reading);
      const alive = await this.heartbeat(reading.generation);
      if (alive) continue;
      // What was read is committed before it is given up.
      if (random.unit() < 0.6) await this.commit(reading);
      return;
    }
  }

  private async heartbeat(generation: number): Promise<boolean> {
    const { member } = this;
    const sentAt = this.world.time.now;
    const answer = await this.ask('heartbeat', (node) =>
      node.coordination.classic.heartbeat({ ...this.who, generation }),
    );
    if (answer.kind === 'refused') this.refused(answer.error);
    if (answer.kind !== 'answered') return answer.kind === 'unknown';
    this.place.watch.sign(member, sentAt);
    this.acknowledged++;
    return answer.value === 'alive';
  }

  /** A step further in what it reads; it says where it is, and so would go back if the coordinator let it. */
  private async commit({ generation, at }: Reading, steps = 5): Promise<void> {
    if (at.size === 0 || this.member === '') return;
    const { caller, place, member } = this;
    for (const [key, offset] of at) at.set(key, offset + (steps === 0 ? 0 : this.world.random.below(steps)));
    const offsets = [...at].map(([key, offset]) => {
      const colon = key.lastIndexOf(':');
      const name = { stream: key.slice(0, colon), partition: Number(key.slice(colon + 1)) };
      return { ...name, offset, leaderEpoch: -1, metadata: '' };
    });
    const by = { member, epoch: generation };
    await this.ask('commit', (node) =>
      node.coordination.groups.commit({
        caller,
        group: place.name,
        by,
        offsets,
        transaction: undefined,
        rewind: true,
      }),
    );
  }

  private async leave(): Promise<void> {
    const { caller, place, member, instanceId } = this;
    this.die();
    await this.ask('leave', (node) =>
      node.coordination.classic.leave(caller, place.name, [{ member, instanceId }]),
    );
  }

  private die(forGood = false): void {
    this.member = '';
    this.past = [];
    this.ended = forGood;
  }

  private refused({ code }: FlowError): void {
    if (code === 'MEMBER_UNKNOWN' || code === 'MEMBER_FENCED') this.die();
  }

  /** Its connection is cut when it waits for the answer no more. */
  private async ask<T>(
    label: string,
    call: (node: CoordinationNode, signal: AbortSignal) => Promise<T>,
  ): Promise<Answer<T>> {
    const { place } = this;
    let latest = new AbortController();
    const answer = await this.asker.ask({
      label,
      group: place.group,
      tries: TRIES,
      call: (process) => {
        const node = place.nodeOf(process);
        if (node === undefined) return undefined;
        latest.abort();
        latest = new AbortController();
        return call(node, latest.signal).catch((error: unknown) => {
          // The generation is over: that is an answer, whatever became of the request.
          if (isFlowError(error) && 'rebalance' in error.details) return 'rebalancing' as T;
          throw error;
        });
      },
    });
    latest.abort();
    return answer;
  }
}
