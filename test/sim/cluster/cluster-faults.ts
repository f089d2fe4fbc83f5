/**
 * Troubles that only a whole cluster knows, beside those of `Faults`: at random moments, drawn from the seed, one at a time. While one is
 * under way the usual faults hold still where its check needs them to.
 */
import type { Random } from '@flowmesh/base';
import type { ClusterProfile } from './cluster-profile.ts';
import { beginOutage, type OutageCounts, type OutageWorld } from './metadata-outage.ts';

export interface TroubledWorld extends OutageWorld {
  readonly cluster: ClusterProfile;
  /** No other faults for so long. */
  holdFaults(forMs: number): void;
  /** Why the cluster is not whole; undefined if it is. */
  trouble(): string | undefined;
}

/** After an outage others wait until its end has been looked at. */
const PAUSE_MS = 50;

export class ClusterFaults {
  readonly counts: OutageCounts = { outages: 0, writtenMeanwhile: 0 };
  private readonly world: TroubledWorld;
  private readonly random: Random;
  private stopped = false;

  constructor(world: TroubledWorld, random: Random) {
    this.world = world;
    this.random = random;
    if (world.cluster.outageEveryMs !== undefined) this.planOutage(world.cluster.outageEveryMs);
  }

  /** Nothing new. What is under way ends by itself. */
  stop(): void {
    this.stopped = true;
  }

  private planOutage(everyMs: number): void {
    const delayMs = everyMs * (0.5 + this.random.unit());
    this.world.time.after(delayMs, undefined, 'outage', () => {
      if (this.stopped) return;
      this.outage();
      this.planOutage(everyMs);
    });
  }

  private outage(): void {
    const forMs = beginOutage(this.world, this.random, this.counts);
    if (forMs !== undefined) this.world.holdFaults(forMs + PAUSE_MS);
  }
}
