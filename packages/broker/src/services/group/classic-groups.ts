/**
 * Classic groups as their members see them, at the leader of the group's coordinator shard (`classic-types.ts` of the engines draws the phases):
 *
 *   join ─► the round under way ends ─► generation ─► sync ─► the leader's assignment is there ─► heartbeat, heartbeat, …
 *     ▲                                                                                             │
 *     └───────────────────────── `rebalancing`: everybody joins anew ◄─────────────────────────────┘
 *
 * Joins and syncs wait in the member's session, woken by what is applied: no timer of their own, and nothing of them is lost with this node
 * but the answer, which the next leader gives when it is asked again.
 */
import { FlowError } from '@flowmesh/base';
import {
  CLASSIC_ASSIGNMENT_BYTES_MAX,
  CLASSIC_METADATA_BYTES_MAX,
  CLASSIC_PROTOCOLS_MAX,
  type ClassicGeneration,
  type ClassicHead,
  type ClassicLeaver,
  type ClassicMember,
  generationFor,
  type Group,
  type LeaveOutcome,
} from '@flowmesh/engines';
import { CONSUMER_PROTOCOL_TYPE, decodeSubscription } from '@flowmesh/kafka/protocol';
import type { Caller, Door } from '../ports.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import type { GroupKeeper } from './group-keeper.ts';
import { refuseFenced } from './group-service.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const BARRIER_TIMEOUT_MS = 5_000;
/** A call that waits looks around at least this often. */
const LOOK_EVERY_MS = 30_000;
const CLIENT_CHARS_MAX = 100;

export interface ClassicLimits {
  /** How long the first member of a group waits for others. */
  readonly initialRebalanceDelayMs: number;
  readonly sessionTimeoutMinMs: number;
  readonly sessionTimeoutMaxMs: number;
}

export const DEFAULT_CLASSIC_LIMITS: ClassicLimits = {
  initialRebalanceDelayMs: 3_000,
  sessionTimeoutMinMs: 6_000,
  sessionTimeoutMaxMs: 1_800_000,
};

export interface ClassicGroupsPorts {
  readonly shards: CoordinatorShards;
  readonly keeper: GroupKeeper;
  readonly door: Door;
  readonly newUuid: () => string;
  readonly classic: ClassicLimits;
}

/** A member as it calls: its id is empty where it has none yet. */
export interface ClassicCaller {
  readonly caller: Caller;
  readonly group: string;
  readonly member: string;
  /** Empty: not static. */
  readonly instanceId: string;
}

export interface ClassicJoinRequest extends ClassicCaller {
  readonly clientId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly { readonly name: string; readonly metadata: Uint8Array }[];
  /** The client comes back with the id that it is given first. */
  readonly takesId: boolean;
  readonly skipsAssignment: boolean;
  readonly reason: string;
}

export type ClassicJoinAnswer =
  | { readonly kind: 'id'; readonly member: string }
  | { readonly kind: 'joined'; readonly member: string; readonly generation: ClassicGeneration }
  | { readonly kind: 'rebalancing' };

export interface ClassicSyncRequest extends ClassicCaller {
  readonly generation: number;
  /** Undefined: not told. */
  readonly protocolType: string | undefined;
  readonly protocol: string | undefined;
  /** Of the leader. */
  readonly assignments: readonly { readonly member: string; readonly assignment: Uint8Array }[];
}

export type ClassicSyncAnswer =
  | {
      readonly kind: 'assigned';
      readonly assignment: Uint8Array;
      readonly protocolType: string;
      readonly protocol: string;
    }
  | { readonly kind: 'rebalancing' };

interface Found {
  readonly group: Group;
  readonly classic: ClassicHead;
  readonly member: ClassicMember;
}

export class ClassicGroups {
  private readonly ports: ClassicGroupsPorts;

  constructor(ports: ClassicGroupsPorts) {
    this.ports = ports;
  }

