/**
 * Acknowledgements of writes in the order the writes were made. One that promises a vote or a term waits until the durability
 * watermark covers it, and those behind it wait with it.
 *
 *   written (engine) ─► queued ─► [watermark ≥ needed] ─► done
 *                          └─ watermark failed ─► done with its error, and so is everything from then on
 * One watermark write is under way at a time; those that become necessary meanwhile are covered by the next.
 */
import type { FlowError } from '@flowmesh/base';
import type { KvEngine } from '../kv-engine.ts';
import type { Watermark } from '../watermark.ts';

export type Done = (error: FlowError | undefined) => void;

interface Acknowledgement {
  readonly done: Done;
  readonly error: FlowError | undefined;
  /** Watermark that must be durable first; 0 for none. */
  readonly needed: number;
}

export class AckGate {
  private readonly engine: KvEngine;
  private readonly watermark: Watermark;
  private readonly queue: Acknowledgement[] = [];
  private saved: number;
  private saving = false;
  private saveAgain = false;
  private failure: FlowError | undefined;
  private idleWaiters: (() => void)[] = [];

  constructor(engine: KvEngine, watermark: Watermark, saved: number) {
    this.engine = engine;
    this.watermark = watermark;
    this.saved = saved;
  }

  /** The engine has answered a write. `vote`: it changed a vote or a term. */
  written(error: FlowError | undefined, vote: boolean, done: Done): void {
    const needed = vote && error === undefined ? this.engine.durableSequence() : 0;
    this.queue.push({ done, error, needed });
    this.drain();
  }

  /** Saves the watermark if anything became durable since the last time. */
  save(): void {
    if (this.failure !== undefined) return;
    if (this.saving) {
      this.saveAgain = true;
      return;
    }
    const sequence = this.engine.durableSequence();
    if (sequence <= this.saved) return;
    this.saving = true;
    this.watermark.write(sequence, (error) => {
      this.saving = false;
      if (error === undefined) this.saved = sequence;
      else this.failure = error;
      this.drain();
      if (this.saveAgain) {
        this.saveAgain = false;
        this.save();
      }
      if (!this.saving) for (const waiter of this.idleWaiters.splice(0)) waiter();
    });
  }

  /** Resolves when no watermark write is under way. */
  async idle(): Promise<void> {
    if (!this.saving) return;
    await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  private drain(): void {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (head.needed > this.saved && this.failure === undefined) {
        this.save();
        return;
      }
      this.queue.shift();
      // Behind a vote that could not be covered nothing is acknowledged any more: what follows rests on it.
      head.done(head.error ?? this.failure);
    }
  }
}
