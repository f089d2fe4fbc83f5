/**
 * Consumer groups as operators see them: listed and described with their lag, their offsets reset (after a rehearsal, if wanted), that
 * undone, groups deleted. A reset says for every partition where it was and where it is put; nothing is moved in silence.
 */
import { type Clock, FlowError, type GroupId, isFlowError } from '@flowmesh/base';
import {
  comparePartitions,
  type CoordinatorReply,
  type Group,
  type PartitionKey,
  partitionKey,
  partitionOf,
  refuseWhileActive,
  type StoredOffset,
} from '@flowmesh/engines';
import type { ShareOffsets } from './share-offsets.ts';
import { COORDINATORS_NAME } from '../metadata/coordinators.ts';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import type { OffsetQuestion } from '../stream/offset-finder.ts';
import { unknownStream } from '../unknown-resource.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import { type GroupSummaryView, membersOf, type MemberView, ownersOf, summaryOf } from './group-views.ts';
import type { PartitionPosition, StreamPositions } from './stream-positions.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const BARRIER_TIMEOUT_MS = 5_000;
const RESET_PARTITIONS_MAX = 5_000;

export interface GroupAdminPorts {
  readonly shards: CoordinatorShards;
  readonly positions: StreamPositions;
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly shareOffsets: Pick<ShareOffsets, 'forgetAll'>;
}

export interface PartitionLag {
  readonly stream: string;
  readonly partition: number;
  /** Undefined where nothing was committed. */
  readonly committed: StoredOffset | undefined;
  /** Undefined where the partition has no leader now. */
  readonly position: PartitionPosition | undefined;
  /** Records behind the end; from its beginning, where nothing was committed. */
  readonly lag: number | undefined;
  /** How old the first record is that was not read yet; 0 where there is none. */
  readonly lagMs: number | undefined;
  /** Member that reads it; empty: none. */
  readonly owner: string;
}

export interface GroupDescription extends GroupSummaryView {
  readonly coordinatorTerm: number;
  readonly memberViews: readonly MemberView[];
  readonly partitions: readonly PartitionLag[];
  readonly undoAtMs: number | undefined;
}

export type ResetTarget =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'offset'; readonly offset: number }
  /** From the committed offset, forward or (negative) back. */
  | { readonly kind: 'shift'; readonly by: number };

export interface ResetRequest {
  readonly caller: Caller;
  readonly group: string;
  readonly to: ResetTarget;
  /** Empty: all streams of which the group has offsets. */
  readonly streams: readonly { readonly stream: string; readonly partitions: readonly number[] }[];
  readonly dryRun: boolean;
  /** Although members are active: what they commit next is put on top of it. */
  readonly force: boolean;
}

export interface ResetPlace {
  readonly stream: string;
  readonly partition: number;
  /** -1 where nothing was committed. */
  readonly before: number;
  readonly after: number;
}

interface Wanted {
  readonly stream: string;
  readonly uuid: string;
  readonly partition: number;
  readonly partitionGroup: GroupId;
  readonly key: PartitionKey;
}

export class GroupAdmin {
  private readonly ports: GroupAdminPorts;

  constructor(ports: GroupAdminPorts) {
    this.ports = ports;
  }

  /** Groups of one shard, ascending by name, that begin with `prefix` and come after `after`. */
  async list(
    caller: Caller,
    query: {
      readonly shard: number;
      readonly prefix: string;
      readonly after: string;
      readonly size: number;
    },
  ): Promise<readonly GroupSummaryView[]> {
    const ref = this.ports.shards.table.find(COORDINATORS_NAME, query.shard);
    if (isFlowError(ref)) throw ref;
    const shard = this.ports.shards.serving(ref.group);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    return [...shard.machine.groups.keys()]
      .filter((name) => name.startsWith(query.prefix) && name > query.after)
      .filter((name) => this.ports.door.authorise(caller, 'describe', `group:${name}`) === undefined)
      .sort()
      .slice(0, query.size)
      .map((name) => summaryOf(shard.machine.groups.get(name) as Group));
  }

  /** All groups of the shards that this node leads, ascending by shard and name. */
  async listLed(caller: Caller): Promise<readonly GroupSummaryView[]> {
    const led: GroupSummaryView[] = [];
    for (const shard of this.ports.shards.table.all()) {
      await shard.readBarrier(BARRIER_TIMEOUT_MS);
      for (const name of [...shard.machine.groups.keys()].sort()) {
        const group = shard.machine.groups.get(name);
        const closed = this.ports.door.authorise(caller, 'describe', name);
        if (group !== undefined && closed === undefined) led.push(summaryOf(group));
      }
    }
    return led;
  }

  /** The group as it is now, to be looked at at once; NOT_FOUND where there is none. */
  async look(caller: Caller, name: string): Promise<Group> {
    return (await this.open(caller, 'describe', name)).group;
  }

