/**
 * Which member of a group is to read which partitions. Pure functions of members, streams and what the members have now; every replica
 * computes the same when it applies `assign`. A change of the outcome for equal input needs a new version of that command.
 *
 *   range         of each stream, every subscriber gets a run of neighbouring partitions
 *   round-robin   partitions go around the members, one by one
 *   sticky        as even as can be, and as little as possible moves; `cooperative` is another name of it here, since in these groups
 *                 only what moves is revoked, whoever chose the target
 */
import { must } from '@flowmesh/base';
import type { Assignor, TopologyStream } from './coordinator-types.ts';
import { comparePartitions, compareText, type PartitionKey, partitionKey } from './partition-key.ts';
import { assignSticky } from './sticky-assignor.ts';

export interface AssignableMember {
  /** Instance id of static members, else member id: what the order of members goes by, so that restarts do not move anything. */
  readonly order: string;
  readonly id: string;
  /** That it reads. */
  readonly streams: ReadonlySet<string>;
  /** What it has, or is to have, now. */
  readonly current: readonly PartitionKey[];
}

export interface AssignmentInput {
  readonly assignor: Assignor;
  /** Ascending by `order`. */
  readonly members: readonly AssignableMember[];
  /** Ascending by name. */
  readonly streams: readonly TopologyStream[];
}

export type Assignment = Map<string, PartitionKey[]>;

/** Partitions by member id, in the order of `comparePartitions`. Partitions that nobody subscribes to are in none. */
export function assign(input: AssignmentInput): Assignment {
  const assignment = byAssignor(input);
  for (const partitions of assignment.values()) partitions.sort(comparePartitions);
  return assignment;
}

function byAssignor(input: AssignmentInput): Assignment {
  switch (input.assignor) {
    case 'range':
      return assignRange(input);
    case 'round-robin':
      return assignRoundRobin(input);
    case 'sticky':
    case 'cooperative':
      return assignSticky(input);
  }
}

/** Ascending by `order`. */
export function orderMembers(members: readonly AssignableMember[]): readonly AssignableMember[] {
  return [...members].sort((a, b) => compareText(a.order, b.order) || compareText(a.id, b.id));
}

function nobody({ members }: AssignmentInput): Assignment {
  return new Map(members.map((member) => [member.id, []]));
}

function assignRange(input: AssignmentInput): Assignment {
  const assignment = nobody(input);
  for (const stream of input.streams) {
    const readers = input.members.filter((member) => member.streams.has(stream.name));
    let next = 0;
    for (const [i, reader] of readers.entries()) {
      const share = Math.floor(stream.partitions / readers.length);
      const count = share + (i < stream.partitions % readers.length ? 1 : 0);
      const list = must(assignment.get(reader.id), 'every member has a list');
      for (let end = next + count; next < end; next++) list.push(partitionKey(stream.name, next));
    }
  }
  return assignment;
}

function assignRoundRobin(input: AssignmentInput): Assignment {
  const assignment = nobody(input);
  const { members } = input;
  let turn = 0;
  for (const stream of input.streams) {
    if (!members.some((member) => member.streams.has(stream.name))) continue;
    for (let partition = 0; partition < stream.partitions; partition++) {
      while (members[turn % members.length]?.streams.has(stream.name) !== true) turn++;
      const reader = must(members[turn % members.length], 'there are members');
      must(assignment.get(reader.id), 'every member has a list').push(partitionKey(stream.name, partition));
      turn++;
    }
  }
  return assignment;
}
