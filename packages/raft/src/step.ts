/**
 * The dispatcher: sorts messages by term and hands them to the role. Nothing that arrives here can make it throw: what no
 * correct member sends is ignored and traced.
 */
import { NO_MEMBER } from '@flowmesh/base';
import { stepCandidate } from './candidate.ts';
import type { Core } from './core.ts';
import { handleVoteRequest, rejectVote, standForElection, traceVote } from './election.ts';
import { stepFollower } from './follower.ts';
import { stepLeader, tickLeader } from './leader.ts';
import { entriesApplied } from './membership.ts';
import { becomeFollower } from './transitions.ts';
import type { LocalMessage, Message, PeerMessage } from './types.ts';

type StorageAppended = Extract<LocalMessage, { kind: 'storage-appended' }>;

export function step(core: Core, message: Message): void {
  if (message.to !== core.id) {
    core.trace?.({ kind: 'misaddressed', message: message.kind, to: message.to });
    return;
  }
  switch (message.kind) {
    case 'storage-appended':
      storageAppended(core, message);
      return;
    case 'storage-applied':
      entriesApplied(core, message.index);
      return;
    case 'propose':
    case 'read-index':
      stepRole(core, message);
      return;
    case 'append-reply':
    case 'heartbeat-reply':
    case 'vote-reply':
    case 'read-index-reply':
      if (core.tracker.get(message.from) === undefined) {
        core.trace?.({ kind: 'peer-not-found', message: message.kind, member: message.from });
        return;
      }
      stepInTerm(core, message);
      return;
    case 'vote':
      if (core.silent) traceVote(core, message, 'vote-silent');
      else if (core.promised && !message.force) traceVote(core, message, 'vote-in-lease');
      else stepInTerm(core, message);
      return;
    case 'append':
    case 'snapshot':
    case 'heartbeat':
    case 'transfer-leader':
    case 'timeout-now':
      stepInTerm(core, message);
      return;
  }
}

function stepInTerm(core: Core, message: PeerMessage): void {
  if (message.term <= 0) {
    core.trace?.({ kind: 'malformed', message: message.kind, member: message.from });
    return;
  }
  if (message.term > core.term && !meetHigherTerm(core, message)) return;
  if (message.term < core.term) {
    answerLowerTerm(core, message);
    return;
  }
  if (message.kind === 'vote') handleVoteRequest(core, message);
  else stepRole(core, message);
}

function stepRole(core: Core, message: PeerMessage): void {
  switch (core.role) {
    case 'follower':
      stepFollower(core, message);
      return;
    case 'pre-candidate':
    case 'candidate':
      stepCandidate(core, message);
      return;
    case 'leader':
      stepLeader(core, message);
      return;
  }
}

/** Follows a higher term where the message justifies it; false when the message is done with. */
function meetHigherTerm(core: Core, message: PeerMessage): boolean {
  if (message.kind === 'vote') {
    if (!message.force && core.inLease) {
      traceVote(core, message, 'vote-in-lease');
      return false;
    }
    // Nobody's term changes for the sake of a pre-vote.
    if (message.pre) return true;
  }
  // A granted pre-vote names the term that is still to come; a refused one the term its sender is in.
  if (message.kind === 'vote-reply' && message.pre && !message.reject) return true;
  core.trace?.({
    kind: 'higher-term',
    message: message.kind,
    pre: 'pre' in message && message.pre,
    member: message.from,
    term: core.term,
    messageTerm: message.term,
  });
  const fromLeader = message.kind === 'append' || message.kind === 'heartbeat' || message.kind === 'snapshot';
  becomeFollower(core, message.term, fromLeader ? message.from : NO_MEMBER);
  return true;
}

function answerLowerTerm(core: Core, message: PeerMessage): void {
  const { checkQuorum, preVote } = core.config;
  if ((checkQuorum || preVote) && (message.kind === 'heartbeat' || message.kind === 'append')) {
    // A leader that this member left behind: votes alone could not tell it, so an answer of this term does.
    core.sendAfterAppend({
      kind: 'append-reply',
      from: core.id,
      to: message.from,
      term: core.term,
      index: 0,
      reject: false,
      rejectHint: 0,
      rejectTerm: 0,
    });
  } else if (message.kind === 'vote' && message.pre) {
    rejectVote(core, message);
  } else {
    core.trace?.({
      kind: 'lower-term',
      message: message.kind,
      pre: 'pre' in message && message.pre,
      member: message.from,
      term: core.term,
      messageTerm: message.term,
    });
  }
}

/**
 * A write is durable. Its entries count as stable only in the term in which it was handed out: a later term may have a write under
 * way that replaces them, and a read from storage would see the wrong ones once they were dropped here. A snapshot is committed
 * state and so holds in any term.
 */
function storageAppended(core: Core, message: StorageAppended): void {
  const { log } = core;
  if (message.term < core.term) {
    if (message.index !== 0) {
      core.trace?.({ kind: 'append-of-lower-term', term: core.term, messageTerm: message.term });
    }
  } else if (message.index !== 0) {
    log.unstable.stableTo(message.index, message.logTerm);
  }
  if (message.snapshot !== undefined) {
    log.unstable.stableSnapshotTo(message.snapshot.index);
    entriesApplied(core, message.snapshot.index);
  }
}

export function tick(core: Core): void {
  if (core.role === 'leader') {
    tickLeader(core);
    return;
  }
  core.now++;
  core.electionElapsed++;
  if (core.electionElapsed < core.electionTimeout || core.silent) return;
  if (!core.promotable) {
    // Who may not stand for election gives up a silent leader too: its successor may be one that has to be asked for.
    core.leader = NO_MEMBER;
    return;
  }
  core.electionElapsed = 0;
  core.drawElectionTimeout();
  standForElection(core, core.config.preVote ? 'pre-election' : 'election');
}
