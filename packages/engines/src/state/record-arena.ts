/**
 * Memory for records that live for about as long as each other: those that a command writes and nobody keeps once they are on the disk. Taking an array
 * for each costs more than writing it.
 */
import type { ByteWriter } from '@flowmesh/base';

/** Kept in memory as a whole while one of its records is. */
const CHUNK_BYTES = 16 << 10;
/** Larger ones have memory of their own. */
const RECORD_BYTES_MAX = CHUNK_BYTES / 8;

export class RecordArena {
  private chunk = new Uint8Array(0);
  private at = 0;

  /** What the writer holds, as a copy that stays. */
  keep(writer: ByteWriter): Uint8Array {
    const { length } = writer;
    if (length > RECORD_BYTES_MAX) return writer.finish();
    if (this.at + length > this.chunk.length) {
      this.chunk = new Uint8Array(CHUNK_BYTES);
      this.at = 0;
    }
    const record = this.chunk.subarray(this.at, this.at + length);
    record.set(writer.view8());
    this.at += length;
    return record;
  }
}
