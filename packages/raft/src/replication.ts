/**
 * The leader's side of the log: appending its own entries, sending them, counting what is committed.
 *
 * Invariants: the leader counts its own entries only once they are durable (it acknowledges itself through `afterAppend`);
 * only entries of the current term are committed by counting; followers get what the inflight window allows, and at least an
 * empty append per heartbeat when it is full.
 */
import { EMPTY_BYTES, type MemberId } from '@flowmesh/base';
import type { Core } from './core.ts';
import { payloadBytes } from './log/entry-size.ts';
import type { Progress } from './tracker/progress.ts';
import type { Entry, EntryKind } from './types.ts';

export interface EntryDraft {
  readonly kind: EntryKind;
  readonly data: Uint8Array;
}

export const NO_OP: EntryDraft = { kind: 'normal', data: EMPTY_BYTES };

/**
 * Appends entries to the leader's log; false, with nothing appended, when they would exceed the limit of uncommitted bytes.
 * Entries without data are never refused, and neither is the first one to an empty uncommitted tail.
 */
export function appendEntries(core: Core, drafts: readonly EntryDraft[]): boolean {
  const { log, term } = core;
  const entries: Entry[] = [];
  let bytes = 0;
  for (const { kind, data } of drafts) {
    bytes += data.length;
    entries.push({ term, index: log.lastIndex + 1 + entries.length, kind, data });
  }
  if (
    core.uncommittedBytes > 0 &&
    bytes > 0 &&
    core.uncommittedBytes + bytes > core.config.uncommittedBytesMax
  ) {
    core.trace?.({ kind: 'uncommitted-limit' });
    return false;
  }
  core.uncommittedBytes += bytes;
  log.append(entries);
  core.sendAfterAppend({
    kind: 'append-reply',
    from: core.id,
    to: core.id,
    term,
    index: log.lastIndex,
    reject: false,
    rejectHint: 0,
    rejectTerm: 0,
  });
  return true;
}

/** Advances the commit index to what a quorum has, if that is an entry of the current term. */
export function maybeCommit(core: Core): boolean {
  const { log } = core;
  const index = core.tracker.committed();
  if (index <= log.committed || log.term(index) !== core.term) return false;
  log.commitTo(index);
  return true;
}

export function broadcastAppend(core: Core): void {
  for (const progress of core.tracker.members) {
    if (progress.member !== core.id) maybeSendAppend(core, progress, true);
  }
}

/** Sends the next append (or a snapshot, where the log no longer reaches back far enough). Whether anything was sent. */
export function maybeSendAppend(core: Core, progress: Progress, sendIfEmpty: boolean): boolean {
  if (progress.paused || progress.fetching) return false;
  const { log } = core;
  const prevIndex = progress.next - 1;
  const prevTerm = log.term(prevIndex);
  if (prevTerm === undefined) return maybeSendSnapshot(core, progress);
  let entries: readonly Entry[] = [];
  if (progress.state !== 'replicate' || !progress.inflights.full) {
    const found = log.entriesFrom(progress.next, core.config.appendBytesMax, progress.member);
    if (found === 'pending') {
      progress.fetching = true;
      return false;
    }
    if (found === 'compacted') return maybeSendSnapshot(core, progress);
    entries = found;
  }
  if (entries.length === 0 && !sendIfEmpty) return false;
  const { committed } = log;
  core.send({
    kind: 'append',
    from: core.id,
    to: progress.member,
    term: core.term,
    prevIndex,
    prevTerm,
    entries,
    commit: committed,
  });
  progress.sentEntries(entries.length, payloadBytes(entries));
  progress.commitSent(committed);
  return true;
}

/** Sends everything the window allows. */
export function sendAppends(core: Core, progress: Progress): void {
  while (maybeSendAppend(core, progress, false)) {
    // until the window is full or nothing is left
  }
}

function maybeSendSnapshot(core: Core, progress: Progress): boolean {
  if (!progress.recentActive) {
    core.trace?.({ kind: 'snapshot-skipped-inactive', member: progress.member });
    return false;
  }
  const snapshot = core.log.snapshot();
  if (snapshot === 'pending' || snapshot.index === 0) {
    core.trace?.({ kind: 'snapshot-pending', member: progress.member });
    return false;
  }
  core.trace?.({
    kind: 'snapshot-sent',
    member: progress.member,
    firstIndex: core.log.firstIndex(),
    commit: core.log.committed,
    index: snapshot.index,
    term: snapshot.term,
    progress: progress.view(),
  });
  progress.becomeSnapshot(snapshot.index);
  core.trace?.({ kind: 'progress-paused', member: progress.member, progress: progress.view() });
  core.send({ kind: 'snapshot', from: core.id, to: progress.member, term: core.term, snapshot });
  return true;
}

/**
 * Sends a heartbeat to everyone. It numbers a round where someone needs to know who answered it: reads that wait, and the lease.
 * A follower is told the commit index only as far as its log is known to match.
 */
export function broadcastHeartbeat(core: Core): void {
  const round = core.reads.waiting || core.config.readOnly === 'lease' ? core.reads.nextRound() : 0;
  if (round !== 0) {
    core.lease.roundSent(round, core.now);
    const own = core.tracker.get(core.id);
    if (own !== undefined) own.ackedRound = round;
  }
  for (const progress of core.tracker.members) {
    if (progress.member === core.id) continue;
    const commit = Math.min(progress.match, core.log.committed);
    core.send({
      kind: 'heartbeat',
      from: core.id,
      to: progress.member,
      term: core.term,
      commit,
      context: round,
    });
    progress.commitSent(commit);
  }
}

export function sendTimeoutNow(core: Core, target: MemberId): void {
  core.lease.revoke();
  core.send({ kind: 'timeout-now', from: core.id, to: target, term: core.term });
}
