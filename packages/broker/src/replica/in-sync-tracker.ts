/**
 * Who is in sync with this leader: itself and every voter that is connected, was heard of within an election timeout, and had
 * all of the leader's log within `lagTimeMaxMs`; nobody on a node that is draining. Soft state of a leader, started anew with each
 * term.
 *
 * A voter is caught up at the time of a check if its match index has reached what the leader's last index was at the check before.
 * Silence is counted in ticks, so that a leader whose event loop stalled does not take everybody for silent.
 */
import { nodeOf, type MemberId, type NodeId } from '@flowmesh/base';
import type { RaftStatus } from '@flowmesh/raft';

export interface InSyncView {
  readonly nowMs: number;
  readonly lagTimeMaxMs: number;
  readonly connected: (node: NodeId) => boolean;
  readonly draining: (node: NodeId) => boolean;
}

export class InSyncTracker {
  private readonly silentTicksMax: number;
  private readonly caughtUpMs = new Map<MemberId, number>();
  private readonly heardTick = new Map<MemberId, number>();
  private ticks = 0;
  private previousLast = 0;
  private previousMs = 0;

  /** `silentTicksMax`: an election timeout. */
  constructor(silentTicksMax: number) {
    this.silentTicksMax = silentTicksMax;
  }

  /** A new term of leadership: every voter gets the benefit of the doubt once. */
  start(status: RaftStatus, nowMs: number): void {
    this.caughtUpMs.clear();
    this.heardTick.clear();
    for (const member of status.conf.voters) {
      this.caughtUpMs.set(member, nowMs);
      this.heardTick.set(member, this.ticks);
    }
    this.previousLast = status.lastIndex;
    this.previousMs = nowMs;
  }

  tick(): void {
    this.ticks++;
  }

  /** Something arrived from the member. */
  heard(member: MemberId): void {
    this.heardTick.set(member, this.ticks);
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

  inSync(status: RaftStatus, view: InSyncView): NodeId[] {
    const nodes: NodeId[] = [];
    for (const { member, match, learner } of status.progress) {
      if (learner) continue;
      const node = nodeOf(member);
      if (member === status.id) nodes.push(node);
      else if (
        view.connected(node) &&
        !view.draining(node) &&
        this.ticks - (this.heardTick.get(member) ?? Number.NEGATIVE_INFINITY) <= this.silentTicksMax &&
        (match >= status.lastIndex || view.nowMs - this.caughtUp(member) <= view.lagTimeMaxMs)
      ) {
        nodes.push(node);
      }
    }
    return nodes;
  }

  private caughtUp(member: MemberId): number {
    return this.caughtUpMs.get(member) ?? Number.NEGATIVE_INFINITY;
  }
}
