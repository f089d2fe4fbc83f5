/**
 * The shards of one kind of resource that this node leads, and how a request finds the one it is for.
 *
 *   name, shard ─► catalog ─► group ─► replica that serves  ─ or NOT_LEADER with the leader's address
 *
 * A driver looks at every served shard now and then: a machine that does not have the newest configuration is given it, and one
 * for which something is due (leases, delays, expiry) is told the time. One such command is under way for a shard at a time.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock, GroupId, NodeId, Scheduler, TimerHandle } from '@flowmesh/base';
import type { CatalogStream, Machine } from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../../replica/replica-api.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { CatalogPort, DiskPort, LeaderPort } from '../ports.ts';
import { LeaderClock } from './leader-clock.ts';
import { PassingTime } from './passing-time.ts';
import { ServedShard, type ShardMachine } from './served-shard.ts';

/** How often the driver looks. */
const DRIVE_EVERY_MS = 50;
const DRIVE_TIMEOUT_MS = 10_000;

export interface ShardKind<M extends ShardMachine> {
  /** As users call it: queue, bucket. */
  readonly noun: string;
  /** The name under which the catalog has it. */
  qualified(name: string): string;
  is(machine: Machine<unknown>): machine is Machine<unknown> & M;
  /** The command that gives a machine its configuration. */
  configure(resource: CatalogStream, timeMs: number): Uint8Array;
  /** The command that lets expire what is due at a time, as much as one command may. */
  expire(timeMs: number): Uint8Array;
}

export interface ShardTablePorts {
  readonly node: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly disk: DiskPort;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly wheel: DeadlineWheel;
}

/** A shard by name: what the catalog says about it. */
export interface ShardRef {
  readonly resource: CatalogStream;
  readonly shard: number;
  readonly group: GroupId;
}

interface Driven<M extends ShardMachine> {
  readonly served: ServedShard<M>;
  readonly clock: LeaderClock;
  busy: boolean;
}

export class ShardTable<M extends ShardMachine> {
  private readonly ports: ShardTablePorts;
  private readonly kind: ShardKind<M>;
  private readonly served = new Map<GroupId, Driven<M>>();
  private readonly times = new Map<GroupId, PassingTime>();
  private readonly servingListeners: ((shard: ServedShard<M>) => void)[] = [];
  private timer: TimerHandle | undefined;
  private closed = false;

  constructor(ports: ShardTablePorts, kind: ShardKind<M>) {
    this.ports = ports;
    this.kind = kind;
    ports.replicas.addListener({
      onServing: (replica) => void this.open(replica),
      onApplied: (replica) => this.applied(replica),
      onStopServing: (replica) => this.drop(replica.group, this.notLeader(replica.group)),
      onFailed: (replica, cause) => {
        this.drop(replica.group, new FlowError('UNAVAILABLE', 'the replica on this node failed', { cause }));
      },
    });
    // Services come after the replicas: some lead already.
    for (const replica of ports.replicas.all()) if (replica.serving) this.open(replica);
  }

  /** What the catalog knows. NOT_FOUND for an unknown name, INVALID_ARGUMENT for a shard it does not have. */
  find(name: string, shard: number): ShardRef | FlowError {
    const resource = this.resource(name);
    if (resource instanceof FlowError) return resource;
    const group = resource.groups[shard];
    if (group === undefined) {
      return new FlowError('INVALID_ARGUMENT', `${this.kind.noun} ${name} has no shard ${shard}`, {
        hint: `Its shards are 0 to ${resource.groups.length - 1}.`,
        details: { field: 'shard' },
      });
    }
    return { resource, shard, group };
  }

  resource(name: string): CatalogStream | FlowError {
    const { noun } = this.kind;
    return (
      this.ports.catalog.machine.streamByName(this.kind.qualified(name)) ??
      new FlowError('NOT_FOUND', `there is no ${noun} ${name}`, {
        hint: `Create it: flowmesh ${noun === 'bucket' ? 'kv' : noun} create ${name}`,
        details: { [noun]: name },
      })
    );
  }

  /** The shard, if this node serves it; NOT_LEADER or NO_LEADER otherwise. */
  serving(group: GroupId): ServedShard<M> | FlowError {
    const known = this.served.get(group)?.served;
    if (known !== undefined && known.replica.serving && known.replica.term === known.term) return known;
    const replica = this.ports.replicas.get(group);
    if (replica === undefined || !replica.serving) return this.notLeader(group);
    return this.open(replica) ?? new FlowError('NOT_FOUND', `the group is no shard of a ${this.kind.noun}`);
  }

  /** Any shard of a resource that this node serves, `from` and the following ones first; else why the one at `from` is not. */
  anyServing(resource: CatalogStream, from: number): ServedShard<M> | FlowError {
    const { groups } = resource;
    let refusal: FlowError | undefined;
    for (let i = 0; i < groups.length; i++) {
      const served = this.serving(groups[(from + i) % groups.length] as GroupId);
      if (!(served instanceof FlowError)) return served;
      refusal ??= served;
    }
    return (
      refusal ?? new FlowError('UNAVAILABLE', `the ${this.kind.noun} has no shards yet`, { hint: 'Retry.' })
    );
  }

