/**
 * Bodies of jobs that were enqueued lately, as most are delivered soon. No part of the state: replicas may remember different ones, and a
 * delivery without its body is completed from the disk.
 */
import { decodeBody } from './job-codec.ts';
import type { JobBody } from './queue-types.ts';

export class RecentBodies {
  private readonly bytesMax: number;
  /** Oldest first. */
  private readonly bodies = new Map<number, Uint8Array>();
  private size = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  add(seq: number, bytes: Uint8Array): void {
    this.remove(seq);
    this.bodies.set(seq, bytes);
    this.size += bytes.length;
    if (this.size > this.bytesMax) this.trim();
  }

  /** Down to three quarters: the beginning of a map from which much was deleted is slow to find. */
  private trim(): void {
    for (const oldest of this.bodies.keys()) {
      if (this.size <= this.bytesMax * 0.75) return;
      this.remove(oldest);
    }
  }

  get(seq: number): JobBody | undefined {
    const bytes = this.bodies.get(seq);
    return bytes === undefined ? undefined : decodeBody(bytes);
  }

  remove(seq: number): void {
    const bytes = this.bodies.get(seq);
    if (bytes === undefined) return;
    this.bodies.delete(seq);
    this.size -= bytes.length;
  }
}
