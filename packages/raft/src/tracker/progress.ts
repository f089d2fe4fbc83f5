/**
 * What a leader knows of one member's log, and how it sends to it.
 *
 *   probe ──── acknowledged ───► replicate          probe: one append at a time, until the match is known
 *     ▲  ▲                          │  │            replicate: appends are streamed ahead within the window
 *     │  └── rejected, unreachable ─┘  │            snapshot: nothing is sent until it reports
 *     │                                │
 *     └── reported ── snapshot ◄── entries compacted (from probe or replicate)
 *
 * Invariants: match < next; in `replicate` the entries in (match, next) are in flight; sentCommit never hides that a higher
 * commit index would still help the follower.
 */
import type { MemberId } from '@flowmesh/base';
import { Inflights } from './inflights.ts';

export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/** Progress at one moment, for traces and tests. */
export interface ProgressView {
  readonly state: ProgressState;
  readonly match: number;
  readonly next: number;
  readonly learner: boolean;
  readonly paused: boolean;
  readonly pendingSnapshot: number;
  readonly recentActive: boolean;
  readonly inflight: number;
  readonly inflightFull: boolean;
}

export interface ProgressLimits {
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
}

export class Progress {
  readonly member: MemberId;
  readonly inflights: Inflights;
  state: ProgressState = 'probe';
  match = 0;
  next: number;
  learner: boolean;
  /** Heard of since the leader last checked its quorum. */
  recentActive: boolean;
  /** Index of the snapshot under way; 0 without one. */
  pendingSnapshot = 0;
  /** Appends wait for a heartbeat reply: a probe is out or the window is full. */
  flowPaused = false;
  /** The log reader is fetching entries for this member. */
  fetching = false;
  /** Highest heartbeat round it has answered. */
  ackedRound = 0;
  private sentCommit = 0;

  constructor(
    member: MemberId,
    init: { readonly next: number; readonly learner: boolean },
    limits: ProgressLimits,
  ) {
    this.member = member;
    this.next = init.next;
    this.learner = init.learner;
    this.recentActive = true;
    this.inflights = new Inflights(limits.inflightMessagesMax, limits.inflightBytesMax);
  }

  /** Forgets everything at the beginning of a leadership. */
  restart(match: number, next: number): void {
    this.enter('probe');
    this.match = match;
    this.next = next;
    this.recentActive = false;
    this.ackedRound = 0;
    this.sentCommit = 0;
  }

  becomeProbe(): void {
    const afterSnapshot = this.state === 'snapshot' ? this.pendingSnapshot + 1 : 0;
    this.enter('probe');
    this.next = Math.max(this.match + 1, afterSnapshot);
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
  }

  becomeReplicate(): void {
    this.enter('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.enter('snapshot');
    this.pendingSnapshot = index;
    this.next = index + 1;
    this.sentCommit = index;
  }

  /** Accounts for an append with `count` entries of `bytes` payload. */
  sentEntries(count: number, bytes: number): void {
    if (this.state === 'replicate') {
      if (count > 0) {
        this.next += count;
        this.inflights.add(this.next - 1, bytes);
      }
      this.flowPaused = this.inflights.full;
    } else if (count > 0) {
      this.flowPaused = true;
    }
  }

  commitSent(commit: number): void {
    this.sentCommit = commit;
  }

  /** Whether telling it `commit` could advance its commit index. */
  canBumpCommit(commit: number): boolean {
    return commit > this.sentCommit && this.sentCommit < this.next - 1;
  }

  /** Takes an acknowledgement; false when it tells nothing new. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    this.next = Math.max(this.next, index + 1);
    this.flowPaused = false;
    return true;
  }

  /** Takes a rejection of the append after `rejected`; false when it is stale. `hint`: where the logs may match. */
  maybeDecrement(rejected: number, hint: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      this.sentCommit = Math.min(this.sentCommit, this.next - 1);
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
    this.flowPaused = false;
    return true;
  }

  get paused(): boolean {
    return this.state === 'snapshot' || this.flowPaused;
  }

  view(): ProgressView {
    return {
      state: this.state,
      match: this.match,
      next: this.next,
      learner: this.learner,
      paused: this.paused,
      pendingSnapshot: this.pendingSnapshot,
      recentActive: this.recentActive,
      inflight: this.inflights.count,
      inflightFull: this.inflights.full,
    };
  }

  private enter(state: ProgressState): void {
    this.state = state;
    this.pendingSnapshot = 0;
    this.flowPaused = false;
    this.fetching = false;
    this.inflights.clear();
  }
}
