/**
 * Whether the cluster is whole: every machine has its place, every group has the members that the metadata want, none is left over, and
 * each has what is committed. Asked before the next disk may be lost, and at the end of every run. A machine whose node was removed has
 * no place either: it is told so and joins as a new node, which has to catch up first.
 */
import { type GroupId, type MemberId, METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { CatalogMachine, CatalogPartition } from '@flowmesh/engines';
import type { GroupReplica } from '../../../packages/broker/src/replica/replica.ts';
import { confText } from '../check/quorum.ts';
import type { Model } from '../check/model.ts';
import type { SimNode } from '../world/sim-node.ts';
import type { ClusterProcess } from './cluster-process.ts';

export interface WholeWorld {
  readonly model: Model;
  nodes(): readonly SimNode<ClusterProcess>[];
  processes(): readonly ClusterProcess[];
}

/** The replica that serves in the highest term. */
export function servingLeader(world: WholeWorld, group: GroupId): GroupReplica | undefined {
  let best: GroupReplica | undefined;
  for (const process of world.processes()) {
    const replica = process.replicas?.get(group);
    if (replica?.serving === true && (best === undefined || replica.term > best.term)) best = replica;
  }
  return best;
}

/** The metadata as their leader has them; undefined while there is none, or no cluster yet. */
export function leadingCatalog(world: WholeWorld): CatalogMachine | undefined {
  const machine = servingLeader(world, METADATA_GROUP)?.machine as unknown as CatalogMachine | undefined;
  return machine?.clusterId === undefined ? undefined : machine;
}

/** Why the cluster is not whole; undefined if it is. */
export function troubleOf(world: WholeWorld): string | undefined {
  const catalog = leadingCatalog(world);
  if (catalog === undefined) return 'the metadata group has no leader';
  for (const node of world.nodes()) {
    const trouble = nodeTrouble(node, catalog);
    if (trouble !== undefined) return `${node.name} ${trouble}`;
  }
  for (const partition of catalog.partitions()) {
    const trouble = partitionTrouble(world, partition) ?? leaderTrouble(world, partition, catalog);
    if (trouble !== undefined) return `group ${partition.group} ${trouble}`;
  }
  return leftOver(world, catalog);
}

function nodeTrouble(node: SimNode<ClusterProcess>, catalog: CatalogMachine): string | undefined {
  if (node.shadow) return 'runs on an old copy';
  const { process } = node;
  if (process?.control === undefined || process.node === undefined) return 'has no place in the cluster';
  const known = catalog.node(process.node);
  if (known?.state !== 'active') return `is node ${process.node}, which is ${known?.state ?? 'unknown'}`;
  const copy = process.replicas?.get(METADATA_GROUP)?.machine as unknown as CatalogMachine | undefined;
  return copy?.revision === catalog.revision ? undefined : 'has old metadata';
}

function partitionTrouble(world: WholeWorld, partition: CatalogPartition): string | undefined {
  const { group, replicas, learners, move } = partition;
  const leader = servingLeader(world, group);
  if (leader === undefined) return `has no serving leader; wanted are ${replicas.join(' ')}`;
  const { conf } = leader.status();
  if (move !== undefined) return `is moving to ${replicas.join(' ')} and has ${confText(conf)}`;
  const settled = conf.votersOutgoing.length === 0 && conf.learnersNext.length === 0;
  if (!settled || !sameMembers(conf.voters, replicas) || !sameMembers(conf.learners, learners))
    return `has ${confText(conf)}; wanted are ${replicas.join(' ')}`;
  const model = world.model.group(group);
  for (const member of [...replicas, ...learners]) {
    const replica = model.replicas.get(member);
    if (replica === undefined || replica.durable.last < model.lastCommitted)
      return `has member ${member} of node ${nodeOf(member)} behind`;
  }
  return undefined;
}

/** Nodes that drain or leave lead nothing that another one could lead. */
function leaderTrouble(
  world: WholeWorld,
  { group, replicas }: CatalogPartition,
  catalog: CatalogMachine,
): string | undefined {
  const modeOf = (member: MemberId) => catalog.node(nodeOf(member))?.mode;
  const leader = servingLeader(world, group)?.member;
  if (leader === undefined || modeOf(leader) === 'normal') return undefined;
  if (!replicas.some((member) => modeOf(member) === 'normal')) return undefined;
  return `is led by node ${nodeOf(leader)}, which is ${modeOf(leader)}`;
}

/** Replicas that nobody wants are deleted in the end. */
function leftOver(world: WholeWorld, catalog: CatalogMachine): string | undefined {
  for (const process of world.processes()) {
    for (const { group, member } of process.replicas?.all() ?? []) {
      const partition = catalog.partitionOfGroup(group);
      if (partition?.replicas.includes(member) === true || partition?.learners.includes(member) === true)
        continue;
      return `${process.name} still has member ${member} of group ${group}`;
    }
  }
  return undefined;
}

function sameMembers(a: readonly MemberId[], b: readonly MemberId[]): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}
