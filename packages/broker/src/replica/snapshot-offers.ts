/**
 * Snapshots that a leader has offered and nobody has answered for. The consensus core sends nothing else to a member it offered a
 * snapshot to, and the offer, the fetch or its answer may be lost; so a member that is neither fetching nor heard of for
 * `quietMs` is reported to the core, which tries again.
 *
 *   offered ──► fetching (each chunk counts as a sign of life) ──► answered: gone from here
 *      └─────────────┴─ quiet ─► given up ─► offered again by the core
 */
import type { MemberId } from '@flowmesh/base';
import type { RaftStatus } from '@flowmesh/raft';

export class SnapshotOffers {
  private readonly quietMs: number;
  private readonly lastSignMs = new Map<MemberId, number>();

  constructor(quietMs: number) {
    this.quietMs = quietMs;
  }

  /** The member is fetching. */
  sign(member: MemberId, nowMs: number): void {
    if (this.lastSignMs.has(member)) this.lastSignMs.set(member, nowMs);
  }

  /** To be called about twice a second while leading; the members whose offers are given up. */
  check(status: RaftStatus, nowMs: number): MemberId[] {
    const quiet: MemberId[] = [];
    for (const { member, state } of status.progress) {
      if (state !== 'snapshot') {
        this.lastSignMs.delete(member);
        continue;
      }
      const lastMs = this.lastSignMs.get(member);
      if (lastMs === undefined) this.lastSignMs.set(member, nowMs);
      else if (nowMs - lastMs >= this.quietMs) {
        this.lastSignMs.delete(member);
        quiet.push(member);
      }
    }
    return quiet;
  }

  /** Leadership ended: what was offered is no longer this replica's affair. */
  clear(): void {
    this.lastSignMs.clear();
  }
}
