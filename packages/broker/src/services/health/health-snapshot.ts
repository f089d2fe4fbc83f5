/**
 * What the health check looks at: the cluster at one moment as plain values, gathered by `health-view.ts` and judged by
 * `findings.ts`. Nodes ascend by id; partitions are in the order of their streams' names.
 */
import type { NodeId } from '@flowmesh/base';
import type { PartitionState } from '../partition-state.ts';

export interface HealthNode {
  readonly id: NodeId;
  readonly rack: string;
  readonly grpcAddress: string;
  readonly mode: 'normal' | 'draining' | 'decommissioning';
  /** For how long it has been in its mode; undefined where that is not on record any more. */
  readonly modeMs: number | undefined;
  readonly alive: boolean;
  readonly downMs: number;
  readonly metadataVoter: boolean;
  /** Empty where unknown. */
  readonly version: string;
  readonly featureMax: number;
  /** 0 where unknown. */
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  readonly replicas: number;
  readonly leaders: number;
  readonly storedBytes: number;
  /** Sentences that the node tells of itself. */
  readonly troubles: readonly string[];
}

export interface HealthMove {
  readonly reason: string;
  readonly adding: readonly NodeId[];
  readonly step: string;
  readonly ageMs: number;
  /** For how long nothing of it changed, as far as the answering node can see. */
  readonly stillMs: number;
  readonly cancellable: boolean;
}

export interface HealthPartition {
  /** Qualified name of what it belongs to. */
  readonly stream: string;
  readonly partition: number;
  readonly state: PartitionState;
  /** Preferred leader first. */
  readonly replicas: readonly NodeId[];
  readonly inSync: readonly NodeId[];
  readonly leader: NodeId | undefined;
  readonly minInsync: number;
  readonly sizeBytes: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly move: HealthMove | undefined;
}

/** Or a queue, a bucket, the coordinators. */
export interface HealthStream {
  /** Qualified. */
  readonly name: string;
  readonly replicationFactor: number;
  readonly partitions: number;
}

export interface HealthSnapshot {
  /** The node that looked. */
  readonly self: NodeId;
  /** Active ones. */
  readonly nodes: readonly HealthNode[];
  readonly streams: readonly HealthStream[];
  readonly partitions: readonly HealthPartition[];
  readonly metadata: { readonly leader: NodeId | undefined; readonly voters: readonly NodeId[] };
  readonly features: { readonly level: number; readonly automatic: boolean };
  readonly config: {
    readonly repairDelayMs: number;
    readonly balancer: boolean;
    readonly leaderBalancer: boolean;
    readonly balancerThresholdPercent: number;
    readonly diskHighPercent: number;
  };
  /** The answering node knows how much of its disk must stay free. */
  readonly disk: { readonly writable: boolean; readonly freeBytes: number; readonly neededBytes: number };
}
