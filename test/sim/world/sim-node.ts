/**
 * A machine with its disk and clock, and the process that runs on it at times. What the loss of its data means is the world's to say:
 * another machine takes its place, or it goes on with another disk.
 *
 *   down ─ start ─► up ─ crash ─► down ─ … ─► given up (lost data noticed, or wiped)
 */
import type { FlowError, GroupId, Random } from '@flowmesh/base';
import { type DiskCopy, SimDisk } from '../disk/sim-disk.ts';
import type { Place } from '../network/sim-network.ts';
import type { MachineClock } from '../time/node-clock.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { ProcessHooks, SimProcess } from './sim-process.ts';

export interface NodeWorld<P extends SimProcess> {
  readonly time: VirtualTime;
  readonly random: Random;
  newProcess(node: SimNode<P>, hooks: ProcessHooks): P;
  processEnded(node: SimNode<P>, process: P): void;
  /** The node's data are lost, and it knows: it takes part no more. */
  givenUp(node: SimNode<P>): void;
  /** The cluster has let its node go for ever, and it has heard so. */
  letGo(node: SimNode<P>, error: FlowError): void;
  /** One of its replicas is damaged and has to be rebuilt. */
  damaged(node: SimNode<P>, group: GroupId): void;
  note(who: string, what: string): void;
  failed(error: unknown): void;
}

const COPY_EVERY_MS = 1_500;
const FLIPS = 4;

export class SimNode<P extends SimProcess = SimProcess> {
  readonly place: Place;
  readonly name: string;
  disk = new SimDisk();
  readonly clock: MachineClock;
  /** On its disk is a copy that is not to be heard: an old one, or a second one. */
  shadow = false;
  process: P | undefined;
  /** It may answer AMNESIA or find damage: something was done to its disk. */
  private spoilt: 'no' | 'lost' | 'flipped' = 'no';
  private givenUp = false;
  private copy: DiskCopy | undefined;
  private readonly world: NodeWorld<P>;
  private restarts = 0;

  constructor(
    world: NodeWorld<P>,
    place: { readonly at: Place; readonly name: string },
    clock: MachineClock,
  ) {
    this.world = world;
    this.place = place.at;
    this.name = place.name;
    this.clock = clock;
    this.copyLater();
  }

  get up(): boolean {
    return this.process !== undefined;
  }

  /** Nothing is wrong with its data. */
  get sound(): boolean {
    return this.spoilt === 'no';
  }

  start(): void {
    if (this.up || this.givenUp) return;
    this.process = this.world.newProcess(this, this.hooks());
    this.process.start();
  }

  restartAfter(delayMs: number): void {
    const restart = ++this.restarts;
    this.world.time.after(delayMs, undefined, 'restart', () => {
      if (restart === this.restarts) this.start();
    });
  }

  /** `kill`: the process ends, the machine keeps what was written. `power`: what was not synced may be lost. */
  crash(how: 'kill' | 'power'): void {
    const { process } = this;
    let lost = 0;
    if (process !== undefined) {
      process.alive = false;
      this.process = undefined;
      this.world.processEnded(this, process);
    }
    if (how === 'power') lost = this.disk.crash(this.world.random);
    this.world.note(this.name, how === 'power' ? `power lost, ${lost} batches with it` : 'killed');
  }

  pause(forMs: number): void {
    if (this.process === undefined) return;
    this.world.time.pause(this.process, forMs);
    this.world.note(this.name, `paused for ${Math.round(forMs)} ms`);
  }

  resume(): void {
    if (this.process !== undefined) this.world.time.resume(this.process);
  }

  /** Takes synced data from a stopped node's disk, more than the watermark allows. False where that was not possible. */
  loseData(how: 'amnesia' | 'rollback', beyond: number): boolean {
    const { watermark } = this.disk;
    if (watermark === undefined) return false;
    if (how === 'rollback') {
      if (this.copy === undefined || this.copy.sequence >= watermark) return false;
      this.disk.rollback(this.copy);
    } else if (!this.disk.loseSynced(Math.max(1, watermark - Math.floor(beyond)))) return false;
    this.spoilt = 'lost';
    return true;
  }

  /** The disk of a machine that is stopped now is another directory's copy, or its own of some time ago. */
  putBack(copy: DiskCopy): void {
    if (this.up) this.crash('kill');
    this.disk.putBack(copy);
    this.spoilt = 'lost';
    this.shadow = true;
  }

  /** Some stored entries change; the process starts anew, so that it does not have them in memory. */
  flipBits(): void {
    for (let i = 0; i < FLIPS; i++) if (this.disk.flipBit('log', this.world.random)) this.spoilt = 'flipped';
    this.crash('kill');
    this.restartAfter(100);
  }

  /** An empty disk; what is on the other is never seen again. */
  newDisk(): void {
    this.disk = new SimDisk();
    this.copy = undefined;
    this.spoilt = 'no';
    this.shadow = false;
  }

  /** Its process may go on, its disk is not to be trusted. */
  abandon(): void {
    this.givenUp = true;
    this.restarts++;
    if (this.up) this.crash('kill');
  }

  private hooks(): ProcessHooks {
    const { world } = this;
    return {
      note: (what) => world.note(this.name, what),
      refused: (error) => this.refused(error),
      fatal: (error) => this.fatal(error),
      replicaFailed: (group, error) => {
        world.note(this.name, `group ${group} failed: ${error.code}`);
        if (this.spoilt === 'flipped' && error.code === 'CORRUPTION') world.damaged(this, group);
        else world.failed(error);
      },
      broken: (error) => world.failed(error),
    };
  }

  private refused(error: FlowError): void {
    this.world.note(this.name, `refused to start: ${error.code}`);
    if (this.spoilt === 'no') {
      this.world.failed(error);
      return;
    }
    this.abandon();
    this.world.givenUp(this);
  }

  private fatal(error: FlowError): void {
    this.world.note(this.name, `fatal: ${error.code}`);
    if (error.code === 'IDENTITY_MISMATCH') {
      this.world.letGo(this, error);
      return;
    }
    const lost = error.code === 'AMNESIA' && this.spoilt === 'lost';
    const expected = lost || error.code === 'DISK_FULL' || error.code === 'STORAGE_IO';
    if (!expected) {
      this.world.failed(error);
      return;
    }
    // Ends after the present turn, as a process does that has to unwind first.
    this.world.time.after(0, undefined, 'exit', () => {
      if (this.up) this.crash('kill');
      this.restartAfter(100 + this.world.random.unit() * 1_000);
    });
  }

  private copyLater(): void {
    this.world.time.after(COPY_EVERY_MS * (0.5 + this.world.random.unit()), undefined, 'backup', () => {
      if (this.copy === undefined || this.world.random.unit() < 0.3) this.copy = this.disk.copy();
      if (!this.givenUp) this.copyLater();
    });
  }
}
