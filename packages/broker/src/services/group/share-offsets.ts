/**
 * Where share groups are in the partitions that they read, as operators see and change it: asked and told at the leaders of the partitions. The
 * group's coordinator lets through, and knows which streams the group has read.
 */
import { FlowError, type GroupId, isFlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import { type Group, refuseWhileActive } from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import type { SharedPartition, SharePlace, StreamShares } from '../stream/stream-shares.ts';
import { unknownStream } from '../unknown-resource.ts';

const BARRIER_TIMEOUT_MS = 5_000;
const PROPOSE_TIMEOUT_MS = 10_000;
/** Partitions asked at once, for one request, and in one request. */
const ASKED_AT_ONCE = 32;
const PARTITIONS_MAX = 10_000;

export interface ShareOffsetsPorts {
  readonly shards: CoordinatorShards;
  readonly calls: LeaderCalls;
  readonly shares: Pick<StreamShares, 'placeOf' | 'reset' | 'forget'>;
  readonly catalog: CatalogPort;
  readonly door: Door;
}

export interface ShareOffset extends SharedPartition {
  readonly place: SharePlace | FlowError;
}

type Ask =
  | { readonly do: 'place'; readonly group: string }
  | { readonly do: 'reset'; readonly group: string; readonly offset: number }
  | { readonly do: 'forget'; readonly group: string };

const NOWHERE: SharePlace = { startOffset: -1, leaderEpoch: -1 };

export class ShareOffsets {
  private readonly ports: ShareOffsetsPorts;

  constructor(ports: ShareOffsetsPorts) {
    this.ports = ports;
    ports.calls.handle('shares', async (group, payload) => {
      const answer = await this.answer(group, JSON.parse(utf8Decode(payload)) as Ask);
      return utf8Encode(JSON.stringify(answer));
    });
  }

  /** Undefined: of all that the group has read. Those that it has not begun are nowhere (-1). */
  async describe(
    caller: Caller,
    name: string,
    partitions: readonly SharedPartition[] | undefined,
    signal: AbortSignal,
  ): Promise<readonly ShareOffset[]> {
    this.passStreams(caller, 'describe', partitions ?? []);
    const { group } = await this.find(caller, 'describe', name);
    const { door } = this.ports;
    const wanted =
      partitions ??
      this.known(group).filter(({ stream }) => door.authorise(caller, 'describe', stream) === undefined);
    return await this.each(wanted, async (at) => await this.ask(at, { do: 'place', group: name }, signal));
  }

  /** Only while the group has no members: they would go on with what they have. */
  async alter(
    caller: Caller,
    name: string,
    offsets: readonly (SharedPartition & { readonly offset: number })[],
    signal: AbortSignal,
  ): Promise<readonly ShareOffset[]> {
    this.passStreams(caller, 'read', offsets);
    const { group } = await this.idle(caller, 'read', name, 'its offsets are altered');
    const known = new Set((group.head.shared ?? []).map((stream) => stream.name));
    return await this.each(offsets, async (at) => {
      const { offset } = at as (typeof offsets)[number];
      if (!known.has(at.stream)) throw unread(name, at.stream);
      return await this.ask(at, { do: 'reset', group: name, offset }, signal);
    });
  }

  /** By stream why not; undefined where it is forgotten. */
  async forget(
    caller: Caller,
    name: string,
    streams: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, FlowError | undefined>> {
    this.passStreams(
      caller,
      'read',
      streams.map((stream) => ({ stream })),
    );
    const { group, shard } = await this.idle(caller, 'delete', name, 'streams of it are forgotten');
    const outcomes = new Map<string, FlowError | undefined>();
    for (const stream of streams) {
      const isKnown = (group.head.shared ?? []).some((one) => one.name === stream);
      outcomes.set(stream, isKnown ? await this.forgetStream(name, stream, signal) : unread(name, stream));
    }
    const forgotten = streams.filter((stream) => outcomes.get(stream) === undefined);
    if (forgotten.length > 0)
      await proposeTo(shard, { kind: 'forget-shared', group: name, streams: forgotten }, PROPOSE_TIMEOUT_MS);
    return outcomes;
  }

  /** Before the group itself is deleted. Rejects where a partition cannot be reached: then it may be asked for again. */
  async forgetAll(group: Group, signal: AbortSignal): Promise<void> {
    for (const { name } of group.head.shared ?? []) {
      const failed = await this.forgetStream(group.head.id, name, signal);
      if (failed !== undefined) throw failed;
    }
  }

  private async forgetStream(
    group: string,
    stream: string,
    signal: AbortSignal,
  ): Promise<FlowError | undefined> {
    const done = await this.each(this.partitionsOf(stream), async (at) => {
      return await this.ask(at, { do: 'forget', group }, signal);
    });
    return done.map(({ place }) => place).find(isFlowError);
  }

  private known(group: Group): readonly SharedPartition[] {
    return (group.head.shared ?? []).flatMap(({ name }) => this.partitionsOf(name));
  }

  private partitionsOf(stream: string): readonly SharedPartition[] {
    const found = this.ports.catalog.machine.streamByName(stream);
    return (found?.groups ?? []).map((_, partition) => ({ stream, partition }));
  }

  private async each(
    wanted: readonly SharedPartition[],
    work: (at: SharedPartition) => Promise<SharePlace>,
  ): Promise<readonly ShareOffset[]> {
    if (wanted.length > PARTITIONS_MAX) {
      throw new FlowError('INVALID_ARGUMENT', `${wanted.length} partitions in one request`, {
        hint: `At most ${PARTITIONS_MAX}: name some topics.`,
      });
    }
    const answers: ShareOffset[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < wanted.length) {
        const index = next++;
        const at = wanted[index] as SharedPartition;
        const place = await work(at).catch(orFlowError);
        answers[index] = { stream: at.stream, partition: at.partition, place };
      }
    };
    await Promise.all(Array.from({ length: Math.min(ASKED_AT_ONCE, wanted.length) }, worker));
    return answers;
  }

  private async ask(at: SharedPartition, ask: Ask, signal: AbortSignal): Promise<SharePlace> {
    const stream = this.ports.catalog.machine.streamByName(at.stream);
    if (stream === undefined) throw unknownStream(at.stream);
    const group = stream.groups[at.partition];
    if (group === undefined) {
      throw new FlowError('INVALID_ARGUMENT', `stream ${at.stream} has no partition ${at.partition}`, {
        hint: `Its partitions are 0 to ${stream.groups.length - 1}.`,
        details: { field: 'partition' },
      });
    }
    const answer = await this.ports.calls.call('shares', group, utf8Encode(JSON.stringify(ask)), signal);
    return JSON.parse(utf8Decode(answer)) as SharePlace;
  }

  /** At the leader of the partition. */
  private async answer(group: GroupId, ask: Ask): Promise<SharePlace> {
    const { shares } = this.ports;
    switch (ask.do) {
      case 'place':
        return shares.placeOf(group, ask.group);
      case 'reset':
        await shares.reset(group, ask.group, ask.offset);
        return shares.placeOf(group, ask.group);
      case 'forget':
        await shares.forget(group, ask.group);
        return NOWHERE;
    }
  }

  private passStreams(
    caller: Caller,
    action: 'describe' | 'read',
    streams: readonly { readonly stream: string }[],
  ): void {
    for (const stream of new Set(streams.map((one) => one.stream))) {
      const closed = this.ports.door.authorise(caller, action, stream);
      if (closed !== undefined) throw closed;
    }
  }

  private async idle(
    caller: Caller,
    action: 'read' | 'delete',
    name: string,
    what: string,
  ): Promise<{ readonly shard: CoordinatorShard; readonly group: Group }> {
    const found = await this.find(caller, action, name);
    const refused = refuseWhileActive(found.group, what);
    if (refused !== undefined) throw refused;
    return found;
  }

  private async find(
    caller: Caller,
    action: 'describe' | 'read' | 'delete',
    name: string,
  ): Promise<{ readonly shard: CoordinatorShard; readonly group: Group }> {
    const { door } = this.ports;
    const closed =
      action === 'read'
        ? door.authorise(caller, 'group', name)
        : door.authorise(caller, action, `group:${name}`);
    if (closed !== undefined) throw closed;
    const shard = this.ports.shards.shardFor(name);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const group = shard.machine.groups.get(name);
    if (group?.head.protocol === 'share') return { shard, group };
    throw new FlowError('NOT_FOUND', `share group ${name} does not exist`, {
      hint: 'Share groups are made by their first member.',
      details: { group: name },
    });
  }
}

function unread(group: string, stream: string): FlowError {
  return new FlowError('NOT_FOUND', `share group ${group} has not read ${stream}`, {
    hint: 'It knows streams that a member has subscribed to.',
    details: { stream },
  });
}

function orFlowError(error: unknown): FlowError {
  if (isFlowError(error)) return error;
  throw error;
}
