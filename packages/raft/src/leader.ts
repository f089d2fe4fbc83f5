/**
 * A leader: appends proposals, follows every member's progress, commits what a quorum has, confirms reads, hands leadership over,
 * and steps down when it has not heard from a quorum for an election timeout.
 */
import { type MemberId, NO_MEMBER } from '@flowmesh/base';
import { decodeConfChange } from './confchange/codec.ts';
import type { Core } from './core.ts';
import { confChangeRefusal } from './membership.ts';
import { admitEarlyReads, confirmRounds, requestRead } from './read-index.ts';
import {
  appendEntries,
  broadcastAppend,
  broadcastHeartbeat,
  type EntryDraft,
  maybeCommit,
  maybeSendAppend,
  NO_OP,
  sendAppends,
  sendTimeoutNow,
} from './replication.ts';
import type { Progress } from './tracker/progress.ts';
import { becomeFollower } from './transitions.ts';
import type { ConfChange, PeerMessage } from './types.ts';

type AppendReply = Extract<PeerMessage, { kind: 'append-reply' }>;
type HeartbeatReply = Extract<PeerMessage, { kind: 'heartbeat-reply' }>;
type Proposal = Extract<PeerMessage, { kind: 'propose' }>;

export function stepLeader(core: Core, message: PeerMessage): void {
  switch (message.kind) {
    case 'propose':
      handleProposal(core, message);
      return;
    case 'read-index':
      if (!requestRead(core, { context: message.context, origin: message.from })) {
        core.trace?.({ kind: 'read-refused', member: message.from });
      }
      return;
    case 'append-reply': {
      const progress = core.tracker.get(message.from);
      if (progress !== undefined) handleAppendReply(core, message, progress);
      return;
    }
    case 'heartbeat-reply': {
      const progress = core.tracker.get(message.from);
      if (progress !== undefined) handleHeartbeatReply(core, message, progress);
      return;
    }
    case 'transfer-leader':
      transferLeadership(core, message.target);
      return;
    case 'append':
    case 'heartbeat':
    case 'snapshot':
    case 'vote':
    case 'vote-reply':
    case 'timeout-now':
    case 'read-index-reply':
      return;
  }
}

export function tickLeader(core: Core): void {
  core.now++;
  core.heartbeatElapsed++;
  core.electionElapsed++;
  if (core.electionElapsed >= core.config.electionTicks) {
    core.electionElapsed = 0;
    if (core.config.checkQuorum && !checkQuorum(core)) return;
    // A transfer that takes longer than an election has failed: serve again.
    core.transferee = NO_MEMBER;
  }
  if (core.heartbeatElapsed >= core.config.heartbeatTicks) {
    core.heartbeatElapsed = 0;
    broadcastHeartbeat(core);
    // Alone in the quorum, the leader's own answer is enough.
    confirmRounds(core);
  }
}

/** False when the leader stepped down. */
function checkQuorum(core: Core): boolean {
  if (!core.tracker.quorumActive()) {
    core.trace?.({ kind: 'quorum-inactive' });
    becomeFollower(core, core.term, NO_MEMBER);
    return false;
  }
  for (const progress of core.tracker.members) {
    if (progress.member !== core.id) progress.recentActive = false;
  }
  return true;
}

/** Why the leader takes no proposals at the moment. */
export function proposalObstacle(core: Core): 'removed' | 'transferring' | undefined {
  if (core.tracker.get(core.id) === undefined) return 'removed';
  if (core.transferee !== NO_MEMBER) {
    core.trace?.({ kind: 'proposal-during-transfer', term: core.term, transferee: core.transferee });
    return 'transferring';
  }
  return undefined;
}

/** Proposals that a follower forwarded. A change that must not be made leaves an empty entry in its place. */
function handleProposal(core: Core, message: Proposal): void {
  if (message.entries.length === 0 || proposalObstacle(core) !== undefined) {
    core.trace?.({ kind: 'proposal-dropped' });
    return;
  }
  const drafts: EntryDraft[] = [];
  for (const { kind, data } of message.entries) {
    if (kind === 'normal') {
      drafts.push({ kind, data });
      continue;
    }
    let change: ConfChange;
    try {
      change = decodeConfChange(data);
    } catch {
      core.trace?.({ kind: 'malformed', message: message.kind, member: message.from });
      return;
    }
    const refusal = confChangeRefusal(core, change);
    if (refusal === undefined) {
      core.pendingConfIndex = core.log.lastIndex + drafts.length + 1;
      drafts.push({ kind, data });
    } else {
      const { pendingConfIndex, tracker, log } = core;
      core.trace?.({
        kind: 'conf-change-ignored',
        change,
        refusal,
        conf: tracker.conf,
        pendingConfIndex,
        applied: log.applied,
      });
      drafts.push(NO_OP);
    }
  }
  if (appendEntries(core, drafts)) broadcastAppend(core);
  else core.trace?.({ kind: 'proposal-dropped' });
}

