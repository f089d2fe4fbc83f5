/**
 * A cluster of real gRPC servers on loopback over one shared memory: every node knows the same logs, but only the leader of a
 * partition serves it. Leaders are moved, nodes killed and brought back, and appends met with scripted trouble.
 */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { type ClusterHandlers, ClusterService, type StreamsHandlers, StreamsService } from '@flowmesh/proto';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { FakeAdmin } from './fake-admin.ts';
import { answered, errorMessage, grpcError } from './fake-errors.ts';
import { FakeLog } from './fake-log.ts';

type AppendCall = ServerDuplexStream<flowmesh.v1.AppendRequest, flowmesh.v1.AppendResponse.$Properties>;
type SubscribeCall = ServerDuplexStream<
  flowmesh.v1.SubscribeRequest,
  flowmesh.v1.SubscribeResponse.$Properties
>;

/** What becomes of one append at the leader. */
export type AppendFate =
  | 'serve'
  /** Stored, but the node dies before it answers. */
  | 'store-and-die'
  /** The node dies before storing it. */
  | 'die'
  /** Stored, and never answered. */
  | 'store-in-silence'
  | { readonly refuse: FlowError }
  /** Served when the promise resolves; later appends of the stream wait behind it. */
  | { readonly after: Promise<void> };

export interface FakePartition {
  readonly log: FakeLog;
  leader: number;
  epoch: number;
}

export interface FakeStream {
  readonly name: string;
  readonly uuid: Uint8Array;
  readonly partitions: FakePartition[];
  readonly config: Record<string, string>;
  readonly createdAtMs: number;
  readonly revision: number;
  readonly replicationFactor: number;
}

export interface AppendContext {
  readonly node: number;
  readonly stream: string;
  readonly partition: number;
  readonly batch: Uint8Array;
  /** Appends that this cluster has seen before. */
  readonly seen: number;
}

export class FakeNode {
  readonly id: number;
  port = 0;
  server: Server | undefined;
  readonly subscribers = new Set<FakeSubscription>();

  constructor(id: number) {
    this.id = id;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }
}

export class FakeCluster implements AsyncDisposable {
  readonly nodes: FakeNode[] = [];
  readonly admin = new FakeAdmin(this);
  readonly streams = new Map<string, FakeStream>();
  fate: (context: AppendContext) => AppendFate = () => 'serve';
  /** Overrides what a node says about leaders, as one does that is behind. */
  staleLeader:
    | ((node: number, stream: string, partition: number) => { leader: number; epoch: number } | undefined)
    | undefined;
  /** Why a node answers no question about metadata. */
  refuseMetadata: (node: number) => FlowError | undefined = () => undefined;
  appends = 0;
  metadataCalls = 0;
  producerIds = 1_000;
  failInitProducer: FlowError | undefined;
  readonly requestIds: string[] = [];
  private revision = 1;

