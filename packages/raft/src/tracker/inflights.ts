/**
 * The window of append messages under way to one follower: last index and bytes of each, oldest first, in a ring that grows
 * up to its limit. Invariant: indexes ascend; `bytes` is the sum of what is in the ring.
 */
import { assert } from '@flowmesh/base';

const CAPACITY_FIRST = 8;

export class Inflights {
  private readonly messagesMax: number;
  private readonly bytesMax: number;
  private indexes: number[] = [];
  private sizes: number[] = [];
  private start = 0;
  private used = 0;
  private bytes = 0;

  constructor(messagesMax: number, bytesMax: number) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
  }

  get count(): number {
    return this.used;
  }

  /** The byte limit closes the window once reached; the message that reaches it may exceed it. */
  get full(): boolean {
    return this.used >= this.messagesMax || this.bytes >= this.bytesMax;
  }

  /** `index`: of the message's last entry. */
  add(index: number, bytes: number): void {
    assert(!this.full, 'a message added to a full inflight window');
    if (this.used === this.indexes.length) this.grow();
    const at = (this.start + this.used) % this.indexes.length;
    this.indexes[at] = index;
    this.sizes[at] = bytes;
    this.used++;
    this.bytes += bytes;
  }

  /** Frees all messages whose last entry is at or before `index`. */
  freeUpTo(index: number): void {
    while (this.used > 0 && (this.indexes[this.start] as number) <= index) {
      this.bytes -= this.sizes[this.start] as number;
      this.start = (this.start + 1) % this.indexes.length;
      this.used--;
    }
  }

  clear(): void {
    this.start = 0;
    this.used = 0;
    this.bytes = 0;
  }

  private grow(): void {
    const length = this.indexes.length;
    const capacity = Math.min(this.messagesMax, Math.max(CAPACITY_FIRST, length * 2));
    const unrolled = (ring: readonly number[]): number[] =>
      Array.from({ length: capacity }, (_, i) =>
        i < length ? (ring[(this.start + i) % length] as number) : 0,
      );
    this.indexes = unrolled(this.indexes);
    this.sizes = unrolled(this.sizes);
    this.start = 0;
  }
}