function handleAppendReply(core: Core, message: AppendReply, progress: Progress): void {
  progress.recentActive = true;
  if (message.reject) {
    handleRejection(core, message, progress);
    return;
  }
  if (message.index > core.log.lastIndex) {
    core.trace?.({ kind: 'malformed', message: message.kind, member: message.from });
    return;
  }
  const advanced = progress.maybeUpdate(message.index);
  if (!advanced && !(progress.match === message.index && progress.state === 'probe')) return;
  resumeReplication(core, message, progress);
  const { member } = progress;
  if (maybeCommit(core)) {
    admitEarlyReads(core);
    broadcastAppend(core);
  } else if (member !== core.id && progress.canBumpCommit(core.log.committed)) {
    maybeSendAppend(core, progress, true);
  }
  if (member !== core.id) sendAppends(core, progress);
  if (member === core.transferee && progress.match === core.log.lastIndex) {
    core.trace?.({ kind: 'timeout-now-after-append', member });
    sendTimeoutNow(core, member);
  }
}

function handleRejection(core: Core, message: AppendReply, progress: Progress): void {
  const { member } = progress;
  const { index, rejectHint, rejectTerm } = message;
  core.trace?.({ kind: 'append-refused', hint: rejectHint, hintTerm: rejectTerm, member, index });
  // Nowhere with a higher term than the follower's at the hint can the logs match.
  const next = rejectTerm > 0 ? core.log.findConflictByTerm(rejectHint, rejectTerm).index : rejectHint;
  if (!progress.maybeDecrement(index, next)) return;
  core.trace?.({ kind: 'progress-decreased', member, progress: progress.view() });
  if (progress.state === 'replicate') progress.becomeProbe();
  progress.fetching = false;
  maybeSendAppend(core, progress, true);
}

/** What an acknowledgement means for the state of the progress. */
function resumeReplication(core: Core, message: AppendReply, progress: Progress): void {
  switch (progress.state) {
    case 'probe':
      progress.becomeReplicate();
      return;
    case 'snapshot':
      // Wherever the snapshot it installed came from: what matters is that the log reaches it again.
      if (progress.match + 1 < core.log.firstIndex()) {
        // Installed, but the log has been compacted beyond it meanwhile: the next append finds out that another is needed.
        if (message.index >= progress.pendingSnapshot) progress.becomeProbe();
        return;
      }
      core.trace?.({ kind: 'snapshot-recovered', member: progress.member, progress: progress.view() });
      progress.becomeProbe();
      progress.becomeReplicate();
      return;
    case 'replicate':
      progress.inflights.freeUpTo(message.index);
      return;
  }
}

function handleHeartbeatReply(core: Core, message: HeartbeatReply, progress: Progress): void {
  progress.recentActive = true;
  progress.flowPaused = false;
  progress.fetching = false;
  // To a full window this is an empty append, whose answer tells whether the ones in flight were lost.
  if (progress.match < core.log.lastIndex || progress.state === 'probe')
    maybeSendAppend(core, progress, true);
  if (message.context > progress.ackedRound && message.context <= core.reads.round) {
    progress.ackedRound = message.context;
    confirmRounds(core);
  }
}

/** Reported by the host: the snapshot under way to `member` was delivered, or was not. */
export function snapshotReported(core: Core, member: MemberId, ok: boolean): void {
  const progress = core.role === 'leader' ? core.tracker.get(member) : undefined;
  if (progress === undefined || progress.state !== 'snapshot') return;
  // A failed one must not be probed from its index.
  if (!ok) progress.pendingSnapshot = 0;
  progress.becomeProbe();
  core.trace?.({ kind: ok ? 'snapshot-succeeded' : 'snapshot-failed', member, progress: progress.view() });
  // The next append waits for the member's own answer, or for a heartbeat.
  progress.flowPaused = true;
}

export function memberUnreachable(core: Core, member: MemberId): void {
  const progress = core.role === 'leader' ? core.tracker.get(member) : undefined;
  if (progress === undefined) return;
  if (progress.state === 'replicate') progress.becomeProbe();
  core.trace?.({ kind: 'unreachable', member, progress: progress.view() });
}

/** The log reader has the entries it called pending. */
export function entriesFetched(core: Core, member: MemberId): void {
  const progress = core.tracker.get(member);
  if (progress === undefined) return;
  progress.fetching = false;
  if (core.role === 'leader' && member !== core.id) sendAppends(core, progress);
}

export function transferLeadership(core: Core, target: MemberId): void {
  const progress = core.tracker.get(target);
  if (progress === undefined || progress.learner) {
    core.trace?.({ kind: 'transfer-to-non-voter', target });
    return;
  }
  if (core.transferee === target) {
    core.trace?.({ kind: 'transfer-repeated', term: core.term, target });
    return;
  }
  if (core.transferee !== NO_MEMBER) {
    core.trace?.({ kind: 'transfer-aborted', term: core.term, target: core.transferee });
    core.transferee = NO_MEMBER;
  }
  if (target === core.id) {
    core.trace?.({ kind: 'transfer-to-self' });
    return;
  }
  core.trace?.({ kind: 'transfer-start', term: core.term, target });
  // It has one election timeout to succeed.
  core.electionElapsed = 0;
  core.transferee = target;
  if (progress.match === core.log.lastIndex) {
    sendTimeoutNow(core, target);
    core.trace?.({ kind: 'timeout-now-sent', target });
  } else {
    maybeSendAppend(core, progress, true);
  }
}
