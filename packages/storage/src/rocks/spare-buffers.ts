/**
 * Memory that travels to the writer worker full and comes back to be filled again. New memory for every turn would be cleared, faulted in page by
 * page, and left to the garbage collector, which costs more than copying into it does.
 */

/** What is smaller costs less to make than to send back. */
const REUSED_BYTES_MIN = 64 * 1024;
/** A turn may hold more; its memory is not kept. */
const REUSED_BYTES_MAX = 4 * 1024 * 1024;
const SPARE_BYTES_MAX = 8 * 1024 * 1024;

export function isReusable(bytes: number): boolean {
  return bytes >= REUSED_BYTES_MIN && bytes <= REUSED_BYTES_MAX;
}

export class SpareBuffers {
  private readonly spare: ArrayBuffer[] = [];
  private spareBytes = 0;

  /** So many bytes, whatever is in them, at the beginning of a buffer that nobody else looks at. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (!isReusable(bytes)) return new Uint8Array(bytes);
    const fitting = this.spare.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = fitting === -1 ? [] : this.spare.splice(fitting, 1);
    this.spareBytes -= found?.byteLength ?? 0;
    return new Uint8Array(found ?? new ArrayBuffer(roundedUp(bytes)), 0, bytes);
  }

  /** Memory that came back. Kept as long as there is little of it. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (this.spareBytes + buffer.byteLength > SPARE_BYTES_MAX) continue;
      this.spare.push(buffer);
      this.spareBytes += buffer.byteLength;
    }
  }

  clear(): void {
    this.spare.length = 0;
    this.spareBytes = 0;
  }
}

/** Few sizes, so that what comes back fits what is wanted next. */
function roundedUp(bytes: number): number {
  let size = REUSED_BYTES_MIN;
  while (size < bytes) size *= 2;
  return size;
}
