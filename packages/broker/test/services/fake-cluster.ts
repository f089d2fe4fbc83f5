/** Metadata and soft state of a cluster in memory, over the real catalog machine. */
import { crc32c, groupId, nodeId } from '@flowmesh/base';
import type { FlowError, GroupId, NodeId } from '@flowmesh/base';
import {
  CatalogMachine,
  encodeCommand,
  FEATURES,
  PLACEMENT_VERSION,
  parseQualified,
} from '@flowmesh/engines';
import type { CatalogCommand, Reply, StateReader, StateWriter } from '@flowmesh/engines';
import { encodeBatch } from '@flowmesh/kafka';
import type { BatchProducer } from '@flowmesh/kafka';
import { ByteBudget } from '../../src/services/byte-budget.ts';
import { NO_METRICS, OPEN_DOOR } from '../../src/services/ports.ts';
import type {
  Caller,
  CatalogPort,
  DiskPort,
  GroupLeader,
  GroupSummary,
  LeaderPort,
} from '../../src/services/ports.ts';
import { DEFAULT_STREAM_LIMITS, StreamService } from '../../src/services/stream/stream-service.ts';
import type { StreamLimits } from '../../src/services/stream/stream-service.ts';
import type { AppendResult } from '../../src/services/stream/pending-append.ts';
import { FakeReplicas } from './fake-replicas.ts';
import type { FakeReplica } from './fake-replicas.ts';
import { ManualTime } from './manual-time.ts';
import { placedInTurns } from '../placed-in-turns.ts';

const NO_STATE: StateReader & StateWriter = {
  get: async () => undefined,
  scan: async () => [],
  put: () => undefined,
  putLate: () => undefined,
  del: () => undefined,
};

export class FakeCatalog implements CatalogPort {
  readonly machine = new CatalogMachine();
  /** Called after a command was applied. */
  onApplied: () => void = () => undefined;
  failure: FlowError | undefined;
  private index = 0;

  constructor(nodes: number) {
    const members = Array.from({ length: nodes }, (_, i) => ({
      id: nodeId(i + 1),
      uuid: `00000000-0000-0000-0000-00000000000${i + 1}`,
      addresses: { peer: `127.0.0.1:600${i}`, grpc: `127.0.0.1:500${i}`, http: '' },
      rack: '',
    }));
    this.apply({
      kind: 'init-cluster',
      requestId: 'init',
      timeMs: 1,
      clusterId: 'test',
      nodes: members,
      featureLevel: FEATURES.max,
    });
  }

  async propose(command: CatalogCommand): Promise<Reply> {
    if (this.failure !== undefined) throw this.failure;
    return this.apply(command);
  }

  /** There is one copy. */
  async catchUp(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
  }

  apply(command: CatalogCommand): Reply {
    this.index++;
    const { reply } = this.machine.apply({ index: this.index, term: 1 }, encodeCommand(command), NO_STATE);
    this.onApplied();
    return reply;
  }
}

export class FakeLeaders implements LeaderPort {
  readonly known = new Map<GroupId, GroupLeader>();
  readonly summaries = new Map<GroupId, GroupSummary>();
  readonly dead = new Set<NodeId>();
  private readonly listeners = new Set<(group: GroupId) => void>();

  get listening(): number {
    return this.listeners.size;
  }

  set(group: GroupId, node: number, term = 1): void {
    this.known.set(group, { node: nodeId(node), term, grpcAddress: `127.0.0.1:500${node - 1}` });
    for (const listener of this.listeners) listener(group);
  }

  leaderOf(group: GroupId): GroupLeader | undefined {
    return this.known.get(group);
  }

  summaryOf(group: GroupId): GroupSummary | undefined {
    return this.summaries.get(group);
  }

  alive(node: NodeId): boolean {
    return !this.dead.has(node);
  }

