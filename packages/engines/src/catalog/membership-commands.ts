/**
 * Changes of who is to hold a partition, other than by plan: damaged replicas, ends of moves, lost groups, voters of the metadata.
 * The catalog says what is wanted; the group's leader brings its configuration there and reports with FinishMove, and only then may
 * released replicas be deleted. Two exceptions give data up at once: a damaged replica, whose successor lives on the same node and
 * has no room beside it, and a recovery, in which an operator declares one member to be the whole group.
 */
import type { MemberId } from '@flowmesh/base';
import { FlowError, memberId, METADATA_GROUP, must, nodeOf, replicaId } from '@flowmesh/base';
import type { FinishMove, RecoverGroup, ReplaceReplica, SetMetadataVoters } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogPartition, PartitionMove } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, goneForEver, noGroup, noNode, precondition } from './decision.ts';
import { ascending, without } from './move-commands.ts';

export function replaceReplica(state: CatalogState, command: ReplaceReplica, revision: number): Decision {
  const { group, member } = command;
  const partition = state.partition(group);
  if (partition === undefined) return noGroup(group);
  if (!partition.replicas.includes(member) && !partition.learners.includes(member)) {
    return precondition(
      `member ${member} is not wanted in group ${group}`,
      'It was replaced before; look at the current metadata.',
    );
  }
  const refusal = state.globals.featureLevel < 2 ? undefined : refuseReplacement(partition, member);
  if (refusal !== undefined) return refusal;
  const node = nodeOf(member);
  const successor = memberId({ node, replica: replicaId(revision) });
  const swap = (list: readonly MemberId[]): readonly MemberId[] =>
    list.map((one) => (one === member ? successor : one));
  const begun = partition.move ?? replacementMove(command.timeMs);
  const moved: CatalogPartition = {
    ...partition,
    replicas: swap(partition.replicas),
    learners: ascending(swap(partition.learners)),
    move: {
      ...begun,
      revision,
      previous: swap(begun.previous),
      replacing: ascending([...without(begun.replacing, [member]), successor]),
    },
  };
  return accept({ kind: 'replica-replaced', group, member: successor }, [
    { kind: 'put-partition', partition: moved },
    { kind: 'put-tombstone', tombstone: { group, member, revision } },
  ]);
}

/** A move that is begun because a member is lost; `revision` is for the caller to set. */
export function replacementMove(startedAtMs: number): PartitionMove {
  return {
    releasing: [],
    revision: 0,
    reason: 'replacement',
    startedAtMs,
    previous: [],
    replacing: [],
    rebalance: false,
  };
}

/**
 * Giving up a second replica while the successor of a first one is still empty could give up the last copy. It is refused unless a
 * majority of the wanted voters are members with data of their own.
 */
function refuseReplacement(partition: CatalogPartition, member: MemberId): FlowError | undefined {
  const { group, replicas, move, recovery } = partition;
  if (recovery !== undefined && recovery.survivor === member) {
    return precondition(
      `member ${member} is all that is left of group ${group}`,
      'Restore the node from a backup, or delete the stream.',
    );
  }
  const empty = replicas.filter((one) => one !== member && move?.replacing.includes(one) === true);
  if (empty.length === 0 || !replicas.includes(member)) return undefined;
  const healthy = without(replicas, [...empty, member]);
  if (healthy.length * 2 > replicas.length) return undefined;
  return new FlowError(
    'PRECONDITION_FAILED',
    `another replica of group ${group} is being replaced: giving up member ${member} too could lose data`,
    { hint: 'The node asks again by itself once the other one has caught up.', retryable: true },
  );
}

export function finishMove(state: CatalogState, command: FinishMove, revision: number): Decision {
  const { group } = command;
  const partition = state.partition(group);
  if (partition === undefined) return noGroup(group);
  const wanted = new Set([...partition.replicas, ...partition.learners]);
  const reached = new Set(command.members);
  if (wanted.size !== reached.size || [...wanted].some((member) => !reached.has(member))) {
    return precondition(
      `group ${group} is to have other members than those reported`,
      'Compare with the current metadata and go on.',
    );
  }
  if (partition.move === undefined) return accept({ kind: 'move-finished', group, released: [] });
  const released = partition.move.releasing;
  const still: CatalogPartition = { ...partition, move: undefined, recovery: undefined };
  const changes: CatalogChange[] = [{ kind: 'put-partition', partition: still }];
  for (const member of released)
    changes.push({ kind: 'put-tombstone', tombstone: { group, member, revision } });
  return accept({ kind: 'move-finished', group, released }, changes);
}

