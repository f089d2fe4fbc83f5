/**
 * Runs one seed: chaos, then healing, then the proof that nothing was lost and that the cluster is whole again.
 *
 *   chaos (safety) ─► healed ─► converged ─► new writes committed ─► equal replicas
 */
import type { GroupId } from '@flowmesh/base';
import type { StreamHistory } from './check/history.ts';
import type { Model } from './check/model.ts';
import { Violation } from './check/violation.ts';
import { readBack } from './check/read-back.ts';
import { ClusterWorld } from './cluster/cluster-world.ts';
import { engineTraffic } from './engines/engine-traffic.ts';
import { drawCoordination, drawWorkloads } from './engines/workloads.ts';
import type { VirtualTime } from './time/virtual-time.ts';
import { Trace } from './trace.ts';
import type { Faults } from './world/faults.ts';
import type { Profile, ProfileName } from './world/profile.ts';
import type { SimProcess } from './world/sim-process.ts';
import type { EndingClient } from './world/traffic.ts';
import { World } from './world/world.ts';

/**
 * `groups`: an operator drives the membership of some groups of streams. `cluster`: the metadata group does. `engines`: as groups, with queues,
 * buckets behind the services of the product; `coordination`: with consumer groups and transactions. `drawn`: the seed says which.
 */
export type WorldKind = 'groups' | 'cluster' | 'engines' | 'coordination' | 'drawn';

export interface SeedResult {
  readonly seed: number;
  readonly world: Exclude<WorldKind, 'drawn'>;
  readonly hash: string;
  readonly events: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly acknowledged: number;
  readonly reads: number;
  /** Groups seen written while the metadata had no majority. */
  readonly withoutMetadata: number;
  /** Set where something went wrong. */
  readonly failure:
    | { readonly invariant: string; readonly message: string; readonly atMs: number }
    | undefined;
  readonly trace: readonly string[];
}

const POLL_MS = 200;

/** A world as its end sees it. */
interface SeededWorld {
  readonly time: VirtualTime;
  readonly profile: Profile;
  readonly model: Model;
  readonly faults: Faults;
  readonly failure: unknown;
  readonly producers: readonly EndingClient[];
  /** Groups seen written while the metadata had no majority. */
  readonly withoutMetadata: number;
  readonly histories: ReadonlyMap<GroupId, StreamHistory>;
  processes(): readonly SimProcess[];
  /** Members of every group, as they should be. */
  members(): ReadonlyMap<GroupId, readonly number[]>;
  /** Nothing new is asked for from now on. */
  windDown(): void;
  /** What still has to come to rest; undefined where everything has. */
  unsettled(): string | undefined;
  /** Begins what has to be read at the end; absent: every log. */
  proofs?(): { readonly left: number };
  finalChecks(): void;
  run(untilMs: number): void;
  failed(error: unknown): void;
}

/** Every third seed is engines or, where it is even, coordination; of the others odd ones are groups, even ones clusters. */
function worldOf(kind: WorldKind, seed: number): Exclude<WorldKind, 'drawn'> {
  if (kind !== 'drawn') return kind;
  if (seed % 3 === 0) return seed % 2 === 1 ? 'engines' : 'coordination';
  return seed % 2 === 1 ? 'groups' : 'cluster';
}

function makeWorld(
  kind: Exclude<WorldKind, 'drawn'>,
  seed: number,
  profile: ProfileName,
  trace: Trace,
): SeededWorld {
  switch (kind) {
    case 'groups':
      return new World(seed, profile, trace);
    case 'cluster':
      return new ClusterWorld(seed, profile, trace);
    case 'engines':
      return new World(seed, profile, trace, (world) => engineTraffic(world, drawWorkloads));
    case 'coordination':
      return new World(seed, profile, trace, (world) => engineTraffic(world, drawCoordination));
  }
}

export interface SeedOptions {
  readonly seed: number;
  readonly world: WorldKind;
  readonly profile: ProfileName;
  readonly trace: boolean;
}

