/**
 * Where replicas are to go: moves by plan or by hand, their cancelling, and another replication factor. The catalog only says what is
 * wanted; the group's leader brings its configuration there and reports with FinishMove, and until then nobody's data is given up.
 *
 * A member keeps its id for as long as it holds data: one that is wanted again before FinishMove is wanted under the id that it has.
 *
 * One move a group, with one exception: repair and decommission may take over a move in progress, which may wait for a node that never
 * comes back. What that move had wanted is released then, and kept like everything else until FinishMove.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { FlowError, memberId, METADATA_GROUP, nodeOf, replicaId } from '@flowmesh/base';
import type { CancelMoves, MoveReplicas, Reassignment, SetReplicationFactor } from './catalog-command.ts';
import type { RefusedGroup } from './catalog-reply.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogPartition, PartitionMove, PartitionMoveReason } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, noGroup, noStream, precondition } from './decision.ts';
import { checkMinInsync } from './min-insync.ts';
import { partNoun } from './resource-name.ts';

export interface MoveOrigin {
  readonly reason: PartitionMoveReason;
  readonly revision: number;
  readonly timeMs: number;
  readonly rebalance: boolean;
}

export function moveReplicas(state: CatalogState, command: MoveReplicas, revision: number): Decision {
  const { reason, timeMs } = command;
  const rebalance = command.rebalance ?? false;
  const running = state.rebalance?.state === 'running' ? state.rebalance : undefined;
  if (rebalance && running === undefined) {
    return precondition('no rebalance is running', 'It was finished or cancelled meanwhile; start another.');
  }
  const origin: MoveOrigin = { reason, revision, timeMs, rebalance };
  const refused: RefusedGroup[] = [];
  const accepted: GroupId[] = [];
  const changes: CatalogChange[] = [];
  let first: FlowError | undefined;
  let bytes = 0;
  const seen = new Set<GroupId>();
  for (const item of command.moves) {
    const moved = seen.has(item.group) ? twice(item.group) : reassigned(state, item, origin);
    seen.add(item.group);
    if (moved instanceof FlowError) {
      first ??= moved;
      refused.push({ group: item.group, code: moved.code, message: moved.message });
      continue;
    }
    accepted.push(item.group);
    changes.push({ kind: 'put-partition', partition: moved });
    bytes += item.bytes ?? 0;
  }
  if (accepted.length === 0 && first !== undefined) return first;
  if (rebalance && running !== undefined) {
    const moves = running.moves + accepted.length;
    const total = Math.min(running.bytes + bytes, Number.MAX_SAFE_INTEGER);
    changes.push({ kind: 'put-rebalance', rebalance: { ...running, moves, bytes: total } });
  }
  return accept({ kind: 'replicas-moved', accepted, refused }, changes);
}

/** The partition with its replicas wanted where the item says, or why not. */
function reassigned(
  state: CatalogState,
  item: Reassignment,
  origin: MoveOrigin,
): CatalogPartition | FlowError {
  const partition = state.partition(item.group);
  if (partition === undefined) return noGroup(item.group);
  if (partition.group === METADATA_GROUP) {
    return precondition(
      'the metadata group is not moved like a partition',
      'Its voters are chosen by the cluster: see metadata.voters.',
    );
  }
  const bad = checkFrom(partition, item, origin) ?? checkTo(state, partition, item);
  if (bad !== undefined) return bad;
  const replicationFactor = state.streamByUuid(partition.stream ?? '')?.replicationFactor;
  const sizes: readonly (number | undefined)[] = [item.from.length, replicationFactor];
  if (origin.reason !== 'replication-factor' && !sizes.includes(item.to.length)) {
    return new FlowError(
      'INVALID_ARGUMENT',
      `group ${item.group} has ${item.from.length} replicas and is to have ${item.to.length}`,
      { hint: 'A move keeps their number; change the replication factor of the stream instead.' },
    );
  }
  return partition.move === undefined
    ? beginMove(partition, item.to, origin)
    : takeOver(state, partition, partition.move, item.to, origin);
}

