/** Records and streams as messages of the contract. */
import type { flowmesh } from '@flowmesh/proto';
import type { ResourceDescription } from '../../services/metadata/resource-admin.ts';
import type { FilterCounters } from '../../services/filter/compile-filter.ts';
import type { StoredRecord } from '../../services/stream/record-view.ts';
import { minInsyncReplicas } from '@flowmesh/engines';
import type { CatalogStream } from '@flowmesh/engines';

export function wireRecords(records: readonly StoredRecord[]): flowmesh.v1.Record.$Properties[] {
  return records.map((record) => ({
    key: record.key ?? null,
    value: record.value ?? null,
    headers: record.headers.map(({ key, value }) => ({ key, value: value ?? new Uint8Array(0) })),
    timestampMs: record.timestampMs,
    offset: record.offset,
  }));
}

export function wireFilterReport(counters: FilterCounters | undefined): {
  filter?: flowmesh.v1.FilterReport.$Properties;
} {
  if (counters === undefined) return {};
  const { evaluated, matched, failed, firstFailure } = counters;
  return { filter: { evaluated, matched, failed, firstFailure: firstFailure ?? '' } };
}

/** The 16 bytes of a uuid in hexadecimal, with or without hyphens. */
export function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

export function wireStream(stream: CatalogStream): flowmesh.v1.Stream.$Properties {
  return {
    name: stream.name,
    uuid: uuidBytes(stream.uuid),
    revision: stream.revision,
    partitions: stream.groups.length,
    replicationFactor: stream.replicationFactor,
    config: { ...stream.config },
    createdAtMs: stream.createdAtMs,
  };
}

export function wireDescription(description: ResourceDescription): flowmesh.v1.Stream.$Properties {
  return {
    ...wireStream(description.resource),
    partitionInfos: description.partitions.map(
      ({ partition, group, replicas, leader, leaderEpoch, summary }) => ({
        partition,
        groupId: group,
        replicas: [...replicas],
        inSyncReplicas: [...(summary?.inSync ?? [])],
        leader: leader ?? 0,
        leaderEpoch,
        logStartOffset: summary?.logStartOffset ?? 0,
        highWatermark: summary?.highWatermark ?? 0,
        sizeBytes: summary?.sizeBytes ?? 0,
      }),
    ),
  };
}

export function wirePartitionMetadata(
  description: ResourceDescription,
): flowmesh.v1.PartitionMetadata.$Properties[] {
  const needed = minInsyncReplicas(description.resource.config);
  return description.partitions.map(({ partition, replicas, leader, leaderEpoch, summary }) => ({
    partition,
    leader: leader ?? 0,
    leaderEpoch,
    replicas: [...replicas],
    inSyncReplicas: [...(summary?.inSync ?? [])],
    underMinIsr: leader !== undefined && summary !== undefined && summary.inSync.length < needed,
  }));
}
