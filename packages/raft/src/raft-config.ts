/** What a member needs to know to take part in one group. Fixed for the life of a `RaftNode`. */
import type { MemberId, Random } from '@flowmesh/base';
import type { RaftLogReader, RaftTrace } from './types.ts';

export interface RaftConfig {
  readonly id: MemberId;
  readonly log: RaftLogReader;
  readonly random: Random;
  /** Index up to which the machine's state already covers the log at start. */
  readonly applied: number;
  /** Minimum ticks without a leader's word before campaigning; the actual timeout is in [n, 2n). */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /**
   * `lease`: reads are confirmed by the lease, which must be checked again after the state was read. Needs `checkQuorum`, and
   * must be the same on all members: followers keep the promise that the lease rests on.
   */
  readonly readOnly: 'quorum' | 'lease';
  /** Bytes of entries in one append message. At least one entry is always sent. */
  readonly appendBytesMax: number;
  /** Append messages, and bytes in them, in flight to one follower. */
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
  /** Bytes of entries handed out for applying but not yet reported as applied. */
  readonly applyBytesMax: number;
  /** Bytes of uncommitted proposals a leader holds before it drops more (`uncommitted-limit`). */
  readonly uncommittedBytesMax: number;
  /** Followers do not forward proposals; the service layer routes to the leader instead. */
  readonly proposalForwarding: boolean;
  /** A voter restarted with existing state neither votes nor campaigns for one minimum election timeout. */
  readonly restarted: boolean;
  /** A leader that a change removes or makes a learner becomes a follower on applying it. Default true. */
  readonly stepDownOnRemoval?: boolean;
  /**
   * What must be applied before a leader proposes a membership change: its own no-op (default), the log it was elected with,
   * or nothing (no check at all, also not that the change can be applied). The latter two exist for scenario tests.
   */
  readonly confChangeChecks?: 'own-term' | 'elected-log' | 'none';
  /** Hand out committed entries before they are durable here. For hosts that write and apply in one step. Default false. */
  readonly applyUnstable?: boolean;
  /** Observes what happens inside, for traces and tests. Must not call back. */
  readonly trace?: (event: RaftTrace) => void;
}

/** Reads that wait for confirmation, beyond which more are refused. */
export const READS_PENDING_MAX = 16_384;
