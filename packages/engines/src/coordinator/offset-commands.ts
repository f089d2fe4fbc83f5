/**
 * Offsets of groups: committed by members (for partitions that are theirs, in an epoch since which they have been) or by anybody where a
 * group has no members; with a transaction they wait for its marker. A committed offset never goes back, except by a reset, which is undone
 * by `undo-reset`, and by a commit that says where its owner is (`rewind`), as those of Kafka's clients do. In classic groups any member of
 * the generation commits any partition: only the members know who reads what.
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type {
  AdmitOffsets,
  CommitOffsets,
  CommitOutcome,
  Committer,
  CoordinatorReply,
  DeleteOffsets,
  MarkOffsets,
  ResetOffsets,
  StageOffsets,
  UndoReset,
} from './coordinator-command.ts';
import { OFFSETS_PER_GROUP_MAX, OFFSETS_PER_SHARD_MAX } from './coordinator-limits.ts';
import type { CoordinatorState, Group, OffsetProducer } from './coordinator-state.ts';
import type { OffsetEntry, StoredOffset } from './coordinator-types.ts';
import { openGroup, refuseWhileActive, unknownGroup, unknownMember } from './group-commands.ts';
import { type PartitionKey, partitionKey, partitionOf } from './partition-key.ts';
import { refuseShare } from './share-assignment.ts';

type Outcome = CoordinatorReply | FlowError;

export function applyCommit(state: CoordinatorState, command: CommitOffsets, writer: StateWriter): Outcome {
  const group = committing(state, command, writer);
  if (group instanceof FlowError) return group;
  const outcomes = command.offsets.map((entry): CommitOutcome => {
    const { stream, partition, offset } = entry;
    if (!mayCommit(group, command.by, entry)) return { stream, partition, offset, refused: true };
    return {
      stream,
      partition,
      offset: put(state, group, { entry, rewind: command.rewind }, writer),
      refused: false,
    };
  });
  touch(state, group, writer);
  return { kind: 'committed', outcomes };
}

/** The group, made where this is its first commit; or why the committer is refused as a whole. */
function committing(
  state: CoordinatorState,
  command: CommitOffsets | StageOffsets,
  writer: StateWriter,
): Group | FlowError {
  const { by, offsets } = command;
  const known = state.groups.get(command.group);
  const shares = refuseShare(known);
  if (shares !== undefined) return shares;
  const stranger = by === undefined ? undefined : refuseCommitter(command, by, known);
  if (stranger !== undefined) return stranger;
  if (by === undefined && known !== undefined && !(command.kind === 'stage-offsets' && isClassic(known))) {
    const refused = refuseWhileActive(known, 'offsets are committed from outside the group');
    if (refused !== undefined) return refused;
  }
  const fresh = offsets.filter((entry) => known?.offsets.has(keyOf(entry)) !== true).length;
  const held = known?.offsets.size ?? 0;
  if (
    fresh > 0 &&
    (held + fresh > OFFSETS_PER_GROUP_MAX || state.offsetCount + fresh > OFFSETS_PER_SHARD_MAX)
  ) {
    return new FlowError('OVERLOADED', `group ${command.group} keeps offsets of too many partitions`, {
      hint: `A group keeps ${OFFSETS_PER_GROUP_MAX}, a coordinator shard ${OFFSETS_PER_SHARD_MAX}: delete groups that are not used.`,
    });
  }
  return openGroup(state, command.group, writer);
}

/** Members that transact need not say who they are: many clients do not, and their producers are fenced instead. */
function isClassic({ members }: Group): boolean {
  return members.size === 0;
}

function refuseCommitter(
  { kind, group }: CommitOffsets | StageOffsets,
  { member, epoch }: Committer,
  known: Group | undefined,
): FlowError | undefined {
  if (known?.members.has(member) === true) return undefined;
  const { classic } = known ?? {};
  if (classic === undefined || known?.classicMembers.has(member) !== true)
    return unknownMember(group, member);
  if (epoch !== classic.generation) {
    return new FlowError(
      'STALE_MEMBER',
      `${member} commits in generation ${epoch} of group ${group}, which is in ${classic.generation}`,
      {
        hint: 'Join again. Whoever reads the partitions now begins at the committed offsets.',
        details: { generation: classic.generation },
      },
    );
  }
  if (classic.phase !== 'syncing' || kind === 'stage-offsets') return undefined;
  return new FlowError('UNAVAILABLE', `group ${group} is about to be assigned its partitions anew`, {
    hint: 'Take the assignment, and commit then what is still read by this member.',
    details: { rebalance: 'in progress' },
  });
}

