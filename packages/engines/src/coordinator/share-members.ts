/**
 * Members of share groups (KIP-932). A share group stays one while it has no members, until it is deleted or forgotten: its partitions know
 * what it has read.
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { CoordinatorReply, ForgetShared, ShareJoin } from './coordinator-command.ts';
import { MEMBERS_PER_GROUP_MAX } from './coordinator-limits.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import type { ShareMember } from './coordinator-types.ts';
import { openGroup, unknownGroup } from './group-commands.ts';

type Outcome = CoordinatorReply | FlowError;

export function applyShareJoin(state: CoordinatorState, join: ShareJoin, writer: StateWriter): Outcome {
  const refused = refuseJoin(state.groups.get(join.group), join);
  if (refused !== undefined) return refused;
  const group = openGroup(state, join.group, writer);
  if (group instanceof FlowError) return group;
  const before = group.shareMembers.get(join.member);
  const member: ShareMember = {
    id: join.member,
    clientId: join.clientId,
    host: join.host,
    rack: join.rack,
    streams: join.streams,
    sessionTimeoutMs: join.sessionTimeoutMs,
    joinedAtMs: before?.joinedAtMs ?? state.globals.timeMs,
    epoch: before?.epoch ?? 0,
    assigned: before?.assigned ?? [],
  };
  state.putShareMember(group, member, writer);
  state.deleteClassic(group, writer);
  const same = before !== undefined && before.streams.join(' ') === member.streams.join(' ');
  const epoch = same ? group.head.epoch : group.head.epoch + 1;
  state.putHead({ ...group.head, protocol: 'share', epoch, emptySinceMs: undefined }, writer);
  return { kind: 'member', epoch: member.epoch };
}

function refuseJoin(group: Group | undefined, { group: name, member }: ShareJoin): FlowError | undefined {
  if (group === undefined) return undefined;
  const used = group.members.size + group.classicMembers.size + group.offsets.size + group.pending.size;
  if (group.head.protocol !== 'share' && used > 0) {
    return new FlowError('PRECONDITION_FAILED', `group ${name} is a consumer group`, {
      hint: 'Use another name for the share group, or delete the consumer group first.',
      details: { group: name, protocol: group.head.protocol },
    });
  }
  if (group.shareMembers.has(member) || group.shareMembers.size < MEMBERS_PER_GROUP_MAX) return undefined;
  return new FlowError('OVERLOADED', `group ${name} has ${group.shareMembers.size} members already`, {
    hint: 'Stop some of them, or use another group.',
    details: { membersMax: MEMBERS_PER_GROUP_MAX },
  });
}

export function applyForgetShared(
  state: CoordinatorState,
  { group: name, streams }: ForgetShared,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(name);
  if (group === undefined) return unknownGroup(name);
  const shared = (group.head.shared ?? []).filter((stream) => !streams.includes(stream.name));
  state.putHead({ ...group.head, shared }, writer);
  return { kind: 'changed' };
}
