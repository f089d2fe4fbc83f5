/** Members of groups: joining, leaving, expiring, and the assignment of partitions to them. */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import { type AssignableMember, assign, orderMembers } from './assignors.ts';
import { afterRemoval } from './classic-rounds.ts';
import type {
  AssignGroup,
  ConfirmRevoked,
  CoordinatorReply,
  DeleteGroup,
  ExpireMembers,
  JoinGroup,
  LeaveGroup,
  MatchStreams,
} from './coordinator-command.ts';
import { GROUPS_PER_SHARD_MAX, MEMBERS_PER_GROUP_MAX } from './coordinator-limits.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import type { GroupHead, GroupMember, TopologyStream } from './coordinator-types.ts';
import { type PartitionKey, partitionOf } from './partition-key.ts';
import { reconcile, release } from './reconcile.ts';
import { assignShare, refuseShare } from './share-assignment.ts';
import { matchesPattern } from './stream-pattern.ts';
import { sameTopology } from './topology.ts';

type Outcome = CoordinatorReply | FlowError;

export function unknownGroup(group: string): FlowError {
  return new FlowError('NOT_FOUND', `consumer group ${group} does not exist`, {
    hint: 'Groups are made by their first member or commit. List them: flowmesh group list',
    details: { group },
  });
}

export function unknownMember(group: string, member: string): FlowError {
  return new FlowError('MEMBER_UNKNOWN', `group ${group} has no member ${member}`, {
    hint: 'Its session ran out, or it left. Join again under a new member id; what it was assigned is no longer its own.',
    details: { group, member },
  });
}

/** The group, made where there is none and room for one. */
export function openGroup(state: CoordinatorState, id: string, writer: StateWriter): Group | FlowError {
  const known = state.groups.get(id);
  if (known !== undefined) return known;
  if (state.groups.size >= GROUPS_PER_SHARD_MAX) {
    return new FlowError('OVERLOADED', `this coordinator shard has ${state.groups.size} groups already`, {
      hint: 'Delete groups that are not used: flowmesh group delete NAME',
    });
  }
  const { timeMs } = state.globals;
  const head: GroupHead = {
    id,
    protocol: 'native',
    assignor: 'cooperative',
    epoch: 0,
    assignedEpoch: 0,
    topology: [],
    topologyRevision: 0,
    rebalances: 0,
    createdAtMs: timeMs,
    emptySinceMs: timeMs,
    undo: undefined,
  };
  return state.putHead(head, writer);
}

export function applyJoin(state: CoordinatorState, join: JoinGroup, writer: StateWriter): Outcome {
  const refused = refuseJoin(state.groups.get(join.group), join);
  if (refused !== undefined) return refused;
  const group = openGroup(state, join.group, writer);
  if (group instanceof FlowError) return group;
  const known = group.members.get(join.member);
  const before = known ?? group.instance(join.instanceId);
  const member = joined(state, join, before);
  if (before !== undefined && before.id !== member.id) state.deleteMember(group, before.id, writer);
  state.putMember(group, member, writer);
  // It is native from here on; whoever was announced to it as a classic one is refused.
  state.deleteClassic(group, writer);
  const { head } = group;
  const assignor = join.assignor ?? head.assignor;
  const same =
    before !== undefined &&
    assignor === head.assignor &&
    before.pattern === member.pattern &&
    before.streams.join(' ') === member.streams.join(' ') &&
    before.regex === member.regex &&
    before.matched.join(' ') === member.matched.join(' ');
  state.putHead(
    {
      ...head,
      protocol: 'native',
      assignor,
      epoch: same ? head.epoch : head.epoch + 1,
      emptySinceMs: undefined,
    },
    writer,
  );
  // A static member that came back has read nothing yet: what its former self had to give up is free.
  reconcile(state, group, writer);
  return { kind: 'member', epoch: group.members.get(member.id)?.epoch ?? member.epoch };
}

function refuseJoin(group: Group | undefined, join: JoinGroup): FlowError | undefined {
  if (group === undefined) return undefined;
  const shares = refuseShare(group);
  if (shares !== undefined || group.size === 0) return shares;
  const { head } = group;
  if (group.classicMembers.size > 0) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `the members of group ${join.group} use Kafka's classic protocol`,
      {
        hint: 'Stop them first, or use another group.',
        details: { group: join.group, protocol: 'classic' },
      },
    );
  }
  const alone = group.members.size === 1 && group.members.has(join.member);
  if (join.assignor !== undefined && join.assignor !== head.assignor && !alone) {
    return new FlowError('PRECONDITION_FAILED', `group ${join.group} is assigned by ${head.assignor}`, {
      hint: 'All members of a group use the same assignor; leave it out to take that of the group.',
      details: { assignor: head.assignor },
    });
  }
  const known = group.members.has(join.member) || group.instance(join.instanceId) !== undefined;
  if (known || group.members.size < MEMBERS_PER_GROUP_MAX) return undefined;
  return new FlowError('OVERLOADED', `group ${join.group} has ${group.members.size} members already`, {
    hint: 'More members than partitions read nothing.',
  });
}

