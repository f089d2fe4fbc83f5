/** Snapshots of clusters as plain values: a healthy one of three nodes, and what differs from it. */
import { nodeId } from '@flowmesh/base';
import type {
  HealthMove,
  HealthNode,
  HealthPartition,
  HealthSnapshot,
} from '../../../src/services/health/health-snapshot.ts';

const GIB = 1_024 ** 3;

export const ids = (...of: number[]) => of.map((id) => nodeId(id));

export function node(id: number, but: Partial<HealthNode> = {}): HealthNode {
  return {
    id: nodeId(id),
    rack: '',
    grpcAddress: `10.0.0.${id}:50051`,
    mode: 'normal',
    modeMs: undefined,
    alive: true,
    downMs: 0,
    metadataVoter: id <= 3,
    version: '1.0.0',
    featureMax: 2,
    diskTotalBytes: 100 * GIB,
    diskFreeBytes: 60 * GIB,
    replicas: 10,
    leaders: 3,
    storedBytes: 5 * GIB,
    troubles: [],
    ...but,
  };
}

export function down(id: number, downMs = 60_000): HealthNode {
  return node(id, { alive: false, downMs });
}

export function partition(number: number, but: Partial<HealthPartition> = {}): HealthPartition {
  return {
    stream: 'orders',
    partition: number,
    state: 'online',
    replicas: ids(1, 2, 3),
    inSync: ids(1, 2, 3),
    leader: nodeId(1),
    minInsync: 2,
    sizeBytes: 1_000,
    logStartOffset: 0,
    highWatermark: 100,
    move: undefined,
    ...but,
  };
}

export function move(but: Partial<HealthMove> = {}): HealthMove {
  return {
    reason: 'manual',
    adding: ids(4),
    step: 'node 4 copies',
    ageMs: 60_000,
    stillMs: 1_000,
    cancellable: true,
    ...but,
  };
}

export function snapshot(but: Partial<HealthSnapshot> = {}): HealthSnapshot {
  return {
    self: nodeId(1),
    nodes: [node(1), node(2), node(3)],
    streams: [{ name: 'orders', replicationFactor: 3, partitions: 2 }],
    partitions: [partition(0), partition(1)],
    metadata: { leader: nodeId(1), voters: ids(1, 2, 3) },
    features: { level: 2, automatic: true },
    config: {
      repairDelayMs: 900_000,
      balancer: true,
      leaderBalancer: true,
      balancerThresholdPercent: 5,
      diskHighPercent: 80,
    },
    disk: { writable: true, freeBytes: 60 * GIB, neededBytes: 2 * GIB },
    ...but,
  };
}
