/**
 * A cluster that begins with an older build and is upgraded machine by machine, each by a restart, while everything else goes on. Builds
 * differ in what they say that they know; a level in force that some node does not know is a fault of whoever let it come into force.
 *
 *   all founders have the older build ─► one after the other is started with the newer one ─► the operator finalises its level
 */
import type { Random } from '@flowmesh/base';
import { type FeatureRange, FEATURES } from '@flowmesh/engines';
import type { Place } from '../network/sim-network.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { SimNode } from '../world/sim-node.ts';

export interface UpgradedWorld {
  readonly time: VirtualTime;
  nodes(): readonly SimNode[];
  /** Machines that found a cluster together have the same build. */
  founded(): boolean;
  note(who: string, what: string): void;
}

export class Upgrades {
  private readonly world: UpgradedWorld;
  private readonly random: Random;
  private readonly olderBuild: FeatureRange;
  /** Machines with the older build. */
  private readonly older = new Set<Place>();

  constructor(world: UpgradedWorld, random: Random) {
    this.world = world;
    this.random = random;
    this.olderBuild = { min: FEATURES.min, max: FEATURES.min + random.below(FEATURES.max - FEATURES.min) };
  }

  get left(): number {
    return this.older.size;
  }

  buildOf(place: Place): FeatureRange {
    return this.older.has(place) ? this.olderBuild : FEATURES;
  }

  /** The machine has the older build at first. */
  begin(place: Place): void {
    this.older.add(place);
  }

  start(everyMs: number): void {
    this.world.time.after(everyMs * (0.5 + this.random.unit()), undefined, 'upgrade', () => {
      const machines = this.world.nodes().filter(({ place }) => this.older.has(place));
      const machine = machines[this.random.below(Math.max(1, machines.length))];
      if (machine === undefined) return;
      if (this.world.founded()) this.upgrade(machine);
      this.start(everyMs);
    });
  }

  /** Whoever still has the older build gets the newer one. */
  finish(): void {
    for (const machine of this.world.nodes()) if (this.older.has(machine.place)) this.upgrade(machine);
  }

  private upgrade(machine: SimNode): void {
    this.older.delete(machine.place);
    this.world.note(machine.name, 'upgraded');
    if (machine.up) machine.crash('kill');
    machine.restartAfter(50 + this.random.unit() * 500);
  }
}
