/**
 * The partitions that this node leads, and how a request finds the one it is for.
 *
 *   stream name, partition ─► catalog ─► group ─► replica that serves  ─ or NOT_LEADER with the leader's address
 *
 * A `ServedPartition` lives for one term of leadership: what is bound to the term (append session, waiting requests) hangs on
 * it and ends with it. Watchers (parked reads, subscriptions, repeated appends) are called when its high watermark moved
 * and, for the last time, when this node stops serving it.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock, GroupId, NodeId } from '@flowmesh/base';
import { resolveStreamConfig, STREAM_ENTRIES_LEVEL, StreamMachine } from '@flowmesh/engines';
import type { CatalogStream, StreamConfig } from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../../replica/replica-api.ts';
import type { CatalogPort, LeaderPort } from '../ports.ts';
import { LeaderClock, type SeenTime } from '../shard/leader-clock.ts';
import { PassingTime } from '../shard/passing-time.ts';
import { unknownStream } from '../unknown-resource.ts';

/**
 * What readers are shown of transactions: `committed` ends where the oldest open one begins and leaves out what was aborted;
 * `uncommitted` shows all records.
 */
export type Isolation = 'committed' | 'uncommitted';

/** Told about one partition. Both calls may add and remove watchers. */
export interface PartitionWatcher {
  /** The high watermark moved. */
  onAdvance(): void;
  /** This node serves the partition no more; the watcher has been removed. */
  onLost(error: FlowError): void;
}

export class ServedPartition {
  readonly replica: Replica;
  readonly machine: StreamMachine;
  readonly term: number;
  private readonly watchers = new Set<PartitionWatcher>();
  readonly clock: LeaderClock;

  /** `seen`: as for `LeaderClock`. */
  constructor(
    replica: Replica,
    machine: StreamMachine,
    time: { readonly clock: Clock; readonly seen: SeenTime | undefined },
  ) {
    this.replica = replica;
    this.machine = machine;
    this.term = replica.term;
    this.clock = new LeaderClock(time.clock, machine.timeMs, time.seen);
  }

  /** The time that this leader stamps and measures ages by. */
  nowMs(): number {
    return Math.max(this.clock.nowMs(), this.machine.timeMs);
  }

  get highWatermark(): number {
    return this.machine.endOffset;
  }

  /** The first offset that a reader is not shown yet. */
  end(isolation: Isolation): number {
    return isolation === 'committed' ? this.machine.lastStableOffset : this.machine.endOffset;
  }

  get watcherCount(): number {
    return this.watchers.size;
  }

  watch(watcher: PartitionWatcher): void {
    this.watchers.add(watcher);
  }

  unwatch(watcher: PartitionWatcher): void {
    this.watchers.delete(watcher);
  }

  advanced(): void {
    for (const watcher of this.watchers) watcher.onAdvance();
  }

  lost(error: FlowError): void {
    const gone = [...this.watchers];
    this.watchers.clear();
    for (const watcher of gone) watcher.onLost(error);
  }
}

/** A partition by name: what the catalog says about it. */
export interface PartitionRef {
  readonly stream: CatalogStream;
  readonly settings: StreamConfig;
  readonly partition: number;
  readonly group: GroupId;
}

export interface PartitionTablePorts {
  readonly node: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly clock: Clock;
}

export class PartitionTable {
  private readonly ports: PartitionTablePorts;
  private readonly served = new Map<GroupId, ServedPartition>();
  private readonly times = new Map<GroupId, PassingTime>();
  private readonly settingsOf = new WeakMap<CatalogStream, StreamConfig>();

  constructor(ports: PartitionTablePorts) {
    this.ports = ports;
    ports.replicas.addListener({
      // Its clock begins now, whenever the first request comes.
      onServing: ({ group, machine }) => {
        if (machine instanceof StreamMachine) this.serving(group);
      },
      onApplied: (replica) => this.applied(replica),
      onStopServing: (replica) => this.drop(replica.group, this.notLeader(replica.group)),
      onFailed: (replica, cause) => {
        this.drop(replica.group, new FlowError('UNAVAILABLE', 'the replica on this node failed', { cause }));
      },
    });
  }

