/**
 * The end of the log that a leader keeps for members which a snapshot is brought to: from the first index that they were offered until they
 * have caught up. A snapshot takes minutes; were the log trimmed meanwhile, its receiver would need the next one, and so on without end
 * as long as there is load.
 *
 *   replicating ─ offered a snapshot ─► held from there ─ offered again, probed ─► still held ─ replicating again ─► held from its match ─► caught up
 *
 * Only for members that are reached, and never more than `logHoldBytes` of log: who is slower than that falls behind anew.
 */
import { type MemberId, nodeOf } from '@flowmesh/base';
import type { RaftStatus } from '@flowmesh/raft';
import type { ReplicaEnv } from './replica-env.ts';

export class LogHold {
  private readonly env: Pick<ReplicaEnv, 'limits' | 'connected'>;
  /** First entry that the member may ask for. */
  private readonly from = new Map<MemberId, number>();

  constructor(env: Pick<ReplicaEnv, 'limits' | 'connected'>) {
    this.env = env;
  }

  /** First index that is to stay; Infinity: none. Followers, who know of no members' progress, hold nothing. */
  heldFrom(status: Pick<RaftStatus, 'progress' | 'lastIndex'>, logBytes: number): number {
    if (logBytes > this.env.limits.logHoldBytes) {
      this.from.clear();
      return Number.POSITIVE_INFINITY;
    }
    const members = new Set(status.progress.map(({ member }) => member));
    for (const member of this.from.keys()) if (!members.has(member)) this.from.delete(member);
    for (const { member, match, next, state } of status.progress) {
      if (!this.env.connected(nodeOf(member))) this.from.delete(member);
      else if (state === 'snapshot' && !this.from.has(member)) this.from.set(member, next);
      else if (state === 'replicate' && this.from.has(member)) this.follow(member, match, status.lastIndex);
    }
    return Math.min(...this.from.values(), Number.POSITIVE_INFINITY);
  }

  private follow(member: MemberId, match: number, lastIndex: number): void {
    if (lastIndex - match <= this.env.limits.logKeepEntries) this.from.delete(member);
    else this.from.set(member, match + 1);
  }
}
