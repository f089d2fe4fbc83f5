/**
 * The sticky assignment: everyone keeps what it has as far as that leaves the load even.
 *
 *   1. What a member has and still may have, it keeps.
 *   2. Partitions without an owner go to whoever has the fewest, those with the fewest possible readers first.
 *   3. While somebody has two more than another who could take one of them, one moves.
 *
 * Where all subscribe to the same streams, loads differ by one at most, and no assignment as even moves fewer partitions.
 */
import { must } from '@flowmesh/base';
import type { AssignableMember, Assignment, AssignmentInput } from './assignors.ts';
import { type PartitionKey, partitionKey, partitionOf } from './partition-key.ts';

interface Load {
  readonly member: AssignableMember;
  readonly partitions: PartitionKey[];
}

export function assignSticky(input: AssignmentInput): Assignment {
  const loads: readonly Load[] = input.members.map((member) => ({ member, partitions: [] }));
  const readers = new Map(
    input.streams.map((stream) => [
      stream.name,
      loads.filter((load) => load.member.streams.has(stream.name)),
    ]),
  );
  const owned = keep(input, loads);
  const streams = [...input.streams].sort(
    (a, b) => (readers.get(a.name)?.length ?? 0) - (readers.get(b.name)?.length ?? 0),
  );
  for (const stream of streams) {
    for (let partition = 0; partition < stream.partitions; partition++) {
      const key = partitionKey(stream.name, partition);
      if (!owned.has(key)) leastLoaded(readers.get(stream.name) ?? [])?.partitions.push(key);
    }
  }
  balance(loads, readers);
  return new Map(loads.map(({ member, partitions }) => [member.id, partitions]));
}

/** Gives everyone what it has, and returns all of it. */
function keep({ streams }: AssignmentInput, loads: readonly Load[]): ReadonlySet<PartitionKey> {
  const counts = new Map(streams.map((stream) => [stream.name, stream.partitions]));
  const owned = new Set<PartitionKey>();
  for (const { member, partitions } of loads) {
    for (const key of member.current) {
      const { stream, partition } = partitionOf(key);
      if (owned.has(key) || !member.streams.has(stream) || partition >= (counts.get(stream) ?? 0)) continue;
      owned.add(key);
      partitions.push(key);
    }
  }
  return owned;
}

/** The first of those with the fewest. */
function leastLoaded(loads: readonly Load[]): Load | undefined {
  let least: Load | undefined;
  for (const load of loads) {
    if (least === undefined || load.partitions.length < least.partitions.length) least = load;
  }
  return least;
}

/**
 * Every move takes one from a greater load to one that is at least two less, so the sum of squares falls and the loop ends. Whoever has
 * the most gives, one at a time: a member that gave more than it had to would get some back.
 */
function balance(loads: readonly Load[], readers: ReadonlyMap<string, readonly Load[]>): void {
  const stuck = new Set<Load>();
  for (;;) {
    const load = mostLoaded(loads, stuck);
    if (load === undefined) return;
    if (giveOne(load, readers)) stuck.clear();
    else stuck.add(load);
  }
}

function mostLoaded(loads: readonly Load[], except: ReadonlySet<Load>): Load | undefined {
  let most: Load | undefined;
  for (const load of loads) {
    if (except.has(load) || load.partitions.length < 2) continue;
    if (most === undefined || load.partitions.length > most.partitions.length) most = load;
  }
  return most;
}

function giveOne(load: Load, readers: ReadonlyMap<string, readonly Load[]>): boolean {
  let best: { readonly to: Load; readonly at: number } | undefined;
  const seen = new Set<string>();
  const { streams } = load.member;
  for (let at = load.partitions.length - 1; at >= 0 && seen.size < streams.size; at--) {
    const { stream } = partitionOf(must(load.partitions[at], 'the list is so long'));
    if (seen.has(stream)) continue;
    seen.add(stream);
    const to = leastLoaded(readers.get(stream) ?? []);
    if (to === undefined || to.partitions.length > load.partitions.length - 2) continue;
    if (best === undefined || to.partitions.length < best.to.partitions.length) best = { to, at };
  }
  if (best === undefined) return false;
  best.to.partitions.push(...load.partitions.splice(best.at, 1));
  return true;
}