  /** What the catalog knows. NOT_FOUND for an unknown stream, INVALID_ARGUMENT for a partition it does not have. */
  find(name: string, partition: number): PartitionRef | FlowError {
    const stream = this.ports.catalog.machine.resource('stream', name);
    if (stream === undefined) return unknownStream(name);
    const group = stream.groups[partition];
    if (group === undefined) {
      return new FlowError('INVALID_ARGUMENT', `stream ${name} has no partition ${partition}`, {
        hint: `Its partitions are 0 to ${stream.groups.length - 1}.`,
        details: { field: 'partition' },
      });
    }
    return { stream, settings: this.settings(stream), partition, group };
  }

  /** The same of a group; NOT_FOUND where it is no partition of a stream, or is no more. */
  ofGroup(group: GroupId): PartitionRef | FlowError {
    const { machine } = this.ports.catalog;
    const placed = machine.partitionOfGroup(group);
    const stream = placed?.stream === undefined ? undefined : machine.streamByUuid(placed.stream);
    if (placed === undefined || stream?.kind !== 'stream')
      return new FlowError('NOT_FOUND', `group ${group} is not a partition of a stream`);
    return { stream, settings: this.settings(stream), partition: placed.partition, group };
  }

  /** Whether every node of the cluster understands transactions, delayed records and compaction. */
  understood(): boolean {
    return this.ports.catalog.machine.featureLevel >= STREAM_ENTRIES_LEVEL;
  }

  /** The partition, if this node serves it; NOT_LEADER or NO_LEADER otherwise. */
  serving(group: GroupId): ServedPartition | FlowError {
    const known = this.served.get(group);
    if (known !== undefined && known.replica.serving && known.replica.term === known.term) return known;
    const replica = this.ports.replicas.get(group);
    if (replica === undefined || !replica.serving) return this.notLeader(group);
    if (!(replica.machine instanceof StreamMachine)) {
      return new FlowError('NOT_FOUND', 'the group is not a partition of a stream');
    }
    if (known !== undefined) this.drop(group, this.notLeader(group));
    const time = { clock: this.ports.clock, seen: this.saw(group, replica.machine).steady };
    const partition = new ServedPartition(replica, replica.machine, time);
    this.served.set(group, partition);
    return partition;
  }

  /** NOT_LEADER with the leader where it is known, NO_LEADER where it is not (or is this node, which is not ready yet). */
  notLeader(group: GroupId): FlowError {
    const leader = this.ports.leaders.leaderOf(group);
    if (leader === undefined || leader.node === this.ports.node) {
      return new FlowError('NO_LEADER', 'no node leads this partition at the moment', {
        hint: 'An election takes about a second; retry shortly. If it lasts, see: flowmesh-admin cluster status',
      });
    }
    return new FlowError('NOT_LEADER', `this node does not lead the partition; node ${leader.node} does`, {
      hint: `Send the request to ${leader.grpcAddress}.`,
      details: { leader: leader.grpcAddress, leaderNode: leader.node, leaderEpoch: leader.term },
    });
  }

  private settings(stream: CatalogStream): StreamConfig {
    let settings = this.settingsOf.get(stream);
    if (settings === undefined) {
      settings = resolveStreamConfig(stream.config);
      this.settingsOf.set(stream, settings);
    }
    return settings;
  }

  private applied({ machine, group }: Replica): void {
    if (!(machine instanceof StreamMachine)) return;
    const time = this.saw(group, machine);
    const served = this.served.get(group);
    if (served?.clock.hasNamed(machine.timeMs) === true) time.named(served.clock.anchor);
    served?.advanced();
  }

  private saw(group: GroupId, { timeMs }: StreamMachine): PassingTime {
    const time = this.times.get(group) ?? new PassingTime();
    this.times.set(group, time);
    if (timeMs > 0) time.saw(timeMs, this.ports.clock.monotonicMs());
    return time;
  }

  private drop(group: GroupId, error: FlowError): void {
    const partition = this.served.get(group);
    if (partition === undefined) return;
    this.served.delete(group);
    partition.lost(error);
  }
}
