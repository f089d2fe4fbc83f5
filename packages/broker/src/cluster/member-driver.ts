/**
 * Drives the groups that this node leads towards the members that the catalog wants, and reports to it what was reached. Runs on
 * every pass of the reconciler; all state is in the catalog and in the groups' configurations, so that any leader can go on.
 */
import { type FlowError, type GroupId, type MemberId, METADATA_GROUP } from '@flowmesh/base';
import type { CatalogCommand, CatalogPartition, Reply } from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../replica/replica-api.ts';
import { type MemberStep, planMembers } from './member-plan.ts';
import type { ClusterLog } from './cluster-log.ts';

export interface MemberDriverOptions {
  readonly replicas: ReplicaManager;
  /** What the catalog wants of a group; undefined where it knows none. */
  readonly partitionOf: (group: GroupId) => CatalogPartition | undefined;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly wallMs: () => number;
  readonly log: ClusterLog;
  /** Groups whose new members catch up at a time. */
  readonly changesMax: number;
  readonly caughtUpEntriesMax: number;
}

export class MemberDriver {
  private readonly options: MemberDriverOptions;
  private readonly finishing = new Set<GroupId>();
  private readonly told = new Map<GroupId, string>();

  constructor(options: MemberDriverOptions) {
    this.options = options;
  }

  /** One step for every group led here that is not where it should be. */
  pass(): void {
    let moving = 0;
    for (const replica of this.options.replicas.all()) {
      if (!replica.serving) continue;
      const partition = this.options.partitionOf(replica.group);
      if (partition === undefined) continue;
      // Learners of the metadata group come and go without a move.
      if (partition.move === undefined && replica.group !== METADATA_GROUP) {
        this.told.delete(replica.group);
        continue;
      }
      if (moving >= this.options.changesMax) return;
      if (this.drive(replica, partition)) moving++;
    }
  }

  /** True while the group is on its way. */
  private drive(replica: Replica, partition: CatalogPartition): boolean {
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
    });
    this.tell(replica, step);
    switch (step.kind) {
      case 'reached':
        if (partition.move !== undefined) this.finish(replica.group, step.members, partition.move.revision);
        return false;
      case 'change':
        this.refused(replica, replica.changeMembers(step.changes));
        return true;
      case 'transfer':
        this.refused(replica, replica.transferLeadership(step.to));
        return true;
      case 'wait':
        return true;
    }
  }

  private tell(replica: Replica, step: MemberStep): void {
    const words = JSON.stringify(step);
    if (step.kind === 'reached' || this.told.get(replica.group) === words) return;
    this.told.set(replica.group, words);
    this.options.log.info({ group: replica.group, step }, 'membership change step');
  }

  private refused(replica: Replica, error: FlowError | undefined): void {
    if (error === undefined) return;
    this.options.log.debug({ group: replica.group, err: error }, 'membership change step refused');
  }

  private finish(group: GroupId, members: readonly MemberId[], moveRevision: number): void {
    if (this.finishing.has(group)) return;
    this.finishing.add(group);
    const command: CatalogCommand = {
      kind: 'finish-move',
      requestId: `finish-${group}-${moveRevision}`,
      timeMs: this.options.wallMs(),
      group,
      members,
    };
    this.options
      .propose(command)
      .then(
        (reply) => {
          if (reply.ok) this.options.log.info({ group, members }, 'membership change finished');
          else this.options.log.warn({ group, err: reply.error }, 'membership change not accepted yet');
        },
        (error: unknown) =>
          this.options.log.warn({ group, err: error }, 'membership change not reported yet'),
      )
      .finally(() => this.finishing.delete(group));
  }
}
