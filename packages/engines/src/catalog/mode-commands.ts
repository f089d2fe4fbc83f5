/**
 * Modes of nodes and their removal. The catalog counts what is wanted where; whether the replicas counted are alive and caught up is
 * soft state, which the caller looks at before.
 *
 * A drained node keeps its replicas and their votes, but leads nothing and is in no in-sync set. So draining is refused where a
 * partition would have fewer replicas on other normal nodes than its min.insync.replicas (which is at least 1: somebody must lead).
 * A majority is not asked for: the drained replicas go on committing.
 * Decommissioning takes the replicas away, so there must be as many other normal nodes as the highest replication factor among the
 * node's partitions, and at least one for the metadata; force does not make room. Who would leave the metadata with a single voter
 * is let go by force alone.
 */
import type { NodeId } from '@flowmesh/base';
import { FlowError, METADATA_GROUP, must, nodeOf } from '@flowmesh/base';
import type { RemoveNode, SetNodeMode } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogNode, CatalogPartition } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, goneForEver, noNode, precondition } from './decision.ts';
import { replacementMove } from './membership-commands.ts';
import { minInsyncReplicas } from './min-insync.ts';
import { ascending, without } from './move-commands.ts';
import { partNoun } from './resource-name.ts';

/** The fewest voters of which one may fail. */
const VOTERS_TOLERANT_MIN = 3;
/** The feature level from which on metadata are left with a single voter by force alone. */
const SINGLE_VOTER_REFUSED_LEVEL = 3;

export function setNodeMode(state: CatalogState, command: SetNodeMode, revision: number): Decision {
  const node = state.node(command.node);
  if (node === undefined) return noNode(command.node);
  if (node.state !== 'active') return goneForEver(node);
  const { mode } = command;
  const reply = { kind: 'node-mode-set', node: node.id, mode, revision } as const;
  if (node.mode === mode) return accept(reply);
  const refusal = refuseMode(state, node.id, command);
  if (refusal !== undefined) return refusal;
  return accept(reply, [{ kind: 'put-node', node: { ...node, mode, modeRevision: revision } }]);
}

function refuseMode(state: CatalogState, node: NodeId, command: SetNodeMode): FlowError | undefined {
  switch (command.mode) {
    case 'normal':
      return undefined;
    case 'draining':
      return command.force === true ? undefined : refuseDrain(state, node);
    case 'decommissioning':
      return (
        refuseDecommission(state, node) ??
        (command.force === true ? undefined : refuseSingleVoter(state, node, 'decommission'))
      );
  }
}

function refuseDrain(state: CatalogState, node: NodeId): FlowError | undefined {
  for (const wanted of state.wanted(node)) {
    const partition = must(state.partition(wanted.group), 'a wanted replica has its partition');
    if (!partition.replicas.includes(wanted.member)) continue;
    const others = partition.replicas.filter(
      (member) => nodeOf(member) !== node && isNormal(state.node(nodeOf(member))),
    );
    const needed = minInsyncOf(state, partition);
    if (others.length >= needed) continue;
    return precondition(
      `without node ${node}, ${nameOf(state, partition)} has ${others.length} replicas on nodes in normal mode and needs ${needed}`,
      'Undrain another node, raise the replication factor, or drain by force and accept that writes are refused meanwhile.',
    );
  }
  return undefined;
}

function refuseDecommission(state: CatalogState, node: NodeId): FlowError | undefined {
  const others = state.activeNodes().filter((one) => one.id !== node && one.mode === 'normal').length;
  for (const { group } of state.wanted(node)) {
    const partition = must(state.partition(group), 'a wanted replica has its partition');
    const needed = state.streamByUuid(partition.stream ?? '')?.replicationFactor ?? 1;
    if (others >= needed) continue;
    return precondition(
      `without node ${node} there are ${others} nodes in normal mode, and ${nameOf(state, partition)} needs ${needed}`,
      'Add nodes, undrain others, or lower the replication factor first.',
    );
  }
  return undefined;
}

export interface MetadataNodes {
  /** All of the cluster. */
  readonly nodes: readonly CatalogNode[];
  /** How many the metadata group is to have now. */
  readonly voters: number;
}

