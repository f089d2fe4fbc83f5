/**
 * How the other nodes are, as far as this one has heard: their last reports, and since when each is reached or not. Soft state;
 * times are of this node's monotonic clock.
 */
import { type Clock, must, type NodeId } from '@flowmesh/base';
import { type FeatureRange, FEATURES_UNTOLD } from '@flowmesh/engines';
import type { NodePort, NodeReport } from '../services/ports.ts';

export interface NodeReportsOptions {
  readonly self: NodeId;
  readonly clock: Clock;
  readonly connected: (node: NodeId) => boolean;
  /** This node's report, as it is now. */
  readonly own: () => NodeReport;
  /** A report that is older says nothing any more of what runs there. */
  readonly expiryMs: number;
  readonly onHeard?: (node: NodeId, report: NodeReport) => void;
}

interface Contact {
  up: boolean;
  sinceMs: number;
}

export class NodeReports implements NodePort {
  private readonly options: NodeReportsOptions;
  private readonly reports = new Map<NodeId, { readonly report: NodeReport; readonly atMs: number }>();
  private readonly contacts = new Map<NodeId, Contact>();
  private readonly startedMs: number;

  constructor(options: NodeReportsOptions) {
    this.options = options;
    this.startedMs = options.clock.monotonicMs();
  }

  own(): NodeReport {
    return this.options.own();
  }

  heard(node: NodeId, report: NodeReport): void {
    this.reports.set(node, { report, atMs: this.options.clock.monotonicMs() });
    this.options.onHeard?.(node, report);
  }

  /** The connection to a node came or went. */
  changed(node: NodeId): void {
    const up = this.options.connected(node);
    const known = this.contacts.get(node);
    if (known?.up === up) return;
    this.contacts.set(node, { up, sinceMs: this.options.clock.monotonicMs() });
  }

  forget(node: NodeId): void {
    this.reports.delete(node);
    this.contacts.delete(node);
  }

  reportOf(node: NodeId): NodeReport | undefined {
    return node === this.options.self ? this.options.own() : this.reports.get(node)?.report;
  }

  featuresOf(node: NodeId): FeatureRange | undefined {
    const { self, own, connected, clock, expiryMs } = this.options;
    if (node === self) return own().features;
    if (!connected(node)) return undefined;
    const upMs = this.upMs(node);
    const told = this.reports.get(node);
    // Of this connection, not of an earlier one: the node may be back with another build.
    const ageMs = told === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - told.atMs;
    if (told !== undefined && ageMs <= Math.min(upMs, expiryMs)) return told.report.features;
    return upMs > expiryMs ? FEATURES_UNTOLD : undefined;
  }

  downMs(node: NodeId): number {
    return node === this.options.self ? 0 : this.sinceMs(node, false);
  }

  upMs(node: NodeId): number {
    if (node === this.options.self) return this.options.clock.monotonicMs() - this.startedMs;
    return this.sinceMs(node, true);
  }

  /** A node that was never reached counts as away from the first time that somebody asked. */
  private sinceMs(node: NodeId, up: boolean): number {
    this.changed(node);
    const contact = must(this.contacts.get(node), 'a contact was noted just now');
    if (contact.up !== up) return 0;
    return this.options.clock.monotonicMs() - contact.sinceMs;
  }
}
