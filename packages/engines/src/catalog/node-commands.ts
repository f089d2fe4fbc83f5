/**
 * Nodes: the first ones, later ones, new addresses, and a new node in the place of an old one. A node id belongs to one data
 * directory (uuid) for ever. Every active node is a member of the metadata group, the first ones as voters, later ones as learners.
 */
import type { MemberId, NodeId } from '@flowmesh/base';
import {
  FlowError,
  memberId,
  METADATA_GROUP,
  must,
  NODE_ID_MAX,
  nodeId,
  nodeOf,
  replicaId,
} from '@flowmesh/base';
import type {
  InitCluster,
  NodeIntroduction,
  RegisterNode,
  ReplaceNode,
  UpdateNode,
} from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogNode, CatalogPartition } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';

/** The replica id of the members that a cluster is bootstrapped with. */
const BOOTSTRAP_REPLICA = replicaId(1);

export function initCluster(state: CatalogState, command: InitCluster, revision: number): Decision {
  const { clusterId } = state.globals;
  if (clusterId !== '') {
    const same =
      clusterId === command.clusterId &&
      command.nodes.every((node) => state.node(node.id)?.uuid === node.uuid);
    if (same) return accept({ kind: 'cluster-initialised', clusterId });
    return precondition(
      `this is cluster ${clusterId} already`,
      'A cluster is initialised once; let new nodes join it.',
    );
  }
  const nodes = [...command.nodes].sort((a, b) => a.id - b.id);
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size === nodes.length;
  if (
    !distinct(nodes.map((n) => n.id)) ||
    !distinct(nodes.map((n) => n.uuid)) ||
    !distinct(nodes.map((n) => n.addresses.peer))
  ) {
    return new FlowError(
      'INVALID_ARGUMENT',
      'the first nodes do not have distinct ids, uuids and peer addresses',
    );
  }
  const members = nodes.map((node) => memberId({ node: node.id, replica: BOOTSTRAP_REPLICA }));
  const partition: CatalogPartition = {
    group: METADATA_GROUP,
    stream: undefined,
    partition: 0,
    initial: members,
    replicas: members,
    learners: [],
    move: undefined,
  };
  const last = must(nodes.at(-1), 'there is a first node');
  return accept({ kind: 'cluster-initialised', clusterId: command.clusterId }, [
    { kind: 'globals', globals: { clusterId: command.clusterId, nextNode: last.id + 1 } },
    ...nodes.map((node) => ({ kind: 'put-node', node: newNode(node.id, node, revision) }) as const),
    { kind: 'put-partition', partition },
  ]);
}

export function registerNode(state: CatalogState, command: RegisterNode, revision: number): Decision {
  const known = state.nodeByUuid(command.uuid);
  if (known !== undefined) {
    if (known.state === 'replaced') return replacedForEver(known);
    const reply = { kind: 'node-registered', node: known.id, revision: known.registeredRevision } as const;
    return accept(reply, introduced(known, command));
  }
  const node = allocateNode(state);
  if (node instanceof FlowError) return node;
  const metadata = metadataPartition(state);
  const learner = memberId({ node, replica: replicaId(revision) });
  return accept({ kind: 'node-registered', node, revision }, [
    { kind: 'globals', globals: { nextNode: node + 1 } },
    { kind: 'put-node', node: newNode(node, command, revision) },
    {
      kind: 'put-partition',
      partition: { ...metadata, learners: ascending([...metadata.learners, learner]) },
    },
  ]);
}

export function updateNode(state: CatalogState, command: UpdateNode, revision: number): Decision {
  const known = state.node(command.node);
  if (known === undefined) return new FlowError('NOT_FOUND', `there is no node ${command.node}`);
  if (known.uuid !== command.uuid) {
    return new FlowError(
      'IDENTITY_MISMATCH',
      `node ${command.node} has another data directory than ${command.uuid}`,
      {
        hint: 'A node whose disk was wiped or copied joins as a new node.',
      },
    );
  }
  if (known.state === 'replaced') return replacedForEver(known);
  return accept({ kind: 'node-updated', node: known.id, revision }, introduced(known, command));
}

