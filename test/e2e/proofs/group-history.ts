/**
 * What the members of a classic consumer group wrote down of themselves, and the verdict over it.
 *
 * What the protocol allows: records are read at least once. A member that has not yet heard of the next generation may go on reading what was its own
 * in the last one, and what it read and could not commit is read again by whoever is assigned the partition next; that may be the same member in the
 * same generation, where it has joined again and nothing had changed. What is not allowed: a partition of two members within one generation, a
 * record read twice under one assignment, a commit that goes back, and reading again what was committed before.
 *
 * Generations, and assignments within them, order what is judged, not clocks: the coordinator takes commits of the present generation only.
 */
import { percentile } from './ledger.ts';

/** Times in milliseconds of the machine's monotonic clock, which all processes share. */
export type GroupEvent =
  | {
      readonly kind: 'joined';
      readonly atMs: number;
      /** When it began to join. */
      readonly startedMs: number;
      readonly member: string;
      readonly generation: number;
      /** Grows with each assignment that the member is given. */
      readonly assignment: number;
      readonly leader: string;
      readonly partitions: readonly number[];
    }
  | {
      readonly kind: 'read';
      readonly atMs: number;
      readonly member: string;
      readonly generation: number;
      readonly assignment: number;
      readonly partition: number;
      readonly first: number;
      readonly last: number;
    }
  | {
      readonly kind: 'committed';
      readonly atMs: number;
      readonly member: string;
      readonly generation: number;
      readonly assignment: number;
      readonly offsets: readonly (readonly [partition: number, offset: number])[];
    }
  | { readonly kind: 'left' | 'crashed'; readonly atMs: number; readonly member: string };

type Joined = Extract<GroupEvent, { kind: 'joined' }>;
type Read = Extract<GroupEvent, { kind: 'read' }>;
type Committed = Extract<GroupEvent, { kind: 'committed' }>;

export const GROUP_PROMISES = [
  'unread',
  'one partition given to two members of a generation',
  'two leaders of a generation',
  'a member went back to an earlier generation',
  'read what was not assigned',
  'read again under one assignment',
  'read again though committed before',
  'commits went back',
] as const;
type Promised = (typeof GROUP_PROMISES)[number];

export interface GroupVerdict {
  readonly broken: Readonly<Record<Promised, number>>;
  readonly examples: readonly string[];
  readonly members: number;
  readonly joins: number;
  readonly left: number;
  readonly crashed: number;
  readonly generations: number;
  /** From when the first member of a generation began to join until the last one had its partitions. */
  readonly rebalanceMs: readonly number[];
  readonly commits: number;
  readonly reads: number;
  /** Records that were read more than once. */
  readonly readAgain: number;
  /** Of these, read by the owner of an earlier generation after that of a later one had begun. */
  readonly late: number;
  /** How long after the later one's beginning, at most. */
  readonly lateMsMax: number;
}

const EXAMPLES_MAX = 20;

class Findings {
  readonly examples: string[] = [];
  readonly broken = Object.fromEntries(GROUP_PROMISES.map((one) => [one, 0])) as Record<Promised, number>;

  add(promise: Promised, example: string): void {
    this.broken[promise]++;
    if (this.examples.length < EXAMPLES_MAX) this.examples.push(`${promise}: ${example}`);
  }
}

/** `acknowledged`: the offsets of a partition that have to be read. `events` of one member are in the order in which they happened. */
export function judgeGroup(
  events: readonly GroupEvent[],
  acknowledged: ReadonlyMap<number, Iterable<number>>,
): GroupVerdict {
  const findings = new Findings();
  const joins = events.filter((event): event is Joined => event.kind === 'joined');
  const reads = events.filter((event): event is Read => event.kind === 'read');
  const commits = events.filter((event): event is Committed => event.kind === 'committed');
  judgeGenerations(joins, findings);
  judgeReaders(joins, reads, findings);
  judgeCommits(commits, findings);
  judgeBeginnings(reads, commits, findings);
  const rereads = judgeRereads(reads, findings);
  judgeUnread(reads, acknowledged, findings);
  return {
    broken: findings.broken,
    examples: findings.examples,
    members: new Set(joins.map(({ member }) => member)).size,
    joins: joins.length,
    left: events.filter(({ kind }) => kind === 'left').length,
    crashed: events.filter(({ kind }) => kind === 'crashed').length,
    generations: new Set(joins.map(({ generation }) => generation)).size,
    rebalanceMs: rebalances(joins),
    commits: commits.length,
    reads: reads.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    ...rereads,
  };
}

/** Median, 99th percentile and longest, in whole milliseconds. */
export function spread(samples: readonly number[]): readonly [p50: number, p99: number, max: number] {
  const at = (share: number): number => Math.round(percentile(samples, share));
  return [at(0.5), at(0.99), at(1)];
}

/** A member that joins again in a generation that goes on has not waited for a rebalance. */
function rebalances(joins: readonly Joined[]): readonly number[] {
  return [...grouped(joins, ({ generation }) => generation).values()].map((same) => {
    const first = [...grouped(same, ({ member }) => member).values()].flatMap((own) => own.slice(0, 1));
    const startedMs = Math.min(...first.map((one) => one.startedMs));
    return Math.max(...first.map(({ atMs }) => atMs)) - startedMs;
  });
}

