/**
 * All replicas of a node: routes messages to them, ticks them, and gives every turn of the event loop its end: replicas with
 * work are processed, then one flush of the log and one of the transport carry what all of them produced.
 *
 *   inputs ─► replica ─ wake ─► dirty ─ end of turn ─► process … ─► store.flush ─► transport.flush
 *
 * After a stall of the event loop what has arrived meanwhile is heard before any timer acts.
 */
import {
  assert,
  type Clock,
  FlowError,
  type GroupId,
  isFlowError,
  type MachineKind,
  type MemberId,
  NO_MEMBER,
  type NodeId,
  nodeOf,
  type Random,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { Entry, PeerMessage } from '@flowmesh/raft';
import type { GroupBootstrap, LogStore, SnapshotSource } from '@flowmesh/storage';
import type { GroupMessage, SnapshotPull, Transport } from '../transport/transport.ts';
import { ApplyTurns } from './apply-turns.ts';
import { GroupReplica } from './replica.ts';
import type { ReplicaListener, ReplicaManager } from './replica-api.ts';
import type { ReplicaEnv, ReplicaLimits, ReplicaLog, ReplicaTuning, TurnWork } from './replica-env.ts';
import { SnapshotReceiver } from './snapshot-receiver.ts';
import { ByteThrottle } from './byte-throttle.ts';

export interface ReplicaManagerOptions {
  readonly node: NodeId;
  readonly store: LogStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly limits: ReplicaLimits;
  readonly tickMs: number;
  /** Snapshots fetched at once. */
  readonly snapshotFetchesMax: number;
  /** For metrics: a snapshot was fetched and installed. */
  readonly onSnapshotInstalled?: (durationMs: number) => void;
  readonly log: ReplicaLog;
  readonly machineFor: (group: GroupId, kind: MachineKind) => Machine<unknown>;
  readonly diskFull: () => boolean;
  /** The node must stop: its disk or a machine failed. */
  readonly fatal: (error: FlowError) => void;
}

/** Rounds of processing in one turn before other work gets its chance. */
const ROUNDS_MAX = 4;
/** Replicas that may stand for election in the same tick when a node is lost. */
const CAMPAIGNS_PER_TICK = 100;
/** How long the preferred leader of a new group keeps asking for votes while its peers are still creating theirs. */
const EAGER_TICKS = 20;
const EAGER_EVERY_TICKS = 2;
const HOUSEKEEP_EVERY_MS = 500;
const WATERMARK_EVERY_MS = 200;
/** State waits at most so many housekeeping rounds before it is written. */
const FLUSH_EVERY_ROUNDS = 4;

export class NodeReplicas implements ReplicaManager {
  private readonly options: ReplicaManagerOptions;
  private readonly env: ReplicaEnv;
  private readonly snapshots: SnapshotReceiver;
  private readonly throttle: ByteThrottle;
  private tuning: ReplicaTuning;
  private readonly replicas = new Map<GroupId, GroupReplica>();
  private readonly sorted: GroupReplica[] = [];
  private readonly busy = new Set<GroupId>();
  private readonly listeners: ReplicaListener[] = [];
  private dirty = new Set<TurnWork>();
  private turnScheduled = false;
  private eager = new Map<GroupReplica, number>();
  private timer: TimerHandle | undefined;
  private lastTickMs = 0;
  private lastHousekeepMs = 0;
  private lastWatermarkMs = 0;
  private housekeepRound = 0;
  private stopped = false;

  constructor(options: ReplicaManagerOptions) {
    this.options = options;
    const { transport } = options;
    this.tuning = {
      lagTimeMaxMs: options.limits.lagTimeMaxMs,
      draining: new Set(),
      givenUp: () => false,
      moveBytesPerSecond: Number.POSITIVE_INFINITY,
    };
    this.throttle = new ByteThrottle(options);
    this.env = {
      clock: options.clock,
      random: options.random,
      limits: options.limits,
      tuning: () => this.tuning,
      applyTurns: new ApplyTurns(options),
      log: options.log,
      listeners: this.listeners,
      send: (group, message) => transport.send(group, message),
      connected: (node) => node === options.node || transport.connected(node),
      machineFor: options.machineFor,
      diskFull: options.diskFull,
      wake: (replica) => this.wake(replica),
      fatal: options.fatal,
    };
    this.snapshots = new SnapshotReceiver({
      transport,
      log: options.log,
      fetchesMax: options.snapshotFetchesMax,
      throttle: this.throttle,
      fatal: options.fatal,
      clock: options.clock,
      onInstalled: (durationMs) => options.onSnapshotInstalled?.(durationMs),
    });
  }

  // ---- life

  /** Opens every group found on disk, then begins to tick. */
  async start(): Promise<void> {
    for (const group of this.options.store.groups()) {
      const store = await this.options.store.open(group);
      this.add(await GroupReplica.open(this.env, store, true));
    }
    this.lastTickMs = this.options.clock.monotonicMs();
    this.lastHousekeepMs = this.lastTickMs;
    this.lastWatermarkMs = this.lastTickMs;
    this.armTick();
  }

  /** Hands leaderships over; resolves when this node leads nothing that others could lead, or after `timeoutMs`. */
  async handOver(timeoutMs: number): Promise<void> {
    const { clock, scheduler } = this.options;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      let leading = 0;
      for (const replica of this.sorted) if (this.handOverOne(replica)) leading++;
      if (leading === 0 || clock.monotonicMs() >= deadlineMs) return;
      await new Promise<void>((resolve) => scheduler.after(this.options.tickMs, resolve));
    }
  }

  /** Writes out all state and ends all replicas. The store and the transport stay open. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.timer?.cancel();
    await this.snapshots.close();
    for (const replica of this.sorted) {
      replica.flushState();
      replica.stop();
    }
    this.options.store.flush();
    this.options.transport.flush();
    for (const replica of this.sorted) await replica.idle();
  }

  get(group: GroupId): GroupReplica | undefined {
    return this.replicas.get(group);
  }

  all(): Iterable<GroupReplica> {
    return this.sorted;
  }

  addListener(listener: ReplicaListener): void {
    this.listeners.push(listener);
  }

  tune(tuning: ReplicaTuning): void {
    this.tuning = tuning;
    this.throttle.limit(tuning.moveBytesPerSecond);
  }

  async create(bootstrap: GroupBootstrap, preferred?: MemberId): Promise<GroupReplica> {
    const { group } = bootstrap;
    if (this.replicas.has(group) || this.busy.has(group)) {
      throw new FlowError('ALREADY_EXISTS', `group ${group} has a replica on this node already`);
    }
    this.busy.add(group);
    try {
      const store = await this.options.store.create(bootstrap);
      const replica = await GroupReplica.open(this.env, store, false);
      if (this.stopped) replica.stop();
      this.add(replica);
      if (bootstrap.conf.voters.length > 0 && (preferred ?? bootstrap.conf.voters[0]) === bootstrap.member) {
        this.eager.set(replica, 0);
        replica.campaign();
      }
      return replica;
    } finally {
      this.busy.delete(group);
    }
  }

  async remove(group: GroupId, member: MemberId): Promise<void> {
    const replica = this.replicas.get(group);
    if (replica === undefined || replica.member !== member || this.busy.has(group)) return;
    this.busy.add(group);
    try {
      replica.stop();
      this.eager.delete(replica);
      await this.snapshots.cancel(group);
      this.options.store.flush();
      await replica.idle();
      // Where this fails (a full disk), the replica stays, stopped, so that the removal can be asked for again.
      await this.options.store.remove(group, member);
      this.replicas.delete(group);
      this.sorted.splice(this.sorted.indexOf(replica), 1);
    } finally {
      this.busy.delete(group);
    }
  }

  async becomeSoleMember(group: GroupId, member: MemberId): Promise<void> {
    const replica = this.replicas.get(group);
    if (replica === undefined || replica.member !== member || this.busy.has(group)) return;
    this.busy.add(group);
    try {
      await this.snapshots.cancel(group);
      await replica.becomeSoleMember();
    } finally {
      this.busy.delete(group);
    }
  }

  private add(replica: GroupReplica): void {
    const { group } = replica;
    assert(!this.replicas.has(group), 'one replica of a group on a node');
    this.replicas.set(group, replica);
    let at = this.sorted.length;
    while (at > 0 && (this.sorted[at - 1] as GroupReplica).group > group) at--;
    this.sorted.splice(at, 0, replica);
    this.options.store.onFetched(group, (purpose) => this.replicas.get(group)?.entriesFetched(purpose));
    this.options.store.onFailed(group, (error) => this.storeFailed(group, error));
  }

  private storeFailed(group: GroupId, error: FlowError): void {
    if (error.code === 'CORRUPTION') this.replicas.get(group)?.reportDamage(error);
    else this.options.fatal(error);
  }

  // ---- from peers

  onMessages(from: NodeId, messages: readonly GroupMessage[]): void {
    for (const { group, message } of messages) {
      const replica = this.replicas.get(group);
      // A message for a former replica of this group here, or in another node's name, is nobody's.
      if (replica === undefined || message.to !== replica.member || nodeOf(message.from) !== from) continue;
      if (!replica.configuration.voters.includes(message.from) && this.tuning.givenUp(group, message.from))
        continue;
      if (message.kind === 'snapshot' && this.snapshots.offer(replica, message)) continue;
      replica.step(message.kind === 'append' ? ownedAppend(message) : message);
    }
  }

  onPeerDown(node: NodeId): void {
    let campaigns = 0;
    for (const replica of this.sorted) {
      const lostLeader = replica.leader !== NO_MEMBER && nodeOf(replica.leader) === node;
      const stagger = lostLeader ? Math.floor(campaigns++ / CAMPAIGNS_PER_TICK) : 0;
      replica.peerLost(node, 1 + stagger + 2 * this.rank(replica, node));
    }
  }

  onUnreachable(group: GroupId, to: MemberId): void {
    this.replicas.get(group)?.unreachable(to);
  }

  async openSnapshot(pull: SnapshotPull): Promise<SnapshotSource> {
    const replica = this.replicas.get(pull.group);
    if (replica === undefined || replica.member !== pull.from || replica.failure !== undefined) {
      throw new FlowError('NOT_FOUND', `member ${pull.from} of group ${pull.group} is not on this node`, {
        hint: 'the leader offers the snapshot again',
      });
    }
    const source = await this.fromDisk(replica, replica.store.openSnapshot());
    return {
      meta: source.meta,
      next: (bytesMax) => {
        replica.snapshotFetched(pull.to);
        return this.fromDisk(replica, source.next(bytesMax));
      },
      close: () => source.close(),
    };
  }

  /**
   * A leader whose state cannot be read brings nobody up: another one that is in sync leads, and sends its own. It goes on as a voter, since the
   * group may need its vote until then; what is damaged is found by whoever reads it here.
   */
  private async fromDisk<T>(replica: GroupReplica, read: Promise<T>): Promise<T> {
    try {
      return await read;
    } catch (error) {
      if (isFlowError(error) && error.code === 'CORRUPTION') {
        const handedOver = this.handOverOne(replica);
        const { group, member } = replica;
        const fields = { group, member, cause: error.message, handedOver };
        this.options.log.error(fields, 'data damaged: another replica is to lead and to send the snapshot');
      }
      throw error;
    }
  }

  /** Where this member stands among those that could follow a leader on `lost`: the first one campaigns first. */
  private rank(replica: GroupReplica, lost: NodeId): number {
    const candidates = replica.configuration.voters.filter((member) => {
      const node = nodeOf(member);
      return node !== lost && this.env.connected(node) && !this.tuning.draining.has(node);
    });
    const own = candidates.indexOf(replica.member);
    if (own < 0) return candidates.length;
    return (own + candidates.length - (replica.group % candidates.length)) % candidates.length;
  }

  private handOverOne(replica: GroupReplica): boolean {
    if (!replica.serving) return false;
    const others = replica.inSync().filter((node) => node !== this.options.node);
    const best = others[replica.group % Math.max(1, others.length)];
    if (best === undefined) return false;
    return replica.transferLeadership(best) === undefined;
  }

  // ---- turns

  private wake(replica: TurnWork): void {
    this.dirty.add(replica);
    this.scheduleTurn();
  }

  private scheduleTurn(): void {
    if (this.turnScheduled) return;
    this.turnScheduled = true;
    this.options.scheduler.endOfTurn(() => this.turn());
  }

  private turn(): void {
    this.turnScheduled = false;
    for (let round = 0; round < ROUNDS_MAX && this.dirty.size > 0; round++) {
      const batch = this.dirty;
      this.dirty = new Set();
      for (const replica of batch) replica.process();
    }
    this.options.store.flush();
    this.options.transport.flush();
    if (this.dirty.size > 0) this.scheduleTurn();
  }

  // ---- time

  private armTick(): void {
    if (this.stopped) return;
    this.timer = this.options.scheduler.after(this.options.tickMs, () => this.tickDue());
  }

  private tickDue(): void {
    const { clock, scheduler, tickMs } = this.options;
    const elapsed = Math.floor((clock.monotonicMs() - this.lastTickMs) / tickMs);
    if (elapsed <= 1) {
      this.tick(clock.monotonicMs());
      return;
    }
    // The loop stalled: time has passed unheard. Let what waits in the sockets be heard before anybody campaigns.
    for (const replica of this.sorted) replica.tickQuiet(elapsed - 1);
    scheduler.endOfTurn(() => scheduler.after(1, () => this.tick(clock.monotonicMs())));
  }

  private tick(nowMs: number): void {
    if (this.stopped) return;
    this.lastTickMs = nowMs;
    for (const replica of this.sorted) replica.tick();
    if (this.eager.size > 0) this.tickEager();
    if (nowMs - this.lastWatermarkMs >= WATERMARK_EVERY_MS) {
      this.lastWatermarkMs = nowMs;
      this.options.store.saveWatermark();
    }
    if (nowMs - this.lastHousekeepMs >= HOUSEKEEP_EVERY_MS) {
      this.lastHousekeepMs = nowMs;
      this.housekeepRound = (this.housekeepRound + 1) % FLUSH_EVERY_ROUNDS;
      for (const replica of this.sorted) replica.housekeep(this.housekeepRound === 0);
    }
    this.armTick();
  }

  private tickEager(): void {
    for (const [replica, ticks] of this.eager) {
      if (replica.leader !== NO_MEMBER || ticks >= EAGER_TICKS) this.eager.delete(replica);
      else {
        this.eager.set(replica, ticks + 1);
        if (ticks % EAGER_EVERY_TICKS === 0) replica.campaign();
      }
    }
  }
}

/**
 * Entries stay in memory for as long as the tail keeps them. Where they are but a small part of the frame they came in, they are
 * copied out, so that they do not hold the whole of it.
 */
function ownedAppend(message: Extract<PeerMessage, { kind: 'append' }>): PeerMessage {
  let bytes = 0;
  let held = 0;
  for (const entry of message.entries) {
    bytes += entry.data.length;
    held = Math.max(held, entry.data.buffer.byteLength);
  }
  if (bytes === 0 || held <= bytes * 2) return message;
  const slab = new Uint8Array(bytes);
  let at = 0;
  const entries: Entry[] = message.entries.map((entry) => {
    const data = slab.subarray(at, at + entry.data.length);
    data.set(entry.data);
    at += entry.data.length;
    return { ...entry, data };
  });
  return { ...message, entries };
}
