/**
 * Bytes that may be under way at once: of one node, or of one connection. Taken before work starts, given back when it
 * ends, in whatever way. A single request larger than the whole budget is admitted when nothing else is under way.
 */
import { assert } from '@flowmesh/base';

export class ByteBudget {
  readonly limitBytes: number;
  private used = 0;

  constructor(limitBytes: number) {
    assert(limitBytes > 0, 'a budget has room');
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.used;
  }

  fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.limitBytes;
  }

  /** Takes the bytes, or returns false and takes nothing. */
  take(bytes: number): boolean {
    if (!this.fits(bytes)) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    assert(bytes <= this.used, 'a budget gets back what was taken');
    this.used -= bytes;
  }
}