  static async start(count = 3): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    for (let id = 1; id <= count; id++) {
      const node = new FakeNode(id);
      cluster.nodes.push(node);
      await cluster.open(node);
    }
    return cluster;
  }

  get endpoints(): string[] {
    return this.nodes.map((node) => node.address);
  }

  node(id: number): FakeNode {
    return this.nodes[id - 1] as FakeNode;
  }

  addStream(name: string, partitions = 1, config: Record<string, string> = {}): FakeStream {
    const stream: FakeStream = {
      name,
      uuid: crypto.getRandomValues(new Uint8Array(16)),
      partitions: Array.from({ length: partitions }, (_, index) => ({
        log: new FakeLog(),
        leader: (index % this.nodes.length) + 1,
        epoch: 1,
      })),
      config,
      createdAtMs: 1_700_000_000_000,
      revision: ++this.revision,
      replicationFactor: Math.min(3, this.nodes.length),
    };
    this.streams.set(name, stream);
    return stream;
  }

  partition(stream: string, partition = 0): FakePartition {
    return this.streams.get(stream)?.partitions[partition] as FakePartition;
  }

  log(stream: string, partition = 0): FakeLog {
    return this.partition(stream, partition).log;
  }

  /** 0: nobody leads. */
  setLeader(stream: string, partition: number, leader: number): void {
    const target = this.partition(stream, partition);
    target.leader = leader;
    if (leader !== 0) target.epoch++;
    for (const node of this.nodes) for (const subscription of node.subscribers) subscription.pump();
  }

  /** As SIGKILL: connections break at once. */
  kill(id: number): void {
    const node = this.node(id);
    node.server?.forceShutdown();
    node.server = undefined;
    for (const subscription of node.subscribers) subscription.stop();
    node.subscribers.clear();
  }

  async restart(id: number): Promise<void> {
    await this.open(this.node(id));
  }

  /** Puts records into a log and wakes subscribers. */
  append(stream: string, partition: number, batch: Uint8Array): void {
    const { log, epoch } = this.partition(stream, partition);
    log.append(batch, epoch);
    this.wake();
  }

  wake(): void {
    for (const node of this.nodes) for (const subscription of node.subscribers) subscription.pump();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) this.kill(node.id);
    await Promise.resolve();
  }

  private async open(node: FakeNode): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
    server.addService(StreamsService, this.streamHandlers(node));
    const clusterHandlers: ClusterHandlers = {
      metadata: (call, callback) => answered(callback, () => this.metadata(node, call.request)),
      ...this.admin.handlers(node),
    };
    server.addService(ClusterService, clusterHandlers);
    node.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${node.port}`, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    node.server = server;
  }

  /** The partition at its leader, else NOT_LEADER or NO_LEADER as the broker says it. */
  leading(node: FakeNode, stream: string, partition: number): FakePartition {
    const known = this.streams.get(stream);
    if (known === undefined) throw new FlowError('NOT_FOUND', `stream ${stream} does not exist`);
    const target = known.partitions[partition];
    if (target === undefined) throw new FlowError('INVALID_ARGUMENT', `no partition ${partition}`);
    if (target.leader === 0) throw new FlowError('NO_LEADER', 'no node leads this partition');
    if (target.leader !== node.id) {
      throw new FlowError('NOT_LEADER', `node ${target.leader} leads`, {
        details: {
          leader: this.node(target.leader).address,
          leaderNode: target.leader,
          leaderEpoch: target.epoch,
        },
      });
    }
    return target;
  }

  private metadata(
    node: FakeNode,
    request: flowmesh.v1.MetadataRequest,
  ): flowmesh.v1.MetadataResponse.$Properties {
    this.metadataCalls++;
    const refusal = this.refuseMetadata(node.id);
    if (refusal !== undefined) throw refusal;
    const names = request.allStreams ? [...this.streams.keys()] : request.streams;
    return {
      clusterId: 'fake',
      revision: this.revision,
      nodes: this.nodes.map((one) => ({
        id: one.id,
        grpcAddress: one.address,
        alive: one.server !== undefined,
      })),
      streams: names.map((name) => {
        const stream = this.streams.get(name);
        if (stream === undefined) return { name, found: false };
        return {
          name,
          uuid: stream.uuid,
          found: true,
          partitions: stream.partitions.map((partition, index) => {
            const told = this.staleLeader?.(node.id, name, index) ?? partition;
            return { partition: index, leader: told.leader, leaderEpoch: told.epoch, replicas: [1, 2, 3] };
          }),
        };
      }),
    };
  }

  private streamHandlers(node: FakeNode): StreamsHandlers {
    return {
      createStream: (call, callback) => answered(callback, () => this.createStream(call.request)),
      updateStream: (call, callback) => answered(callback, () => this.updateStream(call.request)),
      deleteStream: (call, callback) =>
        answered(callback, () => {
          this.requestIds.push(call.request.requestId);
          this.streamNamed(call.request.name);
          this.streams.delete(call.request.name);
          return {};
        }),
      getStream: (call, callback) =>
        answered(callback, () => this.describe(this.streamNamed(call.request.name))),
      listStreams: (call, callback) => answered(callback, () => this.list(call.request)),
      initProducer: (call, callback) =>
        answered(callback, () => {
          this.requestIds.push(call.request.requestId);
          if (this.failInitProducer !== undefined) throw this.failInitProducer;
          return { producerId: ++this.producerIds, producerEpoch: 0 };
        }),
      append: (_call, callback) => callback(grpcError(new FlowError('UNSUPPORTED', 'use AppendStream'))),
      appendStream: (call) => new FakeAppendStream(this, node, call),
      read: (_call, callback) => callback(grpcError(new FlowError('UNSUPPORTED', 'use Subscribe'))),
      subscribe: (call) => {
        const subscription = new FakeSubscription(this, node, call);
        node.subscribers.add(subscription);
      },
      getOffsets: (call, callback) => answered(callback, () => this.offsets(node, call.request)),
      truncate: (call, callback) =>
        answered(callback, () => {
          const { log } = this.leading(node, call.request.stream, call.request.partition);
          const before = call.request.beforeOffset;
          log.logStart = Math.max(log.logStart, before < 0 ? log.end : before);
          return { logStartOffset: log.logStart };
        }),
    };
  }

  private streamNamed(name: string): FakeStream {
    const stream = this.streams.get(name);
    if (stream === undefined) {
      throw new FlowError('NOT_FOUND', `stream ${name} does not exist`, {
        hint: 'See: flowmesh stream list',
      });
    }
    return stream;
  }

  private createStream(request: flowmesh.v1.CreateStreamRequest): flowmesh.v1.Stream.$Properties {
    this.requestIds.push(request.requestId);
    if (this.streams.has(request.name)) {
      throw new FlowError('ALREADY_EXISTS', `stream ${request.name} exists already`);
    }
    const stream = this.addStream(request.name, Math.max(1, request.partitions), { ...request.config });
    return this.describe(stream);
  }

  private updateStream(request: flowmesh.v1.UpdateStreamRequest): flowmesh.v1.Stream.$Properties {
    this.requestIds.push(request.requestId);
    const stream = this.streamNamed(request.name);
    if (request.partitions > 0 && request.partitions < stream.partitions.length) {
      throw new FlowError('INVALID_ARGUMENT', 'a stream never gets fewer partitions');
    }
    const changed = {
      ...stream,
      config: { ...stream.config, ...request.setConfig },
      partitions: [...stream.partitions],
      replicationFactor: request.replicationFactor || stream.replicationFactor,
    };
    for (const key of request.unsetConfig) delete changed.config[key];
    while (changed.partitions.length < request.partitions) {
      changed.partitions.push({ log: new FakeLog(), leader: 1, epoch: 1 });
    }
    if (!request.dryRun) this.streams.set(request.name, changed);
    return this.describe(changed);
  }

  private list(request: flowmesh.v1.ListStreamsRequest): flowmesh.v1.ListStreamsResponse.$Properties {
    const names = [...this.streams.keys()].filter((name) => name.startsWith(request.prefix)).sort();
    const from = request.pageToken === '' ? 0 : Number(request.pageToken);
    const page = names.slice(from, from + 2);
    return {
      streams: page.map((name) => this.describe(this.streamNamed(name))),
      nextPageToken: from + 2 < names.length ? String(from + 2) : '',
    };
  }

  private describe(stream: FakeStream): flowmesh.v1.Stream.$Properties {
    return {
      name: stream.name,
      uuid: stream.uuid,
      revision: stream.revision,
      partitions: stream.partitions.length,
      replicationFactor: stream.replicationFactor,
      config: stream.config,
      createdAtMs: stream.createdAtMs,
      partitionInfos: stream.partitions.map((partition, index) => ({
        partition: index,
        groupId: index + 1,
        replicas: [1, 2, 3],
        inSyncReplicas: [1, 2, 3],
        leader: partition.leader,
        leaderEpoch: partition.epoch,
        logStartOffset: partition.log.logStart,
        highWatermark: partition.log.end,
        sizeBytes: partition.log.batches.reduce((sum, batch) => sum + batch.bytes.length, 0),
      })),
    };
  }

  private offsets(
    node: FakeNode,
    request: flowmesh.v1.GetOffsetsRequest,
  ): flowmesh.v1.GetOffsetsResponse.$Properties {
    const stream = this.streamNamed(request.stream);
    const wanted = request.partitions.length > 0 ? request.partitions : stream.partitions.map((_, i) => i);
    return {
      partitions: wanted.map((partition) => {
        try {
          const { log, epoch } = this.leading(node, request.stream, partition);
          const found = placed(log, request);
          return {
            partition,
            offset: found.offset,
            timestampMs: found.timestampMs,
            logStartOffset: log.logStart,
            highWatermark: log.end,
            leaderEpoch: epoch,
          };
        } catch (error) {
          return { partition, error: errorMessage(error as FlowError) };
        }
      }),
    };
  }
}

function placed(
  log: FakeLog,
  request: flowmesh.v1.GetOffsetsRequest,
): { offset: number; timestampMs: number } {
  if (request.at === 'earliest') return { offset: log.logStart, timestampMs: -1 };
  if (request.at === 'latest') return { offset: log.end, timestampMs: -1 };
  const found = log.records().find((record) => record.timestampMs >= (request.timestampMs ?? 0));
  return found === undefined ? { offset: -1, timestampMs: -1 } : found;
}

/** Serves one AppendStream in the order of requests. */
class FakeAppendStream {
  private readonly cluster: FakeCluster;
  private readonly node: FakeNode;
  private readonly call: AppendCall;
  private turn: Promise<void> = Promise.resolve();

  constructor(cluster: FakeCluster, node: FakeNode, call: AppendCall) {
    this.cluster = cluster;
    this.node = node;
    this.call = call;
    call.on('data', (request: flowmesh.v1.AppendRequest) => {
      this.turn = this.turn.then(() => this.serve(request));
    });
    call.on('end', () => call.end());
    call.on('error', () => undefined);
  }

  private async serve(request: flowmesh.v1.AppendRequest): Promise<void> {
    if (this.node.server === undefined) return;
    const { stream, partition } = request;
    const batch = request.batch ?? new Uint8Array(0);
    const fate = this.cluster.fate({
      node: this.node.id,
      stream,
      partition,
      batch,
      seen: this.cluster.appends++,
    });
    if (typeof fate === 'object' && 'after' in fate) await fate.after;
    if (this.node.server === undefined) return;
    try {
      if (typeof fate === 'object' && 'refuse' in fate) throw fate.refuse;
      if (fate === 'die') {
        this.cluster.kill(this.node.id);
        return;
      }
      const { log, epoch } = this.cluster.leading(this.node, stream, partition);
      const stored = log.append(batch, epoch);
      this.cluster.wake();
      if (fate === 'store-and-die') {
        this.cluster.kill(this.node.id);
        return;
      }
      if (fate === 'store-in-silence') return;
      this.call.write({
        correlation: request.correlation,
        metadata: { stream, partition, ...stored, leaderEpoch: epoch, logStartOffset: log.logStart },
      });
    } catch (error) {
      this.call.write({ correlation: request.correlation, error: errorMessage(error as FlowError) });
    }
  }
}

/** Pushes batches of its partitions as far as credit reaches. */
class FakeSubscription {
  private readonly cluster: FakeCluster;
  private readonly node: FakeNode;
  private readonly call: SubscribeCall;
  private stream = '';
  private readonly positions = new Map<number, number>();
  private credit = 0;
  private stopped = false;

  constructor(cluster: FakeCluster, node: FakeNode, call: SubscribeCall) {
    this.cluster = cluster;
    this.node = node;
    this.call = call;
    call.on('data', (request: flowmesh.v1.SubscribeRequest) => this.onRequest(request));
    call.on('end', () => this.stop());
    call.on('cancelled', () => this.stop());
    call.on('error', () => this.stop());
  }

  stop(): void {
    this.stopped = true;
    this.node.subscribers.delete(this);
  }

  pump(): void {
    if (this.stopped) return;
    for (const [partition, offset] of this.positions) {
      try {
        this.pumpPartition(partition, offset);
      } catch (error) {
        this.positions.delete(partition);
        this.call.write({ partition, error: errorMessage(error as FlowError) });
      }
    }
  }

  private pumpPartition(partition: number, from: number): void {
    const { log } = this.cluster.leading(this.node, this.stream, partition);
    if (from < log.logStart || from > log.end) {
      throw new FlowError('OFFSET_OUT_OF_RANGE', `offset ${from} is outside ${log.logStart} to ${log.end}`);
    }
    let at = from;
    while (this.credit > 0) {
      const batch = log.batchAt(at);
      if (batch === undefined) break;
      at = batch.baseOffset + batch.header.recordCount;
      this.credit -= batch.bytes.length;
      this.positions.set(partition, at);
      this.call.write({
        partition,
        batches: [batch.bytes],
        nextOffset: at,
        highWatermark: log.end,
        costBytes: batch.bytes.length,
      });
    }
  }

  private onRequest(request: flowmesh.v1.SubscribeRequest): void {
    if (request.start !== null) {
      this.stream = request.start.stream ?? '';
      this.credit = request.start.creditBytes ?? 0;
      for (const { partition, offset } of request.start.positions ?? []) {
        this.positions.set(partition ?? 0, offset ?? 0);
      }
    } else this.credit += request.creditBytes ?? 0;
    this.pump();
  }
}
