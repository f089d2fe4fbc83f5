/**
 * Standing for election and voting. Invariants: a member votes once per term, for a log at least as complete as its own, and
 * its answer leaves after the vote is durable; while a leader is heard, and for one minimum election timeout after a restart, it
 * does not vote; nobody campaigns with a membership change committed but not applied.
 */
import { assert, NO_MEMBER } from '@flowmesh/base';
import type { Core } from './core.ts';
import { allVoters } from './tracker/configuration.ts';
import type { VoteTally } from './tracker/tracker.ts';
import { becomeCandidate, becomePreCandidate } from './transitions.ts';
import type { PeerMessage } from './types.ts';

/** `transfer`: asked for by the leader itself, so neither a pre-vote nor leases stand in the way. */
export type CampaignKind = 'pre-election' | 'election' | 'transfer';
export type VoteRequest = Extract<PeerMessage, { kind: 'vote' }>;

/** Campaigns if the member may. */
export function standForElection(core: Core, kind: CampaignKind): void {
  if (core.role === 'leader') {
    core.trace?.({ kind: 'campaign-by-leader' });
    return;
  }
  if (core.silent) {
    core.trace?.({ kind: 'campaign-silent' });
    return;
  }
  if (!core.promotable) {
    core.trace?.({ kind: 'campaign-unpromotable' });
    return;
  }
  if (core.log.mayHaveUnappliedConfChange()) {
    core.trace?.({ kind: 'campaign-pending-conf-change', term: core.term });
    return;
  }
  core.trace?.({ kind: 'campaign-start', term: core.term });
  campaign(core, kind);
}

export function campaign(core: Core, kind: CampaignKind): void {
  const pre = kind === 'pre-election';
  if (pre) becomePreCandidate(core);
  else becomeCandidate(core);
  // A pre-vote is asked for the term that the election would have.
  const term = pre ? core.term + 1 : core.term;
  const { lastIndex, lastTerm } = core.log;
  for (const member of allVoters(core.tracker.conf)) {
    if (member === core.id) {
      core.sendAfterAppend({ kind: 'vote-reply', from: core.id, to: core.id, term, pre, reject: false });
      continue;
    }
    core.trace?.({ kind: 'vote-requested', lastTerm, lastIndex, pre, member, term: core.term });
    core.send({
      kind: 'vote',
      from: core.id,
      to: member,
      term,
      pre,
      lastIndex,
      lastTerm,
      force: kind === 'transfer',
    });
  }
}

export function recordVote(core: Core, message: Extract<PeerMessage, { kind: 'vote-reply' }>): VoteTally {
  const { from: member, pre, reject } = message;
  core.trace?.({ kind: 'vote-received', member, pre, granted: !reject, term: core.term });
  core.tracker.recordVote(member, !reject);
  const tally = core.tracker.tallyVotes();
  core.trace?.({ kind: 'vote-tally', granted: tally.granted, refused: tally.refused, pre });
  return tally;
}

/**
 * Answers a request of the current term or, for a pre-vote, of a coming one. Learners vote too: the candidate may know of their
 * promotion before they do.
 */
export function handleVoteRequest(core: Core, message: VoteRequest): void {
  const { from, pre } = message;
  assert(pre || message.term === core.term, 'a vote of another term');
  const canVote =
    core.vote === from ||
    (core.vote === NO_MEMBER && core.leader === NO_MEMBER) ||
    (pre && message.term > core.term);
  if (canVote && core.log.isUpToDate(message.lastIndex, message.lastTerm)) {
    traceVote(core, message, 'vote-cast');
    core.sendAfterAppend({
      kind: 'vote-reply',
      from: core.id,
      to: from,
      term: message.term,
      pre,
      reject: false,
    });
    if (!pre) {
      core.electionElapsed = 0;
      core.vote = from;
    }
  } else {
    rejectVote(core, message);
  }
}

export function rejectVote(core: Core, message: VoteRequest): void {
  const { from, pre } = message;
  traceVote(core, message, 'vote-rejected');
  core.sendAfterAppend({ kind: 'vote-reply', from: core.id, to: from, term: core.term, pre, reject: true });
}

export function traceVote(core: Core, message: VoteRequest, kind: string): void {
  core.trace?.({
    kind,
    lastTerm: core.log.lastTerm,
    lastIndex: core.log.lastIndex,
    vote: core.vote,
    pre: message.pre,
    member: message.from,
    memberLastTerm: message.lastTerm,
    memberLastIndex: message.lastIndex,
    term: core.term,
    remainingTicks: core.config.electionTicks - core.electionElapsed,
  });
}
