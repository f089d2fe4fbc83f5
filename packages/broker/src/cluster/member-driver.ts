/**
 * Drives the groups that this node leads towards the members that the catalog wants, and reports to it what was reached. All state that
 * counts is in the catalog and in the groups' configurations, so that any leader can go on, also after a crash or a cancelled move.
 *
 * Copying is what costs: so many groups at a time have new members that catch up, the others wait for their turn. A group that cannot
 * go on (its new member is away, or takes nothing for long) holds no turn, so that none holds up the others.
 */
import {
  type Clock,
  type FlowError,
  type GroupId,
  METADATA_GROUP,
  type NodeId,
  nodeOf,
  NO_MEMBER,
} from '@flowmesh/base';
import type { CatalogCommand, CatalogPartition, Reply } from '@flowmesh/engines';
import type { RaftStatus } from '@flowmesh/raft';
import type { Scheduler, TimerHandle } from '@flowmesh/base';
import type { Replica, ReplicaManager } from '../replica/replica-api.ts';
import { type MemberStep, planMembers } from './member-plan.ts';
import type { ClusterLog } from './cluster-log.ts';
import { stepText } from './step-text.ts';

export interface MemberDriverOptions {
  readonly replicas: ReplicaManager;
  /** Partitions with a move in progress. */
  readonly moving: () => Iterable<CatalogPartition>;
  readonly partitionOf: (group: GroupId) => CatalogPartition | undefined;
  readonly metadata: () => CatalogPartition | undefined;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  /** Groups whose new members catch up at a time. */
  readonly changesMax: () => number;
  readonly caughtUpEntriesMax: number;
  readonly connected: (node: NodeId) => boolean;
  readonly mayLead: (node: NodeId) => boolean;
  readonly limits: MemberDriverLimits;
}

export interface MemberDriverLimits {
  /** Between two looks while something moves. */
  readonly stepIntervalMs: number;
  /** Reports to the catalog under way. */
  readonly finishesMax: number;
  /** A report that was refused or not answered gives way to others for so long. */
  readonly finishRetryMs: number;
  /** A hand-over that did not come about is tried again after this time, then twice as late each time, up to `transferRetryMaxMs`. */
  readonly transferRetryMs: number;
  readonly transferRetryMaxMs: number;
  /** A new member of which nothing more was confirmed for so long has no turn any more; the second while it fetches a snapshot. */
  readonly stalledMs: number;
  readonly snapshotStalledMs: number;
}

/** What this leader remembers of a group on its way: for turns, patience and the log, never for decisions that must be right. */
interface Course {
  revision: number;
  step: MemberStep | 'queued';
  words: string;
  confirmed: string;
  confirmedMs: number;
  transfers: number;
  nextTransferMs: number;
  nextFinishMs: number;
  refusal: string;
}

interface Planned {
  readonly replica: Replica;
  readonly partition: CatalogPartition;
  readonly status: RaftStatus;
  readonly step: MemberStep;
}

/** How often the groups that do not move are compared with what is wanted. */
const DRIFT_LOOK_MS = 5_000;

export class MemberDriver {
  private readonly options: MemberDriverOptions;
  private readonly finishing = new Set<GroupId>();
  private courses = new Map<GroupId, Course>();
  private timer: TimerHandle | undefined;
  private stopped = false;

  private driftLookedMs = Number.NEGATIVE_INFINITY;
  /** Groups that were not as wanted when last looked at. */
  private readonly drifted = new Set<GroupId>();

  constructor(options: MemberDriverOptions) {
    this.options = options;
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** One step for every group led here that is not where it should be. */
  pass(): void {
    if (this.stopped) return;
    const planned = [...this.plan()];
    this.forgetOthers(planned);
    let copying = 0;
    const waiting: Planned[] = [];
    for (const one of planned) {
      if (this.begins(one)) {
        waiting.push(one);
        continue;
      }
      this.take(one);
      if (this.copies(one)) copying++;
    }
    for (const one of waiting) {
      if (copying < this.options.changesMax()) {
        this.take(one);
        copying++;
      } else this.note(one, 'queued');
    }
    if (planned.length > 0) this.lookAgain();
  }

  /** A few words on how far a group led here is; undefined where it is not on its way. */
  progressOf(group: GroupId): string | undefined {
    const replica = this.options.replicas.get(group);
    const course = this.courses.get(group);
    if (replica?.serving !== true || course === undefined) return undefined;
    return stepText(course.step, replica.status());
  }

  private *plan(): Iterable<Planned> {
    const metadata = this.options.metadata();
    if (metadata !== undefined) yield* this.planOne(metadata);
    for (const partition of this.options.moving()) {
      if (partition.group !== METADATA_GROUP) yield* this.planOne(partition);
    }
    yield* this.planDrifted();
  }

  /**
   * A leader with an old copy of the catalog may take a step of a move that was cancelled and finished meanwhile: its group is then not as
   * wanted although nothing moves. All groups led here are looked at for that now and then.
   */
  private *planDrifted(): Iterable<Planned> {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs - this.driftLookedMs < DRIFT_LOOK_MS && this.drifted.size === 0) return;
    this.driftLookedMs = nowMs;
    this.drifted.clear();
    for (const { group, serving } of this.options.replicas.all()) {
      const partition = serving && group !== METADATA_GROUP ? this.options.partitionOf(group) : undefined;
      if (partition === undefined || partition.move !== undefined) continue;
      for (const one of this.planOne(partition)) {
        this.drifted.add(group);
        yield one;
      }
    }
  }

