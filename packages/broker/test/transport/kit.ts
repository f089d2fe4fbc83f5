/** Real transports on loopback, with handlers that record what arrives, and waiting for conditions. */
import {
  type FlowError,
  type Clock,
  type GroupId,
  type MemberId,
  memberId,
  type NodeId,
  nodeId,
  replicaId,
  type Scheduler,
  SeededRandom,
} from '@flowmesh/base';
import { type PeerHandlers, PeerService } from '@flowmesh/proto';
import type { Entry, PeerMessage } from '@flowmesh/raft';
import type { SnapshotSource } from '@flowmesh/storage';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GrpcTransport, type TransportMetrics } from '../../src/transport/grpc-transport.ts';
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from '../../src/transport/limits.ts';
import {
  PeerListener,
  type PeerListenerOptions,
  type ReceiveCall,
} from '../../src/transport/peer-listener.ts';
import type {
  GroupMessage,
  PeerEndpoint,
  SnapshotPull,
  TransportHandler,
} from '../../src/transport/transport.ts';

export const CLUSTER = 'c-test';

export const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

export const scheduler: Scheduler = {
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  endOfTurn: (task) => void setImmediate(task),
};

/** Resolves once `condition` holds; looks after every turn of the event loop. */
export async function until(what: string, condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class RecordingHandler implements TransportHandler {
  readonly disowned: FlowError[] = [];
  readonly frames: { from: NodeId; messages: readonly GroupMessage[] }[] = [];
  readonly health: { from: NodeId; payload: Uint8Array }[] = [];
  readonly ups: NodeId[] = [];
  readonly downs: NodeId[] = [];
  readonly unreachable: { group: GroupId; to: MemberId }[] = [];
  snapshot: (pull: SnapshotPull) => Promise<SnapshotSource> = () =>
    Promise.reject(new Error('no snapshot here'));
  forwarded: (command: Uint8Array) => Promise<Uint8Array> = (command) => Promise.resolve(command);

  get messages(): readonly GroupMessage[] {
    return this.frames.flatMap((frame) => frame.messages);
  }
  onMessages(from: NodeId, messages: readonly GroupMessage[]): void {
    this.frames.push({ from, messages });
  }
  onDisowned(error: FlowError): void {
    this.disowned.push(error);
  }
  onHealth(from: NodeId, payload: Uint8Array): void {
    this.health.push({ from, payload: Uint8Array.from(payload) });
  }
  onPeerUp(node: NodeId): void {
    this.ups.push(node);
  }
  onPeerDown(node: NodeId): void {
    this.downs.push(node);
  }
  onUnreachable(group: GroupId, to: MemberId): void {
    this.unreachable.push({ group, to });
  }
  openSnapshot(pull: SnapshotPull): Promise<SnapshotSource> {
    return this.snapshot(pull);
  }
  onForward(command: Uint8Array): Promise<Uint8Array> {
    return this.forwarded(command);
  }
}

export class CountingMetrics implements TransportMetrics {
  readonly frames = new Map<string, number>();
  readonly bytes = new Map<string, number>();
  readonly dropped = new Map<string, number>();

  peerTraffic(direction: 'sent' | 'received', connectionClass: string, bytes: number): void {
    const key = `${direction} ${connectionClass}`;
    this.frames.set(key, (this.frames.get(key) ?? 0) + 1);
    this.bytes.set(key, (this.bytes.get(key) ?? 0) + bytes);
  }
  peerDrop(connectionClass: string, messages: number): void {
    this.dropped.set(connectionClass, (this.dropped.get(connectionClass) ?? 0) + messages);
  }
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface TestNodeOptions {
  /** The feature level in force, as this node knows it. */
  readonly level?: () => number;
  readonly clusterId?: string;
  readonly uuid?: string;
  readonly port?: number;
  /** Of the data directory. */
  readonly starts?: number;
  readonly limits?: Partial<TransportLimits>;
  readonly onJoin?: PeerListenerOptions['onJoin'];
  readonly clock?: Clock;
}

export class TestNode {
  readonly node: NodeId;
  readonly uuid: string;
  readonly handler = new RecordingHandler();
  readonly metrics = new CountingMetrics();
  readonly lines: LogLine[] = [];
  readonly listener: PeerListener;
  readonly transport: GrpcTransport;

  private constructor(node: NodeId, listener: PeerListener, options: TestNodeOptions) {
    this.node = node;
    this.uuid = options.uuid ?? `uuid-${node}`;
    this.listener = listener;
    const log = (level: LogLine['level']) => (fields: object, message: string) => {
      this.lines.push({ level, fields: fields as LogLine['fields'], message });
    };
    this.transport = new GrpcTransport({
      ...(options.level === undefined ? {} : { level: options.level }),
      self: {
        clusterId: options.clusterId ?? CLUSTER,
        node,
        uuid: this.uuid,
        session: `${node}-${performance.now()}`,
        starts: options.starts ?? 0,
        recovered: 0,
      },
      listener,
      handler: this.handler,
      clock: options.clock ?? clock,
      scheduler,
      random: new SeededRandom(node),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      metrics: this.metrics,
      limits: { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits },
    });
  }

  static async start(node: number, options: TestNodeOptions = {}): Promise<TestNode> {
    const limits = { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits };
    const listener = await PeerListener.listen({
      host: '127.0.0.1',
      port: options.port ?? 0,
      limits,
      ...(options.onJoin === undefined ? {} : { onJoin: options.onJoin }),
    });
    return new TestNode(nodeId(node), listener, options);
  }

  get endpoint(): PeerEndpoint {
    return { node: this.node, uuid: this.uuid, address: `127.0.0.1:${this.listener.port}` };
  }

  warnings(): readonly LogLine[] {
    return this.lines.filter((line) => line.level === 'warn');
  }

  async close(): Promise<void> {
    await this.transport.close();
    await this.listener.close();
  }
}

/** Something at a peer's address that answers Receive as the test says. */
export class Answerer {
  readonly address: string;
  /** Streams opened so far. */
  streams = 0;
  private readonly server: Server;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.address = `127.0.0.1:${port}`;
  }
  static async start(answer: (call: ReceiveCall) => void): Promise<Answerer> {
    const server = new Server();
    const handlers: Partial<PeerHandlers> = {
      receive: (call) => {
        answerer.streams++;
        call.on('error', () => undefined);
        call.on('end', () => call.end());
        answer(call);
      },
    };
    server.addService(PeerService, handlers as PeerHandlers);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const answerer = new Answerer(server, port);
    return answerer;
  }
  close(): void {
    this.server.forceShutdown();
  }
}

/** Introduces all nodes to each other and waits until everybody is up. */
export async function meet(...nodes: readonly TestNode[]): Promise<void> {
  for (const node of nodes) node.transport.setPeers(nodes.map((other) => other.endpoint));
  await until('all peers are up', () =>
    nodes.every((node) => nodes.every((other) => other === node || node.transport.connected(other.node))),
  );
}

export function member(node: number, replica = 1): MemberId {
  return memberId({ node: nodeId(node), replica: replicaId(replica) });
}

export function heartbeat(from: number, to: number, commit = 0): PeerMessage {
  return { kind: 'heartbeat', from: member(from), to: member(to), term: 1, commit, context: 0 };
}

export function append(
  from: number,
  to: number,
  prevIndex: number,
  data: readonly Uint8Array[],
): PeerMessage {
  const entries: Entry[] = data.map((bytes, i) => ({
    term: 1,
    index: prevIndex + 1 + i,
    kind: 'normal',
    data: bytes,
  }));
  return {
    kind: 'append',
    from: member(from),
    to: member(to),
    term: 1,
    prevIndex,
    prevTerm: prevIndex === 0 ? 0 : 1,
    entries,
    commit: prevIndex,
  };
}
