/**
 * Records that are to be seen later: what a batch of them becomes on its way into the machine's state, and what of it comes out once it is
 * due. Records of one batch with the same due time stay together; a batch is delayed as a whole or not at all.
 */
import { FlowError, must, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader, Crc32c } from '@flowmesh/base';
import { encodeStreamCommand, markReleased, storedTimestamp } from '@flowmesh/engines';
import type { StreamConfig, StreamMachine } from '@flowmesh/engines';
import { decodeRecords, encodeBatch, markRecordTtl, setLogAppendTime, setProducer } from '@flowmesh/kafka';
import type { DecodeOptions, StoredRecord } from '@flowmesh/kafka';
import { dueOf, TTL_HEADER } from './record-headers.ts';

export interface DelayPorts extends DecodeOptions {
  readonly crc32c: Crc32c;
  readonly nowMs: number;
}

const NONE = { producerId: -1, producerEpoch: -1, baseSequence: -1 } as const;

/** The command that takes the batch in. */
export function delayCommand(batch: Uint8Array, header: BatchHeader, ports: DelayPorts): Uint8Array {
  const groups = new Map<number, StoredRecord[]>();
  for (const record of decodeRecords(batch, ports)) {
    const dueMs = dueOf(record, ports.nowMs) ?? ports.nowMs;
    const together = groups.get(dueMs);
    if (together === undefined) groups.set(dueMs, [record]);
    else together.push(record);
  }
  const { producerId, producerEpoch, baseSequence, recordCount } = header;
  return encodeStreamCommand({
    kind: 'delay',
    timeMs: ports.nowMs,
    producer: { producerId, producerEpoch, baseSequence, recordCount, timestampMs: storedTimestamp(header) },
    items: [...groups].map(([dueMs, records]) => ({
      dueMs,
      batch: encodeBatch(records, { crc: ports.crc32c }),
    })),
  });
}

/** The batch that releases what was delayed, to be stamped. */
export function releaseBatch(
  stored: Uint8Array,
  id: number,
  options: { readonly settings: StreamConfig; readonly crc32c: Crc32c; readonly nowMs: number },
): { readonly batch: Uint8Array; readonly header: BatchHeader } {
  const { settings, crc32c, nowMs } = options;
  const batch = Uint8Array.from(stored);
  if (settings.messageTimestampType === 'LogAppendTime') setLogAppendTime(batch, nowMs, crc32c);
  if (hasTtl(batch)) markRecordTtl(batch, crc32c);
  setProducer(batch, NONE, crc32c);
  markReleased(batch, id);
  resetChecksum(batch, crc32c);
  return { batch, header: must(readBatchHeader(batch), 'a delayed batch has a header') };
}

function hasTtl(batch: Uint8Array): boolean {
  for (const { headers } of decodeRecords(batch))
    if (headers.some(({ key }) => key === TTL_HEADER)) return true;
  return false;
}

function resetChecksum(batch: Uint8Array, crc32c: Crc32c): void {
  new DataView(batch.buffer).setUint32(17, crc32c(batch.subarray(21)));
}

/** OVERLOADED where the partition keeps as many delayed records as it may. */
export function checkRoom(
  machine: StreamMachine,
  settings: Pick<StreamConfig, 'delayedBatchesMax' | 'delayedBytesMax'>,
  bytes: number,
): FlowError | undefined {
  const { delayedCount, delayedBytes } = machine;
  const { delayedBatchesMax, delayedBytesMax } = settings;
  if (delayedCount < delayedBatchesMax && delayedBytes + bytes <= delayedBytesMax) return undefined;
  return new FlowError(
    'OVERLOADED',
    `the partition keeps ${delayedCount} delayed batches of ${delayedBytes} bytes already`,
    {
      hint: 'Wait until some are due, use more partitions, or raise delayed.batches.max or delayed.bytes.max of the stream.',
      details: { delayedCount, delayedBytes },
    },
  );
}
