/** Streams as things to be made, looked at and removed. Every mutation carries a request id, so repeating it is safe. */
import type { flowmesh } from '@flowmesh/proto';
import { createUnlessThere } from '../routing/create-unless-there.ts';
import {
  callLeader,
  fetchOffsets,
  type LeaderCallDeps,
  type OffsetPlace,
  type PartitionOffsets,
} from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { callUnary } from '../wire/node-connection.ts';

export interface StreamInfo {
  readonly name: string;
  /** Hexadecimal; another one when the name is created again. */
  readonly uuid: string;
  readonly revision: number;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface PartitionInfo {
  readonly partition: number;
  /** Node ids, preferred leader first. */
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Undefined where none is known. */
  readonly leader: number | undefined;
  readonly leaderEpoch: number;
  /** These three as the answering node has heard of them, some seconds ago; `offsets` asks the leaders. */
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
}

export interface StreamDescription extends StreamInfo {
  readonly partitionInfos: readonly PartitionInfo[];
}

export interface CreateStreamOptions extends CallOptions {
  readonly name: string;
  /** Default: 1. */
  readonly partitions?: number | undefined;
  /** Default: 3, or as many nodes as there are. */
  readonly replicationFactor?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** A stream of this name that is there already is returned as it is, with the settings that it has. */
  readonly ifNotExists?: boolean | undefined;
}

export interface UpdateStreamOptions extends CallOptions {
  readonly name: string;
  readonly setConfig?: Readonly<Record<string, string>> | undefined;
  /** Keys that go back to the cluster's defaults. */
  readonly unsetConfig?: readonly string[] | undefined;
  /** How many there are afterwards; never fewer than now. Keys of records then map to other partitions. */
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  /** Only check, and return the stream as it would be. */
  readonly dryRun?: boolean | undefined;
}

const PAGE_SIZE = 500;

export class StreamAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** ALREADY_EXISTS, INVALID_ARGUMENT, PRECONDITION_FAILED (too few nodes). */
  async create(options: CreateStreamOptions): Promise<StreamInfo> {
    if (options.ifNotExists !== true) return await this.createNew(options);
    return await createUnlessThere(
      () => this.createNew(options),
      () => this.get(options.name, options),
    );
  }

  private async createNew(options: CreateStreamOptions): Promise<StreamInfo> {
    const request = {
      name: options.name,
      partitions: options.partitions ?? 0,
      replicationFactor: options.replicationFactor ?? 0,
      config: { ...options.config },
      requestId: this.deps.surroundings.requestId(),
    };
    const created = await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.streams.createStream.bind(connection.streams), request, limits),
    );
    this.deps.router.cache.forget(options.name);
    return toInfo(created);
  }

  /**
   * Changes configuration, number of partitions or copies; returns the stream as it is then, while copies may still be made.
   * NOT_FOUND, INVALID_ARGUMENT (fewer partitions, unknown key), PRECONDITION_FAILED (too few nodes, a change under way).
   */
  async update(options: UpdateStreamOptions): Promise<StreamInfo> {
    const request = {
      name: options.name,
      setConfig: { ...options.setConfig },
      unsetConfig: [...(options.unsetConfig ?? [])],
      partitions: options.partitions ?? 0,
      replicationFactor: options.replicationFactor ?? 0,
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const updated = await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.streams.updateStream.bind(connection.streams), request, limits),
    );
    this.deps.router.cache.forget(options.name);
    return toInfo(updated);
  }

  /** NOT_FOUND. */
  async get(name: string, options: CallOptions = {}): Promise<StreamDescription> {
    const stream = await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.streams.getStream.bind(connection.streams), { name }, limits),
    );
    return {
      ...toInfo(stream),
      partitionInfos: [...stream.partitionInfos].map(toPartition).sort((a, b) => a.partition - b.partition),
    };
  }

  /** All streams, or those whose name begins with `prefix`, by name. */
  async *list(options: CallOptions & { readonly prefix?: string } = {}): AsyncGenerator<StreamInfo> {
    let pageToken = '';
    do {
      const request = { prefix: options.prefix ?? '', pageSize: PAGE_SIZE, pageToken };
      const page = await this.deps.router.callAny(options, (connection, limits) =>
        callUnary(connection.streams.listStreams.bind(connection.streams), request, limits),
      );
      for (const stream of page.streams) yield toInfo(stream);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  /** Deletes the stream and all its records. NOT_FOUND. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    const request = { name, requestId: this.deps.surroundings.requestId() };
    await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.streams.deleteStream.bind(connection.streams), request, limits),
    );
    this.deps.router.cache.forget(name);
  }

  /** Offsets of the partitions (default: all) at a place, asked at their leaders. */
  offsets(
    query: {
      readonly stream: string;
      readonly partitions?: readonly number[] | undefined;
      readonly at?: OffsetPlace;
    },
    options: CallOptions = {},
  ): Promise<readonly PartitionOffsets[]> {
    return fetchOffsets(this.deps, { ...query, at: query.at ?? 'latest' }, options);
  }

  /** Deletes the records before an offset (`latest`: all there are) and returns where the log starts now. */
  async truncate(
    where: { readonly stream: string; readonly partition: number; readonly beforeOffset: number | 'latest' },
    options: CallOptions = {},
  ): Promise<{ readonly logStartOffset: number }> {
    const { stream, partition, beforeOffset } = where;
    const request = {
      stream,
      partition,
      beforeOffset: beforeOffset === 'latest' ? -1 : beforeOffset,
      requestId: this.deps.surroundings.requestId(),
    };
    return await callLeader(this.deps, { stream, partition }, options, async (connection, limits) => {
      const method = connection.streams.truncate.bind(connection.streams);
      const { logStartOffset } = await callUnary(method, request, limits);
      return { logStartOffset };
    });
  }
}

function toInfo(stream: flowmesh.v1.Stream.$Properties): StreamInfo {
  return {
    name: stream.name ?? '',
    uuid: Buffer.from(stream.uuid ?? []).toString('hex'),
    revision: stream.revision ?? 0,
    partitions: stream.partitions ?? 0,
    replicationFactor: stream.replicationFactor ?? 0,
    config: { ...stream.config },
    createdAt: stream.createdAtMs ?? 0,
  };
}

function toPartition(info: flowmesh.v1.PartitionInfo.$Properties): PartitionInfo {
  const leader = info.leader ?? 0;
  return {
    partition: info.partition ?? 0,
    replicas: [...(info.replicas ?? [])],
    inSyncReplicas: [...(info.inSyncReplicas ?? [])],
    leader: leader === 0 ? undefined : leader,
    leaderEpoch: info.leaderEpoch ?? 0,
    logStartOffset: info.logStartOffset ?? 0,
    highWatermark: info.highWatermark ?? 0,
    sizeBytes: info.sizeBytes ?? 0,
  };
}