  async describe(caller: Caller, name: string, signal: AbortSignal): Promise<GroupDescription> {
    const { shard, group } = await this.open(caller, 'describe', name);
    const owners = ownersOf(group);
    const keys = new Set([...group.offsets.keys(), ...owners.keys()]);
    const wanted = [...keys].sort(comparePartitions).flatMap((key) => this.wanted(key));
    const positions = await this.ports.positions.all(
      wanted.map(({ key, partitionGroup }) => ({
        group: partitionGroup,
        at: { kind: 'earliest' },
        timeOf: group.offsets.get(key)?.offset ?? 0,
      })),
      signal,
    );
    return {
      ...summaryOf(group),
      coordinatorTerm: shard.term,
      memberViews: membersOf(group),
      partitions: wanted.map((one, i) => ({
        ...this.lagOf(group, one, positions[i]),
        owner: owners.get(one.key) ?? '',
      })),
      undoAtMs: group.head.undo?.timeMs,
    };
  }

  async reset(request: ResetRequest, signal: AbortSignal): Promise<readonly ResetPlace[]> {
    const { caller, force } = request;
    this.pass(caller, 'alter', request.group);
    const shard = this.ports.shards.shardFor(request.group);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const group = shard.machine.groups.get(request.group);
    // The machine refuses it too, but a rehearsal never gets there.
    const refused =
      force || group === undefined ? undefined : refuseWhileActive(group, 'its offsets are reset');
    if (refused !== undefined) throw refused;
    const wanted = this.resetWanted(group, request);
    const question = questionOf(request.to);
    const positions = await this.ports.positions.all(
      wanted.map(({ partitionGroup }) => ({ group: partitionGroup, at: question })),
      signal,
    );
    const offsets = wanted.map((one, i) => {
      const position = positions[i];
      if (position === undefined || isFlowError(position)) throw notAsked(one, position);
      const committed = offsetOf(group, one);
      const { stream, partition, uuid } = one;
      const offset = placeOf(request.to, position, committed?.offset);
      return { stream, partition, uuid, offset, leaderEpoch: -1, metadata: '' };
    });
    const places = offsets.map(({ stream, partition, offset }, i) => ({
      stream,
      partition,
      before: offsetOf(group, wanted[i] as Wanted)?.offset ?? -1,
      after: offset,
    }));
    if (request.dryRun) return places;
    const reply = await proposeTo(
      shard,
      { kind: 'reset-offsets', group: request.group, force, offsets },
      PROPOSE_TIMEOUT_MS,
    );
    return places.map((place) => ({ ...place, before: previousOf(reply, place) ?? place.before }));
  }

  async undoReset(caller: Caller, name: string, force: boolean): Promise<readonly ResetPlace[]> {
    const { shard, group } = await this.open(caller, 'alter', name);
    const before = group.head.undo?.offsets ?? [];
    const reply = await proposeTo(shard, { kind: 'undo-reset', group: name, force }, PROPOSE_TIMEOUT_MS);
    return before.map((one) => {
      const { stream, partition } = partitionOf(one.key);
      const place = { stream, partition };
      return { ...place, before: previousOf(reply, place) ?? -1, after: one.before?.offset ?? -1 };
    });
  }

  async delete(caller: Caller, name: string, signal: AbortSignal): Promise<void> {
    this.pass(caller, 'delete', name);
    const shard = this.ports.shards.shardFor(name);
    const group = shard.machine.groups.get(name);
    // Its partitions first: nobody knows them once the group is gone.
    if (group?.head.protocol === 'share' && group.size === 0)
      await this.ports.shareOffsets.forgetAll(group, signal);
    await proposeTo(shard, { kind: 'delete-group', group: name }, PROPOSE_TIMEOUT_MS);
  }

  async deleteOffsets(caller: Caller, name: string, partitions: readonly PartitionKey[]): Promise<void> {
    this.pass(caller, 'delete', name);
    const shard = this.ports.shards.shardFor(name);
    await proposeTo(shard, { kind: 'delete-offsets', group: name, partitions }, PROPOSE_TIMEOUT_MS);
  }

  private async open(
    caller: Caller,
    action: 'describe' | 'alter',
    name: string,
  ): Promise<{ readonly shard: CoordinatorShard; readonly group: Group }> {
    this.pass(caller, action, name);
    const shard = this.ports.shards.shardFor(name);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const group = shard.machine.groups.get(name);
    if (group !== undefined) return { shard, group };
    throw new FlowError('NOT_FOUND', `consumer group ${name} does not exist`, {
      hint: 'Groups are made by their first member or commit. List them: flowmesh group list',
      details: { group: name },
    });
  }

