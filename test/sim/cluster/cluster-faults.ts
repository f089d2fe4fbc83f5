/**
 * Troubles that only a whole cluster knows, beside those of `Faults`: at random moments, drawn from the seed, one at a time. While one is
 * under way the usual faults hold still where its check needs them to.
 */
import type { Random } from '@flowmesh/base';
import type { ClusterProfile } from './cluster-profile.ts';
import { type CopiedWorld, Copies } from './copies.ts';
import { beginOutage, type OutageCounts, type OutageWorld } from './metadata-outage.ts';

export interface TroubledWorld extends OutageWorld, CopiedWorld {
  readonly cluster: ClusterProfile;
  /** Takes the place of a loss of data; false while another one is being repaired. */
  mayLose(): boolean;
  /** It was taken: others wait until the cluster is whole. */
  repairing(): void;
  /** No other faults for so long. */
  holdFaults(forMs: number): void;
  /** Why the cluster is not whole; undefined if it is. */
  trouble(): string | undefined;
}

/** After an outage others wait until its end has been looked at. */
const PAUSE_MS = 50;

export class ClusterFaults {
  readonly counts: OutageCounts = { outages: 0, writtenMeanwhile: 0 };
  readonly copies: Copies;
  private readonly world: TroubledWorld;
  private readonly random: Random;
  private stopped = false;

  constructor(world: TroubledWorld, random: Random) {
    this.world = world;
    this.random = random;
    this.copies = new Copies(world, random);
    const { outageEveryMs, restoreEveryMs, cloneEveryMs } = world.cluster;
    if (outageEveryMs !== undefined) this.plan('outage', outageEveryMs, () => this.outage());
    if (cloneEveryMs !== undefined) this.plan('clone', cloneEveryMs, () => this.copies.clone());
    if (restoreEveryMs !== undefined) this.plan('restore', restoreEveryMs, () => this.restore());
  }

  /** Nothing new. What is under way ends by itself. */
  stop(): void {
    this.stopped = true;
    this.copies.stop();
  }

  private plan(label: string, everyMs: number, strike: () => void): void {
    const delayMs = everyMs * (0.5 + this.random.unit());
    this.world.time.after(delayMs, undefined, label, () => {
      if (this.stopped) return;
      strike();
      this.plan(label, everyMs, strike);
    });
  }

  private restore(): void {
    if (this.world.mayLose() && this.copies.restore()) this.world.repairing();
  }

  private outage(): void {
    const forMs = beginOutage(this.world, this.random, this.counts);
    if (forMs !== undefined) this.world.holdFaults(forMs + PAUSE_MS);
  }
}