/** A member that joins again keeps what it has; one that takes the place of its instance keeps what need not be given up. */
function joined(state: CoordinatorState, join: JoinGroup, before: GroupMember | undefined): GroupMember {
  const base = {
    id: join.member,
    instanceId: join.instanceId,
    clientId: join.clientId,
    host: join.host,
    rack: join.rack,
    streams: join.streams,
    pattern: join.pattern,
    regex: join.regex ?? '',
    matched: join.matched ?? [],
    sessionTimeoutMs: join.sessionTimeoutMs,
    rebalanceTimeoutMs: join.rebalanceTimeoutMs,
  };
  if (before === undefined) {
    const joinedAtMs = state.globals.timeMs;
    return { ...base, joinedAtMs, epoch: 1, target: [], assigned: {}, revoking: {} };
  }
  const { joinedAtMs, target } = before;
  if (before.id === join.member) return { ...before, ...base };
  const epoch = before.epoch + 1;
  const assigned = Object.fromEntries(Object.keys(before.assigned).map((key) => [key, epoch]));
  return { ...base, joinedAtMs, epoch, target, assigned, revoking: {} };
}

export function applyLeave(state: CoordinatorState, leave: LeaveGroup, writer: StateWriter): Outcome {
  const group = state.groups.get(leave.group);
  const isMember =
    group?.members.has(leave.member) === true || group?.shareMembers.has(leave.member) === true;
  if (isMember) removeMembers(state, group, [leave.member], writer);
  return { kind: 'changed' };
}

export function applyExpireMembers(
  state: CoordinatorState,
  command: ExpireMembers,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(command.group);
  if (group === undefined) return { kind: 'expired', count: 0 };
  const gone = command.members.filter((id) => group.members.has(id) || group.shareMembers.has(id));
  if (gone.length > 0) removeMembers(state, group, gone, writer);
  const classic = command.members.filter((id) => group.classicMembers.has(id));
  for (const id of classic) state.deleteClassicMember(group, id, writer);
  if (classic.length > 0) afterRemoval(state, group, writer);
  return { kind: 'expired', count: gone.length + classic.length };
}

function removeMembers(
  state: CoordinatorState,
  group: Group,
  ids: readonly string[],
  writer: StateWriter,
): void {
  for (const id of ids) {
    if (group.shareMembers.has(id)) state.deleteShareMember(group, id, writer);
    else state.deleteMember(group, id, writer);
  }
  const { head } = group;
  if (group.shareMembers.size > 0) {
    state.putHead({ ...head, epoch: head.epoch + 1 }, writer);
    return;
  }
  if (group.members.size > 0) {
    state.putHead({ ...head, epoch: head.epoch + 1 }, writer);
    reconcile(state, group, writer);
    return;
  }
  // Nothing to be kept: names of groups that come and go would fill the shard.
  if (group.offsets.size === 0 && group.pending.size === 0 && (head.shared ?? []).length === 0) {
    state.deleteGroup(group, writer);
    return;
  }
  const epoch = head.epoch + 1;
  state.putHead({ ...head, epoch, assignedEpoch: epoch, emptySinceMs: state.globals.timeMs }, writer);
}

