/**
 * Moves leadership of the groups that this node leads to where it belongs.
 *
 *   this node drains, leaves, or its disk is in trouble ─► to a well in-sync replica, in batches, at once
 *   otherwise ─► to the preferred leader (the first wanted replica), once that one has been well and in sync for a while
 *
 * Nothing swings: a leader goes to its preferred node and stays there; a hand-over that did not come about is tried again later each
 * time; nobody is handed what it would hand on.
 */
import {
  type Clock,
  FlowError,
  type GroupId,
  type MemberId,
  NO_MEMBER,
  type NodeId,
  nodeOf,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import type { CatalogPartition } from '@flowmesh/engines';
import type { Replica, ReplicaListener, ReplicaManager } from '../replica/replica-api.ts';
import type { ElectionCounts } from '../services/ports.ts';
import type { ClusterLog } from './cluster-log.ts';

export interface LeaderBalancerOptions {
  readonly self: NodeId;
  readonly replicas: ReplicaManager;
  readonly partitionOf: (group: GroupId) => CatalogPartition | undefined;
  /** Why this node is to lead nothing; undefined where it may. */
  readonly leave: () => string | undefined;
  /** Whether another node may be handed leadership: active, normal, reached, and its disk well. */
  readonly mayLead: (node: NodeId) => boolean;
  /** For how long it has been reached. */
  readonly upMs: (node: NodeId) => number;
  readonly enabled: () => boolean;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly limits: LeaderBalancerLimits;
}

export interface LeaderBalancerLimits {
  readonly intervalMs: number;
  /** Handed over in one pass: by a node that leaves, and to preferred leaders. */
  readonly evacuationsMax: number;
  readonly transfersMax: number;
  readonly settledMs: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
  readonly timeoutMs: number;
}

interface Attempt {
  count: number;
  nextMs: number;
}

interface Waiter {
  readonly from: MemberId;
  readonly done: (leader: NodeId, term: number) => void;
}

export class LeaderBalancer implements ReplicaListener {
  private readonly options: LeaderBalancerOptions;
  private attempts = new Map<GroupId, Attempt>();
  /** Since when the preferred leader of a group led here could take over. */
  private eligibleMs = new Map<GroupId, number>();
  private readonly waiters = new Map<GroupId, Set<Waiter>>();
  private timer: TimerHandle | undefined;
  private leaving: string | undefined;
  private scheduled = false;
  private stopped = false;

  constructor(options: LeaderBalancerOptions) {
    this.options = options;
  }

  start(): void {
    this.options.replicas.addListener(this);
    this.arm();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** A node that leads nothing hands an election that it won on at once. */
  onServing(): void {
    if (this.options.leave() !== undefined) this.kick();
  }

  onStopServing(replica: Replica): void {
    this.attempts.delete(replica.group);
    this.eligibleMs.delete(replica.group);
  }

  onLeader(replica: Replica, leader: MemberId, term: number): void {
    if (leader === NO_MEMBER) return;
    for (const waiter of this.waiters.get(replica.group) ?? []) {
      if (leader !== waiter.from) waiter.done(nodeOf(leader), term);
    }
  }

  /** Runs a pass at the end of this turn. */
  kick(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    this.options.scheduler.endOfTurn(() => {
      this.scheduled = false;
      if (!this.stopped) this.pass();
    });
  }

  // ---- by itself

  private arm(): void {
    if (this.stopped) return;
    this.timer = this.options.scheduler.after(this.options.limits.intervalMs, () => {
      this.pass();
      this.arm();
    });
  }

  private pass(): void {
    const { enabled, log } = this.options;
    const leave = this.options.leave();
    if (leave !== this.leaving) {
      if (leave !== undefined) log.info({ reason: leave }, 'this node hands its leaderships over');
      else log.info({}, 'this node may lead again');
      this.leaving = leave;
    }
    if (leave !== undefined) this.evacuate();
    else if (enabled()) this.prefer();
  }

  private evacuate(): void {
    let left = this.options.limits.evacuationsMax;
    for (const replica of this.options.replicas.all()) {
      if (left === 0) return;
      if (!replica.serving || !this.due(replica.group)) continue;
      const best = this.successor(replica);
      if (best !== undefined && this.handOver(replica, best)) left--;
    }
  }

  private prefer(): void {
    let left = this.options.limits.transfersMax;
    for (const replica of this.options.replicas.all()) {
      if (left === 0) return;
      if (!replica.serving) continue;
      const preferred = this.preferredOf(replica);
      if (preferred === undefined || !this.settled(replica, preferred)) continue;
      if (this.due(replica.group) && this.handOver(replica, nodeOf(preferred))) left--;
    }
  }

  /** Undefined where this replica is the preferred leader already. */
  private preferredOf(replica: Replica): MemberId | undefined {
    const preferred = this.options.partitionOf(replica.group)?.replicas[0];
    return preferred === replica.member ? undefined : preferred;
  }

  private settled(replica: Replica, preferred: MemberId): boolean {
    const { clock, upMs, limits } = this.options;
    const nowMs = clock.monotonicMs();
    if (!this.canTakeOver(replica, preferred)) {
      this.eligibleMs.delete(replica.group);
      return false;
    }
    const sinceMs = this.eligibleMs.get(replica.group) ?? nowMs;
    this.eligibleMs.set(replica.group, sinceMs);
    return nowMs - sinceMs >= limits.settledMs && upMs(nodeOf(preferred)) >= limits.settledMs;
  }

  private canTakeOver(replica: Replica, member: MemberId): boolean {
    const node = nodeOf(member);
    return (
      this.options.mayLead(node) &&
      replica.inSync().includes(node) &&
      replica.status().conf.voters.includes(member)
    );
  }

  /** The first wanted replica that can take over. */
  private successor(replica: Replica): NodeId | undefined {
    const { self, partitionOf, mayLead } = this.options;
    const inSync = replica.inSync().filter((node) => node !== self && mayLead(node));
    const wanted = partitionOf(replica.group)?.replicas.map((member) => nodeOf(member)) ?? [];
    return wanted.find((node) => inSync.includes(node)) ?? inSync[0];
  }

  private due(group: GroupId): boolean {
    const attempt = this.attempts.get(group);
    return attempt === undefined || this.options.clock.monotonicMs() >= attempt.nextMs;
  }

  private handOver(replica: Replica, to: NodeId): boolean {
    const { clock, limits, log } = this.options;
    const attempt = this.attempts.get(replica.group) ?? { count: 0, nextMs: 0 };
    const delayMs = Math.min(limits.retryMaxMs, limits.retryMs * 2 ** Math.min(attempt.count, 16));
    this.attempts.set(replica.group, { count: attempt.count + 1, nextMs: clock.monotonicMs() + delayMs });
    const refused = replica.transferLeadership(to);
    log.debug({ group: replica.group, to, err: refused }, 'leadership handed over');
    return refused === undefined;
  }

  // ---- for operators

  /** As `ClusterOpsPort.electPreferred`. */
  electPreferred(groups: ReadonlySet<GroupId> | undefined): ElectionCounts {
    const counts = { transferred: 0, already: 0, notPossible: 0 };
    for (const replica of this.options.replicas.all()) {
      if (!replica.serving || (groups !== undefined && !groups.has(replica.group))) continue;
      const preferred = this.preferredOf(replica);
      if (preferred === undefined) counts.already++;
      else if (this.canTakeOver(replica, preferred) && this.handOver(replica, nodeOf(preferred)))
        counts.transferred++;
      else counts.notPossible++;
    }
    return counts;
  }

  /** As `ClusterOpsPort.transferLeader`. */
  async transfer(
    group: GroupId,
    to: NodeId | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly leader: NodeId; readonly term: number }> {
    const replica = this.options.replicas.get(group);
    if (replica?.serving !== true) {
      throw new FlowError('NOT_LEADER', `this node does not lead group ${group}`, {
        hint: 'Ask the leader of the partition.',
      });
    }
    const target = to ?? this.successor(replica);
    if (target === undefined) throw noSuccessor();
    const { self, mayLead } = this.options;
    if (target === self) return { leader: self, term: replica.term };
    if (!replica.inSync().includes(target)) throw notInSync(target, replica.inSync());
    if (!mayLead(target)) throw mayNotLead(target);
    const waiting = this.awaitLeader(replica, signal);
    const refused = replica.transferLeadership(target);
    if (refused !== undefined) waiting.cancel(refused);
    return await waiting.leader;
  }

  private awaitLeader(replica: Replica, signal: AbortSignal) {
    const { scheduler, limits } = this.options;
    const { promise, resolve, reject } = Promise.withResolvers<{ leader: NodeId; term: number }>();
    const waiter: Waiter = { from: replica.member, done: (leader, term) => resolve({ leader, term }) };
    const set = this.waiters.get(replica.group) ?? new Set();
    this.waiters.set(replica.group, set.add(waiter));
    const abort = (): void => reject(new FlowError('CANCELLED', 'the caller gave up on the transfer'));
    signal.addEventListener('abort', abort, { once: true });
    const timer = scheduler.after(limits.timeoutMs, () => reject(notTakenOver(limits.timeoutMs)));
    const leader = promise.finally(() => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
      set.delete(waiter);
      if (set.size === 0) this.waiters.delete(replica.group);
    });
    return { leader, cancel: (error: FlowError) => reject(error) };
  }
}

function noSuccessor(): FlowError {
  return new FlowError(
    'PRECONDITION_FAILED',
    'no other replica could lead: none is in sync on a normal node',
    {
      hint: 'See flowmesh-admin partitions describe; start the nodes of the other replicas.',
    },
  );
}

function notInSync(to: NodeId, inSync: readonly NodeId[]): FlowError {
  return new FlowError('PRECONDITION_FAILED', `node ${to} has no in-sync replica of this partition`, {
    hint: `In sync are nodes ${inSync.join(', ')}: choose one of them, or wait until node ${to} has caught up.`,
    details: { node: to },
  });
}

function mayNotLead(to: NodeId): FlowError {
  return new FlowError(
    'PRECONDITION_FAILED',
    `node ${to} is to lead nothing: it is draining, leaving, or its disk is in trouble`,
    {
      hint: `See flowmesh-admin nodes describe ${to}.`,
      details: { node: to },
    },
  );
}

function notTakenOver(afterMs: number): FlowError {
  return new FlowError(
    'TIMEOUT',
    `no other replica took leadership over within ${afterMs} ms; this one goes on leading`,
    {
      hint: 'The replica may have fallen behind: see flowmesh-admin partitions describe, then try again.',
    },
  );
}