function judgeGenerations(joins: readonly Joined[], findings: Findings): void {
  for (const [generation, same] of grouped(joins, (one) => one.generation)) {
    const leaders = new Set(same.map(({ leader }) => leader));
    if (leaders.size > 1)
      findings.add('two leaders of a generation', `${generation}: ${[...leaders].join(', ')}`);
    const owners = new Map<number, string>();
    for (const { member, partitions } of same) {
      for (const partition of partitions) {
        const owner = owners.get(partition);
        if (owner !== undefined && owner !== member)
          findings.add(
            'one partition given to two members of a generation',
            `${partition} in generation ${generation}: ${owner} and ${member}`,
          );
        owners.set(partition, member);
      }
    }
  }
  for (const [member, lives] of grouped(joins, (one) => one.member)) {
    for (const [i, { generation }] of lives.entries()) {
      const before = lives[i - 1]?.generation ?? generation;
      if (generation < before)
        findings.add(
          'a member went back to an earlier generation',
          `${member}: ${generation} after ${before}`,
        );
    }
  }
}

function judgeReaders(joins: readonly Joined[], reads: readonly Read[], findings: Findings): void {
  const given = new Set(
    joins.flatMap(({ member, generation, assignment, partitions }) =>
      partitions.map((partition) => `${member} ${generation} ${assignment} ${partition}`),
    ),
  );
  for (const { member, generation, assignment, partition, first } of reads) {
    if (!given.has(`${member} ${generation} ${assignment} ${partition}`))
      findings.add(
        'read what was not assigned',
        `partition ${partition} at ${first} by ${member} in generation ${generation}`,
      );
  }
}

function judgeCommits(commits: readonly Committed[], findings: Findings): void {
  const flat = commits.flatMap(({ offsets, ...of }) =>
    offsets.map(([partition, offset]) => ({ ...of, partition, offset })),
  );
  for (const [partition, same] of grouped(flat, (one) => one.partition)) {
    let highest = -1;
    for (const { offset, generation, member } of same.sort(byAssignment)) {
      if (offset < highest)
        findings.add(
          'commits went back',
          `partition ${partition}: ${offset} by ${member} in generation ${generation} after ${highest}`,
        );
      highest = Math.max(highest, offset);
    }
  }
}

/** What was committed is where later assignments begin. */
function judgeBeginnings(reads: readonly Read[], commits: readonly Committed[], findings: Findings): void {
  const committed = grouped(
    commits.flatMap(({ offsets, ...of }) =>
      offsets.map(([partition, offset]) => ({ ...of, partition, offset })),
    ),
    ({ partition }) => partition,
  );
  for (const [partition, same] of grouped(reads, (one) => one.partition)) {
    const marks = (committed.get(partition) ?? []).sort(byAssignment);
    let next = 0;
    let highest = 0;
    for (const read of same.sort(byAssignment)) {
      const { generation, first, member } = read;
      for (let mark = marks[next]; mark !== undefined && isEarlier(mark, read); mark = marks[++next])
        highest = Math.max(highest, mark.offset);
      if (first < highest)
        findings.add(
          'read again though committed before',
          `partition ${partition} at ${first} by ${member} in generation ${generation}; ${highest} was committed`,
        );
    }
  }
}

function judgeRereads(
  reads: readonly Read[],
  findings: Findings,
): Pick<GroupVerdict, 'readAgain' | 'late' | 'lateMsMax'> {
  let readAgain = 0;
  let late = 0;
  let lateMsMax = 0;
  for (const [partition, same] of grouped(reads, (one) => one.partition)) {
    const seen = new Set<number>();
    const ends = new Map<string, number>();
    const ordered = same.sort(byAssignment);
    for (const { generation, assignment, member, first, last } of ordered) {
      const under = `${generation} ${assignment} ${member}`;
      const end = ends.get(under) ?? -1;
      if (first <= end)
        findings.add(
          'read again under one assignment',
          `partition ${partition} at ${first} after ${end} by ${member} in generation ${generation}`,
        );
      ends.set(under, Math.max(end, last));
      for (let offset = first; offset <= last; offset++) {
        if (seen.has(offset)) readAgain++;
        seen.add(offset);
      }
    }
    let begunMs = Number.POSITIVE_INFINITY;
    let begun = Number.POSITIVE_INFINITY;
    for (const { generation, atMs, first, last } of ordered.toReversed()) {
      if (generation < begun && atMs > begunMs) {
        late += last - first + 1;
        lateMsMax = Math.max(lateMsMax, Math.round(atMs - begunMs));
      }
      if (atMs < begunMs) [begunMs, begun] = [atMs, generation];
    }
  }
  return { readAgain, late, lateMsMax };
}

function judgeUnread(
  reads: readonly Read[],
  acknowledged: ReadonlyMap<number, Iterable<number>>,
  findings: Findings,
): void {
  const byPartition = grouped(reads, (one) => one.partition);
  for (const [partition, offsets] of acknowledged) {
    const seen = new Set<number>();
    for (const { first, last } of byPartition.get(partition) ?? [])
      for (let offset = first; offset <= last; offset++) seen.add(offset);
    for (const offset of offsets)
      if (!seen.has(offset)) findings.add('unread', `partition ${partition} at ${offset}`);
  }
}

interface Ordered {
  readonly generation: number;
  readonly assignment: number;
  readonly atMs: number;
}

/** Of one partition, which has one owner a generation. */
function byAssignment(a: Ordered, b: Ordered): number {
  return a.generation - b.generation || a.assignment - b.assignment || a.atMs - b.atMs;
}

function isEarlier(a: Ordered, b: Ordered): boolean {
  return a.generation < b.generation || (a.generation === b.generation && a.assignment < b.assignment);
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
