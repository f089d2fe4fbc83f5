/**
 * Changes of who is to hold a partition. The catalog says what is wanted; the group's leader brings its configuration there and
 * reports with FinishMove, and only then may released replicas be deleted. A damaged replica is the exception: its data is
 * given up at once, since its successor lives on the same node and has no room beside it.
 */
import type { MemberId } from '@flowmesh/base';
import { FlowError, memberId, nodeOf, replicaId } from '@flowmesh/base';
import type { FinishMove, ReplaceReplica } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogPartition } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';

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
  const node = nodeOf(member);
  const successor = memberId({ node, replica: replicaId(revision) });
  const swap = (list: readonly MemberId[]): readonly MemberId[] =>
    list.map((one) => (one === member ? successor : one));
  const moved: CatalogPartition = {
    ...partition,
    replicas: swap(partition.replicas),
    learners: [...swap(partition.learners)].sort((a, b) => a - b),
    move: { releasing: partition.move?.releasing ?? [], revision },
  };
  return accept({ kind: 'replica-replaced', group, member: successor }, [
    { kind: 'put-partition', partition: moved },
    { kind: 'put-tombstone', tombstone: { group, member, revision } },
  ]);
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
  const changes: CatalogChange[] = [{ kind: 'put-partition', partition: { ...partition, move: undefined } }];
  for (const member of released)
    changes.push({ kind: 'put-tombstone', tombstone: { group, member, revision } });
  return accept({ kind: 'move-finished', group, released }, changes);
}

function noGroup(group: number): FlowError {
  return new FlowError('NOT_FOUND', `there is no group ${group}`);
}
