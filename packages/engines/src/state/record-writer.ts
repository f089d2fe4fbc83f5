/** A writer for records and commands, one after the other: making a buffer for each costs more than writing most of them. */
import { ByteWriter } from '@flowmesh/base';

/** Larger ones get a writer of their own, so that none of them stays in memory. */
const SHARED_BYTES_MAX = 4_096;
const shared = new ByteWriter(SHARED_BYTES_MAX);

/** For a record of about so many bytes, which has to be copied out (`finish`) before the next writer is asked for. */
export function recordWriter(bytes: number): ByteWriter {
  if (bytes > SHARED_BYTES_MAX) return new ByteWriter(bytes);
  shared.reset();
  return shared;
}