function checkFrom(
  partition: CatalogPartition,
  { from }: Reassignment,
  { reason }: MoveOrigin,
): FlowError | undefined {
  const { group, replicas, move, recovery } = partition;
  if (from.length !== replicas.length || replicas.some((member, i) => nodeOf(member) !== from[i])) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `the replicas of group ${group} are wanted on ${replicas.map(nodeOf).join(', ')}, not on ${from.join(', ')}`,
      { hint: 'They changed meanwhile: plan again.', retryable: true },
    );
  }
  const urgent = reason === 'repair' || reason === 'decommission';
  if (move === undefined || (urgent && recovery === undefined)) return undefined;
  return new FlowError('PRECONDITION_FAILED', `group ${group} is moving already (${move.reason})`, {
    hint: 'Wait for that move to finish, or cancel it.',
    retryable: true,
  });
}

function checkTo(
  state: CatalogState,
  partition: CatalogPartition,
  { group, to }: Reassignment,
): FlowError | undefined {
  if (new Set(to).size !== to.length) {
    return new FlowError('INVALID_ARGUMENT', `group ${group} is to have two replicas on one node`, {
      hint: 'Name every node once.',
    });
  }
  for (const id of to) {
    const node = state.node(id);
    if (node?.state !== 'active') {
      return precondition(
        `node ${id} is no active node`,
        'Choose nodes that flowmesh-admin nodes list shows.',
      );
    }
    const stays = partition.replicas.some((member) => nodeOf(member) === id);
    if (!stays && node.mode !== 'normal') {
      return precondition(
        `node ${id} is ${node.mode} and takes no new replicas`,
        `Choose another node, or run flowmesh-admin nodes undrain ${id}.`,
      );
    }
  }
  return undefined;
}

function twice(group: GroupId): FlowError {
  return new FlowError('INVALID_ARGUMENT', `group ${group} is named twice`, {
    hint: 'Name every group once.',
  });
}

/** A pure change of order moves nothing, and no move is begun for it. */
function beginMove(partition: CatalogPartition, to: readonly NodeId[], origin: MoveOrigin): CatalogPartition {
  const replicas = wantedMembers(partition.replicas, to, origin);
  const releasing = without(partition.replicas, replicas);
  if (releasing.length === 0 && replicas.length === partition.replicas.length) {
    return { ...partition, replicas };
  }
  const { revision, reason, timeMs, rebalance } = origin;
  const move = {
    releasing: ascending(releasing),
    revision,
    reason,
    startedAtMs: timeMs,
    previous: partition.replicas,
    replacing: [],
    rebalance,
  };
  return { ...partition, replicas, move };
}

/**
 * Another target for a partition that is moving. Every member that may hold a vote or data is wanted or releasing before and after. It
 * can still be cancelled where there is a way back to somewhere else.
 */
function takeOver(
  state: CatalogState,
  partition: CatalogPartition,
  interrupted: PartitionMove,
  to: readonly NodeId[],
  { revision, reason, timeMs, rebalance }: MoveOrigin,
): CatalogPartition {
  const members = [...partition.replicas, ...interrupted.releasing];
  const replicas = wantedMembers(members, to, { revision });
  const { previous } = interrupted;
  const goesBack =
    previous.every((member) => state.node(nodeOf(member))?.state === 'active') &&
    without(previous, replicas).length > 0;
  const move: PartitionMove = {
    releasing: ascending(without(members, replicas)),
    revision,
    reason,
    startedAtMs: timeMs,
    previous: goesBack ? previous : [],
    replacing: interrupted.replacing.filter((member) => replicas.includes(member)),
    rebalance,
  };
  return { ...partition, replicas, move };
}

function wantedMembers(
  held: readonly MemberId[],
  to: readonly NodeId[],
  { revision }: { readonly revision: number },
): readonly MemberId[] {
  const byNode = new Map(held.map((member) => [nodeOf(member), member]));
  return to.map((node) => byNode.get(node) ?? memberId({ node, replica: replicaId(revision) }));
}

