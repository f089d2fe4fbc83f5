/** The changes of role. Each leaves the member ready to act in it; see the drawing in `core.ts`. */
import { assert, must, type MemberId, NO_MEMBER } from '@flowmesh/base';
import type { Core } from './core.ts';
import { appendEntries, NO_OP } from './replication.ts';

export function becomeFollower(core: Core, term: number, leader: MemberId): void {
  core.reset(term);
  core.role = 'follower';
  if (leader !== NO_MEMBER) core.heard(leader);
  core.trace?.({ kind: 'became-follower', term });
}

/** Asks before it raises its term: neither term nor vote change. */
export function becomePreCandidate(core: Core): void {
  assert(core.role !== 'leader', 'a leader cannot become pre-candidate');
  core.tracker.resetVotes();
  core.leader = NO_MEMBER;
  core.role = 'pre-candidate';
  core.trace?.({ kind: 'became-pre-candidate', term: core.term });
}

export function becomeCandidate(core: Core): void {
  assert(core.role !== 'leader', 'a leader cannot become candidate');
  core.reset(core.term + 1);
  core.vote = core.id;
  core.role = 'candidate';
  core.trace?.({ kind: 'became-candidate', term: core.term });
}

/** Starts the term with an empty entry, whose commit also commits everything before it. */
export function becomeLeader(core: Core): void {
  assert(core.role === 'candidate', 'only a candidate can become leader');
  core.reset(core.term);
  core.role = 'leader';
  core.heard(core.id);
  const { log } = core;
  for (const progress of core.tracker.members) {
    progress.restart(progress.member === core.id ? log.lastIndex : 0, log.lastIndex + 1);
  }
  const own = must(core.tracker.get(core.id), 'a leader outside of its configuration');
  own.becomeReplicate();
  own.recentActive = true;
  // Entries of earlier terms may hold a change; none is proposed before they are applied.
  core.pendingConfIndex = log.lastIndex;
  assert(appendEntries(core, [NO_OP]), 'the no-op of a new term was refused');
  core.ownTermIndex = log.lastIndex;
  if ((core.config.confChangeChecks ?? 'own-term') === 'own-term') core.pendingConfIndex = log.lastIndex;
  core.trace?.({ kind: 'became-leader', term: core.term });
}
