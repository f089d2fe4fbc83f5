/** The unary calls of `flowmesh.v1.Streams`: checks of fields, translation, nothing else. */
import { isFlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ProducerIds } from '../../services/metadata/producer-ids.ts';
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { OffsetQuestion } from '../../services/stream/offset-finder.ts';
import type { AppendResult } from '../../services/stream/pending-append.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import { appendArguments, appendedMetadata } from './append-translation.ts';
import type { CallContext } from './calls.ts';
import { asFlowError, errorMessage } from './errors.ts';
import * as check from './request-checks.ts';
import { wireDescription, wireFilterReport, wireRecords, wireStream } from './wire-records.ts';

type V1 = typeof flowmesh.v1;
type Sent<Name extends keyof V1> = V1[Name] extends { decode(...rest: never[]): infer Message }
  ? Message
  : never;

const { READ_FORMAT_BATCHES, READ_FORMAT_RECORDS } = flowmesh.v1.ReadFormat;
const CREATE_TIMEOUT_MS = 30_000;
const TRUNCATE_TIMEOUT_MS = 30_000;
const PARTITIONS_MAX = 10_000;
/** Answered a little before the client's own deadline, so that it learns why. */
const DEADLINE_MARGIN_MS = 50;

export interface StreamsHandlersPorts {
  readonly streams: StreamService;
  readonly admin: ResourceAdmin;
  readonly updates: ResourceUpdate;
  readonly producers: ProducerIds;
}

/** At most `limitMs`, and no longer than the client waits. */
function within(limitMs: number, context: CallContext): number {
  const { remainingMs } = context;
  return remainingMs === undefined
    ? limitMs
    : Math.max(1, Math.min(limitMs, remainingMs - DEADLINE_MARGIN_MS));
}

export class StreamsHandlersOverGrpc {
  private readonly ports: StreamsHandlersPorts;

  constructor(ports: StreamsHandlersPorts) {
    this.ports = ports;
  }

  async create(
    request: Sent<'CreateStreamRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.Stream.$Properties> {
    const description = await this.ports.admin.create(
      {
        caller: context.caller,
        name: check.streamName(request.name, 'name'),
        partitions: count(request.partitions, 'partitions'),
        replicationFactor: count(request.replicationFactor, 'replication_factor'),
        config: request.config,
        requestId: check.requestId(request.requestId),
        timeoutMs: within(CREATE_TIMEOUT_MS, context),
      },
      context.signal,
    );
    return wireDescription(description);
  }

  async update(
    request: Sent<'UpdateStreamRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.Stream.$Properties> {
    const updated = await this.ports.updates.update({
      name: check.streamName(request.name, 'name'),
      set: check.settings(request.setConfig, 'set_config'),
      unset: check.keys(request.unsetConfig, 'unset_config'),
      partitions: count(request.partitions, 'partitions'),
      replicationFactor: count(request.replicationFactor, 'replication_factor'),
      dryRun: request.dryRun,
      caller: context.caller,
      requestId: check.requestId(request.requestId),
      signal: context.signal,
    });
    const { partitions } = request;
    // A rehearsal gives no groups to partitions that it does not make.
    if (request.dryRun) return { ...wireStream(updated), ...(partitions === 0 ? {} : { partitions }) };
    return wireDescription(this.ports.admin.describe(updated));
  }

  async delete(
    request: Sent<'DeleteStreamRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.DeleteStreamResponse.$Properties> {
    const name = check.streamName(request.name, 'name');
    await this.ports.admin.delete(context.caller, name, check.requestId(request.requestId), context.signal);
    return {};
  }

  async get(
    request: Sent<'GetStreamRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.Stream.$Properties> {
    return wireDescription(this.ports.admin.get(context.caller, check.streamName(request.name, 'name')));
  }

  async list(
    request: Sent<'ListStreamsRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.ListStreamsResponse.$Properties> {
    const size = check.orDefault(request.pageSize, 'page_size', {
      min: 1,
      max: check.PAGE_SIZE_MAX,
      otherwise: check.PAGE_SIZE_DEFAULT,
    });
    const after = request.pageToken === '' ? '' : Buffer.from(request.pageToken, 'base64url').toString();
    if (request.pageToken !== '' && after === '')
      throw check.invalid('page_token', 'was not given out by this service');
    const page = this.ports.admin.list(context.caller, { prefix: request.prefix, after, size });
    return {
      streams: page.resources.map(wireStream),
      nextPageToken: page.nextAfter === undefined ? '' : Buffer.from(page.nextAfter).toString('base64url'),
    };
  }

  async initProducer(
    request: Sent<'InitProducerRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.InitProducerResponse.$Properties> {
    const producerId = await this.ports.producers.take(context.caller, check.requestId(request.requestId));
    return { producerId, producerEpoch: 0 };
  }

