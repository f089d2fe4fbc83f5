/**
 * Brings what members hold towards what they are to have, so that no partition is ever with two of them:
 *
 *   assigned, not in the target ─► revoking ─ the member confirms (or is gone) ─► free
 *   in the target, free ─► assigned
 *
 * Whoever holds a partition, revoking or not, is its owner; only a partition without an owner is given to anybody. A member's epoch grows
 * with every change of what it holds, and a confirmation counts only for the epoch that the member was told last.
 */
import type { StateWriter } from '../machine.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import type { GroupMember } from './coordinator-types.ts';
import type { PartitionKey } from './partition-key.ts';

/** After a change of targets or owners. Members go first by id; what one gives up at once may go to a later one in the same pass. */
export function reconcile(state: CoordinatorState, group: Group, writer: StateWriter): void {
  for (const member of group.orderedMembers()) revoke(state, group, member, writer);
  for (const member of group.orderedMembers()) grant(state, group, member, writer);
}

function revoke(state: CoordinatorState, group: Group, member: GroupMember, writer: StateWriter): void {
  const wanted = new Set(member.target);
  const kept: Record<PartitionKey, number> = {};
  const revoking: Record<PartitionKey, number> = { ...member.revoking };
  let changed = false;
  for (const [key, since] of Object.entries(member.assigned)) {
    if (wanted.has(key)) {
      kept[key] = since;
      continue;
    }
    revoking[key] = since;
    changed = true;
  }
  if (!changed) return;
  state.putMember(group, { ...member, epoch: member.epoch + 1, assigned: kept, revoking }, writer);
}

function grant(state: CoordinatorState, group: Group, member: GroupMember, writer: StateWriter): void {
  const epoch = member.epoch + 1;
  const free = member.target.filter((key) => !group.owners.has(key));
  if (free.length === 0) return;
  const assigned: Record<PartitionKey, number> = { ...member.assigned };
  for (const key of free) assigned[key] = epoch;
  state.putMember(group, { ...member, epoch, assigned }, writer);
}

/** Everything that the member was told to give up becomes free. */
export function release(
  state: CoordinatorState,
  group: Group,
  member: GroupMember,
  writer: StateWriter,
): void {
  state.putMember(group, { ...member, epoch: member.epoch + 1, revoking: {} }, writer);
}

/** Targets are reached: nothing is revoked any more, and everyone has what it is to have. */
export function isStable(group: Group): boolean {
  if (group.head.assignedEpoch !== group.head.epoch) return false;
  for (const member of group.members.values()) {
    if (Object.keys(member.revoking).length > 0) return false;
    if (Object.keys(member.assigned).length !== member.target.length) return false;
  }
  return true;
}
