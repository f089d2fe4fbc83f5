/** ListOffsets, OffsetForLeaderEpoch and DeleteRecords: where a partition begins and ends, by time and by leader epoch. */
import { DeleteRecords, ListOffsets, OffsetForLeaderEpoch } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { Caller } from '../../services/ports.ts';
import type { OffsetQuestion } from '../../services/stream/offset-finder.ts';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import { epochConflict } from './leader-epochs.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type ListRequest = RequestOf<typeof ListOffsets>;
type Listed = ResponseInput<typeof ListOffsets>['topics'][number]['partitions'][number];
type EpochEnd = ResponseInput<typeof OffsetForLeaderEpoch>['topics'][number]['partitions'][number];
type Deleted = ResponseInput<typeof DeleteRecords>['topics'][number]['partitions'][number];

/** What stands for a time in a question. All that there is lies with the brokers: what is elsewhere begins and ends nowhere. */
const LATEST = -1;
const EARLIEST = -2;
const MAX_TIMESTAMP = -3;
const EARLIEST_LOCAL = -4;
const LATEST_TIERED = -5;
/** Versions in which they came. */
const SINCE: ReadonlyMap<number, number> = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
]);
const NOWHERE = { errorCode: 0, offset: -1, timestamp: -1, leaderEpoch: -1 } as const;
const READ_COMMITTED = 1;
const HIGH_WATERMARK = -1;
const TIMEOUT_MS_MAX = 600_000;

export function offsetApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(ListOffsets, (request, context) => listOffsets(ports, request, context)),
    servedApi(OffsetForLeaderEpoch, (request, context) => epochEnds(ports, request, context)),
    servedApi(DeleteRecords, (request, context) => deleteRecords(ports, request, context)),
  ];
}

async function listOffsets(
  ports: KafkaPorts,
  request: ListRequest,
  context: RequestContext,
): Promise<ResponseInput<typeof ListOffsets>> {
  const topics: ResponseInput<typeof ListOffsets>['topics'][number][] = [];
  for (const { name, partitions } of request.topics) {
    const answers = partitions.map((partition) =>
      offsetOf(ports, { name, partition, isolationLevel: request.isolationLevel }, context),
    );
    topics.push({ name, partitions: await Promise.all(answers) });
  }
  return { throttleTimeMs: 0, topics };
}

function questionOf(timestamp: number): OffsetQuestion | undefined {
  if (timestamp === LATEST) return { kind: 'latest' };
  if (timestamp === EARLIEST || timestamp === EARLIEST_LOCAL) return { kind: 'earliest' };
  if (timestamp === MAX_TIMESTAMP) return { kind: 'max-timestamp' };
  return timestamp < 0 ? undefined : { kind: 'timestamp', timestampMs: timestamp };
}

async function offsetOf(
  ports: KafkaPorts,
  asked: {
    readonly name: string;
    readonly partition: ListRequest['topics'][number]['partitions'][number];
    readonly isolationLevel: number;
  },
  { caller, signal, version }: RequestContext,
): Promise<Listed> {
  const { name: stream, partition } = asked;
  const { partitionIndex, currentLeaderEpoch: epoch } = partition;
  const conflict = epochConflict(ports, { stream, partition: partitionIndex, epoch });
  if (conflict !== undefined) return { partitionIndex, errorCode: refusal(conflict).errorCode };
  const { timestamp: asks } = partition;
  const at = version < (SINCE.get(asks) ?? 0) ? undefined : questionOf(asks);
  if (asks === LATEST_TIERED && version >= (SINCE.get(asks) ?? 0)) return { partitionIndex, ...NOWHERE };
  if (at === undefined) return { partitionIndex, errorCode: refusal('INVALID_REQUEST').errorCode };
  const isolation = asked.isolationLevel === READ_COMMITTED ? 'committed' : 'uncommitted';
  try {
    const name = { caller, stream, partition: partitionIndex };
    const found = await ports.streams.offsets(name, { at, isolation }, signal);
    const { offset, timestampMs: timestamp, leaderEpoch } = found;
    return { partitionIndex, errorCode: 0, offset, timestamp, leaderEpoch };
  } catch (thrown) {
    return { partitionIndex, errorCode: codeOf(ports, thrown, 'ListOffsets') };
  }
}

async function epochEnds(
  ports: KafkaPorts,
  request: RequestOf<typeof OffsetForLeaderEpoch>,
  { caller }: RequestContext,
): Promise<ResponseInput<typeof OffsetForLeaderEpoch>> {
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((asked) => epochEnd(ports, caller, topic, asked)),
  }));
  return { throttleTimeMs: 0, topics };
}

function epochEnd(
  ports: KafkaPorts,
  caller: Caller,
  stream: string,
  asked: {
    readonly partition: number;
    readonly currentLeaderEpoch: number;
    readonly leaderEpoch: number;
  },
): EpochEnd {
  const { partition, currentLeaderEpoch: epoch } = asked;
  const conflict = epochConflict(ports, { stream, partition, epoch });
  if (conflict !== undefined) return { partition, errorCode: refusal(conflict).errorCode };
  try {
    const found = ports.streams.epochEnd({ caller, stream, partition }, asked.leaderEpoch);
    if (found === undefined) return { partition, errorCode: 0 };
    return { partition, errorCode: 0, leaderEpoch: found.epoch, endOffset: found.endOffset };
  } catch (thrown) {
    return { partition, errorCode: codeOf(ports, thrown, 'OffsetForLeaderEpoch') };
  }
}

async function deleteRecords(
  ports: KafkaPorts,
  request: RequestOf<typeof DeleteRecords>,
  { caller }: RequestContext,
): Promise<ResponseInput<typeof DeleteRecords>> {
  const timeoutMs = Math.min(Math.max(request.timeoutMs, 1), TIMEOUT_MS_MAX);
  const topics: ResponseInput<typeof DeleteRecords>['topics'][number][] = [];
  for (const { name: stream, partitions } of request.topics) {
    const answers = partitions.map(async ({ partitionIndex, offset }): Promise<Deleted> => {
      const name = { caller, stream, partition: partitionIndex };
      if (offset < HIGH_WATERMARK)
        return { partitionIndex, lowWatermark: -1, errorCode: refusal('OFFSET_OUT_OF_RANGE').errorCode };
      const before = offset === HIGH_WATERMARK ? 'end' : offset;
      try {
        const lowWatermark = await ports.streams.truncate(name, before, timeoutMs);
        return { partitionIndex, lowWatermark, errorCode: 0 };
      } catch (thrown) {
        return { partitionIndex, lowWatermark: -1, errorCode: codeOf(ports, thrown, 'DeleteRecords') };
      }
    });
    topics.push({ name: stream, partitions: await Promise.all(answers) });
  }
  return { throttleTimeMs: 0, topics };
}

function codeOf(ports: KafkaPorts, thrown: unknown, api: string): number {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') ports.onFault(error, `kafka-${api}`);
  return refusalOf(error, 'common').errorCode;
}