  /** Resolves when the round has ended that it joins in. */
  async join(request: ClassicJoinRequest, signal: AbortSignal): Promise<ClassicJoinAnswer> {
    this.pass(request);
    this.refuseJoin(request);
    const shard = this.ports.shards.shardFor(request.group);
    const fresh = request.member === '';
    const member = fresh ? this.idFor(request) : request.member;
    const { caller, group, instanceId, clientId, sessionTimeoutMs, rebalanceTimeoutMs } = request;
    const streams = streamsOf(request);
    const reply = await proposeTo(
      shard,
      {
        kind: 'classic-join',
        group,
        member,
        fresh,
        announce: fresh && instanceId === '' && request.takesId,
        instanceId,
        clientId,
        host: caller.address,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        initialDelayMs: this.ports.classic.initialRebalanceDelayMs,
        protocolType: request.protocolType,
        protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: base64(metadata) })),
        ...(streams === undefined ? {} : { streams }),
        skipsAssignment: request.skipsAssignment,
        reason: request.reason,
      },
      PROPOSE_TIMEOUT_MS,
    );
    if (reply.kind !== 'classic-joined') throw unexpected(reply.kind);
    switch (reply.result) {
      case 'announced':
        return { kind: 'id', member };
      case 'waiting':
        return await this.roundEnds({ caller, group, member, instanceId }, shard, signal);
      default:
        this.ports.keeper.sessionsOf(shard).touch(group, { id: member, sessionTimeoutMs });
        return { kind: 'joined', member, generation: reply.result };
    }
  }

  private async roundEnds(
    who: ClassicCaller,
    shard: CoordinatorShard,
    signal: AbortSignal,
  ): Promise<ClassicJoinAnswer> {
    for (;;) {
      const { group, classic, member } = await this.find(shard, who);
      this.ports.keeper.sessionsOf(shard).touch(who.group, member);
      // Where the next round has begun already it still gets its generation, and is told with its sync: clients take no such error from a join.
      if (classic.phase !== 'joining' || member.round !== classic.round) {
        return { kind: 'joined', member: member.id, generation: generationFor(group, member.id) };
      }
      const { round } = classic;
      if (
        !(await this.wait(shard, who, {
          signal,
          while: (now) => now.phase === 'joining' && now.round === round,
        }))
      )
        return { kind: 'rebalancing' };
    }
  }

  /** Resolves when the leader of the generation has assigned. */
  async sync(request: ClassicSyncRequest, signal: AbortSignal): Promise<ClassicSyncAnswer> {
    this.pass(request);
    const shard = this.ports.shards.shardFor(request.group);
    const { generation } = request;
    for (;;) {
      const { classic, member } = await this.find(shard, request);
      refuseGeneration(request, classic);
      refuseProtocol(request, classic);
      if (classic.phase === 'joining' || classic.phase === 'empty') return { kind: 'rebalancing' };
      const sessions = this.ports.keeper.sessionsOf(shard);
      sessions.touch(request.group, member);
      sessions.synced(request.group, member.id, generation);
      if (classic.phase === 'stable') {
        const assignment = member.assignedIn === generation ? member.assignment : '';
        const { protocolType, protocol } = classic;
        return { kind: 'assigned', assignment: Buffer.from(assignment, 'base64'), protocolType, protocol };
      }
      if (classic.leader === member.id) await this.assign(shard, request);
      else if (!(await this.wait(shard, request, { signal, while: (now) => awaits(now, generation) })))
        return { kind: 'rebalancing' };
    }
  }

  private async assign(shard: CoordinatorShard, request: ClassicSyncRequest): Promise<void> {
    const { group, member, generation, assignments } = request;
    const bytes = assignments.reduce((sum, { assignment }) => sum + assignment.length, 0);
    if (bytes > CLASSIC_ASSIGNMENT_BYTES_MAX)
      throw tooLarge('assignments', bytes, CLASSIC_ASSIGNMENT_BYTES_MAX);
    const handedIn = assignments.map((one) => ({ member: one.member, assignment: base64(one.assignment) }));
    const sync = { kind: 'classic-sync', group, member, generation, assignments: handedIn } as const;
    await proposeTo(shard, sync, PROPOSE_TIMEOUT_MS);
  }

  async heartbeat(who: ClassicCaller & { readonly generation: number }): Promise<'alive' | 'rebalancing'> {
    this.pass(who);
    const shard = this.ports.shards.shardFor(who.group);
    const { classic, member } = await this.find(shard, who);
    refuseGeneration(who, classic);
    this.ports.keeper.sessionsOf(shard).touch(who.group, member);
    return classic.phase === 'joining' ? 'rebalancing' : 'alive';
  }

  /** What came of each, in their order. */
  async leave(
    caller: Caller,
    group: string,
    members: readonly ClassicLeaver[],
  ): Promise<readonly LeaveOutcome[]> {
    this.pass({ caller, group });
    const shard = this.ports.shards.shardFor(group);
    const reply = await proposeTo(shard, { kind: 'classic-leave', group, members }, PROPOSE_TIMEOUT_MS);
    if (reply.kind !== 'classic-left') throw unexpected(reply.kind);
    return reply.outcomes;
  }

  /** False: the member has called again meanwhile, or nobody waits for the answer any more. */
  private async wait(
    shard: CoordinatorShard,
    { group, member }: ClassicCaller,
    how: { readonly signal: AbortSignal; readonly while: (now: ClassicHead) => boolean },
  ): Promise<boolean> {
    const { signal } = how;
    const until = (): boolean => {
      const now = shard.machine.groups.get(group);
      return now?.classic === undefined || !now.classicMembers.has(member) || !how.while(now.classic);
    };
    if (!shard.alive) throw elsewhere(group);
    if (until()) return true;
    const sessions = this.ports.keeper.sessionsOf(shard);
    const woken = await sessions.park(group, member, { waitMs: LOOK_EVERY_MS, signal, until });
    if (!shard.alive) throw elsewhere(group);
    return woken === 'woken' && !signal.aborted;
  }

  /** As for native members: only a leader that has made sure that it leads says that there is no such member. */
  private async find(shard: CoordinatorShard, who: ClassicCaller): Promise<Found> {
    const known = found(shard, who);
    if (known !== undefined) return known;
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    const now = found(shard, who);
    if (now !== undefined) return now;
    refuseFenced(shard.machine.groups.get(who.group), who.instanceId, who.member);
    throw new FlowError('MEMBER_UNKNOWN', `group ${who.group} has no member ${who.member}`, {
      hint: 'Its session ran out, or it left. Join again without a member id.',
      details: { group: who.group, member: who.member },
    });
  }

  private refuseJoin(request: ClassicJoinRequest): void {
    const { sessionTimeoutMinMs, sessionTimeoutMaxMs } = this.ports.classic;
    const { sessionTimeoutMs, protocolType, protocols } = request;
    if (sessionTimeoutMs < sessionTimeoutMinMs || sessionTimeoutMs > sessionTimeoutMaxMs) {
      throw new FlowError('INVALID_ARGUMENT', `a session timeout of ${sessionTimeoutMs} ms is not allowed`, {
        hint: `It lies from ${sessionTimeoutMinMs} to ${sessionTimeoutMaxMs} ms.`,
        details: { field: 'session_timeout_ms' },
      });
    }
    if (protocolType === '' || protocols.length === 0 || protocols.length > CLASSIC_PROTOCOLS_MAX) {
      throw new FlowError('PRECONDITION_FAILED', `group ${request.group} cannot be joined so`, {
        hint: `A member names what it speaks and 1 to ${CLASSIC_PROTOCOLS_MAX} ways to assign that it knows.`,
        details: { protocol: 'none' },
      });
    }
    const bytes = protocols.reduce((sum, { name, metadata }) => sum + name.length + metadata.length, 0);
    if (bytes > CLASSIC_METADATA_BYTES_MAX) throw tooLarge('protocols', bytes, CLASSIC_METADATA_BYTES_MAX);
  }

  /** Told to tools, so it begins with what a reader knows the member by. */
  private idFor({ clientId, instanceId }: ClassicJoinRequest): string {
    const name = instanceId === '' ? clientId : instanceId;
    return `${name.replaceAll(/\p{Cc}/gu, '').slice(0, CLIENT_CHARS_MAX)}-${this.ports.newUuid()}`;
  }

  private pass({ caller, group }: { readonly caller: Caller; readonly group: string }): void {
    const closed = this.ports.door.authorise(caller, 'group', group);
    if (closed !== undefined) throw closed;
  }
}

