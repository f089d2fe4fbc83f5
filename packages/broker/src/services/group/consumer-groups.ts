/**
 * Native groups as Kafka's consumer group protocol (KIP-848) sees them: one call that joins, subscribes, reports what the member owns, and leaves.
 *
 *   epoch 0 ─► joined ─► epochs as they grow, each with the whole assignment ─► -1 leave · -2 a static member that means to come back
 *
 * What a member has to give up counts as given up once it says, knowing the newest epoch, that it owns nothing of it. A member whose epoch is
 * behind is told the newest: epochs grow with every change of what it may read, not with its answers.
 */
import { FlowError } from '@flowmesh/base';
import type { Assignor, GroupMember, PartitionKey } from '@flowmesh/engines';
import type { Caller } from '../ports.ts';
import { type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import type { GroupService, HeartbeatRequest, MemberAnswer } from './group-service.ts';
import { checkRegex } from './topic-regex.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const SESSION_TIMEOUT_MS = 45_000;
const REBALANCE_TIMEOUT_MAX_MS = 86_400_000;
const JOIN = 0;
const LEAVE = -1;
const LEAVE_FOR_NOW = -2;
const NEVER = new AbortController().signal;

/** Kafka's names of what assigns here. */
const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', 'cooperative'],
  ['range', 'range'],
]);

/** What Kafka's clients call it. */
export function assignorName(assignor: Assignor): string {
  return assignor === 'sticky' || assignor === 'cooperative' ? 'uniform' : assignor;
}

export interface ConsumerHeartbeat {
  readonly caller: Caller;
  readonly group: string;
  /** Empty: to be made. */
  readonly member: string;
  readonly epoch: number;
  readonly instanceId: string;
  readonly clientId: string;
  /** Of the following, undefined means: as before. */
  readonly rack: string | undefined;
  readonly rebalanceTimeoutMs: number | undefined;
  readonly streams: readonly string[] | undefined;
  readonly regex: string | undefined;
  readonly assignor: string | undefined;
  readonly owned: readonly PartitionKey[] | undefined;
}

export interface ConsumerAnswer {
  readonly member: string;
  readonly epoch: number;
  readonly heartbeatIntervalMs: number;
  /** Undefined: as it was told before. */
  readonly partitions: readonly PartitionKey[] | undefined;
}

export interface ConsumerGroupsPorts {
  readonly shards: CoordinatorShards;
  readonly groups: GroupService;
  readonly newUuid: () => string;
}

export class ConsumerGroups {
  private readonly ports: ConsumerGroupsPorts;

  constructor(ports: ConsumerGroupsPorts) {
    this.ports = ports;
  }

  async heartbeat(request: ConsumerHeartbeat): Promise<ConsumerAnswer> {
    switch (request.epoch) {
      case JOIN:
        return await this.join(request);
      case LEAVE:
        await this.ports.groups.leave(request.caller, request.group, request.member);
        return left(request);
      case LEAVE_FOR_NOW:
        return await this.leaveForNow(request);
      default:
        return await this.report(request);
    }
  }

  private async join(request: ConsumerHeartbeat): Promise<ConsumerAnswer> {
    const { rebalanceTimeoutMs = 0, owned = [] } = request;
    const member = request.member === '' ? this.ports.newUuid() : request.member;
    if (rebalanceTimeoutMs <= 0) throw invalid('a member that joins says how long a rebalance may take');
    if (owned.length > 0) throw invalid('a member that joins owns no partitions');
    if ((request.streams ?? []).length === 0 && (request.regex ?? '') === '')
      throw invalid('a member that joins subscribes to something');
    const joined = await this.subscribe({ ...request, member }, undefined);
    // What a former life of it held is given up: it owns nothing.
    const now = await this.ports.groups.heartbeat(seen(request, member, joined.epoch), NEVER);
    return answerOf(member, now, true);
  }