/** A member commits what it has held without a break since the epoch that it names. */
function mayCommit(group: Group, by: Committer | undefined, entry: OffsetEntry): boolean {
  if (by === undefined || group.classicMembers.has(by.member)) return true;
  const member = group.members.get(by.member);
  const key = keyOf(entry);
  const since = member?.assigned[key] ?? member?.revoking[key];
  return member !== undefined && since !== undefined && by.epoch >= since && by.epoch <= member.epoch;
}

/** What is committed then. */
function put(
  state: CoordinatorState,
  group: Group,
  { entry, rewind = false }: { readonly entry: OffsetEntry; readonly rewind: boolean | undefined },
  writer: StateWriter,
): number {
  const key = keyOf(entry);
  const before = group.offsets.get(key);
  const ahead = before !== undefined && before.uuid === entry.uuid && before.offset > entry.offset;
  if (ahead && !rewind) return before.offset;
  if (entry.offset < 0) {
    state.deleteOffset(group, key, writer);
    return entry.offset;
  }
  state.putOffset(group, key, storedOf(entry, state.globals.timeMs), writer);
  return entry.offset;
}

function storedOf({ uuid, offset, leaderEpoch, metadata }: OffsetEntry, timeMs: number): StoredOffset {
  return { uuid, offset, leaderEpoch, metadata, timeMs };
}

/** The retention of a group without members counts from its last commit. */
function touch(state: CoordinatorState, group: Group, writer: StateWriter): void {
  if (group.size > 0) return;
  state.putHead({ ...group.head, emptySinceMs: state.globals.timeMs }, writer);
}

export function applyReset(state: CoordinatorState, command: ResetOffsets, writer: StateWriter): Outcome {
  const group = state.groups.get(command.group) ?? openGroup(state, command.group, writer);
  if (group instanceof FlowError) return group;
  const refused =
    refuseShare(group) ?? (command.force ? undefined : refuseWhileActive(group, 'its offsets are reset'));
  if (refused !== undefined) return refused;
  const previous = new Map<PartitionKey, StoredOffset | undefined>();
  const { timeMs } = state.globals;
  for (const entry of command.offsets) {
    const key = keyOf(entry);
    if (!previous.has(key)) previous.set(key, group.offsets.get(key));
    state.putOffset(group, key, storedOf(entry, timeMs), writer);
  }
  const offsets = [...previous].map(([key, before]) => ({ key, before }));
  state.putHead({ ...group.head, undo: { timeMs, offsets } }, writer);
  touch(state, group, writer);
  return { kind: 'reset', previous };
}

export function applyUndoReset(state: CoordinatorState, command: UndoReset, writer: StateWriter): Outcome {
  const group = state.groups.get(command.group);
  if (group === undefined) return unknownGroup(command.group);
  const refused = command.force ? undefined : refuseWhileActive(group, 'a reset is undone');
  if (refused !== undefined) return refused;
  const { undo } = group.head;
  if (undo === undefined) {
    return new FlowError('PRECONDITION_FAILED', `there is no reset of group ${command.group} to be undone`, {
      hint: 'Only the latest reset can be undone, once.',
    });
  }
  const previous = new Map<PartitionKey, StoredOffset | undefined>();
  for (const { key, before } of undo.offsets) {
    previous.set(key, group.offsets.get(key));
    if (before === undefined) state.deleteOffset(group, key, writer);
    else state.putOffset(group, key, before, writer);
  }
  state.putHead({ ...group.head, undo: undefined }, writer);
  return { kind: 'reset', previous };
}

export function applyDeleteOffsets(
  state: CoordinatorState,
  command: DeleteOffsets,
  writer: StateWriter,
): Outcome {
  const group = state.groups.get(command.group);
  if (group === undefined) return unknownGroup(command.group);
  const read = command.partitions.find((key) => group.owners.has(key));
  if (read !== undefined) {
    return new FlowError('PRECONDITION_FAILED', `a member of group ${command.group} reads ${read}`, {
      hint: 'Offsets of a partition are deleted while nobody in the group reads it.',
    });
  }
  const subscribed = command.partitions.find((key) => mayRead(group, partitionOf(key).stream));
  if (subscribed !== undefined) {
    return new FlowError('PRECONDITION_FAILED', `members of group ${command.group} may read ${subscribed}`, {
      hint: 'Offsets of a partition are deleted while nobody in the group subscribes to its stream.',
    });
  }
  for (const key of command.partitions) state.deleteOffset(group, key, writer);
  return { kind: 'changed' };
}

