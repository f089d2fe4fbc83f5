/**
 * The durability watermark: the engine's sequence number that is known to be durable, kept outside the engine. An engine
 * that opens with less has lost what it had acknowledged (amnesia) and must never vote or acknowledge again.
 *
 * It counts only what was synced: an unsynced tail may vanish with the power, and that is no loss. A vote or term leaves the
 * node only after the watermark that covers it; entries may leave before it, by at most the time between two saves.
 */
import type { FlowError } from '@flowmesh/base';

export type WatermarkState =
  | { readonly kind: 'missing' }
  /** There is one, but nothing of it can be believed. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'saved'; readonly sequence: number };

export interface Watermark {
  read(): Promise<WatermarkState>;
  /** One at a time. `done` once it is durable, without an error, or with STORAGE_IO. Never re-entrantly. */
  write(sequence: number, done: (error: FlowError | undefined) => void): void;
}

/** For nodes without a disk, which forget everything anyway, and for tests. */
export class MemoryWatermark implements Watermark {
  private state: WatermarkState;

  constructor(state: WatermarkState = { kind: 'missing' }) {
    this.state = state;
  }

  read(): Promise<WatermarkState> {
    return Promise.resolve(this.state);
  }

  write(sequence: number, done: (error: FlowError | undefined) => void): void {
    this.state = { kind: 'saved', sequence };
    queueMicrotask(() => done(undefined));
  }
}
