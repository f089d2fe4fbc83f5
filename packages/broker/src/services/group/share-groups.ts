/**
 * Members of share groups (KIP-932), at the leader of the coordinator shard that the group's name falls on: one call that joins, subscribes,
 * tells what is assigned, and leaves.
 *
 *   epoch 0 ─► joined, answered once it is assigned something ─► epochs as assignments change ─► -1 leave
 *
 * What is assigned may be read at once, and nothing is waited for that others read: who has which record is known where the records are.
 */
import { FlowError } from '@flowmesh/base';
import {
  type GroupConfig,
  groupScope,
  type PartitionKey,
  resolveGroupConfig,
  SUBSCRIPTIONS_PER_MEMBER_MAX,
  type ShareMember,
} from '@flowmesh/engines';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import type { GroupKeeper } from './group-keeper.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const BARRIER_TIMEOUT_MS = 5_000;
/** A member that joins is answered without an assignment after this time, and has it with a later heartbeat. */
const ASSIGNMENT_WAIT_MS = 2_000;
const JOIN = 0;
const LEAVE = -1;

export interface ShareHeartbeat {
  readonly caller: Caller;
  readonly group: string;
  /** Made by the client. */
  readonly member: string;
  readonly epoch: number;
  readonly clientId: string;
  /** Undefined: as before. */
  readonly rack: string | undefined;
  readonly streams: readonly string[] | undefined;
}

export interface ShareHeartbeatAnswer {
  readonly epoch: number;
  readonly heartbeatIntervalMs: number;
  /** Undefined: as it was told before. */
  readonly partitions: readonly PartitionKey[] | undefined;
}

export interface ShareGroupsPorts {
  readonly shards: CoordinatorShards;
  readonly keeper: GroupKeeper;
  readonly catalog: CatalogPort;
  readonly door: Door;
}

export class ShareGroups {
  private readonly ports: ShareGroupsPorts;

  constructor(ports: ShareGroupsPorts) {
    this.ports = ports;
  }

  /** How the group is configured, for whoever may read as one of its members. */
  admit(caller: Caller, group: string): GroupConfig {
    const closed = this.ports.door.authorise(caller, 'group', group);
    if (closed !== undefined) throw closed;
    return this.configOf(group);
  }

  async heartbeat(request: ShareHeartbeat, signal: AbortSignal): Promise<ShareHeartbeatAnswer> {
    this.admit(request.caller, request.group);
    const shard = this.ports.shards.shardFor(request.group);
    const { epoch, group, member } = request;
    if (epoch === LEAVE) {
      await this.find(shard, request);
      await proposeTo(shard, { kind: 'leave', group, member }, PROPOSE_TIMEOUT_MS);
      return { epoch: LEAVE, heartbeatIntervalMs: 0, partitions: undefined };
    }
    return epoch === JOIN ? await this.join(shard, request, signal) : await this.report(shard, request);
  }

  private async join(
    shard: CoordinatorShard,
    request: ShareHeartbeat,
    signal: AbortSignal,
  ): Promise<ShareHeartbeatAnswer> {
    const { group, streams = [] } = request;
    if (streams.length === 0) {
      throw new FlowError('INVALID_ARGUMENT', 'a member that joins subscribes to something', {
        hint: 'Name topics.',
      });
    }
    await this.subscribe(shard, request, undefined);
    const sessions = this.ports.keeper.sessionsOf(shard);
    const joined = await this.find(shard, request);
    sessions.touch(group, joined);
    const isAssigned = (): boolean => {
      const head = shard.machine.groups.get(group)?.head;
      return head === undefined || head.assignedEpoch === head.epoch;
    };
    if (!isAssigned())
      await sessions.park(group, joined.id, { waitMs: ASSIGNMENT_WAIT_MS, signal, until: isAssigned });
    return this.answer(group, await this.find(shard, request), true);
  }

  private async report(shard: CoordinatorShard, request: ShareHeartbeat): Promise<ShareHeartbeatAnswer> {
    const { group, epoch, streams } = request;
    let known = await this.find(shard, request);
    if (epoch > known.epoch) {
      throw new FlowError('STALE_MEMBER', `${known.id} names epoch ${epoch}; it is in ${known.epoch}`, {
        hint: 'Give up all partitions and join again with epoch 0.',
        details: { epoch: known.epoch },
      });
    }
    const changes = streams !== undefined && orderedOf(streams).join(' ') !== known.streams.join(' ');
    if (changes) {
      await this.subscribe(shard, request, known);
      known = await this.find(shard, request);
    }
    this.ports.keeper.sessionsOf(shard).touch(group, known);
    return this.answer(group, known, known.epoch !== epoch);
  }

  private async subscribe(
    shard: CoordinatorShard,
    request: ShareHeartbeat,
    before: ShareMember | undefined,
  ): Promise<void> {
    const { caller, group, member, clientId } = request;
    const streams = orderedOf(request.streams ?? before?.streams ?? []);
    if (streams.length > SUBSCRIPTIONS_PER_MEMBER_MAX) {
      throw new FlowError('INVALID_ARGUMENT', `a member subscribes to ${streams.length} topics`, {
        hint: `At most ${SUBSCRIPTIONS_PER_MEMBER_MAX}: use several members.`,
      });
    }
    for (const stream of streams) {
      const closed = this.ports.door.authorise(caller, 'read', stream);
      if (closed !== undefined) throw closed;
    }
    const { sessionTimeoutMs } = this.configOf(group);
    const rack = request.rack ?? before?.rack ?? '';
    const join = { group, member, clientId, host: caller.address, rack, streams, sessionTimeoutMs };
    await proposeTo(shard, { kind: 'share-join', ...join }, PROPOSE_TIMEOUT_MS);
  }

  /** That there is no such member is said only by a leader that has made sure that it still leads. */
  private async find(shard: CoordinatorShard, { group, member }: ShareHeartbeat): Promise<ShareMember> {
    const look = (): ShareMember | undefined => shard.machine.groups.get(group)?.shareMembers.get(member);
    const known = look();
    if (known !== undefined) return known;
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const now = look();
    if (now !== undefined) return now;
    throw new FlowError('MEMBER_UNKNOWN', `share group ${group} has no member ${member}`, {
      hint: 'Its session ran out, or it left. Join again with epoch 0.',
      details: { group, member },
    });
  }

  private configOf(group: string): GroupConfig {
    return resolveGroupConfig(this.ports.catalog.machine.config(groupScope(group)));
  }

  private answer(group: string, { epoch, assigned }: ShareMember, whole: boolean): ShareHeartbeatAnswer {
    const { heartbeatIntervalMs } = this.configOf(group);
    return { epoch, heartbeatIntervalMs, partitions: whole ? assigned : undefined };
  }
}

function orderedOf(streams: readonly string[]): readonly string[] {
  return [...new Set(streams)].sort();
}
