/**
 * The node's metrics, named as operators read them (`flowmesh_…`). Events are counted where they happen; states are set by one
 * sampling pass on an interval, so that a scrape prints and computes nothing. Series per stream are capped: what comes beyond
 * is counted under `_other`.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RequestTally } from './request-tally.ts';

const PREFIX = 'flowmesh_';
const OTHER = '_other';
const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SNAPSHOT_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800];
const FSYNC_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];

export interface NodeMetricsOptions {
  readonly version: string;
  readonly clusterId: string;
  readonly seriesMax: number;
}

/** States of the node, computed by one pass. */
export interface NodeSample {
  readonly uptimeSeconds: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly eventLoopLagSeconds: number;
  readonly diskFreeBytes: number;
  readonly diskAlarm: boolean;
  readonly groups: number;
  readonly leading: number;
  readonly leaderless: number;
  readonly underReplicated: number;
  readonly underMinIsr: number;
  readonly offline: number;
  readonly commitLagEntriesMax: number;
  readonly applyLagEntriesMax: number;
  /** Bytes kept on this node by stream. */
  readonly streamBytes: ReadonlyMap<string, number>;
}

/** Admits the first `max` values of a label and folds the rest. */
class LabelCap {
  private readonly seen = new Set<string>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  fold(value: string): string {
    if (this.seen.has(value)) return value;
    if (this.seen.size >= this.max) return OTHER;
    this.seen.add(value);
    return value;
  }
}

export class NodeMetrics {
  readonly registry = new Registry();
  private readonly streams: LabelCap;
  private readonly seriesMax: number;
  private readonly gauges: ReadonlyMap<keyof NodeSample, Gauge>;
  private readonly requests: Counter;
  private readonly requestTally = new RequestTally({
    name: `${PREFIX}request_duration_seconds`,
    help: 'Time to answer a request.',
    bounds: REQUEST_BUCKETS,
  });
  private readonly throttledRequests: Counter;
  private readonly openConnections: Gauge;
  private readonly appendedRecords: Counter;
  private readonly appendedBytes: Counter;
  private readonly readRecords: Counter;
  private readonly readBytes: Counter;
  private readonly expiredRecords: Counter;
  private readonly fsyncSeconds: Histogram;
  private readonly leaderChangesTotal: Counter;
  private readonly peerBytes: Counter;
  private readonly peerDropped: Counter;
  private readonly streamSize: Gauge;
  private readonly clientBytes: Readonly<Record<'received' | 'sent', Counter>>;
  private readonly proposalsFailedTotal: Counter;
  private readonly snapshotSeconds: Histogram;
  /** Client bytes since the last sample, added up in plain numbers: it happens for every message. */
  private readonly unsampledBytes = { received: 0, sent: 0 };

  constructor(options: NodeMetricsOptions) {
    this.streams = new LabelCap(options.seriesMax);
    this.seriesMax = options.seriesMax;
    this.gauges = this.nodeGauges();
    this.requests = this.counter('requests_total', 'Requests answered.', ['api', 'code']);
    this.requestTally.register(this.registry);
    this.throttledRequests = this.counter(
      'throttled_requests_total',
      'Requests refused for a bound or quota.',
      ['api'],
    );
    this.openConnections = this.gauge('connections', 'Open client connections.', ['protocol']);
    this.appendedRecords = this.counter(
      'stream_appended_records_total',
      'Records appended by clients of this node.',
      ['stream'],
    );
    this.appendedBytes = this.counter(
      'stream_appended_bytes_total',
      'Bytes of batches appended by clients of this node.',
      ['stream'],
    );
    this.readRecords = this.counter('stream_read_records_total', 'Records sent to consumers.', ['stream']);
    this.readBytes = this.counter('stream_read_bytes_total', 'Bytes of batches sent to consumers.', [
      'stream',
    ]);
    this.expiredRecords = this.counter(
      'stream_expired_records_total',
      'Records that consumers were not shown because their time to live was over.',
      ['stream'],
    );
    this.fsyncSeconds = this.histogram(
      'fsync_duration_seconds',
      'Group commits of the log writer.',
      [],
      FSYNC_BUCKETS,
    );
    this.leaderChangesTotal = this.counter(
      'raft_leader_changes_total',
      'Leader changes that this node saw.',
      [],
    );
    this.peerBytes = this.counter('peer_bytes_total', 'Bytes exchanged with other nodes.', [
      'direction',
      'class',
    ]);
    this.peerDropped = this.counter('peer_dropped_messages_total', 'Messages to congested or absent peers.', [
      'class',
    ]);
    this.streamSize = this.gauge('stream_size_bytes', 'Bytes of a stream on this node (largest streams).', [
      'stream',
    ]);
    this.clientBytes = {
      received: this.counter('received_bytes_total', 'Bytes of messages from clients.', []),
      sent: this.counter('sent_bytes_total', 'Bytes of messages to clients.', []),
    };
    this.proposalsFailedTotal = this.counter(
      'raft_proposals_failed_total',
      'Proposals whose leader was lost before they were answered.',
      [],
    );
    this.snapshotSeconds = this.histogram(
      'raft_snapshot_duration_seconds',
      'Time to fetch and install a snapshot.',
      [],
      SNAPSHOT_BUCKETS,
    );
    const info = this.gauge('build_info', 'Always 1.', ['version', 'cluster', 'node_version']);
    info.set(
      { version: options.version, cluster: options.clusterId, node_version: process.versions.node },
      1,
    );
  }

