/** Consumer groups as operators see them. */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { CoordinatorPlaces } from '../routing/coordinator-call.ts';
import { callLeader, type LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { callUnary, type UnaryMethod } from '../wire/node-connection.ts';
import type { GroupsClient } from '@flowmesh/proto';
import { type CommittedOffset, commitGroupOffsets, fetchGroupOffsets } from './group-offsets.ts';
import type { OffsetToCommit, TopicPartition } from './group-types.ts';

export interface GroupInfo {
  readonly group: string;
  /** `empty`, `rebalancing` or `stable`. */
  readonly state: string;
  readonly members: number;
  readonly assignor: string;
  readonly epoch: number;
  readonly rebalances: number;
  /** `native`, or `classic`: members of Kafka's JoinGroup, who assign among themselves. */
  readonly protocol: string;
}

export interface GroupMemberInfo {
  readonly memberId: string;
  readonly instanceId: string;
  readonly clientId: string;
  readonly host: string;
  readonly rack: string;
  readonly streams: readonly string[];
  readonly pattern: string;
  readonly epoch: number;
  readonly joinedAt: number;
  readonly assigned: readonly TopicPartition[];
  /** To be given up. */
  readonly revoking: readonly TopicPartition[];
}

export interface GroupPartition extends TopicPartition {
  readonly committedOffset: number | undefined;
  readonly metadata: string;
  readonly committedAt: number | undefined;
  readonly logStartOffset: number | undefined;
  readonly highWatermark: number | undefined;
  /** Records; undefined while the partition has no leader. */
  readonly lag: number | undefined;
  /** Age of the first record that was not read, 0 where there is none. */
  readonly lagMs: number | undefined;
  /** Empty: nobody reads it. */
  readonly memberId: string;
}

export interface GroupDescription extends GroupInfo {
  readonly memberInfos: readonly GroupMemberInfo[];
  readonly partitions: readonly GroupPartition[];
  /** When offsets were reset, if that can be undone. */
  readonly undoAt: number | undefined;
}

export type ResetTo =
  | 'earliest'
  | 'latest'
  | { readonly timestamp: number }
  | { readonly offset: number }
  /** From the committed offset, forward or back. */
  | { readonly shift: number };

export interface ResetOptions extends CallOptions {
  readonly to: ResetTo;
  /** Streams, all partitions or some of them; absent: all of which the group has offsets. */
  readonly streams?: Readonly<Record<string, readonly number[] | 'all'>>;
  /** Tells what would be, and changes nothing. */
  readonly dryRun?: boolean;
  /** Although members are active. */
  readonly force?: boolean;
}

export interface ResetOffset extends TopicPartition {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

type Method<Req, Res> = (client: GroupsClient) => UnaryMethod<Req, Res>;

export class GroupsAdmin {
  private readonly deps: LeaderCallDeps;
  private readonly places: CoordinatorPlaces;

  constructor(deps: LeaderCallDeps & { readonly places: CoordinatorPlaces }) {
    this.deps = deps;
    this.places = deps.places;
  }

  /** All groups whose name begins with `prefix`, ascending. */
  async list(options: CallOptions & { readonly prefix?: string } = {}): Promise<readonly GroupInfo[]> {
    const { prefix = '' } = options;
    const { resource, shards } = await this.places.find('list', options);
    const pages = await Promise.all(
      Array.from({ length: shards }, (_, shard) => this.listShard(resource, shard, prefix, options)),
    );
    return pages.flat().sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  /** NOT_FOUND. */
  async describe(group: string, options: CallOptions = {}): Promise<GroupDescription> {
    const answer = await this.call(group, options, (client) => client.describeGroup, { group });
    return {
      ...infoOf(answer.info ?? {}),
      memberInfos: answer.members.map(memberOf),
      partitions: answer.partitions.map(partitionInfo),
      undoAt: answer.undoAtMs === 0 ? undefined : answer.undoAtMs,
    };
  }

  /** Committed offsets, as of now. */
  async offsets(group: string, options: CallOptions = {}): Promise<readonly CommittedOffset[]> {
    return await fetchGroupOffsets(this.places, group, undefined, options);
  }

  /** From outside, which a group without active members allows. */
  async commit(group: string, offsets: readonly OffsetToCommit[], options: CallOptions = {}): Promise<void> {
    await commitGroupOffsets(this.places, { group, offsets }, options);
  }

  /** Says for each partition where it was and where it is, or with `dryRun` would be. PRECONDITION_FAILED: members are active. */
  async reset(group: string, options: ResetOptions): Promise<readonly ResetOffset[]> {
    const { to, streams = {}, dryRun = false, force = false } = options;
    const partitions = Object.entries(streams).map(([stream, numbers]) => ({
      stream,
      partitions: numbers === 'all' ? [] : [...numbers],
    }));
    const request = { group, ...targetOf(to), partitions, dryRun, force };
    return resetOffsets(await this.call(group, options, (client) => client.resetOffsets, request));
  }

  /** Back to what the latest reset replaced. PRECONDITION_FAILED: there is none, or members are active. */
  async undoReset(
    group: string,
    options: CallOptions & { readonly force?: boolean } = {},
  ): Promise<readonly ResetOffset[]> {
    const request = { group, force: options.force ?? false };
    return resetOffsets(await this.call(group, options, (client) => client.undoReset, request));
  }

  /** PRECONDITION_FAILED: members are active. */
  async delete(group: string, options: CallOptions = {}): Promise<void> {
    await this.call(group, options, (client) => client.deleteGroup, { group });
  }

  private call<Req, Res>(
    group: string,
    options: CallOptions,
    method: Method<Req, Res>,
    request: Req,
  ): Promise<Res> {
    return this.places.call(group, options, (connection, limits) =>
      callUnary(method(connection.groups).bind(connection.groups), request, limits),
    );
  }

  private async listShard(
    resource: string,
    shard: number,
    prefix: string,
    options: CallOptions,
  ): Promise<readonly GroupInfo[]> {
    const found: GroupInfo[] = [];
    for (let pageToken = ''; ; ) {
      const request = { shard, prefix, pageSize: 1_000, pageToken };
      const where = { stream: resource, partition: shard };
      const page = await callLeader(this.deps, where, options, (connection, limits) =>
        callUnary(connection.groups.listGroups.bind(connection.groups), request, limits),
      );
      found.push(...page.groups.map(infoOf));
      pageToken = page.nextPageToken;
      if (pageToken === '') return found;
    }
  }
}

function targetOf(to: ResetTo): flowmesh.v1.ResetOffsetsRequest.$Properties {
  if (to === 'earliest') return { earliest: true };
  if (to === 'latest') return { latest: true };
  if ('timestamp' in to) return { timestampMs: to.timestamp };
  if ('offset' in to) return { offset: to.offset };
  if ('shift' in to) return { shift: to.shift };
  throw new FlowError(
    'INVALID_ARGUMENT',
    'a reset goes to earliest, latest, a timestamp, an offset, or is a shift',
  );
}

function infoOf(info: flowmesh.v1.GroupInfo.$Properties): GroupInfo {
  return {
    group: info.group ?? '',
    state: info.state ?? '',
    members: info.members ?? 0,
    assignor: info.assignor ?? '',
    epoch: info.epoch ?? 0,
    rebalances: info.rebalances ?? 0,
    protocol: info.protocol ?? '',
  };
}

function places(
  list: readonly flowmesh.v1.StreamPartitions.$Properties[] | null | undefined,
): TopicPartition[] {
  return (list ?? []).flatMap(({ stream, partitions }) =>
    (partitions ?? []).map((partition) => ({ stream: stream ?? '', partition })),
  );
}

function memberOf(member: flowmesh.v1.GroupMember.$Properties): GroupMemberInfo {
  return {
    memberId: member.memberId ?? '',
    instanceId: member.instanceId ?? '',
    clientId: member.clientId ?? '',
    host: member.host ?? '',
    rack: member.rack ?? '',
    streams: member.streams ?? [],
    pattern: member.pattern ?? '',
    epoch: member.epoch ?? 0,
    joinedAt: member.joinedAtMs ?? 0,
    assigned: places(member.assigned),
    revoking: places(member.revoking),
  };
}

function known(value: number | null | undefined): number | undefined {
  return value === undefined || value === null || value < 0 ? undefined : value;
}

function partitionInfo(one: flowmesh.v1.GroupPartition.$Properties): GroupPartition {
  const committedOffset = known(one.committedOffset);
  return {
    stream: one.stream ?? '',
    partition: one.partition ?? 0,
    committedOffset,
    metadata: one.metadata ?? '',
    committedAt: committedOffset === undefined ? undefined : known(one.committedAtMs),
    logStartOffset: known(one.logStartOffset),
    highWatermark: known(one.highWatermark),
    lag: known(one.lag),
    lagMs: known(one.lagMs),
    memberId: one.memberId ?? '',
  };
}

function resetOffsets({ offsets }: flowmesh.v1.ResetOffsetsResponse): readonly ResetOffset[] {
  return offsets.map((one) => ({
    stream: one.stream ?? '',
    partition: one.partition ?? 0,
    before: known(one.before),
    after: known(one.after),
  }));
}
