/**
 * Who is in sync with this leader: itself and every voter that is connected, was heard of within an election timeout, and had
 * all of the leader's log within `lagTimeMaxMs`. Soft state of a leader, started anew with each term.
 *
 * A voter is caught up at the time of a check if its match index has reached what the leader's last index was at the check before.
 */
import { nodeOf, type MemberId, type NodeId } from '@flowmesh/base';
import type { RaftStatus } from '@flowmesh/raft';

export class InSyncTracker {
  private readonly lagTimeMaxMs: number;
  private readonly caughtUpMs = new Map<MemberId, number>();
  private previousLast = 0;
  private previousMs = 0;

  constructor(lagTimeMaxMs: number) {
    this.lagTimeMaxMs = lagTimeMaxMs;
  }

  /** A new term of leadership: every voter gets the benefit of the doubt once. */
  start(status: RaftStatus, nowMs: number): void {
    this.caughtUpMs.clear();
    for (const member of status.conf.voters) this.caughtUpMs.set(member, nowMs);
    this.previousLast = status.lastIndex;
    this.previousMs = nowMs;
  }

  /** To be called about twice a second while leading. */
  check(status: RaftStatus, nowMs: number): void {
    for (const progress of status.progress) {
      if (progress.match >= status.lastIndex) this.caughtUpMs.set(progress.member, nowMs);
      else if (progress.match >= this.previousLast) this.caughtUpMs.set(progress.member, this.previousMs);
    }
    this.previousLast = status.lastIndex;
    this.previousMs = nowMs;
  }

  inSync(status: RaftStatus, nowMs: number, connected: (node: NodeId) => boolean): NodeId[] {
    const nodes: NodeId[] = [];
    for (const progress of status.progress) {
      if (progress.learner) continue;
      if (progress.member === status.id) nodes.push(nodeOf(progress.member));
      else if (
        connected(nodeOf(progress.member)) &&
        (progress.match >= status.lastIndex ||
          nowMs - (this.caughtUpMs.get(progress.member) ?? Number.NEGATIVE_INFINITY) <= this.lagTimeMaxMs)
      ) {
        nodes.push(nodeOf(progress.member));
      }
    }
    return nodes;
  }
}
