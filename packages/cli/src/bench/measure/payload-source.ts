/**
 * Payloads that no compression makes smaller by accident: random bytes, taken one after the other from a pool that is larger than what
 * compressors look back, and never at the same place twice in a row. The first bytes of a payload are a stamp: when it was meant to be sent
 * and which one it is, so that whoever receives it knows how long it was on its way.
 */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 16 * 1024 * 1024;
/** Odd, so that rounds through the pool cut it differently. */
const ROUND_SHIFT = 97;
export const STAMP_BYTES = 16;

export class PayloadSource {
  private readonly pool: Buffer;
  private readonly bytes: number;
  private at = 0;
  private round = 0;

  /** `bytes`: of every payload; less than a stamp leaves it out. */
  constructor(
    bytes: number,
    pool: Buffer = randomFillSync(Buffer.allocUnsafe(Math.max(POOL_BYTES, 2 * bytes))),
  ) {
    this.bytes = bytes;
    this.pool = pool;
  }

  /** A payload of its own memory. */
  next(intendedUs: number, sequence: number): Buffer {
    if (this.at + this.bytes > this.pool.length) {
      this.round++;
      this.at = (this.round * ROUND_SHIFT) % Math.max(1, Math.min(this.bytes, this.pool.length - this.bytes));
    }
    const payload = Buffer.allocUnsafe(this.bytes);
    this.pool.copy(payload, 0, this.at, this.at + this.bytes);
    this.at += this.bytes;
    if (this.bytes >= STAMP_BYTES) {
      payload.writeDoubleBE(intendedUs, 0);
      payload.writeDoubleBE(sequence, 8);
    }
    return payload;
  }
}

/** When a stamped payload was meant to be sent; undefined where it has no stamp. */
export function stampOf(payload: Uint8Array | undefined): number | undefined {
  if (payload === undefined || payload.length < STAMP_BYTES) return undefined;
  const stamp = new DataView(payload.buffer, payload.byteOffset).getFloat64(0);
  return Number.isFinite(stamp) && stamp > 0 ? stamp : undefined;
}
