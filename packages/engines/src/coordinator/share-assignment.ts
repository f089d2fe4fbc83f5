/**
 * The assignment of share groups, and what else they are refused. A partition may be with several members, for what keeps a record with one
 * member at a time lies in the partition; so an assignment is in force at once, and nobody has to give anything up before others get it.
 *
 *   per stream: as many pairs of a member and a partition as the larger side has, spread evenly over the smaller one
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { AssignGroup, CoordinatorReply } from './coordinator-command.ts';
import { SHARED_STREAMS_MAX } from './coordinator-limits.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import type { ShareMember, TopologyStream } from './coordinator-types.ts';
import { comparePartitions, type PartitionKey, partitionKey, partitionOf } from './partition-key.ts';
import { sameTopology } from './topology.ts';

/** Whoever is no member of a share group is refused what only consumer groups have. */
export function refuseShare(group: Group | undefined): FlowError | undefined {
  if (group?.head.protocol !== 'share') return undefined;
  const { id } = group.head;
  return new FlowError('PRECONDITION_FAILED', `group ${id} is a share group`, {
    hint: 'It has no committed offsets; its members acknowledge records. Use another group.',
    details: { group: id, protocol: 'share' },
  });
}

/** After a change of members, subscriptions or streams. Every member is told the epoch of the assignment, changed or not. */
export function assignShare(
  state: CoordinatorState,
  group: Group,
  command: AssignGroup,
  writer: StateWriter,
): CoordinatorReply {
  const { head } = group;
  const streams = command.revision >= head.topologyRevision ? command.streams : head.topology;
  const changed = !sameTopology(streams, head.topology);
  if (!changed && head.assignedEpoch === head.epoch) return { kind: 'changed' };
  const epoch = changed ? head.epoch + 1 : head.epoch;
  const members = group.orderedShare();
  const assignment = spread(members, streams);
  let moved = false;
  for (const member of members) {
    const assigned = assignment.get(member.id) ?? [];
    moved ||= assigned.join(' ') !== member.assigned.join(' ');
    state.putShareMember(group, { ...member, epoch, assigned }, writer);
  }
  state.putHead(
    {
      ...head,
      epoch,
      assignedEpoch: epoch,
      topology: streams,
      topologyRevision: Math.max(command.revision, head.topologyRevision),
      rebalances: head.rebalances + (moved ? 1 : 0),
      shared: sharedBy(head.shared ?? [], streams),
    },
    writer,
  );
  return { kind: 'changed' };
}

/** The streams that the group knows something of, ascending by name; of one name the latest. */
function sharedBy(
  before: readonly TopologyStream[],
  now: readonly TopologyStream[],
): readonly TopologyStream[] {
  const byName = new Map([...before, ...now].map((stream) => [stream.name, stream]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, SHARED_STREAMS_MAX);
}

function spread(
  members: readonly ShareMember[],
  streams: readonly TopologyStream[],
): ReadonlyMap<string, readonly PartitionKey[]> {
  const assigned = new Map<string, PartitionKey[]>(members.map(({ id }) => [id, []]));
  for (const { name, partitions } of streams) {
    const readers = members.filter((member) => member.streams.includes(name));
    const numbers = Array.from({ length: partitions }, (_, i) => String(i));
    const had = readers.map((member): [string, readonly string[]] => [member.id, partitionsOf(member, name)]);
    const crowded = readers.length >= partitions;
    const pairs = crowded
      ? pairUp(had, numbers)
      : pairUp(
          turned(numbers, had),
          readers.map(({ id }) => id),
        ).map(([number, id]) => [id, number] as const);
    for (const [id, number] of pairs) assigned.get(id)?.push(partitionKey(name, Number(number)));
  }
  for (const keys of assigned.values()) keys.sort(comparePartitions);
  return assigned;
}

function partitionsOf({ assigned }: ShareMember, stream: string): readonly string[] {
  return assigned
    .map((key) => partitionOf(key))
    .filter((one) => one.stream === stream)
    .map(({ partition }) => String(partition));
}

/** By partition who had it. */
function turned(
  numbers: readonly string[],
  had: readonly (readonly [id: string, numbers: readonly string[]])[],
): readonly (readonly [number: string, ids: readonly string[]])[] {
  return numbers.map((number) => [number, had.filter(([, all]) => all.includes(number)).map(([id]) => id)]);
}

/** Each of `many` gets one of `few`, what it had before where that leaves them even, so that nothing moves without need. */
function pairUp(
  many: readonly (readonly [item: string, before: readonly string[]])[],
  few: readonly string[],
): readonly (readonly [item: string, bin: string])[] {
  if (few.length === 0) return [];
  const loads = new Map(few.map((bin) => [bin, 0]));
  const least = Math.floor(many.length / few.length);
  /** Bins that may have one more than the others. */
  let extra = many.length % few.length;
  const take = (bin: string): boolean => {
    const load = loads.get(bin);
    if (load === undefined || load > least || (load === least && extra === 0)) return false;
    if (load === least) extra--;
    loads.set(bin, load + 1);
    return true;
  };
  const pairs: [string, string][] = [];
  const free: string[] = [];
  for (const [item, before] of many) {
    const kept = before.find(take);
    if (kept === undefined) free.push(item);
    else pairs.push([item, kept]);
  }
  for (const item of free) {
    const bin = few.reduce((a, b) => ((loads.get(b) ?? 0) < (loads.get(a) ?? 0) ? b : a));
    take(bin);
    pairs.push([item, bin]);
  }
  return pairs;
}
