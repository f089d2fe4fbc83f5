/**
 * Members of classic groups: joining, leaving, and the assignment that the leader of a generation hands in. The coordinator's services ask who
 * waits; here nothing waits: an answer says that a member has joined the round under way, or what stands already.
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import {
  afterAwaiting,
  afterRemoval,
  beginRound,
  chooseProtocol,
  classicOf,
  enterRound,
  generationFor,
  NO_CLASSIC,
  sharesProtocol,
} from './classic-rounds.ts';
import type { ClassicMember } from './classic-types.ts';
import type {
  ClassicJoin,
  ClassicLeave,
  ClassicLeaver,
  ClassicSync,
  CoordinatorReply,
  LeaveOutcome,
} from './coordinator-command.ts';
import { CLASSIC_BYTES_PER_SHARD_MAX, MEMBERS_PER_GROUP_MAX } from './coordinator-limits.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import { openGroup, unknownMember } from './group-commands.ts';

type Outcome = CoordinatorReply | FlowError;

export function applyClassicJoin(state: CoordinatorState, join: ClassicJoin, writer: StateWriter): Outcome {
  const known = state.groups.get(join.group);
  const before = formerSelf(known, join);
  if (before instanceof FlowError) return before;
  const awaited = known?.classic?.announced[join.member] !== undefined;
  if (!join.fresh && before === undefined && !awaited) return unknownMember(join.group, join.member);
  const member = memberOf(state, join, before);
  const refused = refuseClassic(state, known, { member, join, before });
  if (refused !== undefined) return refused;
  const group = openGroup(state, join.group, writer);
  if (group instanceof FlowError) return group;
  openClassic(state, group, join, writer);
  if (join.announce && before === undefined && !awaited) return announce(state, group, join, writer);
  if (awaited) forgetAnnounced(state, group, join.member, writer);
  return before === undefined
    ? joinRound(state, group, { member, join }, writer)
    : returner(state, group, { member, join, before }, writer);
}

/** The member that this join goes on with: by its id, or by the instance that it takes the place of. */
function formerSelf(group: Group | undefined, join: ClassicJoin): ClassicMember | undefined | FlowError {
  const { instanceId, member, fresh } = join;
  const instance = group?.classicInstance(instanceId);
  if (fresh) return instance;
  if (instance !== undefined && instance.id !== member) return fencedInstance(join.group, instance);
  const known = group?.classicMembers.get(member);
  return known?.instanceId === instanceId ? known : undefined;
}

export function fencedInstance(
  group: string,
  { id, instanceId }: { readonly id: string; readonly instanceId: string },
): FlowError {
  return new FlowError(
    'MEMBER_FENCED',
    `another process has joined group ${group} as instance ${instanceId}`,
    {
      hint: 'Each running process needs an instance id of its own. This one must not read on.',
      details: { group, instanceId, by: id },
    },
  );
}

function memberOf(
  state: CoordinatorState,
  join: ClassicJoin,
  before: ClassicMember | undefined,
): ClassicMember {
  const { instanceId, clientId, host, sessionTimeoutMs, rebalanceTimeoutMs, protocols, reason } = join;
  return {
    id: join.member,
    instanceId,
    clientId,
    host,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    protocols,
    streams: join.streams,
    reason,
    joinedAtMs: before?.joinedAtMs ?? state.globals.timeMs,
    round: before?.round ?? 0,
    assignment: before?.assignment ?? '',
    assignedIn: before?.assignedIn ?? 0,
  };
}

interface Joining {
  readonly member: ClassicMember;
  readonly join: ClassicJoin;
}

