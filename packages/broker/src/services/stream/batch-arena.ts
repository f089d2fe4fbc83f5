/**
 * Memory for batches that stay. A batch arrives as a slice of what the network read; a small one is a small part of a buffer that it
 * shares with unrelated messages, all of which would stay with it for as long as the log keeps it in memory. Such batches
 * are copied, side by side with others of their time; batches that fill their buffer are kept as they are.
 */

const SLAB_BYTES = 64 * 1024;
/** What is larger gets a buffer of its own rather than a piece of a slab. */
const SLAB_PIECE_MAX = SLAB_BYTES / 8;
/** A buffer may be larger than the batch in it by this much, or by an eighth. */
const WASTE_BYTES = 256;

export class BatchArena {
  private slab = new Uint8Array(SLAB_BYTES);
  private used = 0;

  /** The same bytes in memory that holds little else. */
  keep(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (bytes.buffer.byteLength <= length + Math.max(WASTE_BYTES, length / 8)) return bytes;
    if (length > SLAB_PIECE_MAX) return Uint8Array.from(bytes);
    if (this.used + length > SLAB_BYTES) {
      this.slab = new Uint8Array(SLAB_BYTES);
      this.used = 0;
    }
    const piece = this.slab.subarray(this.used, this.used + length);
    this.used += length;
    piece.set(bytes);
    return piece;
  }
}