/** The nodes that can go on voting once `node` is gone, where they are too few to lose one of them; undefined: they are enough. */
export function tooFewVotersWithout({ nodes, voters }: MetadataNodes, node: NodeId): number | undefined {
  const left = nodes.filter(
    (one) => one.id !== node && one.state === 'active' && one.mode !== 'decommissioning',
  ).length;
  return voters >= VOTERS_TOLERANT_MIN && left < VOTERS_TOLERANT_MIN ? left : undefined;
}

function refuseSingleVoter(
  state: CatalogState,
  node: NodeId,
  step: 'decommission' | 'remove',
): FlowError | undefined {
  // Builds that know no higher level accept it: their copies and this one must stay the same.
  if (state.globals.featureLevel < SINGLE_VOTER_REFUSED_LEVEL) return undefined;
  const voters = metadataOf(state).replicas.length;
  const left = tooFewVotersWithout({ nodes: state.activeNodes(), voters }, node);
  if (left === undefined) return undefined;
  return precondition(
    `without node ${node} there ${left === 1 ? 'is 1 node' : `are ${left} nodes`} to stay, so that metadata would be left with one voter and tolerate no failed node`,
    `Add a node first, or accept it: flowmesh-admin nodes ${step} ${node} --force`,
  );
}

function metadataOf(state: CatalogState): CatalogPartition {
  return must(state.partition(METADATA_GROUP), 'an initialised cluster has a metadata group');
}

function isNormal(node: CatalogNode | undefined): boolean {
  return node?.state === 'active' && node.mode === 'normal';
}

function minInsyncOf(state: CatalogState, partition: CatalogPartition): number {
  return minInsyncReplicas(state.streamByUuid(partition.stream ?? '')?.config ?? {});
}

function nameOf(state: CatalogState, partition: CatalogPartition): string {
  const stream = state.streamByUuid(partition.stream ?? '');
  if (stream === undefined) return 'the metadata group';
  return `${stream.kind} '${stream.name}' ${partNoun(stream.kind)} ${partition.partition}`;
}

export function removeNode(state: CatalogState, command: RemoveNode, revision: number): Decision {
  const node = state.node(command.node);
  if (node === undefined) return noNode(command.node);
  const reply = { kind: 'node-removed', node: node.id, revision } as const;
  if (node.state === 'removed') return accept(reply);
  if (node.state === 'replaced') return goneForEver(node);
  if (state.activeNodes().length === 1)
    return precondition(`node ${node.id} is the last one`, 'A cluster has at least one node.');
  const refusal = command.force === true ? undefined : refuseRemoval(state, node.id);
  if (refusal !== undefined) return refusal;
  const changes: CatalogChange[] = [{ kind: 'put-node', node: { ...node, state: 'removed' } }];
  const metadata = metadataOf(state);
  const learner = metadata.learners.find((member) => nodeOf(member) === node.id);
  if (learner !== undefined) {
    const begun = metadata.move ?? { ...replacementMove(command.timeMs), reason: 'decommission' as const };
    const partition: CatalogPartition = {
      ...metadata,
      learners: without(metadata.learners, [learner]),
      move: {
        ...begun,
        revision,
        releasing: ascending([...begun.releasing, learner]),
        replacing: without(begun.replacing, [learner]),
      },
    };
    changes.push({ kind: 'put-partition', partition });
  }
  return accept(reply, changes);
}

function refuseRemoval(state: CatalogState, node: NodeId): FlowError | undefined {
  // Who is a learner here may still have its vote in the group's configuration, even the only one.
  if (state.partition(METADATA_GROUP)?.move !== undefined) {
    return new FlowError('PRECONDITION_FAILED', 'the members of the metadata group are changing', {
      hint: 'Wait for that change to finish; a node that will never come back may be removed by force.',
      retryable: true,
    });
  }
  for (const wanted of state.wanted(node)) {
    const partition = must(state.partition(wanted.group), 'a wanted replica has its partition');
    if (partition.learners.includes(wanted.member)) continue;
    if (wanted.group === METADATA_GROUP) {
      return precondition(
        `node ${node} is a voter of the metadata group`,
        `Decommission it first, so that another one takes over: flowmesh-admin nodes decommission ${node}.`,
      );
    }
    return precondition(
      `node ${node} has a replica of ${nameOf(state, partition)}`,
      `Decommission it first: flowmesh-admin nodes decommission ${node}. If it will never come back, remove it by force.`,
    );
  }
  // What a decommissioned one leaves behind was judged when that began.
  if (state.node(node)?.mode === 'decommissioning') return undefined;
  return refuseSingleVoter(state, node, 'remove');
}
