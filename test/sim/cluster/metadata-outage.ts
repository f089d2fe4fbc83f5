/**
 * A majority of the metadata's voters stands still for some seconds. Changes have to wait or are refused; data do not notice: what has its
 * own majority all along goes on being written.
 *
 *   whole ─► voters stopped ─► looked at every LOOK_MS ─► voters back
 *                                   └─ groups that had a leader with a majority at every look: something was acknowledged, or the invariant is broken
 */
import { type GroupId, METADATA_GROUP, type MemberId, nodeOf, type Random } from '@flowmesh/base';
import { quorumHas } from '../check/quorum.ts';
import { violated } from '../check/violation.ts';
import type { SimNetwork } from '../network/sim-network.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Producer } from '../world/client.ts';
import type { SimNode } from '../world/sim-node.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { leadingCatalog, servingLeader, type WholeWorld } from './wholeness.ts';

type Machine = SimNode<ClusterProcess>;

export interface OutageWorld extends WholeWorld {
  readonly time: VirtualTime;
  readonly network: SimNetwork;
  producerOf(group: GroupId): Producer | undefined;
  note(who: string, what: string): void;
  failed(error: unknown): void;
}

/** What an outage shows. */
export interface OutageCounts {
  outages: number;
  /** Groups that were written although the metadata had no majority. */
  writtenMeanwhile: number;
}

const LOOK_MS = 100;
/** Clients are told of the leader this often until something is acknowledged: requests are lost, and asked again only after a while. */
const REROUTE_MS = 500;
/** Clients have to reach the leader. */
const SETTLED_MS = 2_500;
const OUTAGE_MS_MIN = 2_000;
const OUTAGE_MS_SPAN = 4_000;

interface Watched {
  readonly group: GroupId;
  acknowledged: number;
  sinceMs: number;
  reroutedMs: number;
}

/** Begins an outage; returns how long it lasts, undefined where there is nothing to stop. */
export function beginOutage(world: OutageWorld, random: Random, counts: OutageCounts): number | undefined {
  const catalog = leadingCatalog(world);
  const voters = catalog?.partitionOfGroup(METADATA_GROUP)?.replicas ?? [];
  if (catalog === undefined || voters.length === 0) return undefined;
  const stopped = drawMajority(world, random, voters);
  if (stopped === undefined) return undefined;
  const forMs = OUTAGE_MS_MIN + random.unit() * OUTAGE_MS_SPAN;
  const how = random.unit() < 0.5 ? 'paused' : 'crashed';
  counts.outages++;
  world.note('world', `metadata outage: ${stopped.map(({ name }) => name).join(' ')} ${how}`);
  for (const machine of stopped) {
    if (how === 'paused') machine.pause(forMs);
    else {
      machine.crash(random.unit() < 0.5 ? 'power' : 'kill');
      machine.restartAfter(forMs);
    }
  }
  const watched = [...catalog.partitions()]
    .filter(({ group }) => world.producerOf(group) !== undefined)
    .map(({ group }) => unwatched(group));
  look(world, { stopped, watched, counts, endMs: world.time.now + forMs - LOOK_MS });
  return forMs;
}

function drawMajority(world: WholeWorld, random: Random, voters: readonly MemberId[]): Machine[] | undefined {
  const left = [...voters];
  const stopped: Machine[] = [];
  while (2 * stopped.length <= voters.length) {
    const [voter] = left.splice(random.below(left.length), 1);
    if (voter === undefined) return undefined;
    const machine = world.nodes().find(({ process }) => process?.node === nodeOf(voter));
    if (machine === undefined) return undefined;
    stopped.push(machine);
  }
  return stopped;
}

function unwatched(group: GroupId): Watched {
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
  return { group, acknowledged: 0, sinceMs: POSITIVE_INFINITY, reroutedMs: NEGATIVE_INFINITY };
}

interface Outage {
  readonly stopped: readonly Machine[];
  readonly watched: readonly Watched[];
  readonly counts: OutageCounts;
  readonly endMs: number;
}

function look(world: OutageWorld, outage: Outage): void {
  const { now } = world.time;
  for (const each of outage.watched) {
    const producer = world.producerOf(each.group);
    const leader = leaderWithMajority(world, each.group, outage.stopped);
    if (producer === undefined || leader === undefined) {
      each.sinceMs = Number.POSITIVE_INFINITY;
      continue;
    }
    if (each.sinceMs === Number.POSITIVE_INFINITY) {
      each.sinceMs = now;
      each.acknowledged = producer.acknowledged;
      each.reroutedMs = Number.NEGATIVE_INFINITY;
    }
    if (producer.acknowledged === each.acknowledged && now - each.reroutedMs >= REROUTE_MS) {
      each.reroutedMs = now;
      producer.reroute(leader);
    }
  }
  if (now < outage.endMs) {
    world.time.after(LOOK_MS, undefined, 'outage', () => look(world, outage));
    return;
  }
  try {
    for (const each of outage.watched) judge(world, each, outage.counts);
  } catch (error) {
    world.failed(error);
  }
}

function judge(world: OutageWorld, { group, sinceMs, acknowledged }: Watched, counts: OutageCounts): void {
  const forMs = world.time.now - sinceMs;
  if (forMs < SETTLED_MS) return;
  if (world.producerOf(group)?.acknowledged === acknowledged)
    violated(
      'data-without-metadata',
      `group ${group} had its majority for ${Math.round(forMs)} ms while the metadata had none, and acknowledged nothing`,
    );
  counts.writtenMeanwhile++;
}

/** The leader where enough of its voters run, reach each other and can write. */
function leaderWithMajority(
  world: OutageWorld,
  group: GroupId,
  stopped: readonly Machine[],
): ClusterProcess | undefined {
  const running = world
    .nodes()
    .filter((machine) => !stopped.includes(machine) && isAble(machine, world.time.now));
  const replica = servingLeader(world, group);
  if (replica === undefined) return undefined;
  const leader = running.find(({ process }) => process?.node === nodeOf(replica.member));
  const majority = quorumHas(replica.status().conf, (member) => {
    const machine = running.find(({ process }) => process?.node === nodeOf(member));
    if (machine?.process?.replicas?.get(group)?.member !== member) return false;
    return running.every((other) => other === machine || bothWays(world.network, machine, other));
  });
  return majority ? leader?.process : undefined;
}

function isAble({ process, disk }: Machine, now: number): boolean {
  if (process?.control === undefined || process.pausedUntil > now) return false;
  return !disk.full && !disk.broken && disk.slowness === 1;
}

function bothWays(network: SimNetwork, a: Machine, b: Machine): boolean {
  return network.connected(a.place, b.place) && network.connected(b.place, a.place);
}
