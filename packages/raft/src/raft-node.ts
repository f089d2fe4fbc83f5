/**
 * The face of the consensus core. One `RaftNode` is one member of one group; it is pure: no I/O, no clock, no timers,
 * no randomness but the injected generator, nothing asynchronous.
 *
 *   step(message) · tick() · propose(…) ──► node ──► ready(): what to write, send and apply
 *
 * The surroundings write `ready().append`, then step its `responses`; apply `ready().apply`, then step
 * `storage-applied`; send `ready().messages` at once.
 */
import { assert, FlowError, type MemberId, NO_MEMBER } from '@flowmesh/base';
import { encodeConfChange } from './confchange/codec.ts';
import { Core } from './core.ts';
import { standForElection } from './election.ts';
import {
  entriesFetched,
  memberUnreachable,
  proposalObstacle,
  snapshotReported,
  transferLeadership,
} from './leader.ts';
import { appendConfChange, applyConfChange, confChangeRefusal, switchConfiguration } from './membership.ts';
import type { RaftConfig } from './raft-config.ts';
import { leaseValid, requestRead } from './read-index.ts';
import { ReadyCollector } from './ready.ts';
import { appendEntries, broadcastAppend } from './replication.ts';
import { step, tick } from './step.ts';
import { configurationFault } from './tracker/configuration.ts';
import type { ProgressView } from './tracker/progress.ts';
import { becomeFollower } from './transitions.ts';
import type {
  ConfChange,
  ConfState,
  Message,
  ProposeConfChangeResult,
  ProposeResult,
  RaftStatus,
  Ready,
  Role,
} from './types.ts';

export type { RaftConfig } from './raft-config.ts';
export type { RaftTrace } from './types.ts';

export interface RaftNodeApi {
  readonly id: MemberId;
  tick(): void;
  /** Advances time by `count` ticks without campaigning in between: after a stall, input goes first. */
  tickQuiet(count: number): void;
  step(message: Message): void;
  /** Appends proposals as the leader; nothing is appended when the result is `dropped`. */
  propose(data: readonly Uint8Array[]): ProposeResult;
  proposeConfChange(change: ConfChange): ProposeConfChangeResult;
  /** To be called for every committed `conf-change` entry while applying it; returns the configuration in force. */
  applyConfChange(data: Uint8Array): ConfState;
  /**
   * Asks for a linearizable read; answered in `Ready.readStates` under `context` (unique per node, safe integer > 0). False where
   * there is nobody to ask, or too many wait. An answer may never come (lost messages, lost leadership): ask again.
   */
  readIndex(context: number): boolean;
  /**
   * Leader only: true while a quorum has confirmed this leader recently enough that no other can exist. Measured in ticks, so
   * bring them up to the clock before asking. Always false unless `readOnly` is `lease`.
   */
  leaseValid(): boolean;
  transferLeadership(target: MemberId): void;
  campaign(): void;
  /** A follower stops believing in its leader, and may vote for another at once. Not with leases, which rest on that belief. */
  forgetLeader(): void;
  /**
   * A peer's connection closed: if it is the leader, campaign after `jitterTicks` instead of the full timeout. With leases, not
   * before the minimum election timeout.
   */
  peerLost(member: MemberId, jitterTicks: number): void;
  reportUnreachable(member: MemberId): void;
  reportSnapshot(member: MemberId, ok: boolean): void;
  /** Entries that a log reader called `pending` are at hand now. */
  entriesFetched(purpose: MemberId | 'apply'): void;
  hasReady(): boolean;
  ready(): Ready;
  status(): RaftStatus;
}

export class RaftNode implements RaftNodeApi {
  readonly id: MemberId;
  private readonly core: Core;
  private readonly collector: ReadyCollector;

  /** CORRUPTION where hard state, log and applied state contradict one another. */
  constructor(config: RaftConfig) {
    this.id = config.id;
    const core = new Core(config);
    this.core = core;
    const { hardState, conf } = config.log.initialState();
    const fault = configurationFault(conf);
    if (fault !== undefined)
      throw new FlowError('CORRUPTION', `the stored configuration is unsound: ${fault}`);
    switchConfiguration(core, conf);
    core.term = hardState.term;
    core.vote = hardState.vote;
    core.log.restoreCommit(hardState.commit);
    becomeFollower(core, core.term, NO_MEMBER);
    this.collector = new ReadyCollector(core);
    const { committed: commit, applied, lastIndex, lastTerm } = core.log;
    core.trace?.({ kind: 'started', conf, term: core.term, commit, applied, lastIndex, lastTerm });
  }

  get term(): number {
    return this.core.term;
  }

  get role(): Role {
    return this.core.role;
  }

  get leader(): MemberId {
    return this.core.leader;
  }

  get commit(): number {
    return this.core.log.committed;
  }

  tick(): void {
    tick(this.core);
  }

  tickQuiet(count: number): void {
    assert(Number.isSafeInteger(count) && count >= 0, 'a number of ticks');
    this.core.now += count;
    this.core.electionElapsed += count;
    if (this.core.role === 'leader') this.core.heartbeatElapsed += count;
  }

