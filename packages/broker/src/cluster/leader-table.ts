/**
 * Who leads what, as far as this node has heard: soft state, never in the metadata log. Per group the report with the highest
 * (term, version) wins; what a local replica learned of its leader counts as version 0 of that term. A leader whose node cannot be
 * reached, or was silent for too long, is not named.
 */
import { type Clock, type GroupId, type MemberId, NO_MEMBER, type NodeId, nodeOf } from '@flowmesh/base';
import type { GroupLeader, GroupSummary, LeaderPort } from '../services/ports.ts';
import type { LeaderReport } from './health-codec.ts';

interface Known extends LeaderReport {
  readonly heardAtMs: number;
}

export interface LeaderTableOptions {
  readonly self: NodeId;
  readonly clock: Clock;
  readonly expiryMs: number;
  readonly connected: (node: NodeId) => boolean;
  /** host:port for clients; undefined for a node that the catalog does not know. */
  readonly grpcAddressOf: (node: NodeId) => string | undefined;
}

export class LeaderTable implements LeaderPort {
  private readonly options: LeaderTableOptions;
  private readonly groups = new Map<GroupId, Known>();
  private readonly troubles = new Map<NodeId, readonly string[]>();
  private readonly listeners = new Set<(group: GroupId) => void>();

  constructor(options: LeaderTableOptions) {
    this.options = options;
  }

  // ---- what is heard

  /** A report of `from`, or of this node itself. Returns false where a newer one is known. */
  merge(report: LeaderReport): boolean {
    const known = this.groups.get(report.group);
    if (known !== undefined) {
      const older = report.term < known.term;
      const stale = report.term === known.term && report.version < known.version;
      if (older || stale) return false;
    }
    this.groups.set(report.group, { ...report, heardAtMs: this.options.clock.monotonicMs() });
    if (known?.term !== report.term || known.leader !== report.leader) this.tell(report.group);
    return true;
  }

  /** A local replica knows the leader of a term, or that a term has none yet. */
  observe(group: GroupId, leader: MemberId, term: number): void {
    const known = this.groups.get(group);
    if (known !== undefined && (known.term > term || (known.term === term && known.version > 0))) return;
    if (known !== undefined && known.term === term && known.leader === leader) return;
    const sameTerm = { inSync: [], logStartOffset: 0, highWatermark: 0, sizeBytes: 0 };
    this.merge({ ...(known ?? sameTerm), group, term, version: 0, leader });
  }

  setTroubles(node: NodeId, troubles: readonly string[]): void {
    this.troubles.set(node, troubles);
  }

  /** A node came or went: what it leads changed for whoever asks. */
  nodeChanged(node: NodeId): void {
    for (const [group, known] of this.groups) {
      if (known.leader !== NO_MEMBER && nodeOf(known.leader) === node) this.tell(group);
    }
  }

  /** Forgets a group that is gone. */
  forget(group: GroupId): void {
    this.groups.delete(group);
  }

  // ---- what is asked

  leaderOf(group: GroupId): GroupLeader | undefined {
    const known = this.groups.get(group);
    if (known === undefined || known.leader === NO_MEMBER) return undefined;
    const node = nodeOf(known.leader);
    if (!this.alive(node) || this.expired(known, node)) return undefined;
    const grpcAddress = this.options.grpcAddressOf(node);
    return grpcAddress === undefined ? undefined : { node, term: known.term, grpcAddress };
  }

  summaryOf(group: GroupId): GroupSummary | undefined {
    const known = this.groups.get(group);
    if (known === undefined || known.version === 0) return undefined;
    const { inSync, logStartOffset, highWatermark, sizeBytes } = known;
    return { inSync, logStartOffset, highWatermark, sizeBytes };
  }

  alive(node: NodeId): boolean {
    return node === this.options.self || this.options.connected(node);
  }

  troublesOf(node: NodeId): readonly string[] {
    return this.troubles.get(node) ?? [];
  }

  onLeaderChange(listener: (group: GroupId) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private expired(known: Known, node: NodeId): boolean {
    if (node === this.options.self) return false;
    // What a local replica observed is kept fresh by consensus itself, not by reports.
    if (known.version === 0) return false;
    return this.options.clock.monotonicMs() - known.heardAtMs > this.options.expiryMs;
  }

  private tell(group: GroupId): void {
    for (const listener of this.listeners) listener(group);
  }
}