function refuseClassic(
  state: CoordinatorState,
  group: Group | undefined,
  { member, join, before }: Joining & { readonly before: ClassicMember | undefined },
): FlowError | undefined {
  if (group?.head.protocol === 'share')
    return inconsistent(join.group, 'it is a share group, and stays one until it is deleted');
  if (group !== undefined && group.members.size > 0) {
    return inconsistent(join.group, 'its members have their partitions assigned by the broker');
  }
  const others = (group?.orderedClassic() ?? []).filter(({ id }) => id !== before?.id);
  if (others.length > 0) {
    const type = group?.classic?.protocolType;
    if (type !== join.protocolType) return inconsistent(join.group, `its members speak ${type}`);
    if (!sharesProtocol(others, member)) {
      return inconsistent(join.group, 'its members know no way to assign that this one knows');
    }
  }
  const awaited = Object.keys(group?.classic?.announced ?? {}).length;
  const known = group?.classic?.announced[join.member] !== undefined;
  if (before === undefined && !known && others.length + awaited >= MEMBERS_PER_GROUP_MAX) {
    return new FlowError('OVERLOADED', `group ${join.group} has ${others.length} members already`, {
      hint: 'More members than partitions read nothing.',
      details: { membersMax: MEMBERS_PER_GROUP_MAX },
    });
  }
  return state.classicBytes >= CLASSIC_BYTES_PER_SHARD_MAX ? tooMuchMetadata(join.group) : undefined;
}

function tooMuchMetadata(group: string): FlowError {
  return new FlowError(
    'OVERLOADED',
    `what members of groups say takes all room of the coordinator of ${group}`,
    {
      hint: 'Subscribe to fewer topics a member, or use fewer members.',
      details: { membersMax: 0 },
    },
  );
}

function inconsistent(group: string, why: string): FlowError {
  return new FlowError('PRECONDITION_FAILED', `group ${group} cannot be joined so: ${why}`, {
    hint: 'Stop its members first, or use another group.',
    details: { group, protocol: 'other' },
  });
}

/** A group without members takes whatever protocol its first one brings. */
function openClassic(state: CoordinatorState, group: Group, join: ClassicJoin, writer: StateWriter): void {
  const { head } = group;
  if (head.protocol !== 'classic') state.putHead({ ...head, protocol: 'classic' }, writer);
  const classic = group.classic ?? NO_CLASSIC;
  if (group.classic !== undefined && (group.size > 0 || classic.protocolType === join.protocolType)) return;
  state.putClassic(group, { ...classic, protocolType: join.protocolType }, writer);
}

/** It has its id now, and is waited for: whoever never comes back with it costs nobody a generation. */
function announce(state: CoordinatorState, group: Group, join: ClassicJoin, writer: StateWriter): Outcome {
  const classic = classicOf(group);
  const untilMs = state.globals.timeMs + join.sessionTimeoutMs;
  const announced = { ...classic.announced, [join.member]: untilMs };
  state.putClassic(group, { ...classic, announced }, writer);
  return { kind: 'classic-joined', member: join.member, result: 'announced' };
}

function forgetAnnounced(state: CoordinatorState, group: Group, id: string, writer: StateWriter): void {
  const classic = classicOf(group);
  const left = Object.entries(classic.announced).filter(([name]) => name !== id);
  state.putClassic(group, { ...classic, announced: Object.fromEntries(left) }, writer);
}

/** Into the round under way, or into one that begins with it. */
function joinRound(
  state: CoordinatorState,
  group: Group,
  { member, join }: Joining,
  writer: StateWriter,
): Outcome {
  if (classicOf(group).phase !== 'joining') beginRound(state, group, writer, join.initialDelayMs);
  state.putClassicMember(group, { ...member, round: classicOf(group).round }, writer);
  if (group.head.emptySinceMs !== undefined) {
    state.putHead({ ...group.head, emptySinceMs: undefined }, writer);
  }
  enterRound(state, group, writer, join.initialDelayMs);
  return { kind: 'classic-joined', member: member.id, result: 'waiting' };
}