export function cancelMoves(state: CatalogState, command: CancelMoves, revision: number): Decision {
  const refused: RefusedGroup[] = [];
  const cancelled: GroupId[] = [];
  const changes: CatalogChange[] = [];
  let first: FlowError | undefined;
  const seen = new Set<GroupId>();
  for (const group of command.groups) {
    const back = seen.has(group) ? twice(group) : cancelledMove(state, group, revision);
    seen.add(group);
    if (back instanceof FlowError) {
      first ??= back;
      refused.push({ group, code: back.code, message: back.message });
      continue;
    }
    cancelled.push(group);
    changes.push({ kind: 'put-partition', partition: back });
  }
  if (cancelled.length === 0 && first !== undefined) return first;
  return accept({ kind: 'moves-cancelled', cancelled, refused }, changes);
}

/**
 * The partition with what was wanted before its move. What the move brought in becomes releasing, since it may have a vote or data by
 * now; what was releasing and is wanted again has kept its data, because nothing is deleted before FinishMove.
 */
export function cancelledMove(
  state: CatalogState,
  group: GroupId,
  revision: number,
): CatalogPartition | FlowError {
  const partition = state.partition(group);
  if (partition === undefined) return noGroup(group);
  const { move } = partition;
  if (move === undefined) return precondition(`group ${group} is not moving`, 'There is nothing to cancel.');
  if (move.previous.length === 0) {
    return precondition(
      `the move of group ${group} (${move.reason}) cannot be cancelled`,
      'There is nothing to go back to; let it finish.',
    );
  }
  const gone = move.previous.map(nodeOf).find((node) => state.node(node)?.state !== 'active');
  if (gone !== undefined) {
    return precondition(
      `group ${group} cannot go back to node ${gone}, which is gone for good`,
      'Let the move finish.',
    );
  }
  const replicas = move.previous;
  // Members of the metadata group stay as learners; those of a stream's partition go.
  const left = without([...partition.replicas, ...partition.learners], replicas);
  const learners =
    group === METADATA_GROUP ? left.filter((member) => state.node(nodeOf(member))?.state === 'active') : [];
  return {
    ...partition,
    replicas,
    learners: ascending(learners),
    move: {
      ...move,
      releasing: ascending(without([...move.releasing, ...left], [...replicas, ...learners])),
      revision,
      previous: [],
      replacing: move.replacing.filter((member) => replicas.includes(member)),
      rebalance: false,
    },
  };
}

export function setReplicationFactor(
  state: CatalogState,
  command: SetReplicationFactor,
  revision: number,
): Decision {
  const { replicationFactor, assignments, timeMs } = command;
  const stream = state.streamByUuid(command.uuid);
  if (stream === undefined) return noStream(command.uuid);
  const reply = { kind: 'replication-factor-set', uuid: stream.uuid, revision } as const;
  const bad = checkMinInsync(stream.config, replicationFactor);
  if (bad !== undefined) return bad;
  const groups = new Set(assignments.map((item) => item.group));
  if (assignments.length !== stream.groups.length || !stream.groups.every((group) => groups.has(group))) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `${stream.kind} '${stream.name}' has other ${partNoun(stream.kind)}s than those assigned`,
      { hint: 'They changed meanwhile: plan again.', retryable: true },
    );
  }
  const origin: MoveOrigin = { reason: 'replication-factor', revision, timeMs, rebalance: false };
  const changes: CatalogChange[] = [
    { kind: 'put-stream', stream: { ...stream, changedRevision: revision, replicationFactor } },
  ];
  for (const item of assignments) {
    if (item.to.length !== replicationFactor) {
      return new FlowError(
        'INVALID_ARGUMENT',
        `group ${item.group} is assigned to ${item.to.length} nodes, not to ${replicationFactor}`,
        { hint: 'Every partition gets as many replicas as the replication factor says.' },
      );
    }
    const moved = reassigned(state, item, origin);
    if (moved instanceof FlowError) return moved;
    changes.push({ kind: 'put-partition', partition: moved });
  }
  return accept(reply, changes);
}

export function ascending(members: readonly MemberId[]): readonly MemberId[] {
  return [...members].sort((a, b) => a - b);
}

export function without(members: readonly MemberId[], others: readonly MemberId[]): readonly MemberId[] {
  const excluded = new Set(others);
  return members.filter((member) => !excluded.has(member));
}
