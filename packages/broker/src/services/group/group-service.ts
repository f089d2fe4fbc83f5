/**
 * Consumer groups as their members see them, at the leader of the coordinator shard that the group's name falls on:
 *
 *   join ─► heartbeat, heartbeat, … (each answered when there is something new, or after a while) ─► leave
 *
 * A member reads exactly what it was told last, and confirms that with its next heartbeat: only then do others get what it gave up.
 */
import { FlowError } from '@flowmesh/base';
import {
  type Assignor,
  type CommitOutcome,
  type Committer,
  comparePartitions,
  type CoordinatorReply,
  fencedInstance,
  type Group,
  type GroupMember,
  isStable,
  type OffsetEntry,
  type PartitionKey,
  partitionKey,
  partitionOf,
  type ProducerEpoch,
} from '@flowmesh/engines';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import { unknownStream } from '../unknown-resource.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import type { GroupKeeper } from './group-keeper.ts';
import { regexOfWildcard, streamsReadBy } from './topic-regex.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const BARRIER_TIMEOUT_MS = 5_000;
const HEARTBEAT_INTERVAL_MAX_MS = 3_000;

export interface GroupServicePorts {
  readonly shards: CoordinatorShards;
  readonly keeper: GroupKeeper;
  readonly catalog: CatalogPort;
  readonly door: Door;
}

export interface JoinRequest {
  readonly caller: Caller;
  readonly group: string;
  /** Unique for one run of the member; a repeated join under the same id is the same member. */
  readonly member: string;
  readonly instanceId: string;
  readonly clientId: string;
  readonly rack: string;
  readonly streams: readonly string[];
  /** Further streams that the caller may read, `*` standing for any characters; empty: none. */
  readonly pattern: string;
  /** The same by regular expression, which was checked, in place of a pattern. Absent: none. */
  readonly regex?: string;
  readonly assignor: Assignor | undefined;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
}

export interface HeartbeatRequest {
  readonly caller: Caller;
  readonly group: string;
  readonly member: string;
  readonly instanceId: string;
  /** Latest epoch that the member was told. */
  readonly epoch: number;
  /** Latest epoch whose assignment it has taken over: it reads nothing else any more. */
  readonly confirmedEpoch: number;
  /** How long the answer may wait for something new. */
  readonly waitMs: number;
}

export interface MemberAnswer {
  readonly epoch: number;
  readonly partitions: readonly PartitionKey[];
  readonly heartbeatIntervalMs: number;
  /** Nobody in the group has anything to give up or to get. */
  readonly stable: boolean;
}

export interface OffsetCommit {
  readonly stream: string;
  readonly partition: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

export interface CommitRequest {
  readonly caller: Caller;
  readonly group: string;
  readonly by: Committer | undefined;
  readonly offsets: readonly OffsetCommit[];
  /** With this transaction, when it commits. */
  readonly transaction: ProducerEpoch | undefined;
  /** Static members: whoever took their place fences them. */
  readonly instanceId?: string;
  /** Committed offsets may go back, or (offset -1) be taken away: as Kafka's clients mean it. */
  readonly rewind?: boolean;
}

export interface CommittedOffset extends OffsetCommit {
  readonly committedAtMs: number;
}

export interface FetchedOffsets {
  readonly offsets: readonly CommittedOffset[];
  readonly unstable: ReadonlySet<PartitionKey>;
}

export interface FetchRequest {
  readonly caller: Caller;
  readonly group: string;
  /** Undefined: all that the group has. */
  readonly partitions: readonly PartitionKey[] | undefined;
  /** A member that is to know whether it still is one. */
  readonly by?: Committer | undefined;
}

export class GroupService {
  private readonly ports: GroupServicePorts;

  constructor(ports: GroupServicePorts) {
    this.ports = ports;
  }

  async join(request: JoinRequest): Promise<MemberAnswer> {
    const { caller, assignor, pattern, ...rest } = request;
    const regex = pattern === '' ? request.regex : regexOfWildcard(pattern);
    this.pass(caller, request.group);
    for (const stream of request.streams) this.passRead(caller, stream);
    const shard = this.ports.shards.shardFor(request.group);
    const join = {
      ...rest,
      kind: 'join',
      host: caller.address,
      streams: [...new Set(request.streams)].sort(),
      // Replicas would match names that the member may not even know.
      pattern: '',
      ...this.matching(caller, regex),
      ...(assignor === undefined ? {} : { assignor }),
    } as const;
    await proposeTo(shard, join, PROPOSE_TIMEOUT_MS);
    const { group, member } = await this.memberOf(shard, request);
    this.ports.keeper.sessionsOf(shard).heard(request.group, member, caller);
    return answerOf(group, member);
  }

