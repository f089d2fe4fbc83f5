/**
 * Trouble, drawn from the seed: one fault after the other at random moments, each with its own end. What loses data for good (a
 * wiped disk, a damaged write-ahead log, an old copy put back, a flipped bit) waits until the cluster is whole, because no
 * system keeps what a majority has lost.
 */
import type { Random } from '@flowmesh/base';
import { CALM, type SimNetwork } from '../network/sim-network.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { FAULTS, type Fault, type Profile } from './profile.ts';
import type { SimNode } from './sim-node.ts';

export interface FaultWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  readonly network: SimNetwork;
  /** Nodes that have not been given up. */
  nodes(): readonly SimNode[];
  /** One that leads some group. */
  aLeader(): SimNode | undefined;
  /** Why the cluster is not whole; undefined if it is. */
  trouble(): string | undefined;
  /** The disk of a stopped machine is lost: an empty one comes in its place. */
  wipe(node: SimNode): void;
  /** Hands the leadership of some group to some node. */
  transfer(): void;
  /** Asks for other members of some group, if `allowed`; `rebuilding`: a replica is given up at once. */
  move(allowed: () => boolean): 'moving' | 'rebuilding' | 'none';
  /** Lets go of the head of some log. */
  trim(): void;
  note(who: string, what: string): void;
}

/** How long an election is waited for after its leader was killed, how often it is looked for, and what its votes may take. */
const ELECTION_MS_MAX = 3_000;
const ELECTION_LOOK_MS = 8;
const VOTE_MS_MAX = 60;

export class Faults {
  private readonly world: FaultWorld;
  private readonly random: Random;
  private stopped = false;
  private heldUntilMs = 0;
  /** A node whose loss is being repaired. */
  private repairing = false;

  constructor(world: FaultWorld) {
    this.world = world;
    this.random = world.random;
    world.network.weather = { ...world.profile.weather };
    this.plan();
  }

  get ended(): boolean {
    return this.stopped;
  }

  get mayLose(): boolean {
    return !this.repairing;
  }

  /** A disk was lost otherwise: no other one until the cluster is whole. */
  repair(): void {
    this.repairing = true;
    this.watchRepair();
  }

  /** No new faults for so long, and a calm network. */
  hold(forMs: number): void {
    const { time, network, profile } = this.world;
    this.heldUntilMs = time.now + forMs;
    network.weather = { ...CALM };
    network.heal();
    time.after(forMs, undefined, 'calm', () => {
      if (!this.stopped) network.weather = { ...profile.weather };
    });
  }

  /** Ends all faults; nodes that are down come back. */
  heal(): void {
    const { world } = this;
    this.stopped = true;
    world.network.weather = { ...CALM };
    world.network.heal();
    for (const node of world.nodes()) {
      node.disk.full = false;
      node.disk.broken = false;
      node.disk.slowness = 1;
      node.resume();
      if (!node.up) node.restartAfter(this.random.unit() * 200);
    }
    world.note('world', 'healed');
  }

  private plan(): void {
    const { time, profile } = this.world;
    const delay = -Math.log(1 - this.random.unit()) * profile.faultEveryMs;
    time.after(delay, undefined, 'fault', () => {
      if (this.stopped) return;
      const fault = this.world.time.now < this.heldUntilMs ? undefined : this.draw();
      if (fault !== undefined) this.strike(fault);
      this.plan();
    });
  }

  private draw(): Fault | undefined {
    const weights = this.world.profile.faults;
    let total = 0;
    for (const fault of FAULTS) total += weights[fault];
    let at = this.random.unit() * total;
    for (const fault of FAULTS) {
      at -= weights[fault];
      if (at < 0) return fault;
    }
    return undefined;
  }

  private strike(fault: Fault): void {
    const node = this.pick(this.world.nodes());
    if (node === undefined) return;
    switch (fault) {
      case 'crash':
        this.crash(node);
        return;
      case 'crash-all':
        for (const each of this.world.nodes()) if (this.random.unit() < 0.8) this.crash(each);
        return;
      case 'kill-leader':
        this.crash(this.world.aLeader() ?? node);
        return;
      case 'kill-candidate':
        this.crash(this.world.aLeader() ?? node);
        this.watchElection(this.world.time.now + ELECTION_MS_MAX);
        return;
      case 'pause':
        node.pause(this.span(50, 6_000));
        return;
      case 'split':
        this.split();
        return;
      case 'isolate':
        this.isolate(this.random.unit() < 0.6 ? (this.world.aLeader() ?? node) : node);
        return;
      case 'one-way':
        this.oneWay(node);
        return;
      case 'clog':
        this.clog(node);
        return;
      case 'weather':
        this.storm();
        return;
      case 'slow-disk':
      case 'disk-full':
      case 'disk-broken':
        this.disk(node, fault);
        return;
      case 'wall-jump':
        node.clock.jump((this.random.unit() - 0.5) * 20_000);
        this.world.note(node.name, 'wall clock jumps');
        return;
      case 'amnesia':
      case 'rollback':
      case 'wipe':
      case 'bit-flip':
        this.loseData(node, fault);
        return;
      case 'transfer':
        this.world.transfer();
        return;
      case 'move':
        this.move();
        return;
      case 'trim':
        this.world.trim();
    }
  }

  private crash(node: SimNode): void {
    if (!node.up) return;
    node.crash(this.random.unit() < 0.6 ? 'power' : 'kill');
    node.restartAfter(this.random.unit() < 0.5 ? this.span(10, 300) : this.span(200, 6_000));
  }

