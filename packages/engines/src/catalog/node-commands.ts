/**
 * Nodes: the first ones, later ones, new addresses, and a new node in the place of an old one. A node id belongs to one data
 * directory (uuid) for ever. Every active node is a member of the metadata group, the first ones as voters, later ones as learners.
 */
import type { NodeId } from '@flowmesh/base';
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
import { CLUSTER_KEYS, CLUSTER_SCOPE } from './cluster-config.ts';
import { checkConfig } from './config-keys.ts';
import type { Decision } from './decision.ts';
import { accept, goneForEver, noNode, precondition } from './decision.ts';
import { checkFeatures } from './feature-commands.ts';
import type { FeatureRange } from './features.ts';
import { FEATURES, FEATURES_UNTOLD } from './features.ts';
import { replacementMove } from './membership-commands.ts';
import { ascending, without } from './move-commands.ts';
import { admitNewcomer } from './token-commands.ts';

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
  const level = command.featureLevel ?? FEATURES.min;
  const config = command.config ?? {};
  const founders = nodes.map((node) => ({ ...node, features: node.features ?? { min: 1, max: level } }));
  const bad = refuseFounding(founders, level) ?? checkConfig(CLUSTER_KEYS, config);
  if (bad !== undefined) return bad;
  const members = nodes.map((node) => memberId({ node: node.id, replica: BOOTSTRAP_REPLICA }));
  const partition: CatalogPartition = {
    group: METADATA_GROUP,
    stream: undefined,
    partition: 0,
    initial: members,
    replicas: members,
    learners: [],
    move: undefined,
    recovery: undefined,
  };
  const last = must(nodes.at(-1), 'there is a first node');
  return accept({ kind: 'cluster-initialised', clusterId: command.clusterId }, [
    {
      kind: 'globals',
      globals: { clusterId: command.clusterId, nextNode: last.id + 1, featureLevel: level },
    },
    ...(Object.keys(config).length === 0
      ? []
      : [{ kind: 'put-config', scope: CLUSTER_SCOPE, config } as const]),
    ...founders.map((node) => ({ kind: 'put-node', node: newNode(node.id, node, revision) }) as const),
    { kind: 'put-partition', partition },
  ]);
}

function refuseFounding(
  founders: readonly { readonly id: NodeId; readonly features: FeatureRange }[],
  level: number,
): FlowError | undefined {
  if (level > FEATURES.max) {
    return new FlowError(
      'UNSUPPORTED',
      `feature level ${level} is not known; known are up to ${FEATURES.max}`,
      {
        hint: 'Found the cluster with nodes of one version.',
      },
    );
  }
  const other = founders.find(({ features }) => level < features.min || level > features.max);
  if (other === undefined) return undefined;
  return new FlowError('UNSUPPORTED', `node ${other.id} does not know feature level ${level}`, {
    hint: 'Found the cluster with nodes of one version.',
  });
}

export function registerNode(state: CatalogState, command: RegisterNode, revision: number): Decision {
  const known = state.nodeByUuid(command.uuid);
  if (known !== undefined) {
    if (known.state !== 'active') return goneForEver(known);
    const old = checkFeatures(state, command);
    if (old !== undefined) return old;
    const reply = { kind: 'node-registered', node: known.id, revision: known.registeredRevision } as const;
    return accept(reply, introduced(known, command));
  }
  const refusal = checkFeatures(state, command);
  if (refusal !== undefined) return refusal;
  const { uuid, token, timeMs } = command;
  const admission = admitNewcomer(state, { uuid, token, timeMs });
  if (admission instanceof FlowError) return admission;
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
    ...admission,
  ]);
}

export function updateNode(state: CatalogState, command: UpdateNode, revision: number): Decision {
  const known = state.node(command.node);
  if (known === undefined) return noNode(command.node);
  if (known.uuid !== command.uuid) {
    return new FlowError(
      'IDENTITY_MISMATCH',
      `node ${command.node} has another data directory than ${command.uuid}`,
      {
        hint: 'A node whose disk was wiped or copied joins as a new node.',
      },
    );
  }
  if (known.state !== 'active') return goneForEver(known);
  const refusal = checkFeatures(state, command);
  if (refusal !== undefined) return refusal;
  return accept({ kind: 'node-updated', node: known.id, revision }, introduced(known, command));
}