  /** The streams of a regular expression as they are now; the keeper sees to it that it stays so. */
  private matching(
    caller: Caller,
    regex = '',
  ): { readonly regex: string; readonly matched: readonly string[] } | undefined {
    return regex === '' ? undefined : { regex, matched: streamsReadBy(this.ports, caller, regex) };
  }

  async heartbeat(request: HeartbeatRequest, signal: AbortSignal): Promise<MemberAnswer> {
    this.pass(request.caller, request.group);
    const shard = this.ports.shards.shardFor(request.group);
    const sessions = this.ports.keeper.sessionsOf(shard);
    let { member } = await this.memberOf(shard, request);
    sessions.heard(request.group, member, request.caller);
    if (request.confirmedEpoch === member.epoch && Object.keys(member.revoking).length > 0) {
      const { group, member: id, epoch } = { ...request, epoch: member.epoch };
      await proposeTo(shard, { kind: 'confirm', group, member: id, epoch }, PROPOSE_TIMEOUT_MS);
    }
    // Looked at anew: nothing may change between this look and the parking.
    member = find(shard, request)?.member ?? member;
    if (member.epoch === request.epoch && request.waitMs > 0) {
      const waitMs = Math.min(request.waitMs, Math.floor(member.sessionTimeoutMs / 3));
      await sessions.park(request.group, request.member, { waitMs, signal });
      if (!shard.alive) this.ports.shards.shardFor(request.group);
    }
    const now = await this.memberOf(shard, request);
    return answerOf(now.group, now.member);
  }

  async leave(caller: Caller, group: string, member: string): Promise<void> {
    this.pass(caller, group);
    await proposeTo(this.ports.shards.shardFor(group), { kind: 'leave', group, member }, PROPOSE_TIMEOUT_MS);
  }

  /** What each came to; with a transaction all are staged, or none and the promise rejects. */
  async commit(request: CommitRequest): Promise<readonly CommitOutcome[]> {
    const { caller, group, by, transaction, rewind, instanceId = '' } = request;
    this.pass(caller, group);
    for (const stream of new Set(request.offsets.map((one) => one.stream))) this.passRead(caller, stream);
    const offsets = request.offsets.map((one) => this.entryOf(one));
    const shard = this.ports.shards.shardFor(group);
    if (by !== undefined) refuseFenced(shard.machine.groups.get(group), instanceId, by.member);
    const common = {
      group,
      offsets,
      ...(by === undefined ? {} : { by }),
      ...(rewind === true ? { rewind } : {}),
    };
    if (transaction !== undefined) {
      await proposeTo(shard, { kind: 'stage-offsets', ...common, ...transaction }, PROPOSE_TIMEOUT_MS);
      return offsets.map(({ stream, partition, offset }) => ({ stream, partition, offset, refused: false }));
    }
    const reply = await proposeTo(shard, { kind: 'commit-offsets', ...common }, PROPOSE_TIMEOUT_MS);
    return outcomesOf(reply);
  }

  /**
   * Committed offsets, as of now. UNAVAILABLE while a transaction is about to commit one of them: whoever began at the old one would
   * do again what that transaction has done.
   */
  async fetch(request: FetchRequest): Promise<readonly CommittedOffset[]> {
    const { offsets, unstable } = await this.fetchWithUnstable(request);
    for (const key of unstable) throw unstableOffset(key);
    return offsets;
  }

  /** Beside what is committed, the partitions of which a transaction is about to commit something. */
  async fetchWithUnstable(request: FetchRequest): Promise<FetchedOffsets> {
    const closed = this.ports.door.authorise(request.caller, 'describe', `group:${request.group}`);
    if (closed !== undefined) throw closed;
    const shard = this.ports.shards.shardFor(request.group);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const group = shard.machine.groups.get(request.group);
    if (request.by !== undefined) refuseReader(request.group, group, request.by);
    if (group === undefined) return { offsets: [], unstable: new Set() };
    const keys = request.partitions ?? [...group.offsets.keys()].sort();
    return {
      offsets: keys.flatMap((key) => this.committed(group, key)),
      unstable: unstableOf(group, request.partitions),
    };
  }

  private committed(group: Group, key: PartitionKey): readonly CommittedOffset[] {
    // What is asked for may be no name of a stream; what is stored is one.
    const stored = group.offsets.get(key);
    if (stored === undefined) return [];
    const { stream, partition } = partitionOf(key);
    const known = this.ports.catalog.machine.streamByName(stream);
    if (known?.uuid !== stored.uuid) return [];
    const { offset, leaderEpoch, metadata, timeMs } = stored;
    return [{ stream, partition, offset, leaderEpoch, metadata, committedAtMs: timeMs }];
  }