  /** Whoever stands for election dies in the midst of it, and stays away; who may have voted for it is back at once. */
  private watchElection(untilMs: number): void {
    const { time } = this.world;
    time.after(this.span(1, ELECTION_LOOK_MS), undefined, 'election', () => {
      if (this.stopped || time.now >= untilMs || time.now < this.heldUntilMs) return;
      const candidate = this.world.nodes().find(standsForElection);
      if (candidate === undefined) this.watchElection(untilMs);
      else time.after(this.span(0, VOTE_MS_MAX), undefined, 'election', () => this.breakElection(candidate));
    });
  }

  private breakElection(candidate: SimNode): void {
    if (this.stopped) return;
    for (const node of this.world.nodes()) {
      if (!node.up) continue;
      node.crash('kill');
      node.restartAfter(node === candidate ? this.span(2_000, 6_000) : this.span(1, 50));
    }
  }

  private split(): void {
    const { network } = this.world;
    const nodes = this.world.nodes();
    const left = nodes.filter(() => this.random.unit() < 0.5);
    const right = nodes.filter((node) => !left.includes(node));
    for (const a of left) {
      for (const b of right) {
        network.cut(a.place, b.place);
        network.cut(b.place, a.place);
      }
    }
    this.world.note('network', `split ${names(left)} | ${names(right)}`);
    this.mendLater(left, right);
  }

  private isolate(node: SimNode): void {
    const others = this.world.nodes().filter((other) => other !== node);
    for (const other of others) {
      this.world.network.cut(node.place, other.place);
      this.world.network.cut(other.place, node.place);
    }
    this.world.note('network', `isolated ${node.name}`);
    this.mendLater([node], others);
  }

  private oneWay(node: SimNode): void {
    const others = this.world.nodes().filter((other) => other !== node && this.random.unit() < 0.7);
    const inward = this.random.unit() < 0.5;
    for (const other of others) {
      if (inward) this.world.network.cut(other.place, node.place);
      else this.world.network.cut(node.place, other.place);
    }
    this.world.note('network', `${node.name} ${inward ? 'hears' : 'reaches'} nobody of ${names(others)}`);
    this.mendLater([node], others);
  }

  private mendLater(left: readonly SimNode[], right: readonly SimNode[]): void {
    this.world.time.after(this.span(200, 8_000), undefined, 'mend', () => {
      for (const a of left) for (const b of right) this.world.network.mend(a.place, b.place);
      this.world.note('network', `mended ${names(left)} | ${names(right)}`);
    });
  }

  private clog(node: SimNode): void {
    const other = this.pick(this.world.nodes());
    if (other === undefined || other === node) return;
    this.world.network.clog(node.place, other.place, this.span(50, 3_000));
    this.world.note('network', `clogged ${node.name} → ${other.name}`);
  }

  private storm(): void {
    const { network, profile, time } = this.world;
    network.weather = {
      loss: this.random.unit() * 0.4,
      duplication: this.random.unit() * 0.2,
      delayShare: this.random.unit() * 0.5,
      delayMsMax: this.span(10, 1_500),
    };
    this.world.note('network', 'storm');
    time.after(this.span(300, 4_000), undefined, 'calm', () => {
      if (!this.stopped) network.weather = { ...profile.weather };
    });
  }

  private disk(node: SimNode, fault: 'slow-disk' | 'disk-full' | 'disk-broken'): void {
    const { disk } = node;
    const set = (on: boolean): void => {
      if (fault === 'slow-disk')
        disk.slowness = on ? this.span(5, this.random.unit() < 0.3 ? 2_000 : 300) : 1;
      else if (fault === 'disk-full') disk.full = on;
      else disk.broken = on;
    };
    set(true);
    this.world.note(node.name, fault);
    this.world.time.after(this.span(100, 4_000), undefined, fault, () => {
      if (!this.stopped) set(false);
    });
  }

  private loseData(node: SimNode, fault: 'amnesia' | 'rollback' | 'wipe' | 'bit-flip'): void {
    if (this.repairing || this.world.trouble() !== undefined) return;
    this.repairing = true;
    this.world.note(node.name, fault);
    if (fault === 'bit-flip') node.flipBits();
    else {
      node.crash('kill');
      const lost = fault === 'wipe' || node.loseData(fault, this.span(0, 400));
      if (fault === 'wipe') this.world.wipe(node);
      else if (lost) node.restartAfter(this.span(10, 2_000));
      else node.restartAfter(0);
    }
    this.watchRepair();
  }

  private watchRepair(): void {
    this.world.time.after(500, undefined, 'repair', () => {
      if (this.world.trouble() === undefined && this.world.nodes().every((node) => node.sound))
        this.repairing = false;
      else this.watchRepair();
    });
  }

  private move(): void {
    if (this.world.move(() => !this.repairing && this.world.trouble() === undefined) !== 'rebuilding') return;
    this.repairing = true;
    this.watchRepair();
  }

  private pick<T>(choices: readonly T[]): T | undefined {
    return choices.length === 0 ? undefined : choices[this.random.below(choices.length)];
  }

  private span(low: number, high: number): number {
    return low + this.random.unit() ** 2 * (high - low);
  }
}

function standsForElection({ process }: SimNode): boolean {
  for (const replica of process?.replicas?.all() ?? [])
    if (replica.status().role === 'candidate') return true;
  return false;
}

function names(nodes: readonly SimNode[]): string {
  return nodes.length === 0 ? 'nobody' : nodes.map((node) => node.name).join(' ');
}