export function applyAssign(state: CoordinatorState, command: AssignGroup, writer: StateWriter): Outcome {
  const group = state.groups.get(command.group);
  if (group === undefined) return { kind: 'changed' };
  if (group.shareMembers.size > 0) return assignShare(state, group, command, writer);
  if (group.members.size === 0) return { kind: 'changed' };
  const { head } = group;
  // A leader whose view of the metadata is behind waits for its view, or takes what the group knows already.
  const streams = command.revision >= head.topologyRevision ? command.streams : head.topology;
  const changedStreams = !sameTopology(streams, head.topology);
  if (!changedStreams && head.assignedEpoch === head.epoch) return { kind: 'changed' };
  const members = orderMembers(group.orderedMembers().map((member) => assignable(member, streams)));
  takeBack(state, group, replacedStreams(head.topology, streams), writer);
  const targets = assign({ assignor: head.assignor, members, streams });
  let moved = false;
  for (const member of group.orderedMembers()) {
    const target = targets.get(member.id) ?? [];
    if (target.join(' ') === member.target.join(' ')) continue;
    moved = true;
    state.putMember(group, { ...member, target }, writer);
  }
  const epoch = changedStreams ? head.epoch + 1 : head.epoch;
  state.putHead(
    {
      ...head,
      epoch,
      assignedEpoch: epoch,
      topology: streams,
      topologyRevision: Math.max(command.revision, head.topologyRevision),
      rebalances: head.rebalances + (moved ? 1 : 0),
    },
    writer,
  );
  reconcile(state, group, writer);
  return { kind: 'changed' };
}

/** What members hold of streams that were deleted and made again is another stream's: they have to begin anew. */
function takeBack(
  state: CoordinatorState,
  group: Group,
  streams: ReadonlySet<string>,
  writer: StateWriter,
): void {
  if (streams.size === 0) return;
  for (const member of group.orderedMembers()) {
    const held = Object.entries(member.assigned);
    const isGone = ([key]: [PartitionKey, number]): boolean => streams.has(partitionOf(key).stream);
    if (!held.some(isGone)) continue;
    const assigned = Object.fromEntries(held.filter((entry) => !isGone(entry)));
    const revoking = { ...member.revoking, ...Object.fromEntries(held.filter(isGone)) };
    state.putMember(group, { ...member, epoch: member.epoch + 1, assigned, revoking }, writer);
  }
}

function assignable(member: GroupMember, streams: readonly TopologyStream[]): AssignableMember {
  const named = new Set([...member.streams, ...member.matched]);
  const wanted = streams.filter(
    ({ name }) => named.has(name) || (member.pattern !== '' && matchesPattern(member.pattern, name)),
  );
  return {
    order: member.instanceId === '' ? member.id : member.instanceId,
    id: member.id,
    streams: new Set(wanted.map(({ name }) => name)),
    current: member.target,
  };
}

/** Names under which another stream is found now. */
function replacedStreams(
  before: readonly TopologyStream[],
  now: readonly TopologyStream[],
): ReadonlySet<string> {
  const uuids = new Map(before.map(({ name, uuid }) => [name, uuid]));
  return new Set(now.filter(({ name, uuid }) => (uuids.get(name) ?? uuid) !== uuid).map(({ name }) => name));
}

/** Counts for the subscription that it was found for. */
export function applyMatch(state: CoordinatorState, command: MatchStreams, writer: StateWriter): Outcome {
  const group = state.groups.get(command.group);
  const member = group?.members.get(command.member);
  const counts = member?.regex === command.regex && member.matched.join(' ') !== command.matched.join(' ');
  if (group === undefined || member === undefined || !counts) return { kind: 'changed' };
  state.putMember(group, { ...member, matched: command.matched }, writer);
  state.putHead({ ...group.head, epoch: group.head.epoch + 1 }, writer);
  return { kind: 'changed' };
}

export function applyConfirm(state: CoordinatorState, command: ConfirmRevoked, writer: StateWriter): Outcome {
  const group = state.groups.get(command.group);
  const member = group?.members.get(command.member);
  if (group === undefined || member === undefined) return unknownMember(command.group, command.member);
  if (command.epoch === member.epoch && Object.keys(member.revoking).length > 0) {
    release(state, group, member, writer);
    reconcile(state, group, writer);
  }
  return { kind: 'member', epoch: group.members.get(member.id)?.epoch ?? member.epoch };
}

export function refuseWhileActive(group: Group, what: string): FlowError | undefined {
  if (group.size === 0) return undefined;
  const { id } = group.head;
  return new FlowError('PRECONDITION_FAILED', `group ${id} has ${group.size} active members`, {
    hint: `Stop them before ${what}: flowmesh group describe ${id} names them.`,
    details: { members: group.size },
  });
}

export function applyDeleteGroup(
  state: CoordinatorState,
  command: DeleteGroup,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(command.group);
  if (group === undefined) return unknownGroup(command.group);
  const refused = refuseWhileActive(group, 'the group is deleted');
  if (refused !== undefined) return refused;
  if (group.pending.size > 0) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `a transaction is about to commit offsets of group ${command.group}`,
      {
        hint: 'Retry once it has ended; its timeout is a minute by default.',
      },
    );
  }
  state.deleteGroup(group, writer);
  return { kind: 'changed' };
}