  private entryOf(commit: OffsetCommit): OffsetEntry {
    const stream = this.ports.catalog.machine.streamByName(commit.stream);
    if (stream === undefined) throw unknownStream(commit.stream);
    if (commit.partition >= stream.groups.length) {
      throw new FlowError(
        'INVALID_ARGUMENT',
        `stream ${commit.stream} has no partition ${commit.partition}`,
        {
          hint: `Its partitions are 0 to ${stream.groups.length - 1}.`,
          details: { field: 'partition' },
        },
      );
    }
    return { ...commit, uuid: stream.uuid };
  }

  /**
   * The member as it is now. That there is none is said only by a leader that has made sure that it still leads: a former one may
   * not know members that joined since.
   */
  private async memberOf(
    shard: CoordinatorShard,
    of: { readonly group: string; readonly member: string; readonly instanceId: string },
  ): Promise<{ readonly group: Group; readonly member: GroupMember }> {
    const known = find(shard, of);
    if (known !== undefined) return known;
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const now = find(shard, of);
    if (now !== undefined) return now;
    const { group, member, instanceId } = of;
    refuseFenced(shard.machine.groups.get(group), instanceId, member);
    throw new FlowError('MEMBER_UNKNOWN', `group ${group} has no member ${member}`, {
      hint: 'Its session ran out, or it left. Join again under a new member id.',
      details: { group, member },
    });
  }

  private pass(caller: Caller, group: string): void {
    const closed = this.ports.door.authorise(caller, 'group', group);
    if (closed !== undefined) throw closed;
  }

  private passRead(caller: Caller, stream: string): void {
    const closed = this.ports.door.authorise(caller, 'read', stream);
    if (closed !== undefined) throw closed;
  }
}

function find(
  shard: CoordinatorShard,
  of: { readonly group: string; readonly member: string },
): { readonly group: Group; readonly member: GroupMember } | undefined {
  const group = shard.machine.groups.get(of.group);
  const member = group?.members.get(of.member);
  return group === undefined || member === undefined ? undefined : { group, member };
}

function answerOf(group: Group, member: GroupMember): MemberAnswer {
  return {
    epoch: member.epoch,
    partitions: Object.keys(member.assigned).sort(comparePartitions),
    heartbeatIntervalMs: Math.min(HEARTBEAT_INTERVAL_MAX_MS, Math.floor(member.sessionTimeoutMs / 3)),
    stable: isStable(group),
  };
}

function outcomesOf(reply: CoordinatorReply): readonly CommitOutcome[] {
  if (reply.kind === 'committed') return reply.outcomes;
  throw new FlowError('INTERNAL', `the coordinator answered ${reply.kind} where a commit was asked for`);
}

function unstableOf(
  group: Group,
  partitions: readonly PartitionKey[] | undefined,
): ReadonlySet<PartitionKey> {
  const wanted = partitions === undefined ? undefined : new Set(partitions);
  const staged = [...group.pending.values()].flatMap(({ offsets }) =>
    offsets.map(({ stream, partition }) => partitionKey(stream, partition)),
  );
  return new Set(staged.filter((key) => wanted?.has(key) !== false));
}

/** Of a native group; in a classic one only commits are fenced. */
function refuseReader(name: string, group: Group | undefined, { member, epoch }: Committer): void {
  if (group?.classic !== undefined) return;
  const known = group?.members.get(member);
  if (known === undefined) {
    throw new FlowError('MEMBER_UNKNOWN', `group ${name} has no member ${member}`, {
      hint: 'Its session ran out, or it left. Join again.',
      details: { group: name, member },
    });
  }
  if (epoch <= known.epoch) return;
  throw new FlowError('STALE_MEMBER', `${member} names epoch ${epoch}; it is in ${known.epoch}`, {
    hint: 'Join again.',
    details: { epoch: known.epoch },
  });
}

function unstableOffset(key: PartitionKey): FlowError {
  return new FlowError('UNAVAILABLE', `a transaction is about to commit the offset of ${key}`, {
    hint: 'Retry: it ends by itself, at the latest when its timeout is over.',
    details: { ...partitionOf(key), transaction: 'pending' },
  });
}

/** Throws MEMBER_FENCED where another member has come in the place of the instance. */
export function refuseFenced(group: Group | undefined, instanceId: string, member: string): void {
  const successor = group?.instance(instanceId) ?? group?.classicInstance(instanceId);
  if (group !== undefined && successor !== undefined && successor.id !== member) {
    throw fencedInstance(group.head.id, successor);
  }
}
