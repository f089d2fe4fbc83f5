/** Dropped messages, told at the end of the turn, once per group and member however many were dropped. */
import type { GroupId, MemberId, Scheduler } from '@flowmesh/base';

export class UnreachableNotices {
  private readonly scheduler: Scheduler;
  private readonly deliver: (group: GroupId, to: MemberId) => void;
  private waiting = new Map<MemberId, Set<GroupId>>();

  constructor(scheduler: Scheduler, deliver: (group: GroupId, to: MemberId) => void) {
    this.scheduler = scheduler;
    this.deliver = deliver;
  }

  add(group: GroupId, to: MemberId): void {
    if (this.waiting.size === 0) this.scheduler.endOfTurn(() => this.tell());
    const groups = this.waiting.get(to);
    if (groups === undefined) this.waiting.set(to, new Set([group]));
    else groups.add(group);
  }

  /** Nothing is told any more. */
  clear(): void {
    this.waiting = new Map();
  }

  private tell(): void {
    const told = this.waiting;
    this.waiting = new Map();
    for (const [to, groups] of told) for (const group of groups) this.deliver(group, to);
  }
}