  private resetWanted(group: Group | undefined, request: ResetRequest): readonly Wanted[] {
    const wanted =
      request.streams.length === 0
        ? [...(group?.offsets.keys() ?? [])].sort(comparePartitions).flatMap((key) => this.wanted(key))
        : request.streams.flatMap(({ stream, partitions }) => this.wantedOf(stream, partitions));
    if (wanted.length === 0) {
      throw new FlowError('NOT_FOUND', `group ${request.group} has no offsets yet`, {
        hint: 'Name the streams whose offsets are to be set.',
      });
    }
    if (wanted.length <= RESET_PARTITIONS_MAX) return wanted;
    throw new FlowError('INVALID_ARGUMENT', `a reset of ${wanted.length} partitions at once`, {
      hint: `At most ${RESET_PARTITIONS_MAX}: name some streams.`,
      details: { field: 'streams' },
    });
  }

  private wantedOf(name: string, partitions: readonly number[]): readonly Wanted[] {
    const stream = this.ports.catalog.machine.streamByName(name);
    if (stream === undefined) throw unknownStream(name);
    const numbers = partitions.length === 0 ? stream.groups.map((_, i) => i) : partitions;
    return numbers.map((partition) => {
      const [wanted] = this.wanted(partitionKey(name, partition));
      if (wanted !== undefined) return wanted;
      throw new FlowError('INVALID_ARGUMENT', `stream ${name} has no partition ${partition}`, {
        hint: `Its partitions are 0 to ${stream.groups.length - 1}.`,
      });
    });
  }

  /** Nothing, where the partition is no more. */
  private wanted(key: PartitionKey): readonly Wanted[] {
    const { stream, partition } = partitionOf(key);
    const known = this.ports.catalog.machine.streamByName(stream);
    const partitionGroup = known?.groups[partition];
    if (known === undefined || partitionGroup === undefined) return [];
    return [{ stream, partition, uuid: known.uuid, partitionGroup, key }];
  }

  private lagOf(
    group: Group,
    one: Wanted,
    asked: PartitionPosition | FlowError | undefined,
  ): Omit<PartitionLag, 'owner'> {
    const position = isFlowError(asked) ? undefined : asked;
    const committed = offsetOf(group, one);
    const from = position === undefined ? 0 : Math.max(committed?.offset ?? 0, position.logStartOffset);
    const firstMs = position?.timestampMs ?? -1;
    return {
      stream: one.stream,
      partition: one.partition,
      committed,
      position,
      lag: position === undefined ? undefined : Math.max(0, position.highWatermark - from),
      lagMs:
        position === undefined
          ? undefined
          : firstMs < 0
            ? 0
            : Math.max(0, this.ports.clock.wallMs() - firstMs),
    };
  }

  private pass(caller: Caller, action: 'describe' | 'alter' | 'delete', group: string): void {
    const closed = this.ports.door.authorise(caller, action, `group:${group}`);
    if (closed !== undefined) throw closed;
  }
}

function offsetOf(group: Group | undefined, { key, uuid }: Wanted): StoredOffset | undefined {
  const stored = group?.offsets.get(key);
  return stored?.uuid === uuid ? stored : undefined;
}

function questionOf(to: ResetTarget): OffsetQuestion {
  switch (to.kind) {
    case 'earliest':
      return { kind: 'earliest' };
    case 'timestamp':
      return { kind: 'timestamp', timestampMs: to.timestampMs };
    // The end has to be that of a leader which has made sure that it leads.
    case 'latest':
    case 'offset':
    case 'shift':
      return { kind: 'latest' };
  }
}

/** Within what the partition has. A time later than its last record is its end. */
function placeOf(to: ResetTarget, position: PartitionPosition, committed: number | undefined): number {
  const { logStartOffset, highWatermark, offset } = position;
  const within = (wanted: number): number => Math.min(Math.max(wanted, logStartOffset), highWatermark);
  switch (to.kind) {
    case 'earliest':
      return logStartOffset;
    case 'latest':
      return highWatermark;
    case 'timestamp':
      return offset < 0 ? highWatermark : within(offset);
    case 'offset':
      return within(to.offset);
    case 'shift':
      return within((committed ?? logStartOffset) + to.by);
  }
}

function notAsked({ stream, partition }: Wanted, cause: FlowError | undefined): FlowError {
  return new FlowError('UNAVAILABLE', `${stream}/${partition} could not be asked where it is`, {
    hint: 'Nothing was changed. Retry once it has a leader: flowmesh-admin partitions list',
    ...(cause === undefined ? {} : { cause }),
  });
}

function previousOf(
  reply: CoordinatorReply,
  place: { readonly stream: string; readonly partition: number },
): number | undefined {
  if (reply.kind !== 'reset') return undefined;
  return reply.previous.get(partitionKey(place.stream, place.partition))?.offset;
}
