/**
 * The state of one member, shared by the roles. It knows how to queue messages and keep time; what to do with them is decided
 * by the roles (`follower.ts`, `candidate.ts`, `leader.ts`) and by what they share (`election.ts`, `replication.ts`, …).
 *
 *                      ┌──────── higher term · lost · append or heartbeat ───────┐
 *                      ▼                                                         │
 *   start ──────► follower ── timeout ──► pre-candidate ── quorum ──► candidate ─┤
 *                      │                                                 │     quorum
 *                      └── timeout-now (transfer), or without pre-vote ──┘       │
 *                      ▲                                                         ▼
 *                      └── higher term · no quorum heard · removed ────────── leader
 *
 * Invariants: the term never falls, the vote changes only with the term; answers to votes and appends wait in `afterAppend`
 * until everything they promise is durable; nobody sends to itself but through `afterAppend`.
 */
import { assert, type MemberId, NO_MEMBER } from '@flowmesh/base';
import { Lease } from './lease.ts';
import { RaftLog } from './log/raft-log.ts';
import type { RaftConfig } from './raft-config.ts';
import { ReadOnly } from './read-only.ts';
import { Tracker } from './tracker/tracker.ts';
import type { PeerMessage, RaftTrace, ReadState, Role } from './types.ts';

/** A lost leader makes elections urgent for this many minimum timeouts; then the usual pace returns. */
const URGENT_TIMEOUTS = 2;

export class Core {
  readonly id: MemberId;
  readonly config: RaftConfig;
  readonly trace: ((event: RaftTrace) => void) | undefined;
  readonly log: RaftLog;
  readonly tracker: Tracker;
  readonly reads = new ReadOnly();
  readonly lease: Lease;
  role: Role = 'follower';
  term = 0;
  vote: MemberId = NO_MEMBER;
  leader: MemberId = NO_MEMBER;
  /** Target of a leadership transfer under way. */
  transferee: MemberId = NO_MEMBER;
  /** A leader proposes no membership change before everything up to here is applied. */
  pendingConfIndex = 0;
  /** Index of the leader's no-op. */
  ownTermIndex = 0;
  uncommittedBytes = 0;
  /** Ticks since start. */
  now = 0;
  /** Ticks since the leader was heard, the campaign began or (as leader) the quorum was checked. */
  electionElapsed = 0;
  heartbeatElapsed = 0;
  /** Randomised: when `electionElapsed` reaches it, the member campaigns. */
  electionTimeout: number;
  /** Before this tick a restarted voter neither votes nor campaigns. */
  readonly silentUntil: number;
  messages: PeerMessage[] = [];
  afterAppend: PeerMessage[] = [];
  readStates: ReadState[] = [];
  private urgentUntil = 0;
  private promisedUntil = 0;

  constructor(config: RaftConfig) {
    this.id = config.id;
    this.config = config;
    this.trace = config.trace;
    this.log = new RaftLog({
      storage: config.log,
      applied: config.applied,
      applyBytesMax: config.applyBytesMax,
      applyUnstable: config.applyUnstable ?? false,
      trace: config.trace,
    });
    this.tracker = new Tracker(config);
    this.lease = new Lease(config.electionTicks);
    this.electionTimeout = config.electionTicks;
    this.silentUntil = config.restarted ? config.electionTicks : 0;
  }

  /** Queues a message that may leave at once. */
  send(message: PeerMessage): void {
    assert(message.to !== this.id, 'a message to the sender itself');
    this.messages.push(message);
  }

  /** Queues an answer that may leave only when everything before it is durable. */
  sendAfterAppend(message: PeerMessage): void {
    this.afterAppend.push(message);
  }

  /** What every change of role begins with. */
  reset(term: number): void {
    if (this.term !== term) {
      assert(term > this.term, 'the term fell');
      this.term = term;
      this.vote = NO_MEMBER;
    }
    this.leader = NO_MEMBER;
    this.transferee = NO_MEMBER;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    this.pendingConfIndex = 0;
    this.ownTermIndex = 0;
    this.uncommittedBytes = 0;
    this.tracker.resetVotes();
    this.reads.reset();
    this.lease.reset();
    this.drawElectionTimeout();
  }

  drawElectionTimeout(): void {
    const { electionTicks, random } = this.config;
    if (this.now < this.urgentUntil) {
      const quarter = Math.max(1, Math.ceil(electionTicks / 4));
      this.electionTimeout = quarter + random.below(quarter);
    } else {
      this.electionTimeout = electionTicks + random.below(electionTicks);
    }
  }

  /** A leader of this term was heard. */
  heard(leader: MemberId): void {
    this.electionElapsed = 0;
    this.leader = leader;
    if (leader !== this.id) this.promisedUntil = this.now + this.config.electionTicks;
    if (this.urgentUntil !== 0) this.calm();
  }

  /** The leader is believed dead: the next campaigns do not wait for whole election timeouts. */
  hurry(jitterTicks: number): void {
    this.urgentUntil = this.now + URGENT_TIMEOUTS * this.config.electionTicks;
    this.electionTimeout = this.electionElapsed + Math.max(1, jitterTicks);
  }

  private calm(): void {
    this.urgentUntil = 0;
    this.drawElectionTimeout();
  }

  /** A restarted voter waits, because it may have forgotten what it promised a leader. */
  get silent(): boolean {
    return this.now < this.silentUntil;
  }

  /** Whether a leader was heard within the minimum election timeout, and so nobody else is voted for. */
  get inLease(): boolean {
    return (
      this.config.checkQuorum && this.leader !== NO_MEMBER && this.electionElapsed < this.config.electionTicks
    );
  }

  /**
   * With leases, whoever heard a leader keeps from electing another for one minimum election timeout, whatever else it hears in
   * between: a stray message of a higher term ends neither the leader's lease nor this promise.
   */
  get promised(): boolean {
    return this.config.readOnly === 'lease' && this.now < this.promisedUntil;
  }

  /** Whether this member may stand for election. */
  get promotable(): boolean {
    const own = this.tracker.get(this.id);
    return own !== undefined && !own.learner && this.log.unstable.snapshot === undefined;
  }

  /** Whether an entry of the current term is committed, as a leader needs before it answers reads. */
  get committedInTerm(): boolean {
    return this.log.term(this.log.committed) === this.term;
  }
}
