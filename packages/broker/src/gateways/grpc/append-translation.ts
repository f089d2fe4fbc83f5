/** AppendRequest and RecordMetadata between the wire and the stream service. Fields are checked here, contents there. */
import { flowmesh } from '@flowmesh/proto';
import type { Caller } from '../../services/ports.ts';
import type { KafkaRecord } from '@flowmesh/kafka';
import type { AppendRequest, Acks } from '../../services/stream/appender.ts';
import type { AppendedBatch, AppendResult } from '../../services/stream/pending-append.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import { asFlowError, errorMessage } from './errors.ts';
import {
  APPEND_TIMEOUT_DEFAULT_MS,
  APPEND_TIMEOUT_MAX_MS,
  integer,
  invalid,
  known,
  orDefault,
  partitionNumber,
  streamName,
} from './request-checks.ts';

const { ACKS_ALL, ACKS_LEADER } = flowmesh.v1.Acks;
const RECORDS_MAX = 100_000;

export type AppendArguments =
  | { readonly kind: 'batch'; readonly request: AppendRequest }
  | {
      readonly kind: 'records';
      readonly request: Omit<AppendRequest, 'batch'>;
      readonly records: readonly KafkaRecord[];
    };

/** Throws INVALID_ARGUMENT. The batch stays a slice of the received message. */
export function appendArguments(message: flowmesh.v1.AppendRequest, caller: Caller): AppendArguments {
  const request = {
    caller,
    stream: streamName(message.stream),
    partition: partitionNumber(message.partition),
    acks: acksOf(message.acks),
    timeoutMs: orDefault(message.timeoutMs, 'timeout_ms', {
      min: 1,
      max: APPEND_TIMEOUT_MAX_MS,
      otherwise: APPEND_TIMEOUT_DEFAULT_MS,
    }),
  };
  const { batch, records } = message;
  if (batch !== null && batch !== undefined) return { kind: 'batch', request: { ...request, batch } };
  if (records !== null && records !== undefined)
    return { kind: 'records', request, records: newRecords(records) };
  throw invalid('payload', 'is missing: batch or records');
}

function acksOf(acks: flowmesh.v1.Acks): Acks {
  return known(acks, 'acks', [ACKS_ALL, ACKS_LEADER]) === ACKS_ALL ? 'all' : 'leader';
}

function newRecords(list: flowmesh.v1.RecordList.$Properties): KafkaRecord[] {
  const records = list.records ?? [];
  if (records.length === 0) throw invalid('records', 'is empty');
  if (records.length > RECORDS_MAX) throw invalid('records', `has more than ${RECORDS_MAX} records`);
  return records.map((record) => ({
    key: record.key ?? undefined,
    value: record.value ?? undefined,
    headers: (record.headers ?? []).map((header) => ({
      key: header.key ?? '',
      value: header.value ?? new Uint8Array(0),
    })),
    timestampMs: integer(record.timestampMs ?? 0, 'records.timestamp_ms', {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }),
  }));
}

export function appendedMetadata(appended: AppendedBatch): flowmesh.v1.RecordMetadata.$Properties {
  return appended;
}

/** One request of an AppendStream. */
export function appendPipelined(
  streams: StreamService,
  message: flowmesh.v1.AppendRequest,
  caller: Caller,
  respond: (response: flowmesh.v1.AppendResponse.$Properties) => void,
): void {
  const { correlation } = message;
  const done = (result: AppendResult): void =>
    respond(
      result.ok
        ? { correlation, metadata: appendedMetadata(result.appended) }
        : { correlation, error: errorMessage(result.error) },
    );
  try {
    const append = appendArguments(message, caller);
    if (append.kind === 'batch') streams.append(append.request, done);
    else streams.appendRecords(append.request, append.records, done);
  } catch (error) {
    done({ ok: false, error: asFlowError(error) });
  }
}
