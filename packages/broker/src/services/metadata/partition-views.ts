/** Partitions, and shards of the other kinds, as status, listings and health see them: placement from the catalog, joined with soft state. */
import { must, nodeOf } from '@flowmesh/base';
import type { GroupId, NodeId, Scheduler } from '@flowmesh/base';
import { minInsyncReplicas, qualifiedNameOf } from '@flowmesh/engines';
import type { CatalogMachine, CatalogPartition, CatalogStream } from '@flowmesh/engines';
import { partitionState } from '../partition-state.ts';
import type { PartitionState } from '../partition-state.ts';
import type { CatalogPort, GroupSummary, LeaderPort } from '../ports.ts';
import { Slices } from '../slices.ts';

export interface PartitionView {
  readonly stream: CatalogStream;
  /** Its qualified name. */
  readonly name: string;
  readonly partition: number;
  readonly group: GroupId;
  readonly placed: CatalogPartition;
  /** Wanted nodes, preferred leader first. */
  readonly replicas: readonly NodeId[];
  readonly leader: NodeId | undefined;
  readonly leaderEpoch: number;
  /** Undefined while its leader has not told. */
  readonly summary: GroupSummary | undefined;
  readonly minInsync: number;
  readonly state: PartitionState;
}

export interface ViewPorts {
  readonly machine: CatalogMachine;
  readonly leaders: LeaderPort;
}

export interface AllViewsPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly scheduler: Scheduler;
}

export function partitionViews({ machine, leaders }: ViewPorts, stream: CatalogStream): PartitionView[] {
  const minInsync = minInsyncReplicas(stream.config);
  const name = qualifiedNameOf(stream);
  const alive = (node: NodeId): boolean => leaders.alive(node);
  return stream.groups.map((group, partition) => {
    const placed = must(machine.partitionOfGroup(group), 'a stream has its partitions');
    const replicas = placed.replicas.map((member) => nodeOf(member));
    const releasing = (placed.move?.releasing ?? []).map((member) => nodeOf(member));
    const leader = leaders.leaderOf(group);
    const summary = leaders.summaryOf(group);
    const facts = { replicas, releasing, leader: leader?.node, inSync: summary?.inSync, minInsync, alive };
    return {
      stream,
      name,
      partition,
      group,
      placed,
      replicas,
      leader: leader?.node,
      leaderEpoch: leader?.term ?? 0,
      summary,
      minInsync,
      state: partitionState(facts),
    };
  });
}

/** Of all streams, queues, buckets and coordinators, by qualified name, one by one. Each is as it is at one moment; those that are deleted meanwhile are left out. */
export async function* allPartitionViews({
  catalog,
  leaders,
  scheduler,
}: AllViewsPorts): AsyncGenerator<readonly PartitionView[]> {
  const slices = new Slices(scheduler);
  for (const name of catalog.machine.streams().map(qualifiedNameOf)) {
    const { machine } = catalog;
    const stream = machine.streamByName(name);
    if (stream === undefined) continue;
    const views = partitionViews({ machine, leaders }, stream);
    yield views;
    const pause = slices.took(views.length);
    if (pause !== undefined) await pause;
  }
}

export function preferredElsewhere({ leader, replicas }: PartitionView): boolean {
  return leader !== undefined && leader !== replicas[0];
}
