/**
 * Which replicas each node has to have, and which partitions are moving: kept up to date partition by partition, because a change of
 * a few among very many must not cost a pass over all. Lists are made when somebody asks, for the nodes that changed only.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { must, nodeOf } from '@flowmesh/base';
import type { CatalogPartition, WantedMember } from './catalog-types.ts';

interface NodeEntry {
  readonly groups: Map<GroupId, readonly WantedMember[]>;
  /** Ascending by group; undefined since the last change. */
  list: readonly WantedMember[] | undefined;
}

export class WantedIndex {
  private readonly nodes = new Map<NodeId, NodeEntry>();
  private readonly movingGroups = new Set<GroupId>();
  private movingList: readonly GroupId[] | undefined;

  /** `before` is what the index knows of the group; either may be undefined. */
  replace(before: CatalogPartition | undefined, after: CatalogPartition | undefined): void {
    if (before !== undefined) {
      for (const member of membersOf(before)) {
        const entry = must(this.nodes.get(nodeOf(member)), 'an indexed member has its node');
        entry.groups.delete(before.group);
        entry.list = undefined;
      }
      this.setMoving(before.group, false);
    }
    if (after !== undefined) {
      for (const wanted of wantedOf(after)) this.add(nodeOf(wanted.member), wanted);
      this.setMoving(after.group, after.move !== undefined);
    }
  }

  private add(node: NodeId, wanted: WantedMember): void {
    let entry = this.nodes.get(node);
    if (entry === undefined) {
      entry = { groups: new Map(), list: undefined };
      this.nodes.set(node, entry);
    }
    entry.groups.set(wanted.group, [...(entry.groups.get(wanted.group) ?? []), wanted]);
    entry.list = undefined;
  }

  private setMoving(group: GroupId, moving: boolean): void {
    if (this.movingGroups.has(group) === moving) return;
    if (moving) this.movingGroups.add(group);
    else this.movingGroups.delete(group);
    this.movingList = undefined;
  }

  /** Ascending by group. */
  of(node: NodeId): readonly WantedMember[] {
    const entry = this.nodes.get(node);
    if (entry === undefined) return [];
    entry.list ??= [...entry.groups.keys()]
      .sort((a, b) => a - b)
      .flatMap((group) => entry.groups.get(group) ?? []);
    return entry.list;
  }

  /** Ascending. */
  moving(): readonly GroupId[] {
    this.movingList ??= [...this.movingGroups].sort((a, b) => a - b);
    return this.movingList;
  }
}

function membersOf(partition: CatalogPartition): readonly MemberId[] {
  return [...partition.replicas, ...partition.learners, ...(partition.move?.releasing ?? [])];
}

function wantedOf(partition: CatalogPartition): readonly WantedMember[] {
  const releasing = partition.move?.releasing ?? [];
  return membersOf(partition).map((member) => ({
    group: partition.group,
    member,
    initial: partition.initial.includes(member) ? partition.initial : [],
    releasing: releasing.includes(member),
  }));
}