/** Unsafe by nature: what only the other members had is lost. Their replicas are given up at once, so that they cannot come back. */
export function recoverGroup(state: CatalogState, command: RecoverGroup, revision: number): Decision {
  const { group, survivor, timeMs } = command;
  const partition = state.partition(group);
  if (partition === undefined) return noGroup(group);
  if (group === METADATA_GROUP) {
    return precondition(
      'the metadata group cannot be recovered by a metadata command',
      'Where this is answered its voters have a majority; otherwise recover it offline, on a stopped node.',
    );
  }
  const members = [...partition.replicas, ...(partition.move?.releasing ?? [])];
  if (!members.includes(survivor)) {
    return precondition(
      `member ${survivor} is no member of group ${group}`,
      'Choose one of its replicas: see flowmesh-admin partitions describe.',
    );
  }
  const node = state.node(nodeOf(survivor));
  if (node === undefined) return noNode(nodeOf(survivor));
  if (node.state !== 'active') return goneForEver(node);
  const others = ascending(without(members, [survivor]));
  const recovered: CatalogPartition = {
    ...partition,
    replicas: [survivor],
    move: { ...replacementMove(timeMs), revision, reason: 'recovery' },
    recovery: { survivor, revision },
  };
  return accept({ kind: 'group-recovered', group, survivor }, [
    { kind: 'put-partition', partition: recovered },
    ...others.map((member) => ({ kind: 'put-tombstone', tombstone: { group, member, revision } }) as const),
  ]);
}

/** Members keep their ids: voters become learners and learners voters. Those of nodes that are gone leave the group. */
export function setMetadataVoters(
  state: CatalogState,
  command: SetMetadataVoters,
  revision: number,
): Decision {
  const partition = must(state.partition(METADATA_GROUP), 'an initialised cluster has a metadata group');
  const members = [...partition.replicas, ...partition.learners];
  const replicas: MemberId[] = [];
  if (command.voters.length % 2 === 0 || new Set(command.voters).size !== command.voters.length) {
    return new FlowError('INVALID_ARGUMENT', 'the metadata voters are not 1, 3, 5 or 7 distinct nodes', {
      hint: 'An even number tolerates no more failures than one less.',
    });
  }
  for (const id of command.voters) {
    const node = state.node(id);
    const member = members.find((one) => nodeOf(one) === id);
    if (node === undefined || node.state !== 'active' || member === undefined) {
      return precondition(`node ${id} is no active member of the metadata group`, 'Choose other nodes.');
    }
    if (node.mode === 'decommissioning' && !partition.replicas.includes(member)) {
      return precondition(`node ${id} is being decommissioned`, 'Choose other nodes.');
    }
    replicas.push(member);
  }
  const reply = { kind: 'metadata-voters-set', voters: replicas, revision } as const;
  const same = replicas.length === partition.replicas.length;
  if (same && replicas.every((member, i) => member === partition.replicas[i])) return accept(reply);
  const { move } = partition;
  const isActive = (member: MemberId): boolean => state.node(nodeOf(member))?.state === 'active';
  const { featureLevel } = state.globals;
  if (
    move !== undefined &&
    !mayGiveWay(partition, without(partition.replicas, replicas), { featureLevel, isActive })
  ) {
    return new FlowError('PRECONDITION_FAILED', 'the members of the metadata group are changing already', {
      hint: 'Wait for that change to finish.',
      retryable: true,
    });
  }
  if (same && move === undefined && without(replicas, partition.replicas).length === 0) {
    return accept(reply, [{ kind: 'put-partition', partition: { ...partition, replicas } }]);
  }
  const others = without(members, replicas);
  const learners = others.filter(isActive);
  const leaving = without(others, learners);
  const begun = move ?? { ...replacementMove(command.timeMs), previous: partition.replicas };
  const changed: CatalogPartition = {
    ...partition,
    replicas,
    learners: ascending(learners),
    move: {
      ...begun,
      releasing: ascending([...begun.releasing, ...leaving]),
      replacing: without(begun.replacing, leaving),
      revision,
      reason: 'metadata-voters',
    },
  };
  return accept(reply, [{ kind: 'put-partition', partition: changed }]);
}

/** The feature level from which on a change of voters that waits for a lost one gives way to another. */
const VOTERS_GIVE_WAY_LEVEL = 3;

/**
 * A change of voters under way may wait for one that never comes: the group would stay as it is for ever, with one vote less than it counts on.
 * Others may take the place of `dropped`, who are wanted now, where all of them are gone for good, or are empty successors without a vote to miss.
 */
export function mayGiveWay(
  { move }: CatalogPartition,
  dropped: readonly MemberId[],
  catalog: { readonly featureLevel: number; readonly isActive: (member: MemberId) => boolean },
): boolean {
  return (
    catalog.featureLevel >= VOTERS_GIVE_WAY_LEVEL &&
    dropped.length > 0 &&
    dropped.every((member) => !catalog.isActive(member) || move?.replacing.includes(member) === true)
  );
}