  async append(
    request: Sent<'AppendRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.AppendResponse.$Properties> {
    const append = appendArguments(request, context.caller);
    const timeoutMs = within(append.request.timeoutMs, context);
    const result = await new Promise<AppendResult>((resolve) => {
      if (append.kind === 'batch') this.ports.streams.append({ ...append.request, timeoutMs }, resolve);
      else this.ports.streams.appendRecords({ ...append.request, timeoutMs }, append.records, resolve);
    });
    if (!result.ok) throw result.error;
    return { correlation: request.correlation, metadata: appendedMetadata(result.appended) };
  }

  async read(
    request: Sent<'ReadRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.ReadResponse.$Properties> {
    const { streams } = this.ports;
    const format = check.known(request.format, 'format', [READ_FORMAT_RECORDS, READ_FORMAT_BATCHES]);
    const offset = check.offset(request.offset);
    const int32 = { min: 0, max: 2 ** 31 - 1 };
    const result = await streams.read(
      {
        caller: context.caller,
        stream: check.streamName(request.stream),
        partition: check.partitionNumber(request.partition),
        offset,
        bytesMax: check.orDefault(request.maxBytes, 'max_bytes', {
          ...int32,
          otherwise: check.READ_BYTES_DEFAULT,
        }),
        bytesMin: check.integer(request.minBytes, 'min_bytes', int32),
        isolation: check.isolation(request.isolation),
        filter: check.filterText(request.filter),
        waitMs: check.integer(request.maxWaitMs, 'max_wait_ms', { min: 0, max: check.READ_WAIT_MAX_MS }),
      },
      context.signal,
    );
    const { nextOffset, highWatermark, logStartOffset, lastStableOffset } = result;
    const bounds = {
      nextOffset,
      highWatermark,
      logStartOffset,
      lastStableOffset,
      ...wireFilterReport(result.filter),
    };
    if (format === READ_FORMAT_BATCHES) return { ...bounds, batches: [...result.batches] };
    const records = streams.recordsOf(result.batches, offset);
    if (isFlowError(records)) throw records;
    return { ...bounds, records: wireRecords(records) };
  }

  /** Partitions are asked at once; each answers or fails for itself. */
  async offsets(
    request: Sent<'GetOffsetsRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.GetOffsetsResponse.$Properties> {
    const stream = check.streamName(request.stream);
    const asked = { at: question(request), isolation: check.isolation(request.isolation) };
    const { caller } = context;
    const all = this.ports.admin.get(caller, stream).partitions.map(({ partition }) => partition);
    const wanted =
      request.partitions.length === 0
        ? all
        : request.partitions.map((each) => check.partitionNumber(each, 'partitions'));
    if (wanted.length > PARTITIONS_MAX) throw check.invalid('partitions', 'has too many elements');
    const partitions = await Promise.all(
      wanted.map(async (partition): Promise<flowmesh.v1.PartitionOffsets.$Properties> => {
        try {
          return {
            partition,
            ...(await this.ports.streams.offsets({ caller, stream, partition }, asked, context.signal)),
          };
        } catch (error) {
          return { partition, offset: -1, timestampMs: -1, error: errorMessage(asFlowError(error)) };
        }
      }),
    );
    return { partitions };
  }

  async truncate(
    request: Sent<'TruncateRequest'>,
    context: CallContext,
  ): Promise<flowmesh.v1.TruncateResponse.$Properties> {
    check.requestId(request.requestId);
    const before = request.beforeOffset === -1 ? 'end' : check.offset(request.beforeOffset, 'before_offset');
    const name = {
      caller: context.caller,
      stream: check.streamName(request.stream),
      partition: check.partitionNumber(request.partition),
    };
    return {
      logStartOffset: await this.ports.streams.truncate(name, before, within(TRUNCATE_TIMEOUT_MS, context)),
    };
  }
}

function count(value: number, field: string): number | undefined {
  return value === 0 ? undefined : check.integer(value, field, { min: 1, max: PARTITIONS_MAX });
}

function question(request: Sent<'GetOffsetsRequest'>): OffsetQuestion {
  const { timestampMs, earliest, latest } = request;
  if (timestampMs !== null && timestampMs !== undefined) {
    return {
      kind: 'timestamp',
      timestampMs: check.integer(timestampMs, 'timestamp_ms', { min: 0, max: Number.MAX_SAFE_INTEGER }),
    };
  }
  if (earliest === true) return { kind: 'earliest' };
  if (latest === true) return { kind: 'latest' };
  throw check.invalid('at', 'is missing: timestamp_ms, earliest or latest');
}
