/** Computes the node's states for metrics and health on an interval, in one pass over the replicas. */
import {
  type Clock,
  METADATA_GROUP,
  NO_MEMBER,
  type NodeId,
  nodeOf,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import { type CatalogMachine, minInsyncReplicas, qualifiedNameOf } from '@flowmesh/engines';
import type { DiskMonitor } from './disk-monitor.ts';
import { EventLoopLag } from './observability/event-loop-lag.ts';
import type { NodeMetrics, NodeSample } from './observability/metrics.ts';
import type { Replica, ReplicaManager } from './replica/replica-api.ts';
import { partitionState } from './services/partition-state.ts';

export interface NodeSamplerOptions {
  readonly metrics: NodeMetrics;
  readonly replicas: ReplicaManager;
  readonly catalog: () => CatalogMachine;
  readonly disk: DiskMonitor;
  readonly alive: (node: NodeId) => boolean;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly intervalMs: number;
  /** Called after each pass. */
  readonly onSample: () => void;
}

interface Totals {
  groups: number;
  leading: number;
  leaderless: number;
  underReplicated: number;
  underMinIsr: number;
  offline: number;
  commitLag: number;
  applyLag: number;
  readonly streamBytes: Map<string, number>;
}

export class NodeSampler {
  private readonly options: NodeSamplerOptions;
  private readonly lag = new EventLoopLag();
  private readonly startedMs: number;
  private timer: TimerHandle | undefined;
  private stopped = false;

  constructor(options: NodeSamplerOptions) {
    this.options = options;
    this.startedMs = options.clock.monotonicMs();
  }

  start(): void {
    if (this.stopped) return;
    this.sample();
    this.timer = this.options.scheduler.after(this.options.intervalMs, () => this.start());
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.lag.close();
  }

  private sample(): void {
    const { metrics, disk, clock, onSample } = this.options;
    disk.update();
    const totals = this.totals();
    const { rss, heapUsed } = process.memoryUsage();
    const state: NodeSample = {
      uptimeSeconds: (clock.monotonicMs() - this.startedMs) / 1_000,
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      eventLoopLagSeconds: this.lag.take(),
      diskFreeBytes: disk.state().freeBytes,
      diskAlarm: !disk.writable(),
      groups: totals.groups,
      leading: totals.leading,
      leaderless: totals.leaderless,
      underReplicated: totals.underReplicated,
      underMinIsr: totals.underMinIsr,
      offline: totals.offline,
      commitLagEntriesMax: totals.commitLag,
      applyLagEntriesMax: totals.applyLag,
      streamBytes: totals.streamBytes,
    };
    metrics.sample(state);
    onSample();
  }

  private totals(): Totals {
    const totals: Totals = {
      groups: 0,
      leading: 0,
      leaderless: 0,
      underReplicated: 0,
      underMinIsr: 0,
      offline: 0,
      commitLag: 0,
      applyLag: 0,
      streamBytes: new Map(),
    };
    for (const replica of this.options.replicas.all()) {
      totals.groups++;
      if (replica.leader === NO_MEMBER) this.addLeaderless(totals, replica);
      if (replica.serving) this.addLeading(totals, replica);
      this.addBytes(totals, replica);
    }
    return totals;
  }

  private addLeaderless(totals: Totals, replica: Replica): void {
    totals.leaderless++;
    const partition = this.options.catalog().partitionOfGroup(replica.group);
    if (partition === undefined) return;
    const state = partitionState({
      replicas: partition.replicas.map((member) => nodeOf(member)),
      releasing: (partition.move?.releasing ?? []).map((member) => nodeOf(member)),
      leader: undefined,
      inSync: undefined,
      minInsync: 1,
      alive: this.options.alive,
    });
    if (state === 'offline') totals.offline++;
  }

  private addLeading(totals: Totals, replica: Replica): void {
    totals.leading++;
    const status = replica.status();
    totals.commitLag = Math.max(totals.commitLag, status.lastIndex - status.commit);
    totals.applyLag = Math.max(totals.applyLag, status.commit - replica.applied);
    const catalog = this.options.catalog();
    const partition = catalog.partitionOfGroup(replica.group);
    if (partition === undefined) return;
    const inSync = replica.inSync().length;
    if (inSync < partition.replicas.length) totals.underReplicated++;
    const stream = partition.stream === undefined ? undefined : catalog.streamByUuid(partition.stream);
    if (stream !== undefined && inSync < minInsyncReplicas(stream.config)) totals.underMinIsr++;
  }

  private addBytes(totals: Totals, replica: Replica): void {
    if (replica.group === METADATA_GROUP) return;
    const catalog = this.options.catalog();
    const uuid = catalog.partitionOfGroup(replica.group)?.stream;
    const stream = uuid === undefined ? undefined : catalog.streamByUuid(uuid);
    if (stream === undefined) return;
    const name = qualifiedNameOf(stream);
    const before = totals.streamBytes.get(name) ?? 0;
    totals.streamBytes.set(name, before + replica.store.sizeBytes());
  }
}
