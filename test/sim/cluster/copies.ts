/**
 * Copies of whole data directories, put where they do not belong. The process that runs on one is a *shadow*: what it does counts for
 * nothing, and nobody who can know better may hear it.
 *
 *   backup:  copied at some time ─► the original goes on ─► put back in its place ─► told AMNESIA ─► set aside, joins as a new node
 *   clone:   copied, started beside its original at another address ─► refused as long as its original is connected ─► stopped
 *
 * Nobody can know of what was never told: shadows reach only peers that were connected to the original meanwhile (backups) or are (clones).
 */
import type { Random } from '@flowmesh/base';
import type { DiskCopy, SimDisk } from '../disk/sim-disk.ts';
import type { Place, SimNetwork } from '../network/sim-network.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { SimNode } from '../world/sim-node.ts';
import type { ClusterProcess } from './cluster-process.ts';

type Machine = SimNode<ClusterProcess>;

export interface CopiedWorld {
  readonly time: VirtualTime;
  readonly network: SimNetwork;
  nodes(): readonly Machine[];
  trouble(): string | undefined;
  /** A machine beside the others that runs on a copy of this disk. */
  addClone(original: Machine, copy: DiskCopy): Machine;
  removeClone(clone: Machine): void;
  /** What is on the disk of this machine does not count any more. */
  disown(machine: Machine): void;
  note(who: string, what: string): void;
}

interface Backup {
  readonly disk: SimDisk;
  readonly copy: DiskCopy;
  readonly atMs: number;
  /** When everybody connected had time to hear of more than there is in it. */
  surpassedMs: number | undefined;
}

const COPY_EVERY_MS = 1_000;
const BACKUPS_MAX = 3;
/** Health is told more often than that. */
const TOLD_MS = 3_000;
const SHADOW_MS_MAX = 8_000;
const CLONE_MS_MIN = 500;
const CLONE_MS_SPAN = 3_000;
const RETRY_MS = 250;

export class Copies {
  private readonly world: CopiedWorld;
  private readonly random: Random;
  private readonly backups = new Map<Machine, Backup[]>();
  /** Who can know that the machine runs on an old copy. */
  private readonly knowing = new Map<Machine, ReadonlySet<ClusterProcess>>();
  private readonly originals = new Map<Machine, Machine>();
  private stopped = false;

  constructor(world: CopiedWorld, random: Random) {
    this.world = world;
    this.random = random;
    this.copyLater();
  }

  /** Clones are switched off, shadows get an empty disk. */
  stop(): void {
    this.stopped = true;
    for (const clone of this.originals.keys()) this.end(clone);
    for (const machine of this.knowing.keys()) this.replace(machine);
  }

  /** Whether a process on `at` and one on `to` can reach each other as far as shadows are concerned. */
  reachable(at: Place, to: Place): boolean {
    return this.mayHear(at, to) && this.mayHear(to, at);
  }

  /** Puts an old copy back, if there is one that everybody can tell from the original. Returns whether it did. */
  restore(): boolean {
    if (this.world.trouble() !== undefined || this.knowing.size > 0) return false;
    const { now } = this.world.time;
    const choices: { readonly machine: Machine; readonly backup: Backup }[] = [];
    for (const machine of this.world.nodes()) {
      for (const backup of this.backups.get(machine) ?? []) {
        const { surpassedMs, disk } = backup;
        if (disk !== machine.disk || surpassedMs === undefined || now - surpassedMs < TOLD_MS) continue;
        if (machine.sound && machine.process?.node !== undefined) choices.push({ machine, backup });
      }
    }
    const chosen = choices[this.random.below(Math.max(1, choices.length))];
    if (chosen === undefined) return false;
    const { machine, backup } = chosen;
    this.world.note(machine.name, `put back as it was ${Math.round(now - backup.atMs)} ms ago`);
    const knowing = this.connectedTo(machine);
    this.world.disown(machine);
    machine.putBack(backup.copy);
    this.knowing.set(machine, new Set(knowing));
    machine.restartAfter(this.random.unit() * 1_000);
    this.world.time.after(SHADOW_MS_MAX, undefined, 'shadow', () => this.replace(machine));
    return true;
  }

  /** Starts a copy of a running or stopped machine beside it. */
  clone(): void {
    const machines = this.world
      .nodes()
      .filter(({ disk, sound }) => sound && disk.identity?.node !== undefined);
    const original = machines[this.random.below(Math.max(1, machines.length))];
    if (original === undefined || this.originals.size > 0) return;
    const clone = this.world.addClone(original, original.disk.copy());
    this.originals.set(clone, original);
    clone.restartAfter(this.random.unit() * 300);
    this.tryAgain(clone, this.world.time.now + CLONE_MS_MIN + this.random.unit() * CLONE_MS_SPAN);
  }

  private tryAgain(clone: Machine, untilMs: number): void {
    const { time, network } = this.world;
    time.after(RETRY_MS, undefined, 'clone', () => {
      if (!this.originals.has(clone)) return;
      if (time.now >= untilMs) this.end(clone);
      else {
        network.review(clone.place);
        this.tryAgain(clone, untilMs);
      }
    });
  }

  private end(clone: Machine): void {
    if (!this.originals.delete(clone)) return;
    this.world.note(clone.name, 'switched off');
    this.world.removeClone(clone);
  }

  /** Nobody told it: it gets an empty disk. */
  private replace(machine: Machine): void {
    if (!this.knowing.delete(machine) || !machine.shadow) return;
    if (machine.up) machine.crash('kill');
    machine.newDisk();
    machine.restartAfter(100);
  }

  private mayHear(listener: Place, speaker: Place): boolean {
    const hearer = this.world.nodes().find(({ place }) => place === listener)?.process;
    for (const [clone, original] of this.originals)
      if (clone.place === speaker) return hearer?.transport?.knows(original.place) === true;
    const machine = this.world.nodes().find(({ place }) => place === speaker);
    if (machine?.shadow !== true) return true;
    return hearer !== undefined && this.knowing.get(machine)?.has(hearer) === true;
  }

  private connectedTo(machine: Machine): ClusterProcess[] {
    const processes: ClusterProcess[] = [];
    for (const { process } of this.world.nodes())
      if (process?.transport?.knows(machine.place) === true) processes.push(process);
    return processes;
  }

  private copyLater(): void {
    this.world.time.after(COPY_EVERY_MS * (0.5 + this.random.unit()), undefined, 'backup', () => {
      if (this.stopped) return;
      for (const machine of this.world.nodes()) this.look(machine);
      this.copyLater();
    });
  }

  private look(machine: Machine): void {
    const { now } = this.world.time;
    const { disk } = machine;
    const kept = (this.backups.get(machine) ?? []).filter((backup) => backup.disk === disk);
    for (const backup of kept) if (disk.durableSequence > backup.copy.sequence) backup.surpassedMs ??= now;
    if (kept.length < BACKUPS_MAX && disk.identity?.node !== undefined && this.random.unit() < 0.3)
      kept.push({ disk, copy: disk.copy(), atMs: now, surpassedMs: undefined });
    this.backups.set(machine, kept);
  }
}
