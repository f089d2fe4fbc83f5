/**
 * Produce. Every batch goes to the append service as it came, in the order of the request; their outcomes are awaited together. Without
 * acknowledgements there is no response: a failure ends the connection instead, so that the producer asks for metadata again.
 */
import type { FlowError } from '@flowmesh/base';
import { Produce, ZERO_UUID } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { AppendResult } from '../../services/stream/pending-append.ts';
import { LeaderHints } from './leader-hints.ts';
import { refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { answerOld, isOld, readOld } from './old-produce.ts';
import { closing, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type ProduceRequest = RequestOf<typeof Produce>;
type ProduceResponse = ResponseInput<typeof Produce>;
type PartitionResponse = ProduceResponse['responses'][number]['partitionResponses'][number];

const VERSIONS = [0, 11] as const;
const ZSTD_SINCE = 7;
const TIMEOUT_MS_MAX = 600_000;

const MAGIC_AT = 16;
const ATTRIBUTES_LOW_AT = 22;
const MAGIC = 2;
const CODEC_BITS = 0x07;
const ZSTD = 4;
const TRANSACTIONAL = 0x10;
const ALL = -1;

export function produceApi(ports: KafkaPorts): ServedApi {
  const current = servedApi(Produce, (request, context) => produce(ports, request, context), VERSIONS);
  return {
    ...current,
    answer: async (header, frame, context) =>
      isOld(header.apiVersion)
        ? answerOld(header, readOld(frame, header.bodyAt))
        : await current.answer(header, frame, context),
  };
}

async function produce(
  ports: KafkaPorts,
  request: ProduceRequest,
  context: RequestContext,
): Promise<ProduceResponse | undefined> {
  const hints = new LeaderHints(ports);
  const topics = request.topicData.map(({ name, partitionData }) => ({
    name,
    // All are begun before the first is awaited: their order is that of the request.
    partitions: partitionData.map(({ index, records }) =>
      append(ports, { request, context, hints, name, index, records }),
    ),
  }));
  const responses: ProduceResponse['responses'][number][] = [];
  for (const { name, partitions } of topics)
    responses.push({ name, topicId: ZERO_UUID, partitionResponses: await Promise.all(partitions) });
  if (request.acks !== 0) return { responses, throttleTimeMs: 0, nodeEndpoints: hints.endpoints() };
  const failed = responses.flatMap((topic) => topic.partitionResponses).find((one) => one.errorCode !== 0);
  if (failed === undefined) return undefined;
  throw closing(
    `a produce request without acknowledgements failed: ${failed.errorMessage ?? failed.errorCode}`,
    'The producer connects again and asks who leads. Use acks=all to be told about every batch.',
  );
}

interface PartitionBatch {
  readonly request: ProduceRequest;
  readonly context: RequestContext;
  readonly hints: LeaderHints;
  readonly name: string;
  readonly index: number;
  readonly records: Uint8Array | undefined;
}

/** A batch of a transaction is written by who may use its id. */
function denied(
  { door }: KafkaPorts,
  { transactionalId }: ProduceRequest,
  { caller }: RequestContext,
  records: Uint8Array | undefined,
): Refusal | undefined {
  if (((records?.[ATTRIBUTES_LOW_AT] ?? 0) & TRANSACTIONAL) === 0) return undefined;
  const closed = door.authorise(caller, 'transaction', transactionalId ?? '');
  return closed === undefined ? undefined : refusalOf(closed, 'produce');
}

async function append(ports: KafkaPorts, batch: PartitionBatch): Promise<PartitionResponse> {
  const { request, context, hints, name, index, records } = batch;
  const refused = check(request, context.version, records) ?? denied(ports, request, context, records);
  if (refused !== undefined || records === undefined)
    return failure(index, refused ?? refusal('INVALID_RECORD', 'there are no records'));
  const result = await new Promise<AppendResult>((resolve) => {
    const timeoutMs = Math.min(Math.max(request.timeoutMs, 1), TIMEOUT_MS_MAX);
    const acks = request.acks === ALL ? 'all' : 'leader';
    const { caller } = context;
    ports.streams.append(
      { caller, stream: name, partition: index, batch: records, acks, timeoutMs },
      resolve,
    );
  });
  if (!result.ok) {
    if (result.error.code === 'INTERNAL') ports.onFault(result.error, 'kafka-Produce');
    const currentLeader = hints.of(result.error);
    return {
      ...failure(index, refusalOf(result.error, placeOf(result.error))),
      ...(currentLeader === undefined ? {} : { currentLeader }),
    };
  }
  const { baseOffset, timestampMs, logStartOffset } = result.appended;
  const stamped = ports.admin.find(name)?.config['message.timestamp.type'] === 'LogAppendTime';
  return {
    index,
    errorCode: 0,
    baseOffset,
    logAppendTimeMs: stamped ? timestampMs : -1,
    logStartOffset,
    recordErrors: [],
  };
}

/** What the protocol asks for, beyond what every batch must be. */
function check(
  { acks }: ProduceRequest,
  version: number,
  records: Uint8Array | undefined,
): Refusal | undefined {
  if (acks < -1 || acks > 1) return refusal('INVALID_REQUIRED_ACKS', `acks=${acks}; 0, 1 and -1 (all) exist`);
  if (records === undefined || records.length === 0) return refusal('INVALID_RECORD', 'there are no records');
  const attributes = records[ATTRIBUTES_LOW_AT];
  // Too short for a header: the append says so.
  if (attributes === undefined) return undefined;
  if (records[MAGIC_AT] !== MAGIC)
    return refusal('INVALID_RECORD', 'only record batches of format v2 are taken');
  const codec = attributes & CODEC_BITS;
  if (codec > ZSTD || (codec === ZSTD && version < ZSTD_SINCE))
    return refusal('UNSUPPORTED_COMPRESSION_TYPE', `compression ${codec} is not taken in version ${version}`);
  // What only the leader has may be lost, and its transaction be committed without it.
  if ((attributes & TRANSACTIONAL) !== 0 && acks !== ALL)
    return refusal('INVALID_REQUIRED_ACKS', 'what is written in a transaction needs acks=all');
  return undefined;
}

/** A batch whose outcome is open is no bad one, whatever the code: it is sent again. */
function placeOf(error: FlowError): 'produce' | 'common' {
  return error.details['outcome'] === 'unknown' ? 'common' : 'produce';
}

function failure(index: number, { errorCode, errorMessage }: Refusal): PartitionResponse {
  return { index, errorCode, baseOffset: -1, recordErrors: [], errorMessage };
}