  onLeaderChange(listener: (group: GroupId) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export class FakeDisk implements DiskPort {
  full = false;

  writable(): boolean {
    return !this.full;
  }

  describe(): { readonly freeBytes: number; readonly neededBytes: number } {
    return { freeBytes: this.full ? 5 : 1_000, neededBytes: 100 };
  }
}

export function caller(inFlightBytesMax = 1 << 20): Caller {
  return {
    id: 1,
    protocol: 'test',
    address: '127.0.0.1:1',
    principal: undefined,
    inFlight: new ByteBudget(inFlightBytesMax),
  };
}

export interface World {
  readonly time: ManualTime;
  readonly catalog: FakeCatalog;
  readonly leaders: FakeLeaders;
  readonly disk: FakeDisk;
  readonly replicas: FakeReplicas;
  readonly streams: StreamService;
  readonly limits: StreamLimits;
  /** Creates a stream of which this node leads all partitions. */
  stream(name: string, options?: { partitions?: number; config?: Record<string, string> }): FakeReplica[];
  append(batch: Uint8Array, options?: Partial<Parameters<StreamService['append']>[0]>): Promise<AppendResult>;
}

export function makeWorld(limits: Partial<StreamLimits> = {}): World {
  const time = new ManualTime();
  const catalog = new FakeCatalog(3);
  const leaders = new FakeLeaders();
  const disk = new FakeDisk();
  const replicas = new FakeReplicas();
  const all = { ...DEFAULT_STREAM_LIMITS, ...limits };
  const streams = new StreamService({
    node: nodeId(1),
    replicas,
    catalog,
    leaders,
    disk,
    door: OPEN_DOOR,
    metrics: NO_METRICS,
    clock: time,
    scheduler: time,
    codecs: {},
    crc32c,
    limits: all,
  });
  const one = caller();
  return {
    time,
    catalog,
    leaders,
    disk,
    replicas,
    streams,
    limits: all,
    stream: (name, options = {}) => {
      for (const group of createStream(catalog, name, options)) leaders.set(group, 1);
      return (catalog.machine.streamByName(name)?.groups ?? []).map((group) => replicas.place(group));
    },
    append: (batch, options = {}) => {
      const done = new Promise<AppendResult>((resolve) => {
        const request = {
          caller: one,
          stream: 's',
          partition: 0,
          batch,
          acks: 'all' as const,
          timeoutMs: 1_000,
        };
        streams.append({ ...request, ...options }, resolve);
      });
      time.settle();
      return done;
    },
  };
}

/** Of any kind, by its qualified name. */
export function createStream(
  catalog: FakeCatalog,
  qualified: string,
  options: { partitions?: number; config?: Record<string, string> } = {},
): readonly GroupId[] {
  const { kind, name } = parseQualified(qualified);
  const nodes = catalog.machine.nodes().map(({ id }) => id);
  const placement = placedInTurns(nodes, options.partitions ?? 1);
  const reply = catalog.apply({
    kind: 'create-stream',
    ...(kind === 'stream' ? {} : { resource: kind }),
    requestId: `create ${qualified} ${catalog.machine.revision}`,
    timeMs: 1,
    uuid: `10000000-0000-0000-0000-${String(catalog.machine.revision).padStart(12, '0')}`,
    name,
    replicationFactor: 3,
    config: options.config ?? {},
    placement,
    placementVersion: PLACEMENT_VERSION,
  });
  if (!reply.ok) throw reply.error;
  return catalog.machine.streamByName(qualified)?.groups ?? [groupId(0)];
}

/** A batch of text values. */
export function batchOf(
  values: readonly string[],
  options: { timestampMs?: number; stepMs?: number; producer?: BatchProducer } = {},
): Uint8Array {
  const { timestampMs = 1_000, stepMs = 0, producer } = options;
  const records = values.map((value, i) => ({
    key: undefined,
    value: Buffer.from(value),
    headers: [],
    timestampMs: timestampMs + i * stepMs,
  }));
  return encodeBatch(records, producer === undefined ? {} : { producer });
}