/** Whether the stream is one that a classic member subscribes to, as far as is known. */
function mayRead(group: Group, stream: string): boolean {
  for (const { streams } of group.classicMembers.values())
    if (streams?.includes(stream) !== false) return true;
  return false;
}

// ---- with transactions

/** As in partitions: a round that has ended here is not let in again, and nothing of the one before is left. */
export function applyAdmit(state: CoordinatorState, command: AdmitOffsets, writer: StateWriter): Outcome {
  const { producerId, producerEpoch, round } = command;
  const known = state.producers.get(producerId);
  if (known !== undefined && (isPast(known, round) || producerEpoch < known.epoch)) return tooLate(command);
  const { timeMs } = state.globals;
  const endedRound = known?.endedRound ?? -1;
  if (known?.admitted !== round) giveUp(state, producerId, writer);
  state.putProducer(producerId, { epoch: producerEpoch, admitted: round, endedRound, timeMs }, writer);
  return { kind: 'changed' };
}

function isPast({ admitted, endedRound }: OffsetProducer, round: number): boolean {
  return round <= endedRound || round < admitted;
}

function giveUp(state: CoordinatorState, producerId: number, writer: StateWriter): void {
  for (const group of state.groupsStagedBy(producerId)) state.deletePending(group, producerId, writer);
}

function refuseUnadmitted(state: CoordinatorState, command: StageOffsets): FlowError | undefined {
  const known = state.producers.get(command.producerId);
  if (known !== undefined && command.producerEpoch < known.epoch) return tooLate(command);
  if (known?.epoch === command.producerEpoch && known.admitted >= 0) return undefined;
  if (known?.epoch === command.producerEpoch) return tooLate(command);
  const { producerId, group } = command;
  return new FlowError('PRECONDITION_FAILED', `no transaction of producer ${producerId} has group ${group}`, {
    hint: 'Add the group to the transaction first (AddToTransaction, AddOffsetsToTxn).',
    details: { producerId, transaction: 'not-added' },
  });
}

export function applyStage(state: CoordinatorState, command: StageOffsets, writer: StateWriter): Outcome {
  const { producerId, producerEpoch } = command;
  const refused = refuseUnadmitted(state, command);
  if (refused !== undefined) return refused;
  const group = committing(state, command, writer);
  if (group instanceof FlowError) return group;
  const stale = command.offsets.find((entry) => !mayCommit(group, command.by, entry));
  if (stale !== undefined) {
    // A part of a transaction's offsets would be none at all: it fails as a whole.
    return new FlowError('STALE_MEMBER', `${keyOf(stale)} is no longer read by this member`, {
      hint: 'Abort the transaction; whoever reads the partition now begins at the committed offset.',
      details: { stream: stale.stream, partition: stale.partition },
    });
  }
  const kept = group.pending.get(producerId)?.offsets ?? [];
  const staged = new Map(kept.map((entry) => [keyOf(entry), entry]));
  for (const entry of command.offsets) staged.set(keyOf(entry), entry);
  const rewind = command.rewind ?? false;
  state.putPending(group, { producerId, producerEpoch, rewind, offsets: [...staged.values()] }, writer);
  return { kind: 'changed' };
}

function tooLate({ producerId, producerEpoch }: StageOffsets | AdmitOffsets): FlowError {
  return new FlowError('PRODUCER_FENCED', 'the transaction of these offsets has ended', {
    hint: 'It timed out, or another process took over its transactional id.',
    details: { producerId, producerEpoch },
  });
}

export function applyMark(state: CoordinatorState, command: MarkOffsets, writer: StateWriter): Outcome {
  const { producerId, producerEpoch, round, commit } = command;
  const { timeMs } = state.globals;
  const known = state.producers.get(producerId);
  if (known !== undefined && isPast(known, round)) return { kind: 'changed' };
  const epoch = Math.max(known?.epoch ?? -1, producerEpoch);
  state.putProducer(producerId, { epoch, admitted: -1, endedRound: round, timeMs }, writer);
  for (const group of state.groupsStagedBy(producerId)) {
    const pending = group.pending.get(producerId);
    if (pending === undefined) continue;
    state.deletePending(group, producerId, writer);
    if (!commit || known?.admitted !== round) continue;
    const { rewind } = pending;
    for (const entry of pending.offsets) put(state, group, { entry, rewind }, writer);
    touch(state, group, writer);
  }
  return { kind: 'changed' };
}

function keyOf({ stream, partition }: { readonly stream: string; readonly partition: number }): PartitionKey {
  return partitionKey(stream, partition);
}
