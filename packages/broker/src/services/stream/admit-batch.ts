/**
 * What a batch must be to enter the log: whole, unharmed, within the stream's limit. Under message.timestamp.type=LogAppendTime
 * it gets the node's time here, in place, and its checksum anew; batches with records of limited life are marked so. Records given one by one are made into a batch here, too.
 */
import { FlowError, isFlowError, must, readBatchHeader } from '@flowmesh/base';
import type { BatchHeader, Crc32c } from '@flowmesh/base';
import type { StreamConfig } from '@flowmesh/engines';
import { encodeBatch, markRecordTtl, setLogAppendTime, validateBatch } from '@flowmesh/kafka';
import type { CodecSet, KafkaRecord } from '@flowmesh/kafka';
import { checkKeys, findHeaders } from './record-headers.ts';

/** The last moment that a Date holds. */
const DATE_MAX_MS = 8.64e15;

export interface AdmitPorts {
  readonly crc32c: Crc32c;
  readonly nowMs: number;
}

export interface AdmitOptions extends AdmitPorts {
  /** Whether every node of the cluster understands transactions and delayed records. */
  readonly transactions: boolean;
  readonly codecs: CodecSet;
  readonly decompressedBytesMax: number;
}

export interface Admitted {
  /** As it will be stored. */
  readonly header: BatchHeader;
  /** Its records are to be appended later. */
  readonly delayed: boolean;
}

/** The batch as it goes on, or why it is refused. */
export function admitBatch(
  batch: Uint8Array,
  settings: StreamConfig,
  ports: AdmitOptions,
): Admitted | FlowError {
  const limits = { bytesMax: settings.maxMessageBytes, transactional: ports.transactions };
  const header = validateBatch(batch, limits, ports.crc32c);
  if (isFlowError(header)) return header;
  const found = findHeaders(batch, header, settings, ports);
  if (isFlowError(found)) return found;
  if (found.delayed && !ports.transactions) return notYet();
  const keyless = settings.compacts ? checkKeys(batch, ports) : undefined;
  if (keyless !== undefined) return keyless;
  if (found.ttl) markRecordTtl(batch, ports.crc32c);
  // Records without a time get the leader's: retention has to know how old they are.
  const ownTime = settings.messageTimestampType === 'CreateTime' && header.maxTimestampMs >= 0;
  if (!ownTime) setLogAppendTime(batch, ports.nowMs, ports.crc32c);
  const late = ownTime ? tooFarAhead(header, settings.timestampAfterMaxMs, ports.nowMs) : undefined;
  if (late !== undefined) return late;
  const changed = !ownTime || found.ttl;
  const { delayed } = found;
  return {
    header: changed ? must(readBatchHeader(batch), 'a validated batch has a header') : header,
    delayed,
  };
}

function notYet(): FlowError {
  return new FlowError('UNSUPPORTED', 'delayed records are not understood by every node yet', {
    hint: 'Upgrade all nodes: flowmesh-admin upgrade finalise.',
  });
}

/** Retention by time looks at the greatest timestamp so far: one from the far future would keep everything. */
function tooFarAhead(
  { maxTimestampMs }: BatchHeader,
  afterMaxMs: number,
  nowMs: number,
): FlowError | undefined {
  if (maxTimestampMs <= nowMs + afterMaxMs) return undefined;
  const shown = new Date(Math.min(maxTimestampMs, DATE_MAX_MS)).toISOString();
  return new FlowError(
    'INVALID_ARGUMENT',
    `a record's timestamp, ${shown}, is ${maxTimestampMs - nowMs} ms ahead of the leader's clock`,
    {
      hint: `Correct the producer's clock; timestamps are milliseconds. message.timestamp.after.max.ms allows ${afterMaxMs}.`,
      details: { maxTimestampMs, nowMs },
    },
  );
}

/** An uncompressed batch of `records`; a timestamp of 0 is now. */
export function buildBatch(records: readonly KafkaRecord[], ports: AdmitPorts): Uint8Array | FlowError {
  try {
    const stamped = records.map((record) =>
      record.timestampMs === 0 ? { ...record, timestampMs: ports.nowMs } : record,
    );
    return encodeBatch(stamped, { crc: ports.crc32c });
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
}