/** A member again, or in the place of its former self: it may be that nobody has to do anything. */
function returner(
  state: CoordinatorState,
  group: Group,
  { member, join, before }: Joining & { readonly before: ClassicMember },
  writer: StateWriter,
): Outcome {
  const replaces = before.id !== member.id;
  const led = classicOf(group).leader === before.id;
  if (replaces) {
    state.deleteClassicMember(group, before.id, writer);
    if (led) state.putClassic(group, { ...classicOf(group), leader: member.id }, writer);
  }
  state.putClassicMember(group, member, writer);
  const { phase, protocol } = classicOf(group);
  const same = sameProtocols(before, member);
  const stands = replaces
    ? phase === 'stable' && chooseProtocol(group) === protocol && sameStreams(before, member)
    : same && (phase === 'syncing' || (phase === 'stable' && !led));
  if (!stands) return joinRound(state, group, { member, join }, writer);
  const told = generationFor(group, member.id);
  const skips = replaces && led;
  // A client that cannot skip the assignment is told of the former leader, so that it does not take itself for the leader.
  const result =
    skips && !join.skipsAssignment
      ? { ...told, leader: before.id, members: [] }
      : { ...told, skipAssignment: skips };
  return { kind: 'classic-joined', member: member.id, result };
}

function sameProtocols(a: ClassicMember, b: ClassicMember): boolean {
  return (
    a.protocols.length === b.protocols.length &&
    a.protocols.every(({ name, metadata }, i) => {
      const other = b.protocols[i];
      return name === other?.name && metadata === other.metadata;
    })
  );
}

function sameStreams(a: ClassicMember, b: ClassicMember): boolean {
  return a.streams === undefined || b.streams === undefined
    ? sameProtocols(a, b)
    : a.streams.join(' ') === b.streams.join(' ');
}

export function applyClassicLeave(
  state: CoordinatorState,
  command: ClassicLeave,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(command.group);
  const gone = new Set<string>();
  const outcomes = command.members.map((leaver): LeaveOutcome => {
    const found = leaving(group, leaver);
    if (typeof found !== 'string') gone.add(found.id);
    return typeof found === 'string' ? found : 'left';
  });
  if (group?.classic === undefined) return { kind: 'classic-left', outcomes };
  const known = [...gone].filter((id) => group.classicMembers.has(id));
  for (const id of gone) if (!known.includes(id)) forgetAnnounced(state, group, id, writer);
  for (const id of known) state.deleteClassicMember(group, id, writer);
  if (known.length > 0) afterRemoval(state, group, writer);
  else if (gone.size > 0) afterAwaiting(state, group, writer);
  return { kind: 'classic-left', outcomes };
}

function leaving(
  group: Group | undefined,
  { member, instanceId }: ClassicLeaver,
): { readonly id: string } | Exclude<LeaveOutcome, 'left'> {
  const instance = group?.classicInstance(instanceId);
  if (instanceId !== '') {
    if (instance === undefined) return 'unknown';
    return member === '' || member === instance.id ? instance : 'fenced';
  }
  const known = group?.classicMembers.get(member);
  if (known !== undefined) return known;
  return group?.classic?.announced[member] === undefined ? 'unknown' : { id: member };
}

/** Counts for the generation that it names alone, from its leader alone, and once. */
export function applyClassicSync(
  state: CoordinatorState,
  command: ClassicSync,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(command.group);
  const classic = group?.classic;
  const counts =
    classic?.phase === 'syncing' &&
    classic.leader === command.member &&
    classic.generation === command.generation;
  if (group === undefined || !counts) return { kind: 'changed' };
  const assignments = new Map(command.assignments.map((one) => [one.member, one.assignment]));
  for (const member of group.orderedClassic()) {
    const assignment = assignments.get(member.id) ?? '';
    state.putClassicMember(group, { ...member, assignment, assignedIn: classic.generation }, writer);
  }
  state.putClassic(group, { ...classic, phase: 'stable' }, writer);
  return { kind: 'changed' };
}
