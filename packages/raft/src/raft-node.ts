/**
 * The face of the consensus core. One `RaftNode` is one member of one group; it is pure: no I/O, no clock, no timers,
 * no randomness but the injected generator, nothing asynchronous.
 *
 *   step(message) · tick() · propose(…) ──► node ──► ready(): what to write, send and apply
 *
 * The surroundings write `ready().append`, then step its `responses`; apply `ready().apply`, then step
 * `storage-applied`; send `ready().messages` at once.
 */
import type { MemberId, Random } from '@flowmesh/base';
import type {
  ConfChange,
  ConfState,
  Message,
  ProposeResult,
  RaftLogReader,
  RaftStatus,
  Ready,
} from './types.ts';

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
  /** `lease`: reads are confirmed by the lease, which must be checked again after the state was read. */
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
  /** Observes what happens inside, for traces and tests. Must not call back. */
  readonly trace?: (event: RaftTrace) => void;
}

/** What happened, for traces; the conformance tests print them as etcd's log lines. */
export type RaftTrace = { readonly kind: string; readonly [field: string]: unknown };

export interface RaftNodeApi {
  readonly id: MemberId;
  tick(): void;
  /** Advances time by `count` ticks without campaigning in between: after a stall, input goes first. */
  tickQuiet(count: number): void;
  step(message: Message): void;
  /** Appends proposals as the leader; nothing is appended when the result is `dropped`. */
  propose(data: readonly Uint8Array[]): ProposeResult;
  proposeConfChange(change: ConfChange): ProposeResult;
  /** To be called for every committed `conf-change` entry while applying it; returns the configuration in force. */
  applyConfChange(data: Uint8Array): ConfState;
  /** Asks for a linearizable read; answered in `Ready.readStates` under `context` (unique per node, safe integer > 0). */
  readIndex(context: number): boolean;
  /** Leader only: true while a quorum has confirmed this leader recently enough that no other can exist. */
  leaseValid(): boolean;
  transferLeadership(target: MemberId): void;
  campaign(): void;
  /** A peer's connection closed: if it is the leader, campaign after `jitterTicks` instead of the full timeout. */
  peerLost(member: MemberId, jitterTicks: number): void;
  reportUnreachable(member: MemberId): void;
  reportSnapshot(member: MemberId, ok: boolean): void;
  /** Entries that a log reader called `pending` are at hand now. */
  entriesFetched(purpose: MemberId | 'apply'): void;
  hasReady(): boolean;
  ready(): Ready;
  status(): RaftStatus;
}
