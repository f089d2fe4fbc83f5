/**
 * What retention gives up of a partition: how many records, bytes or milliseconds it keeps is the stream's configuration. By count it is
 * exact; by size and time it gives up whole points of the offset index, so that up to some 16 KB of batches more than asked for
 * stay. The disk gets its space back in larger portions: blocks of at most 4 MiB, a thousand entries at a time.
 *
 * Ages are those of the records' timestamps against the leader's time. Records of transactions that are not decided stay.
 */
import { POINT_BYTES } from '@flowmesh/engines';
import type { StreamConfig } from '@flowmesh/engines';
import type { ServedPartition } from './partition-table.ts';

/** Of a retention time: how often it is looked at, at most and at least. */
const CHECKS_PER_RETENTION = 20;
const CHECK_MAX_MS = 300_000;

/** The offset before which retention gives records up; the log start where there is nothing to give up. */
export async function retentionOffset(served: ServedPartition, settings: StreamConfig): Promise<number> {
  const { machine, replica } = served;
  const { retentionRecords, retentionBytes, retentionMs } = settings;
  let offset = machine.logStartOffset;
  if (!settings.deletes) return offset;
  if (retentionRecords >= 0) offset = Math.max(offset, machine.endOffset - retentionRecords);
  if (retentionBytes >= 0 && machine.sizeBytes - retentionBytes >= POINT_BYTES)
    offset = Math.max(offset, await machine.offsetKeeping(retentionBytes, replica.state));
  if (retentionMs >= 0)
    offset = Math.max(offset, await machine.offsetSince(served.nowMs() - retentionMs, replica.state));
  return Math.min(offset, machine.lastStableOffset);
}

/** When to look again: a retention of a week need not be looked at every few seconds. */
export function retentionPauseMs(settings: StreamConfig, leastMs: number): number {
  const { retentionRecords, retentionBytes, retentionMs } = settings;
  if (settings.compacts || retentionRecords >= 0 || retentionBytes >= 0) return leastMs;
  if (retentionMs < 0) return CHECK_MAX_MS;
  return Math.min(Math.max(retentionMs / CHECKS_PER_RETENTION, leastMs), CHECK_MAX_MS);
}