export function replaceNode(state: CatalogState, command: ReplaceNode, revision: number): Decision {
  const old = state.node(command.oldNode);
  if (old === undefined) return noNode(command.oldNode);
  const known = state.nodeByUuid(command.uuid);
  if (old.state === 'replaced' && known !== undefined && old.replacedBy === known.id)
    return accept({ kind: 'node-replaced', node: known.id, revision: known.registeredRevision });
  const admission =
    refuseSuccession(old, known) ?? checkFeatures(state, command) ?? admitSuccessor(state, command, old);
  if (admission instanceof FlowError) return admission;
  const id = known?.id ?? allocateNode(state);
  if (id instanceof FlowError) return id;
  const partitions: CatalogChange[] = [];
  const succession = { old: old.id, successor: id, revision, timeMs: command.timeMs };
  for (const { group } of state.wanted(old.id)) {
    const moved = replaceMembers(
      must(state.partition(group), 'a wanted replica has its partition'),
      succession,
    );
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
    ...admission,
  ]);
}

function refuseSuccession(old: CatalogNode, known: CatalogNode | undefined): FlowError | undefined {
  if (old.state === 'removed')
    return precondition(`node ${old.id} was removed`, 'Register as a node of its own.');
  if (old.state === 'replaced') {
    return precondition(
      `node ${old.id} was replaced by node ${old.replacedBy ?? 0} already`,
      'Register as a node of its own.',
    );
  }
  if (known?.id === old.id)
    return precondition(`node ${old.id} cannot replace itself`, 'Replace single replicas instead.');
  return known === undefined || known.state === 'active' ? undefined : goneForEver(known);
}

/** Whoever knows which directory was lost has had it. Anybody else at the place of a node is a newcomer. */
function admitSuccessor(
  state: CatalogState,
  command: ReplaceNode,
  old: CatalogNode,
): readonly CatalogChange[] | FlowError {
  const { uuid, token, timeMs, lostUuid } = command;
  return lostUuid === old.uuid ? [] : admitNewcomer(state, { uuid, token, timeMs });
}

interface Succession {
  readonly old: NodeId;
  readonly successor: NodeId;
  readonly revision: number;
  readonly timeMs: number;
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
  const begun = partition.move ?? replacementMove(who.timeMs);
  return {
    ...partition,
    replicas: partition.replicas.map((member) => (member === leaving ? arriving : member)),
    learners: asVoter ? learners : ascending([...learners, arriving]),
    move: {
      ...begun,
      releasing: ascending([...begun.releasing, leaving]),
      revision: who.revision,
      replacing: ascending([...without(begun.replacing, [leaving, arriving]), arriving]),
    },
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
  return {
    id,
    uuid,
    addresses,
    rack,
    state: 'active',
    registeredRevision: revision,
    replacedBy: undefined,
    mode: 'normal',
    modeRevision: 0,
    ...traitsOf(introduction),
  };
}

function traitsOf(
  introduction: NodeIntroduction,
): Pick<CatalogNode, 'version' | 'features' | 'capacityBytes'> {
  const { version = '', features = FEATURES_UNTOLD, capacityBytes = 0 } = introduction;
  return { version, features, capacityBytes };
}

/** The change that gives a known node what it says of itself now, if that is new. */
function introduced(known: CatalogNode, introduction: NodeIntroduction): readonly CatalogChange[] {
  const { addresses, rack } = introduction;
  // A capacity that is not told is not changed.
  const { version, features, capacityBytes } = traitsOf({
    capacityBytes: known.capacityBytes,
    ...introduction,
  });
  const same =
    known.rack === rack &&
    known.addresses.peer === addresses.peer &&
    known.addresses.grpc === addresses.grpc &&
    known.addresses.http === addresses.http &&
    known.version === version &&
    known.features.min === features.min &&
    known.features.max === features.max &&
    known.capacityBytes === capacityBytes;
  return same
    ? []
    : [{ kind: 'put-node', node: { ...known, addresses, rack, version, features, capacityBytes } }];
}

function metadataPartition(state: CatalogState): CatalogPartition {
  return must(state.partition(METADATA_GROUP), 'an initialised cluster has a metadata group');
}