export function runSeed(options: SeedOptions): SeedResult {
  const { seed, profile } = options;
  const startedMs = performance.now();
  const trace = new Trace(options.trace);
  const kind = worldOf(options.world, seed);
  const world = makeWorld(kind, seed, profile, trace);
  const unhandled = (error: unknown): void => world.failed(error);
  process.on('unhandledRejection', unhandled);
  try {
    world.run(world.profile.chaosMs);
    if (world.failure === undefined) live(world);
  } finally {
    process.off('unhandledRejection', unhandled);
  }
  let acknowledged = 0;
  let reads = 0;
  for (const history of world.histories.values()) {
    acknowledged += history.acknowledged;
    reads += history.reads;
  }
  if (world.histories.size === 0) for (const client of world.producers) acknowledged += client.acknowledged;
  return {
    seed,
    world: kind,
    hash: trace.hash,
    events: world.time.events,
    virtualMs: world.time.now,
    wallMs: performance.now() - startedMs,
    acknowledged,
    reads,
    withoutMetadata: world.withoutMetadata,
    failure: world.failure === undefined ? undefined : describe(world.failure, world.time.now),
    trace: trace.lines,
  };
}

/** The liveness phase: a healed cluster must become whole, answer what was asked, and take new writes. */
function live(world: SeededWorld): void {
  world.faults.heal();
  world.windDown();
  const healed = world.time.now;
  const deadline = healed + world.profile.healMs;
  if (!until(world, deadline, () => world.unsettled() === undefined)) {
    stuck(world, `not whole ${world.profile.healMs} ms after healing: ${world.unsettled()}`);
    return;
  }
  for (const producer of world.producers) producer.closing = true;
  if (!until(world, deadline, () => world.producers.every((producer) => producer.idle))) {
    stuck(world, 'a producer never got its answer');
    return;
  }
  const before = world.producers.map((producer) => producer.acknowledged);
  for (const producer of world.producers) producer.poke();
  if (
    !until(world, deadline, () =>
      world.producers.every((producer, i) => producer.acknowledged > (before[i] ?? 0)),
    )
  ) {
    stuck(world, 'a new write is not committed');
    return;
  }
  if (!until(world, deadline, () => equalReplicas(world))) {
    stuck(world, 'replicas do not become equal');
    return;
  }
  const reading = world.proofs?.() ?? readBack(world);
  if (!until(world, deadline, () => reading.left === 0)) {
    stuck(world, 'what a replica holds cannot be read to its end');
    return;
  }
  // A machine that was let go may have come back meanwhile, as a new node that still has to hear of everything.
  if (!until(world, deadline, () => world.unsettled() === undefined)) {
    stuck(world, `not whole at the end: ${world.unsettled()}`);
    return;
  }
  if (world.failure === undefined) judge(world);
}

function judge(world: SeededWorld): void {
  try {
    world.finalChecks();
  } catch (error) {
    world.failed(error);
  }
}

function until(world: SeededWorld, deadlineMs: number, condition: () => boolean): boolean {
  while (world.failure === undefined) {
    if (condition()) return true;
    if (world.time.now >= deadlineMs) return false;
    world.run(world.time.now + POLL_MS);
  }
  return true;
}

function stuck(world: SeededWorld, message: string): void {
  if (world.failure === undefined) world.failed(new Violation('liveness', message));
}

/** Every member of every group has applied the same and is the same. */
function equalReplicas(world: SeededWorld): boolean {
  const groups = world.members();
  // Nobody can tell while the metadata have no leader.
  if (groups.size === 0) return false;
  for (const [group, members] of groups) {
    const digests = new Set<string>();
    let found = 0;
    for (const process of world.processes()) {
      const replica = process.replicas?.get(group);
      if (replica === undefined || !members.includes(replica.member)) continue;
      found++;
      if (replica.applied < lastCommitted(world, group)) return false;
      digests.add(`${replica.applied}/${replica.machine.digest()}`);
    }
    if (found !== members.length || digests.size !== 1) return false;
  }
  return true;
}

function lastCommitted(world: SeededWorld, group: GroupId): number {
  return world.model.group(group).lastCommitted;
}

function describe(failure: unknown, atMs: number): NonNullable<SeedResult['failure']> {
  if (failure instanceof Violation) return { invariant: failure.invariant, message: failure.message, atMs };
  const message = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return { invariant: 'exception', message, atMs };
}