function found(shard: CoordinatorShard, who: ClassicCaller): Found | undefined {
  const group = shard.machine.groups.get(who.group);
  const member = group?.classicMembers.get(who.member);
  if (group?.classic === undefined || member === undefined) return undefined;
  // A member that names an instance has to be that instance.
  if (who.instanceId !== '' && member.instanceId !== who.instanceId) return undefined;
  return { group, classic: group.classic, member };
}

function elsewhere(group: string): FlowError {
  return new FlowError('NOT_LEADER', `the coordinator of group ${group} is elsewhere now`, {
    hint: 'Find it with FindCoordinator and join there: nothing is lost.',
  });
}

function awaits({ phase, generation }: ClassicHead, wanted: number): boolean {
  return phase === 'syncing' && generation === wanted;
}

function refuseGeneration(
  { group, member, generation }: ClassicCaller & { readonly generation: number },
  classic: ClassicHead,
): void {
  if (generation === classic.generation) return;
  throw new FlowError(
    'STALE_MEMBER',
    `${member} is in generation ${generation} of group ${group}, which is in ${classic.generation}`,
    { hint: 'Join again.', details: { generation: classic.generation } },
  );
}

function refuseProtocol({ group, protocolType, protocol }: ClassicSyncRequest, classic: ClassicHead): void {
  const same =
    (protocolType ?? classic.protocolType) === classic.protocolType &&
    (protocol ?? classic.protocol) === classic.protocol;
  // While a generation is about to begin, none is chosen.
  if (same || classic.protocol === '') return;
  throw new FlowError('PRECONDITION_FAILED', `group ${group} is assigned by ${classic.protocol}`, {
    hint: 'Join again: what is agreed on is told then.',
    details: { protocol: classic.protocol },
  });
}

/** Ascending; undefined where they are not told in the way of consumers. */
function streamsOf({ protocolType, protocols }: ClassicJoinRequest): readonly string[] | undefined {
  const [first] = protocols;
  if (protocolType !== CONSUMER_PROTOCOL_TYPE || first === undefined) return undefined;
  try {
    return [...new Set(decodeSubscription(first.metadata).topics)].sort();
  } catch {
    // Clients may tell each other whatever they like.
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function tooLarge(field: string, bytes: number, bytesMax: number): FlowError {
  return new FlowError('INVALID_ARGUMENT', `${field} of ${bytes} bytes are too large`, {
    hint: `At most ${bytesMax} bytes: subscribe to fewer topics a member.`,
    details: { field },
  });
}

function unexpected(kind: string): FlowError {
  return new FlowError('INTERNAL', `the coordinator answered ${kind} where members of a classic group came`);
}
