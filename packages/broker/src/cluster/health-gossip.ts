/**
 * Tells the other nodes what this one leads: a change at once, together with all others of the same event-loop turn; everything
 * again every few seconds and when a peer connects, together with how the node itself is. In-sync sets change without an event, so they are compared on an interval.
 */
import {
  type GroupId,
  isFlowError,
  type NodeId,
  NO_MEMBER,
  type MemberId,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import { HEALTH_GROUPS_MAX } from '../config/limits.ts';
import type { Replica, ReplicaListener, ReplicaManager } from '../replica/replica-api.ts';
import { decodeHealth, encodeHealth, encodeNodeReport, type LeaderReport } from './health-codec.ts';
import type { LeaderTable } from './leader-table.ts';
import type { NodeReports } from './node-reports.ts';

/** What the machine of a group says of its data; zeros where it holds no records. */
export interface DataSummary {
  readonly logStartOffset: number;
  readonly highWatermark: number;
}

export interface HealthGossipOptions {
  readonly self: NodeId;
  readonly replicas: ReplicaManager;
  readonly table: LeaderTable;
  readonly nodes: NodeReports;
  readonly broadcast: (payload: Uint8Array) => void;
  readonly scheduler: Scheduler;
  readonly summarise: (replica: Replica) => DataSummary;
  readonly troubles: () => readonly string[];
  readonly scanIntervalMs: number;
  /** Scans between two full reports. */
  readonly scansPerRefresh: number;
  /** A peer sent something that is no health message. */
  readonly onMalformed: (from: NodeId, error: unknown) => void;
}

interface Led {
  readonly term: number;
  version: number;
  inSync: readonly NodeId[];
}

function sameNodes(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  return a.length === b.length && a.every((node, index) => node === b[index]);
}

export class HealthGossip implements ReplicaListener {
  private readonly options: HealthGossipOptions;
  private readonly led = new Map<GroupId, Led>();
  private changed = new Map<GroupId, LeaderReport>();
  private scheduled = false;
  private refreshDue = false;
  private scans = 0;
  private timer: TimerHandle | undefined;
  private stopped = false;

  constructor(options: HealthGossipOptions) {
    this.options = options;
  }

  start(): void {
    this.options.replicas.addListener(this);
    this.arm();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  // ---- from local replicas

  onServing(replica: Replica, term: number): void {
    this.led.set(replica.group, { term, version: 0, inSync: replica.inSync() });
    this.report(replica, replica.member);
  }

  onStopServing(replica: Replica): void {
    if (!this.led.has(replica.group)) return;
    this.report(replica, NO_MEMBER);
    this.led.delete(replica.group);
  }

  onLeader(replica: Replica, leader: MemberId, term: number): void {
    this.options.table.observe(replica.group, leader, term);
  }

  // ---- from peers

  onHealth(from: NodeId, payload: Uint8Array): void {
    const { table, nodes } = this.options;
    try {
      const message = decodeHealth(payload);
      switch (message.kind) {
        case 'leaders':
          if (message.full) table.setTroubles(from, message.troubles);
          for (const report of message.reports) table.merge(report);
          return;
        case 'node':
          nodes.heard(from, message.report);
          return;
        case 'unknown':
          return;
      }
    } catch (error) {
      if (!isFlowError(error)) throw error;
      this.options.onMalformed(from, error);
    }
  }

  onPeerUp(): void {
    this.refreshDue = true;
    this.schedule();
  }

  // ---- sending

  private report(replica: Replica, leader: MemberId): void {
    const led = this.led.get(replica.group) as Led;
    led.version++;
    const report: LeaderReport = {
      group: replica.group,
      term: led.term,
      version: led.version,
      leader,
      inSync: led.inSync,
      ...this.options.summarise(replica),
      sizeBytes: replica.store.sizeBytes(),
    };
    this.options.table.merge(report);
    this.changed.set(replica.group, report);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    this.options.scheduler.endOfTurn(() => this.send());
  }

  private send(): void {
    this.scheduled = false;
    if (this.stopped) return;
    if (this.refreshDue) this.collectAll();
    const full = this.refreshDue;
    this.refreshDue = false;
    const reports = [...this.changed.values()];
    this.changed = new Map();
    const { broadcast, nodes } = this.options;
    if (full) broadcast(encodeNodeReport(nodes.own()));
    const troubles = full ? this.options.troubles() : [];
    if (full) this.options.table.setTroubles(this.options.self, troubles);
    for (let at = 0; at < reports.length || (full && at === 0); at += HEALTH_GROUPS_MAX) {
      const part = reports.slice(at, at + HEALTH_GROUPS_MAX);
      broadcast(encodeHealth({ full: full && at === 0, troubles: at === 0 ? troubles : [], reports: part }));
    }
  }

  private collectAll(): void {
    for (const replica of this.options.replicas.all()) {
      if (this.led.has(replica.group) && replica.serving) this.report(replica, replica.member);
    }
  }

  private arm(): void {
    if (this.stopped) return;
    this.timer = this.options.scheduler.after(this.options.scanIntervalMs, () => this.scan());
  }

  private scan(): void {
    this.scans++;
    if (this.scans % this.options.scansPerRefresh === 0) {
      this.refreshDue = true;
      this.schedule();
    } else {
      // How far the disk is has to be known soon: an old copy of it is told by that.
      const { broadcast, nodes } = this.options;
      broadcast(encodeNodeReport(nodes.own()));
    }
    for (const replica of this.options.replicas.all()) {
      const led = this.led.get(replica.group);
      if (led === undefined || !replica.serving) continue;
      const inSync = replica.inSync();
      if (sameNodes(inSync, led.inSync)) continue;
      led.inSync = inSync;
      this.report(replica, replica.member);
    }
    this.arm();
  }
}