  step(message: Message): void {
    step(this.core, message);
  }

  propose(data: readonly Uint8Array[]): ProposeResult {
    assert(data.length > 0, 'no proposals');
    const { core } = this;
    const reason = this.obstacle();
    if (reason !== undefined) return { kind: 'dropped', reason };
    const index = core.log.lastIndex + 1;
    if (
      !appendEntries(
        core,
        data.map((bytes) => ({ kind: 'normal', data: bytes })),
      )
    ) {
      return { kind: 'dropped', reason: 'uncommitted-limit' };
    }
    broadcastAppend(core);
    return { kind: 'accepted', term: core.term, index };
  }

  proposeConfChange(change: ConfChange): ProposeConfChangeResult {
    const { core } = this;
    const reason = this.obstacle();
    if (reason !== undefined) return { kind: 'dropped', reason };
    const refusal = confChangeRefusal(core, change);
    if (refusal !== undefined) return { kind: 'refused', reason: refusal };
    if (!appendConfChange(core, encodeConfChange(change)))
      return { kind: 'dropped', reason: 'uncommitted-limit' };
    return { kind: 'accepted', term: core.term, index: core.log.lastIndex };
  }

  applyConfChange(data: Uint8Array): ConfState {
    return applyConfChange(this.core, data);
  }

  readIndex(context: number): boolean {
    assert(Number.isSafeInteger(context) && context > 0, 'a read context is a safe integer above 0');
    const { core, id } = this;
    if (core.role === 'leader') return requestRead(core, { context, origin: id });
    if (core.role !== 'follower' || core.leader === NO_MEMBER) return false;
    core.send({ kind: 'read-index', from: id, to: core.leader, term: 0, context, origin: id });
    return true;
  }

  leaseValid(): boolean {
    return leaseValid(this.core);
  }

  transferLeadership(target: MemberId): void {
    const { core, id } = this;
    if (core.role === 'leader') {
      transferLeadership(core, target);
    } else if (core.role === 'follower') {
      step(core, { kind: 'transfer-leader', from: id, to: id, term: Math.max(core.term, 1), target });
    }
  }

  campaign(): void {
    const { core } = this;
    if (core.promised) {
      core.trace?.({ kind: 'campaign-in-lease' });
      return;
    }
    standForElection(core, core.config.preVote ? 'pre-election' : 'election');
  }

  forgetLeader(): void {
    const { core } = this;
    if (core.role !== 'follower') return;
    if (core.config.readOnly === 'lease') {
      core.trace?.({ kind: 'forget-refused' });
    } else if (core.leader !== NO_MEMBER) {
      core.trace?.({ kind: 'forget-leader', leader: core.leader, term: core.term });
      core.leader = NO_MEMBER;
    }
  }

  peerLost(member: MemberId, jitterTicks: number): void {
    const { core } = this;
    if (core.role === 'leader') {
      memberUnreachable(core, member);
    } else if (core.role === 'follower' && member === core.leader && core.config.preVote) {
      core.trace?.({ kind: 'leader-lost', leader: member, term: core.term });
      if (core.config.readOnly === 'lease') {
        core.electionTimeout = Math.max(
          core.config.electionTicks,
          core.electionElapsed + Math.max(1, jitterTicks),
        );
      } else {
        core.leader = NO_MEMBER;
        core.hurry(jitterTicks);
      }
    }
  }

  reportUnreachable(member: MemberId): void {
    memberUnreachable(this.core, member);
  }

  reportSnapshot(member: MemberId, ok: boolean): void {
    snapshotReported(this.core, member, ok);
  }

  entriesFetched(purpose: MemberId | 'apply'): void {
    if (purpose === 'apply') this.core.log.applyFetched();
    else entriesFetched(this.core, purpose);
  }

  hasReady(): boolean {
    return this.collector.has();
  }

  ready(): Ready {
    return this.collector.take();
  }

  status(): RaftStatus {
    const { core } = this;
    const { log, tracker } = core;
    const progress = core.role === 'leader' ? tracker.members : [];
    return {
      id: core.id,
      role: core.role,
      term: core.term,
      vote: core.vote,
      commit: log.committed,
      applied: log.applied,
      lastIndex: log.lastIndex,
      leader: core.leader,
      transferee: core.transferee,
      conf: tracker.conf,
      progress: progress.map((member) => {
        const { match, next, state, paused, recentActive, learner } = member;
        return { member: member.member, match, next, state, paused, recentActive, learner };
      }),
    };
  }

  /** Everything the leader knows of a member's replication; undefined elsewhere. */
  progressOf(member: MemberId): ProgressView | undefined {
    return this.core.role === 'leader' ? this.core.tracker.get(member)?.view() : undefined;
  }

  private obstacle(): 'no-leader' | 'not-leader' | 'removed' | 'transferring' | undefined {
    const { core } = this;
    if (core.role !== 'leader') return core.leader === NO_MEMBER ? 'no-leader' : 'not-leader';
    return proposalObstacle(core);
  }
}