  /** All that this node serves, ascending by group. */
  all(): readonly ServedShard<M>[] {
    return [...this.served.values()]
      .map(({ served }) => served)
      .sort((a, b) => a.replica.group - b.replica.group);
  }

  /** Called for every shard that this node serves, or begins to serve. */
  onServing(listener: (shard: ServedShard<M>) => void): void {
    this.servingListeners.push(listener);
    for (const shard of this.all()) listener(shard);
  }

  /** NOT_LEADER with the leader where it is known, NO_LEADER where it is not (or is this node, which is not ready yet). */
  notLeader(group: GroupId): FlowError {
    const leader = this.ports.leaders.leaderOf(group);
    if (leader === undefined || leader.node === this.ports.node) {
      return new FlowError('NO_LEADER', 'no node leads this shard at the moment', {
        hint: 'An election takes about a second; retry shortly. If it lasts, see: flowmesh-admin cluster status',
      });
    }
    return new FlowError('NOT_LEADER', `this node does not lead the shard; node ${leader.node} does`, {
      hint: `Send the request to ${leader.grpcAddress}.`,
      details: { leader: leader.grpcAddress, leaderNode: leader.node, leaderEpoch: leader.term },
    });
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.timer = undefined;
  }

  private open(replica: Replica): ServedShard<M> | undefined {
    const { machine, group } = replica;
    if (!this.kind.is(machine)) return undefined;
    const known = this.served.get(group)?.served;
    if (known !== undefined && known.term === replica.term && known.replica === replica) return known;
    this.drop(group, this.notLeader(group));
    const { scheduler, wheel, disk } = this.ports;
    const clock = new LeaderClock(this.ports.clock, machine.timeMs, this.saw(group, machine).steady);
    const served = new ServedShard<M>(replica, machine, {
      clock,
      wheel,
      disk,
      endOfTurn: (task) => scheduler.endOfTurn(task),
      minInsync: () => this.minInsync(group),
      notLeader: () => this.notLeader(group),
    });
    const driven: Driven<M> = { served, clock, busy: false };
    this.served.set(group, driven);
    // A new machine gets its configuration before the first command of a service.
    this.drive(driven);
    for (const listener of this.servingListeners) listener(served);
    this.arm();
    return served;
  }

  private applied(replica: Replica): void {
    const { machine, group } = replica;
    if (!this.kind.is(machine)) return;
    const time = this.saw(group, machine);
    const driven = this.served.get(group);
    if (driven === undefined) return;
    if (driven.clock.hasNamed(machine.timeMs)) time.named(driven.clock.anchor);
    driven.served.advanced();
    // What this has made due need not wait for the driver's next look.
    this.drive(driven);
  }

  private saw(group: GroupId, { timeMs }: M): PassingTime {
    const time = this.times.get(group) ?? new PassingTime();
    this.times.set(group, time);
    if (timeMs > 0) time.saw(timeMs, this.ports.clock.monotonicMs());
    return time;
  }

  private drop(group: GroupId, error: FlowError): void {
    const driven = this.served.get(group);
    if (driven === undefined) return;
    this.served.delete(group);
    driven.served.lost(error);
  }

  /** Undefined where it was deleted. */
  resourceOf(group: GroupId): CatalogStream | undefined {
    const { machine } = this.ports.catalog;
    const uuid = machine.partitionOfGroup(group)?.stream;
    return uuid === undefined ? undefined : machine.streamByUuid(uuid);
  }

  /** Number of a shard within its resource. */
  shardOf(group: GroupId): number {
    return this.ports.catalog.machine.partitionOfGroup(group)?.partition ?? 0;
  }

  private minInsync(group: GroupId): number {
    return Number(this.resourceOf(group)?.config['min.insync.replicas'] ?? 1);
  }

  // ---- the driver

  private arm(): void {
    if (this.timer !== undefined || this.closed || this.served.size === 0) return;
    this.timer = this.ports.scheduler.after(DRIVE_EVERY_MS, () => {
      this.timer = undefined;
      for (const driven of this.served.values()) this.drive(driven);
      this.arm();
    });
  }

  private drive(driven: Driven<M>): void {
    const { served } = driven;
    if (driven.busy || !served.alive) return;
    const command = this.configuration(served) ?? this.expiry(served);
    if (command === undefined) return;
    driven.busy = true;
    served.proposeThen(command, DRIVE_TIMEOUT_MS, (result) => {
      driven.busy = false;
      // More may be due; what was refused is tried again at the next look.
      if (result.ok) this.drive(driven);
    });
  }

  private configuration(served: ServedShard<M>): Uint8Array | undefined {
    const resource = this.resourceOf(served.replica.group);
    if (resource === undefined || resource.changedRevision <= served.machine.configRevision) return undefined;
    return this.kind.configure(resource, served.nowMs());
  }

  private expiry(served: ServedShard<M>): Uint8Array | undefined {
    const dueMs = served.machine.dueAtMs();
    const nowMs = served.nowMs();
    return dueMs === undefined || dueMs > nowMs ? undefined : this.kind.expire(nowMs);
  }
}
