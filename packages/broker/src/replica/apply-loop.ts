/**
 * Committed entries on their way into the machine. A machine whose state is larger than memory is asked to prepare for the next few
 * commands first; they are applied, in order, once it has what they need.
 *
 *   push ─► queue ─ prepare ─► (nothing to wait for) ─► apply ─ the turn is over ─► the rest in the next one
 *                      └─► loading ─► apply ─► the next chunk
 *                                        └─ so much state waits for the disk ─► held ─ `resume` ─► the rest
 *
 * Invariants: entries are applied once and in order; nothing is prepared while a load is under way or a chunk is not applied to its end;
 * after `clear` nothing of what was queued before is applied.
 */
import type { Machine, StateReader } from '@flowmesh/engines';
import type { Entry } from '@flowmesh/raft';
import type { ApplyTurns } from './apply-turns.ts';

/** Commands that a machine prepares for at once: what they need is in memory at the same time. */
const PREPARE_COMMANDS_MAX = 64;
/** And as far as they are of so many bytes together: preparing decodes all of them in one turn of the event loop. */
const PREPARE_BYTES_MAX = 256 << 10;
/** And of so many items, as the machine weighs them. */
const PREPARE_ITEMS_MAX = 1_000;
/** Of a chunk of such a machine, applied before the time is looked at; one command is applied whatever its size. */
const SLICE_BYTES_MAX = 8 << 10;
const SLICE_ITEMS_MAX = 250;

interface Limits {
  readonly commands: number;
  readonly bytes: number;
  readonly items: number;
}

const CHUNK: Limits = { commands: PREPARE_COMMANDS_MAX, bytes: PREPARE_BYTES_MAX, items: PREPARE_ITEMS_MAX };
const SLICE: Limits = { commands: PREPARE_COMMANDS_MAX, bytes: SLICE_BYTES_MAX, items: SLICE_ITEMS_MAX };

export interface ApplyLoopPorts {
  machine(): Machine<unknown>;
  state(): StateReader;
  /** Applies entries. False: the replica does not go on. */
  apply(entries: readonly Entry[]): boolean;
  /** What the machine asked for could not be read. A FlowError is of the storage, anything else a defect. */
  failed(cause: unknown): void;
  /** A load, or the wait for another turn or for room, has ended, for good or not. */
  settled(): void;
  /** False while a flush of state is under way and another one has gathered: `resume` is called when that has ended. */
  room(): boolean;
  readonly turns: Pick<ApplyTurns, 'over' | 'spend' | 'later'>;
}

export class ApplyLoop {
  private readonly ports: ApplyLoopPorts;
  private queue: (readonly Entry[])[] = [];
  private waiting = false;
  /** The rest of a chunk, for want of room. */
  private held: readonly Entry[] | undefined;
  /** Of the entries at hand; what was loading under an earlier one is forgotten. */
  private life = 0;

  constructor(ports: ApplyLoopPorts) {
    this.ports = ports;
  }

  /** True while the machine reads its state, or waits for another turn. */
  get busy(): boolean {
    return this.waiting;
  }

  push(entries: readonly Entry[]): void {
    this.queue.push(entries);
    this.run();
  }

  /** Forgets what is not applied yet. */
  clear(): void {
    this.queue = [];
    this.life++;
    if (this.held === undefined) return;
    this.held = undefined;
    this.waiting = false;
    this.ports.settled();
  }

  /** There may be room again. */
  resume(): void {
    const { held } = this;
    if (held === undefined) return;
    this.held = undefined;
    this.waiting = false;
    this.apply(held);
    this.settle();
  }

  private run(): void {
    while (!this.waiting) {
      const chunk = this.next();
      if (chunk === undefined) return;
      const wait = this.prepare(chunk);
      if (wait !== undefined) this.applyAfter(wait, chunk);
      else this.apply(chunk);
    }
  }

  /** As much as the turn has time for; the rest later. */
  private apply(chunk: readonly Entry[]): void {
    const { turns } = this.ports;
    let rest = chunk;
    while (rest.length > 0) {
      if (turns.over && this.prepares) return this.applyLater(rest);
      if (this.prepares && !this.ports.room()) return this.hold(rest);
      const slice = this.prepares ? rest.slice(0, this.reach(rest, SLICE)) : rest;
      if (!turns.spend(() => this.ports.apply(slice))) return this.clear();
      rest = rest.slice(slice.length);
    }
  }

  private hold(chunk: readonly Entry[]): void {
    this.waiting = true;
    this.held = chunk;
  }

  private applyLater(chunk: readonly Entry[]): void {
    const { life } = this;
    this.waiting = true;
    this.ports.turns.later(() => {
      this.waiting = false;
      if (life === this.life) this.apply(chunk);
      this.settle();
    });
  }

  private settle(): void {
    if (this.waiting) return;
    this.ports.settled();
    this.run();
  }

  private get prepares(): boolean {
    return this.ports.machine().prepare !== undefined;
  }

  private prepare(chunk: readonly Entry[]): Promise<void> | undefined {
    const machine = this.ports.machine();
    if (machine.prepare === undefined) return undefined;
    const commands = chunk.filter(isCommand).map((entry) => entry.data);
    if (commands.length === 0) return undefined;
    try {
      return machine.prepare(commands, this.ports.state());
    } catch (cause) {
      return Promise.reject(cause as Error);
    }
  }

  private applyAfter(wait: Promise<void>, chunk: readonly Entry[]): void {
    const { life } = this;
    this.waiting = true;
    const end = (step: () => void): void => {
      this.waiting = false;
      if (life === this.life) step();
      this.settle();
    };
    wait.then(
      () => end(() => this.apply(chunk)),
      (cause: unknown) =>
        end(() => {
          this.clear();
          this.ports.failed(cause);
        }),
    );
  }

  /** How many of the entries are within the limits; one at least. */
  private reach(entries: readonly Entry[], limits: Limits): number {
    const machine = this.ports.machine();
    let commands = 0;
    let bytes = 0;
    let items = 0;
    for (const [i, entry] of entries.entries()) {
      if (!isCommand(entry)) continue;
      commands += 1;
      bytes += entry.data.length;
      items += machine.weigh?.(entry.data) ?? 1;
      const within = commands <= limits.commands && bytes <= limits.bytes && items <= limits.items;
      if (commands > 1 && !within) return i;
    }
    return entries.length;
  }

  /** The first of the queue, as far as a machine prepares for it at once. */
  private next(): readonly Entry[] | undefined {
    const first = this.queue[0];
    if (first === undefined) return undefined;
    const end = this.prepares ? this.reach(first, CHUNK) : first.length;
    if (end < first.length) this.queue[0] = first.slice(end);
    else this.queue.shift();
    return end < first.length ? first.slice(0, end) : first;
  }
}

function isCommand(entry: Entry): boolean {
  return entry.kind === 'normal' && entry.data.length > 0;
}