  // ---- the request path

  request(api: string, code: string, durationMs: number): void {
    this.requestTally.count(api, code, durationMs / 1_000);
  }

  appended(stream: string, records: number, bytes: number): void {
    const labels = { stream: this.streams.fold(stream) };
    this.appendedRecords.inc(labels, records);
    this.appendedBytes.inc(labels, bytes);
  }

  read(stream: string, records: number, bytes: number): void {
    const labels = { stream: this.streams.fold(stream) };
    this.readRecords.inc(labels, records);
    this.readBytes.inc(labels, bytes);
  }

  expired(stream: string, records: number): void {
    this.expiredRecords.inc({ stream: this.streams.fold(stream) }, records);
  }

  throttled(api: string): void {
    this.throttledRequests.inc({ api });
  }

  connections(protocol: string, change: 1 | -1): void {
    this.openConnections.inc({ protocol }, change);
  }

  /** A message of a client, by its encoded size. */
  traffic(direction: 'received' | 'sent', bytes: number): void {
    this.unsampledBytes[direction] += bytes;
  }

  // ---- consensus, storage, transport

  proposalsFailed(count: number): void {
    this.proposalsFailedTotal.inc(count);
  }

  snapshotInstalled(durationMs: number): void {
    this.snapshotSeconds.observe(durationMs / 1_000);
  }

  fsync(durationMs: number): void {
    this.fsyncSeconds.observe(durationMs / 1_000);
  }

  leaderChanged(): void {
    this.leaderChangesTotal.inc();
  }

  peerTraffic(direction: 'sent' | 'received', connectionClass: string, bytes: number): void {
    this.peerBytes.inc({ direction, class: connectionClass }, bytes);
  }

  peerDrop(connectionClass: string, messages: number): void {
    this.peerDropped.inc({ class: connectionClass }, messages);
  }

  // ---- states

  sample(sample: NodeSample): void {
    for (const [key, gauge] of this.gauges) gauge.set(Number(sample[key]));
    this.streamSize.reset();
    const largest = [...sample.streamBytes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    for (const [stream, bytes] of largest.slice(0, this.seriesMax)) this.streamSize.set({ stream }, bytes);
  }

  /** The text that a scrape gets. */
  async text(): Promise<string> {
    for (const direction of ['received', 'sent'] as const) {
      this.clientBytes[direction].inc(this.unsampledBytes[direction]);
      this.unsampledBytes[direction] = 0;
    }
    this.requestTally.takeCodes((api, code, count) => this.requests.inc({ api, code }, count));
    return await this.registry.metrics();
  }

  private nodeGauges(): ReadonlyMap<keyof NodeSample, Gauge> {
    const gauge = (name: string, help: string) => this.gauge(name, help, []);
    return new Map<keyof NodeSample, Gauge>([
      ['uptimeSeconds', gauge('uptime_seconds', 'Since the node started.')],
      ['rssBytes', gauge('memory_rss_bytes', 'Resident memory of the process.')],
      ['heapUsedBytes', gauge('memory_heap_used_bytes', 'Used JavaScript heap.')],
      [
        'eventLoopLagSeconds',
        gauge('event_loop_lag_seconds', '99th percentile of the event loop delay since the last sample.'),
      ],
      ['diskFreeBytes', gauge('disk_free_bytes', 'Free on the disk of the data directory.')],
      ['diskAlarm', gauge('disk_alarm', '1 while producers are refused for want of room.')],
      ['groups', gauge('raft_groups', 'Replicas on this node.')],
      ['leading', gauge('raft_is_leader', 'Replicas on this node that lead.')],
      ['leaderless', gauge('leaderless_partitions', 'Replicas on this node that know no leader.')],
      [
        'underReplicated',
        gauge('under_replicated_partitions', 'Partitions led here with fewer in-sync replicas than wanted.'),
      ],
      [
        'underMinIsr',
        gauge(
          'under_min_isr_partitions',
          'Partitions led here that refuse producers for want of in-sync replicas.',
        ),
      ],
      ['offline', gauge('offline_partitions', 'Partitions with a replica here that cannot elect a leader.')],
      ['commitLagEntriesMax', gauge('raft_commit_lag_entries', 'Entries not committed yet, worst replica.')],
      [
        'applyLagEntriesMax',
        gauge('raft_apply_lag_entries', 'Entries committed but not applied yet, worst replica.'),
      ],
    ]);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({ name: PREFIX + name, help, labelNames, buckets, registers: [this.registry] });
  }
}
