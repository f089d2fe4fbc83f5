/** Gathers what the health check judges: the catalog, soft state, and for how long moves have stood still. */
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import { qualifiedNameOf, resolveClusterConfig } from '@flowmesh/engines';
import { pass } from '../cluster/admin-ports.ts';
import type { AdminPorts } from '../cluster/admin-ports.ts';
import { addingOf, nodeLoads } from '../cluster/node-loads.ts';
import type { NodeLoad } from '../cluster/node-loads.ts';
import type { PartitionView } from '../metadata/partition-views.ts';
import type { Caller, DiskPort } from '../ports.ts';
import { Slices } from '../slices.ts';
import { FINDING_CODES } from './finding.ts';
import type { Finding } from './finding.ts';
import { findingsInSlices, isHealthy } from './findings.ts';
import type { HealthMove, HealthNode, HealthPartition, HealthSnapshot } from './health-snapshot.ts';
import type { MoveWatch } from './move-watch.ts';

export interface HealthViewPorts extends AdminPorts {
  readonly disk: DiskPort;
  readonly watch: MoveWatch;
}

export interface Health {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
  readonly checks: number;
}

export class HealthView {
  private readonly ports: HealthViewPorts;

  constructor(ports: HealthViewPorts) {
    this.ports = ports;
  }

  /** Without `explain` only what makes the cluster unhealthy. */
  async health(caller: Caller, explain: boolean): Promise<Health> {
    pass(this.ports.door, caller, 'cluster', '');
    const { scheduler } = this.ports;
    const all = await findingsInSlices(await this.snapshot(), new Slices(scheduler));
    return {
      healthy: isHealthy(all),
      findings: explain ? all : all.filter((finding) => finding.severity !== 'info'),
      checks: FINDING_CODES.length,
    };
  }

  private async snapshot(): Promise<HealthSnapshot> {
    const partitions: HealthPartition[] = [];
    const loads = await nodeLoads(this.ports, { each: (view) => partitions.push(this.partitionOf(view)) });
    const { catalog, leaders, node, disk } = this.ports;
    const { machine } = catalog;
    const config = resolveClusterConfig(machine.config('cluster'));
    const modeTimes = new Map([...machine.audit()].map((entry) => [entry.revision, entry.timeMs] as const));
    return {
      self: node.nodeId,
      nodes: loads.map((each) => this.nodeOf(each, modeTimes)),
      streams: machine.streams().map((stream) => ({
        name: qualifiedNameOf(stream),
        replicationFactor: stream.replicationFactor,
        partitions: stream.groups.length,
      })),
      partitions,
      metadata: {
        leader: leaders.leaderOf(METADATA_GROUP)?.node,
        voters: (machine.partitionOfGroup(METADATA_GROUP)?.replicas ?? []).map((member) => nodeOf(member)),
      },
      features: { level: machine.featureLevel, automatic: config.featureFinalise === 'auto' },
      config: {
        repairDelayMs: config.repairDelayMs,
        balancer: config.balancerEnabled,
        leaderBalancer: config.leaderBalancerEnabled,
        balancerThresholdPercent: config.balancerThresholdPercent,
        diskHighPercent: config.diskHighPercent,
      },
      disk: { writable: disk.writable(), ...disk.describe() },
    };
  }

  private nodeOf(load: NodeLoad, modeTimes: ReadonlyMap<number, number>): HealthNode {
    const { node, report } = load;
    const modeAtMs = modeTimes.get(node.modeRevision);
    return {
      id: node.id,
      rack: node.rack,
      grpcAddress: node.addresses.grpc,
      mode: node.mode,
      modeMs: modeAtMs === undefined ? undefined : Math.max(0, this.ports.clock.wallMs() - modeAtMs),
      alive: load.alive,
      downMs: load.downMs,
      metadataVoter: load.metadataVoter,
      version: report?.version ?? node.version,
      featureMax: node.features.max,
      diskTotalBytes: report?.diskTotalBytes ?? 0,
      diskFreeBytes: report?.diskFreeBytes ?? 0,
      replicas: load.replicas,
      leaders: load.leaders,
      storedBytes: load.storedBytes,
      troubles: load.troubles,
    };
  }

  private partitionOf(view: PartitionView): HealthPartition {
    const { name, partition, state, replicas, summary, leader, minInsync } = view;
    return {
      stream: name,
      partition,
      state,
      replicas,
      inSync: summary?.inSync ?? NONE,
      leader,
      minInsync,
      sizeBytes: summary?.sizeBytes ?? 0,
      logStartOffset: summary?.logStartOffset ?? 0,
      highWatermark: summary?.highWatermark ?? 0,
      move: this.moveOf(view),
    };
  }

  private moveOf(view: PartitionView): HealthMove | undefined {
    const { move } = view.placed;
    if (move === undefined) return undefined;
    const { clock, ops, watch } = this.ports;
    const progress = ops.moveProgress(view.group);
    return {
      reason: move.reason,
      adding: progress?.adding ?? addingOf(view),
      step: progress?.step ?? '',
      ageMs: Math.max(0, clock.wallMs() - move.startedAtMs),
      stillMs: watch.stillMs(view.group),
      cancellable: move.previous.length > 0,
    };
  }
}

const NONE: readonly NodeId[] = [];
