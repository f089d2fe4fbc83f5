/**
 * The configuration in force with the progress of its members, and the votes of a campaign.
 * Invariant: exactly the members of `conf` have a progress; the voter lists hold the same objects.
 */
import type { MemberId } from '@flowmesh/base';
import { jointCommitted, jointVote, type JointVoters } from '../quorum/joint.ts';
import type { VoteResult } from '../quorum/majority.ts';
import type { ConfState } from '../types.ts';
import { allMembers, NO_CONFIGURATION } from './configuration.ts';
import { Progress, type ProgressLimits } from './progress.ts';

const matchOf = (progress: Progress): number => progress.match;
const ackedRoundOf = (progress: Progress): number => progress.ackedRound;
const activityOf = (progress: Progress): boolean => progress.recentActive;

export interface VoteTally {
  readonly granted: number;
  readonly refused: number;
  readonly result: VoteResult;
}

export class Tracker {
  conf: ConfState = NO_CONFIGURATION;
  /** Ascending by member. */
  members: readonly Progress[] = [];
  private readonly limits: ProgressLimits;
  private byMember = new Map<MemberId, Progress>();
  private voters: JointVoters<Progress> = { incoming: [], outgoing: [] };
  private readonly votes = new Map<MemberId, boolean>();

  constructor(limits: ProgressLimits) {
    this.limits = limits;
  }

  get(member: MemberId): Progress | undefined {
    return this.byMember.get(member);
  }

  /**
   * Puts a configuration in force. Members that stay keep their progress, unless they are `fresh`: removed and added again.
   * New ones are first probed at `lastIndex` and count as active, so that their arrival does not depose the leader.
   */
  install(conf: ConfState, lastIndex: number, fresh: ReadonlySet<MemberId>): void {
    const byMember = new Map<MemberId, Progress>();
    for (const member of allMembers(conf)) {
      const known = fresh.has(member) ? undefined : this.byMember.get(member);
      const learner = conf.learners.includes(member);
      const progress = known ?? new Progress(member, { next: Math.max(lastIndex, 1), learner }, this.limits);
      progress.learner = learner;
      byMember.set(member, progress);
    }
    const progressOf = (member: MemberId): Progress => byMember.get(member) as Progress;
    this.conf = conf;
    this.byMember = byMember;
    this.members = [...byMember.values()];
    this.voters = { incoming: conf.voters.map(progressOf), outgoing: conf.votersOutgoing.map(progressOf) };
  }

  /** Forgets all progress, as with a configuration taken from a snapshot. */
  replace(conf: ConfState, lastIndex: number): void {
    this.byMember = new Map();
    this.install(conf, lastIndex, new Set());
  }

  /** Highest index that the voters of every half have. */
  committed(): number {
    return jointCommitted(this.voters, matchOf);
  }

  /** Highest heartbeat round that the voters of every half have answered. */
  confirmedRound(): number {
    return jointCommitted(this.voters, ackedRoundOf);
  }

  quorumActive(): boolean {
    return jointVote(this.voters, activityOf) === 'won';
  }

  resetVotes(): void {
    this.votes.clear();
  }

  /** The first answer of a member stands. */
  recordVote(member: MemberId, granted: boolean): void {
    if (!this.votes.has(member)) this.votes.set(member, granted);
  }

  tallyVotes(): VoteTally {
    let granted = 0;
    let refused = 0;
    for (const progress of this.members) {
      if (progress.learner) continue;
      const vote = this.votes.get(progress.member);
      if (vote === undefined) continue;
      if (vote) granted++;
      else refused++;
    }
    const result = jointVote(this.voters, (voter) => this.votes.get(voter.member));
    return { granted, refused, result };
  }
}
