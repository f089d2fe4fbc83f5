/**
 * Committed entries on their way into the machine. A machine whose state is larger than memory is asked to prepare for the next few
 * commands first; they are applied, in one go, once it has what they need.
 *
 *   push ─► queue ─ prepare ─► (nothing to wait for) ─► apply
 *                      └─► loading ─► apply ─► the next chunk
 *
 * Invariants: entries are applied once and in order; nothing is prepared or applied while a load is under way; after `clear` nothing of
 * what was queued before is applied.
 */
import type { Machine, StateReader } from '@flowmesh/engines';
import type { Entry } from '@flowmesh/raft';

/** Commands that a machine prepares for at once: what they need is in memory at the same time. */
const PREPARE_COMMANDS_MAX = 64;

export interface ApplyLoopPorts {
  machine(): Machine<unknown>;
  state(): StateReader;
  /** Applies entries. False: the replica does not go on. */
  apply(entries: readonly Entry[]): boolean;
  /** What the machine asked for could not be read. A FlowError is of the storage, anything else a defect. */
  failed(cause: unknown): void;
  /** A load has ended, for good or not. */
  settled(): void;
}

export class ApplyLoop {
  private readonly ports: ApplyLoopPorts;
  private queue: (readonly Entry[])[] = [];
  private loading = false;
  /** Of the entries at hand; what was loading under an earlier one is forgotten. */
  private life = 0;

  constructor(ports: ApplyLoopPorts) {
    this.ports = ports;
  }

  /** True while the machine reads its state. */
  get busy(): boolean {
    return this.loading;
  }

  push(entries: readonly Entry[]): void {
    this.queue.push(entries);
    this.run();
  }

  /** Forgets what is not applied yet. */
  clear(): void {
    this.queue = [];
    this.life++;
  }

  private run(): void {
    while (!this.loading) {
      const chunk = this.next();
      if (chunk === undefined) return;
      const wait = this.prepare(chunk);
      if (wait !== undefined) this.applyAfter(wait, chunk);
      else if (!this.ports.apply(chunk)) this.clear();
    }
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
    this.loading = true;
    const end = (step: () => void): void => {
      this.loading = false;
      if (life === this.life) step();
      this.ports.settled();
      this.run();
    };
    wait.then(
      () =>
        end(() => {
          if (!this.ports.apply(chunk)) this.clear();
        }),
      (cause: unknown) =>
        end(() => {
          this.clear();
          this.ports.failed(cause);
        }),
    );
  }

  /** The first of the queue, as far as a machine prepares for it at once. */
  private next(): readonly Entry[] | undefined {
    const first = this.queue[0];
    if (first === undefined) return undefined;
    const end = this.ports.machine().prepare === undefined ? first.length : chunkEnd(first);
    if (end < first.length) this.queue[0] = first.slice(end);
    else this.queue.shift();
    return end < first.length ? first.slice(0, end) : first;
  }
}

function chunkEnd(entries: readonly Entry[]): number {
  let commands = 0;
  for (const [i, entry] of entries.entries()) {
    if (isCommand(entry) && ++commands > PREPARE_COMMANDS_MAX) return i;
  }
  return entries.length;
}

function isCommand(entry: Entry): boolean {
  return entry.kind === 'normal' && entry.data.length > 0;
}