  private async report(request: ConsumerHeartbeat): Promise<ConsumerAnswer> {
    const { member, epoch, owned } = request;
    let known = await this.known(request);
    if (epoch > known.epoch) {
      throw new FlowError('STALE_MEMBER', `${member} names epoch ${epoch}; it is in ${known.epoch}`, {
        hint: 'Give up all partitions and join again with epoch 0.',
        details: { epoch: known.epoch },
      });
    }
    if (changes(request, known)) {
      await this.subscribe(request, known);
      known = await this.known(request);
    }
    const gaveUp =
      owned !== undefined && epoch === known.epoch && owned.every((key) => !(key in known.revoking));
    const confirmedEpoch = gaveUp ? epoch : 0;
    const now = await this.ports.groups.heartbeat({ ...seen(request, member, epoch), confirmedEpoch }, NEVER);
    return answerOf(member, now, now.epoch !== epoch || owned !== undefined);
  }

  /** Its partitions stay its own for a session; nothing of it is waited for. */
  private async leaveForNow(request: ConsumerHeartbeat): Promise<ConsumerAnswer> {
    if (request.instanceId === '') throw invalid('only static members leave for a while');
    const { group, member, epoch } = { ...request, epoch: (await this.known(request)).epoch };
    const shard = this.ports.shards.shardFor(group);
    await proposeTo(shard, { kind: 'confirm', group, member, epoch }, PROPOSE_TIMEOUT_MS);
    return left(request);
  }

  /** The member as it is, its session renewed. */
  private async known(request: ConsumerHeartbeat): Promise<GroupMember> {
    const { group, member } = request;
    await this.ports.groups.heartbeat(seen(request, member, 0), NEVER);
    const known = this.ports.shards.shardFor(group).machine.groups.get(group)?.members.get(member);
    if (known !== undefined) return known;
    throw new FlowError('MEMBER_UNKNOWN', `group ${group} has no member ${member}`, {
      hint: 'Give up all partitions and join again with epoch 0.',
    });
  }

  private async subscribe(
    request: ConsumerHeartbeat,
    before: GroupMember | undefined,
  ): Promise<MemberAnswer> {
    const { caller, group, member, instanceId, clientId } = request;
    const regex = request.regex ?? before?.regex ?? '';
    if (regex !== '') checkRegex(regex);
    const timeoutMs = request.rebalanceTimeoutMs ?? before?.rebalanceTimeoutMs ?? 0;
    return await this.ports.groups.join({
      caller,
      group,
      member,
      instanceId,
      clientId,
      rack: request.rack ?? before?.rack ?? '',
      streams: request.streams ?? before?.streams ?? [],
      pattern: '',
      regex,
      assignor: this.assignorFor(request),
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: Math.min(timeoutMs, REBALANCE_TIMEOUT_MAX_MS),
    });
  }

  /** A member alone chooses; further ones take what the group has. */
  private assignorFor({ group, member, assignor }: ConsumerHeartbeat): Assignor | undefined {
    if (assignor === undefined) return undefined;
    const wanted = ASSIGNORS.get(assignor);
    if (wanted === undefined) {
      throw new FlowError('INVALID_ARGUMENT', `there is no assignor ${assignor}`, {
        hint: `Those are: ${[...ASSIGNORS.keys()].join(', ')}.`,
        details: { field: 'assignor' },
      });
    }
    const members = this.ports.shards.shardFor(group).machine.groups.get(group)?.members;
    const others = [...(members?.keys() ?? [])].some((id) => id !== member);
    return others ? undefined : wanted;
  }
}

function seen(request: ConsumerHeartbeat, member: string, epoch: number): HeartbeatRequest {
  const { caller, group, instanceId } = request;
  return { caller, group, member, instanceId, epoch, confirmedEpoch: epoch, waitMs: 0 };
}

function changes({ streams, regex, rack }: ConsumerHeartbeat, known: GroupMember): boolean {
  const named = streams === undefined ? undefined : [...new Set(streams)].sort().join(' ');
  return (
    (named ?? known.streams.join(' ')) !== known.streams.join(' ') ||
    (regex ?? known.regex) !== known.regex ||
    (rack ?? known.rack) !== known.rack
  );
}

function answerOf(member: string, now: MemberAnswer, whole: boolean): ConsumerAnswer {
  const { epoch, partitions, heartbeatIntervalMs } = now;
  return { member, epoch, heartbeatIntervalMs, partitions: whole ? partitions : undefined };
}

function left({ member, epoch }: ConsumerHeartbeat): ConsumerAnswer {
  return { member, epoch, heartbeatIntervalMs: 0, partitions: undefined };
}

function invalid(message: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message);
}