export function replaceNode(state: CatalogState, command: ReplaceNode, revision: number): Decision {
  const old = state.node(command.oldNode);
  if (old === undefined) return new FlowError('NOT_FOUND', `there is no node ${command.oldNode}`);
  const known = state.nodeByUuid(command.uuid);
  if (old.state === 'replaced') {
    if (known !== undefined && old.replacedBy === known.id) {
      return accept({ kind: 'node-replaced', node: known.id, revision: known.registeredRevision });
    }
    return precondition(
      `node ${old.id} was replaced by node ${old.replacedBy ?? 0} already`,
      'Register as a node of its own.',
    );
  }
  if (known?.id === old.id)
    return precondition(`node ${old.id} cannot replace itself`, 'Replace single replicas instead.');
  if (known?.state === 'replaced') return replacedForEver(known);
  const id = known?.id ?? allocateNode(state);
  if (id instanceof FlowError) return id;
  const partitions: CatalogChange[] = [];
  for (const partition of state.partitions()) {
    const moved = replaceMembers(partition, { old: old.id, successor: id, revision });
    if (moved instanceof FlowError) return moved;
    if (moved !== undefined) partitions.push({ kind: 'put-partition', partition: moved });
  }
  const newcomer: readonly CatalogChange[] =
    known === undefined
      ? [
          { kind: 'globals', globals: { nextNode: id + 1 } },
          { kind: 'put-node', node: newNode(id, command, revision) },
        ]
      : introduced(known, command);
  return accept({ kind: 'node-replaced', node: id, revision: known?.registeredRevision ?? revision }, [
    ...newcomer,
    { kind: 'put-node', node: { ...old, state: 'replaced', replacedBy: id } },
    ...partitions,
  ]);
}

interface Succession {
  readonly old: NodeId;
  readonly successor: NodeId;
  readonly revision: number;
}

/** The partition with the old node's member replaced; undefined where it has none. */
function replaceMembers(
  partition: CatalogPartition,
  who: Succession,
): CatalogPartition | FlowError | undefined {
  const leaving = [...partition.replicas, ...partition.learners].find((member) => nodeOf(member) === who.old);
  if (leaving === undefined) return undefined;
  if (
    [...partition.replicas, ...(partition.move?.releasing ?? [])].some(
      (member) => nodeOf(member) === who.successor,
    )
  ) {
    return precondition(
      `node ${who.successor} has a replica of group ${partition.group} itself`,
      'Replace the node by an empty one.',
    );
  }
  const learner = partition.learners.find((member) => nodeOf(member) === who.successor);
  const arriving = learner ?? memberId({ node: who.successor, replica: replicaId(who.revision) });
  const asVoter = partition.replicas.includes(leaving);
  const learners = partition.learners.filter((member) => member !== leaving && member !== learner);
  return {
    ...partition,
    replicas: partition.replicas.map((member) => (member === leaving ? arriving : member)),
    learners: asVoter ? learners : ascending([...learners, arriving]),
    move: { releasing: ascending([...(partition.move?.releasing ?? []), leaving]), revision: who.revision },
  };
}

function allocateNode(state: CatalogState): NodeId | FlowError {
  const { nextNode } = state.globals;
  if (nextNode > NODE_ID_MAX)
    return precondition('all node ids are used up', 'Node ids are never reused: start a new cluster.');
  return nodeId(nextNode);
}

function newNode(id: NodeId, introduction: NodeIntroduction, revision: number): CatalogNode {
  const { uuid, addresses, rack } = introduction;
  return { id, uuid, addresses, rack, state: 'active', registeredRevision: revision, replacedBy: undefined };
}

/** The change that gives a known node its new addresses, if they are new. */
function introduced(known: CatalogNode, introduction: NodeIntroduction): readonly CatalogChange[] {
  const { addresses, rack } = introduction;
  const same =
    known.rack === rack &&
    known.addresses.peer === addresses.peer &&
    known.addresses.grpc === addresses.grpc &&
    known.addresses.http === addresses.http;
  return same ? [] : [{ kind: 'put-node', node: { ...known, addresses, rack } }];
}

function replacedForEver(node: CatalogNode): FlowError {
  return new FlowError('IDENTITY_MISMATCH', `node ${node.id} was replaced by node ${node.replacedBy ?? 0}`, {
    hint: 'Start it with an empty data directory; it then joins as a new node.',
  });
}

function metadataPartition(state: CatalogState): CatalogPartition {
  return must(state.partition(METADATA_GROUP), 'an initialised cluster has a metadata group');
}

function ascending(members: readonly MemberId[]): readonly MemberId[] {
  return [...members].sort((a, b) => a - b);
}
