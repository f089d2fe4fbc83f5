/**
 * What a follower does with a leader's word on the log. Invariants: entries are acknowledged only where the predecessor
 * matches, and only after they are durable; the commit index never goes beyond what is known to match; a snapshot replaces the
 * log only where it is ahead of what is committed here.
 */
import type { Core } from './core.ts';
import { configurationFault, isMember } from './tracker/configuration.ts';
import type { Entry, PeerMessage, SnapshotMeta } from './types.ts';

type Append = Extract<PeerMessage, { kind: 'append' }>;
type Heartbeat = Extract<PeerMessage, { kind: 'heartbeat' }>;
type SnapshotMessage = Extract<PeerMessage, { kind: 'snapshot' }>;

export function handleAppend(core: Core, message: Append): void {
  const { log } = core;
  if (!isContiguous(message)) {
    core.trace?.({ kind: 'malformed', message: message.kind, member: message.from });
    return;
  }
  if (message.prevIndex < log.committed) {
    acknowledge(core, message, log.committed);
    return;
  }
  if (log.matchTerm(message.prevIndex, message.prevTerm)) {
    const last = log.appendMatched(message.prevIndex, message.entries);
    log.commitTo(Math.min(message.commit, last));
    acknowledge(core, message, last);
    return;
  }
  rejectAppend(core, message);
}

/** Refuses, and guesses where the logs may match: what has a higher term here than the leader had there cannot. */
function rejectAppend(core: Core, message: Append): void {
  const { log } = core;
  core.trace?.({
    kind: 'append-rejected',
    ownTerm: log.term(message.prevIndex) ?? 0,
    prevTerm: message.prevTerm,
    prevIndex: message.prevIndex,
    member: message.from,
  });
  const hint = log.findConflictByTerm(Math.min(message.prevIndex, log.lastIndex), message.prevTerm);
  core.sendAfterAppend({
    kind: 'append-reply',
    from: core.id,
    to: message.from,
    term: core.term,
    index: message.prevIndex,
    reject: true,
    rejectHint: hint.index,
    rejectTerm: hint.term,
  });
}

export function handleHeartbeat(core: Core, message: Heartbeat): void {
  if (message.commit > core.log.lastIndex) {
    // The leader says only what this member acknowledged in this term: acknowledged entries are gone from here.
    core.trace?.({ kind: 'lost-entries', commit: message.commit, lastIndex: core.log.lastIndex });
    return;
  }
  core.log.commitTo(message.commit);
  core.send({
    kind: 'heartbeat-reply',
    from: core.id,
    to: message.from,
    term: core.term,
    context: message.context,
  });
}

export function handleSnapshot(core: Core, message: SnapshotMessage): void {
  const { snapshot } = message;
  const restored = restore(core, snapshot);
  const { index, term } = snapshot;
  core.trace?.({ kind: 'snapshot-handled', restored, commit: core.log.committed, index, term });
  acknowledge(core, message, restored ? core.log.lastIndex : core.log.committed);
}

function restore(core: Core, snapshot: SnapshotMeta): boolean {
  const { log } = core;
  if (snapshot.index <= log.committed) return false;
  if (configurationFault(snapshot.conf) !== undefined || !isMember(snapshot.conf, core.id)) {
    core.trace?.({ kind: 'snapshot-unfit', conf: snapshot.conf });
    return false;
  }
  const { index, term } = snapshot;
  if (log.matchTerm(index, term)) {
    const { lastIndex, lastTerm } = log;
    core.trace?.({ kind: 'snapshot-fast-forward', commit: log.committed, lastIndex, lastTerm, index, term });
    log.commitTo(index);
    return false;
  }
  log.restore(snapshot);
  core.tracker.replace(snapshot.conf, log.lastIndex);
  core.trace?.({ kind: 'configuration', conf: snapshot.conf });
  const { lastIndex, lastTerm } = log;
  core.trace?.({ kind: 'snapshot-restored', commit: log.committed, lastIndex, lastTerm, index, term });
  return true;
}

function acknowledge(core: Core, message: Append | SnapshotMessage, index: number): void {
  core.sendAfterAppend({
    kind: 'append-reply',
    from: core.id,
    to: message.from,
    term: core.term,
    index,
    reject: false,
    rejectHint: 0,
    rejectTerm: 0,
  });
}

function isContiguous(message: Append): boolean {
  let index = message.prevIndex;
  let term = message.prevTerm;
  for (const entry of message.entries as readonly Entry[]) {
    index++;
    if (entry.index !== index || entry.term < term) return false;
    term = entry.term;
  }
  return term <= message.term;
}
