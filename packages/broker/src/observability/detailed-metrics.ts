/** /metrics/detailed: the values of one stream by partition, as text for Prometheus. Asked for by name, so it needs no cap on streams. */

export interface PartitionSample {
  readonly partition: number;
  /** 0 where unknown. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: number;
  readonly inSync: number;
  readonly underMinIsr: boolean;
  readonly offline: boolean;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
}

interface Series {
  readonly name: string;
  readonly help: string;
  readonly value: (sample: PartitionSample) => number;
}

const SERIES: readonly Series[] = [
  { name: 'leader', help: 'Node that leads it; 0: none known.', value: (each) => each.leader },
  { name: 'leader_epoch', help: 'Raft term of its leadership.', value: (each) => each.leaderEpoch },
  { name: 'replicas', help: 'Wanted replicas.', value: (each) => each.replicas },
  { name: 'in_sync_replicas', help: 'Replicas in sync.', value: (each) => each.inSync },
  { name: 'under_min_isr', help: '1 while acks=all is refused.', value: (each) => Number(each.underMinIsr) },
  { name: 'offline', help: '1 while no leader can be elected.', value: (each) => Number(each.offline) },
  { name: 'log_start_offset', help: 'First offset kept.', value: (each) => each.logStartOffset },
  {
    name: 'high_watermark',
    help: 'Offset after the last committed one.',
    value: (each) => each.highWatermark,
  },
  { name: 'size_bytes', help: 'Bytes of the log at its leader.', value: (each) => each.sizeBytes },
];

export function detailedMetrics(stream: string, samples: readonly PartitionSample[]): string {
  const lines: string[] = [];
  for (const { name, help, value } of SERIES) {
    const full = `flowmesh_partition_${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} gauge`);
    for (const sample of samples)
      lines.push(`${full}{stream="${escaped(stream)}",partition="${sample.partition}"} ${value(sample)}`);
  }
  return `${lines.join('\n')}\n`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