  private *planOne(partition: CatalogPartition): Iterable<Planned> {
    const replica = this.options.replicas.get(partition.group);
    if (replica?.serving !== true) return;
    const status = replica.status();
    const step = planMembers({
      self: replica.member,
      conf: status.conf,
      progress: status.progress,
      lastIndex: status.lastIndex,
      commit: status.commit,
      wantedVoters: partition.replicas,
      wantedLearners: partition.learners,
      caughtUpEntriesMax: this.options.caughtUpEntriesMax,
      mayLead: this.options.mayLead,
    });
    // Learners of the metadata group come and go without a move.
    if (step.kind === 'reached' && partition.move === undefined) return;
    yield { replica, partition, status, step };
  }

  private lookAgain(): void {
    this.timer?.cancel();
    this.timer = this.options.scheduler.after(this.options.limits.stepIntervalMs, () => this.pass());
  }

  // ---- turns

  /** The step would make a new member of a partition begin to copy. The metadata group needs no turn: it is small, and first. */
  private begins({ partition, step }: Planned): boolean {
    return (
      partition.group !== METADATA_GROUP &&
      step.kind === 'change' &&
      step.changes.every(({ kind }) => kind === 'add-learner')
    );
  }

  private copies({ partition, status, step }: Planned): boolean {
    if (partition.group === METADATA_GROUP || step.kind !== 'wait' || step.for.length === 0) return false;
    const { clock, connected, limits } = this.options;
    const course = this.courses.get(partition.group);
    if (course === undefined || step.for.every((member) => !connected(nodeOf(member)))) return false;
    const fetching = status.progress.some(
      ({ member, state }) => state === 'snapshot' && step.for.includes(member),
    );
    const patienceMs = fetching ? limits.snapshotStalledMs : limits.stalledMs;
    return clock.monotonicMs() - course.confirmedMs <= patienceMs;
  }

  // ---- steps

  private take(planned: Planned): void {
    const { replica, partition, step, status } = planned;
    this.note(planned, step);
    switch (step.kind) {
      case 'reached':
        if (partition.move !== undefined) this.finish(replica, partition, step.members);
        return;
      case 'change':
        this.refused(replica, replica.changeMembers(step.changes));
        return;
      case 'transfer':
        if (status.transferee === NO_MEMBER) this.handOver(replica, step.to);
        return;
      case 'wait':
        return;
    }
  }

  private handOver(replica: Replica, to: NodeId): void {
    const { clock, limits } = this.options;
    const course = this.courses.get(replica.group);
    const nowMs = clock.monotonicMs();
    if (course === undefined || nowMs < course.nextTransferMs) return;
    const delayMs = limits.transferRetryMs * 2 ** Math.min(course.transfers, 16);
    course.nextTransferMs = nowMs + Math.min(limits.transferRetryMaxMs, delayMs);
    course.transfers++;
    this.refused(replica, replica.transferLeadership(to));
  }

  private refused(replica: Replica, error: FlowError | undefined): void {
    if (error === undefined) return;
    this.options.log.debug({ group: replica.group, err: error }, 'membership change step refused');
  }

  private finish(replica: Replica, partition: CatalogPartition, members: readonly number[]): void {
    const { group } = replica;
    const { propose, clock, limits } = this.options;
    if (this.finishing.has(group) || this.finishing.size >= limits.finishesMax) return;
    if (clock.monotonicMs() < (this.courses.get(group)?.nextFinishMs ?? 0)) return;
    this.finishing.add(group);
    const revision = partition.move?.revision ?? 0;
    const command: CatalogCommand = {
      kind: 'finish-move',
      requestId: `finish-${group}-${revision}`,
      timeMs: clock.wallMs(),
      group,
      members: members as CatalogPartition['replicas'],
    };
    propose(command)
      .then(
        (reply) => {
          if (reply.ok) this.options.log.info({ group, members }, 'membership change finished');
          else this.notAccepted(group, reply.error);
        },
        (error: FlowError) => this.notAccepted(group, error),
      )
      .finally(() => {
        this.finishing.delete(group);
      });
  }

  // ---- what is remembered

  /** Said once, however often it is tried again. */
  private notAccepted(group: GroupId, error: FlowError): void {
    const course = this.courses.get(group);
    if (course === undefined) return;
    const { clock, limits } = this.options;
    course.nextFinishMs = clock.monotonicMs() + limits.finishRetryMs;
    if (course.refusal === error.message) return;
    course.refusal = error.message;
    this.options.log.warn({ group, err: error }, 'membership change not accepted yet');
  }

  private note({ replica, partition, status }: Planned, step: MemberStep | 'queued'): void {
    const nowMs = this.options.clock.monotonicMs();
    const revision = partition.move?.revision ?? 0;
    const known = this.courses.get(replica.group);
    const course =
      known?.revision === revision ? known : { ...fresh(nowMs), revision, step, words: '', confirmed: '' };
    this.courses.set(replica.group, course);
    course.step = step;
    const confirmed = status.progress.map(({ match, state }) => `${match}${state}`).join();
    if (confirmed !== course.confirmed) {
      course.confirmed = confirmed;
      course.confirmedMs = nowMs;
    }
    const words = JSON.stringify(step);
    if (words === course.words) return;
    course.words = words;
    if (step !== 'queued' && step.kind !== 'reached')
      this.options.log.info({ group: replica.group, step }, 'membership change step');
  }

  private forgetOthers(planned: readonly Planned[]): void {
    const kept = new Map<GroupId, Course>();
    for (const { replica } of planned) {
      const course = this.courses.get(replica.group);
      if (course !== undefined) kept.set(replica.group, course);
    }
    this.courses = kept;
  }
}

function fresh(
  nowMs: number,
): Pick<Course, 'confirmedMs' | 'transfers' | 'nextTransferMs' | 'nextFinishMs' | 'refusal'> {
  return { confirmedMs: nowMs, transfers: 0, nextTransferMs: 0, nextFinishMs: 0, refusal: '' };
}
