/**
 * Membership changes: proposing, applying, and leaving a joint configuration by itself.
 *
 * Invariants: at most one change is proposed and not applied; a leader proposes none before its own no-op is applied, and only
 * one that follows from the configuration in force, so that applying it cannot fail; a configuration takes effect when its
 * entry is applied, never before, so that a truncated suffix cannot leave one behind.
 */
import { assert, EMPTY_BYTES, FlowError, type MemberId, NO_MEMBER } from '@flowmesh/base';
import { changeConfiguration } from './confchange/changer.ts';
import { decodeConfChange } from './confchange/codec.ts';
import type { Core } from './core.ts';
import {
  appendEntries,
  broadcastAppend,
  type EntryDraft,
  maybeCommit,
  maybeSendAppend,
} from './replication.ts';
import { admitEarlyReads, confirmRounds } from './read-index.ts';
import { becomeFollower } from './transitions.ts';
import { isJoint, isVoter } from './tracker/configuration.ts';
import type { ConfChange, ConfChangeRefusal, ConfState } from './types.ts';

const NONE_FRESH: ReadonlySet<MemberId> = new Set();
const LEAVE_JOINT: EntryDraft = { kind: 'conf-change', data: EMPTY_BYTES };

/** Why the leader would not propose `change` now; undefined if it would. */
export function confChangeRefusal(core: Core, change: ConfChange): ConfChangeRefusal | undefined {
  const checks = core.config.confChangeChecks ?? 'own-term';
  if (checks === 'none') return undefined;
  if (core.pendingConfIndex > core.log.applied) return 'pending';
  const joint = isJoint(core.tracker.conf);
  const leaves = change.changes.length === 0;
  if (joint && !leaves) return 'must-leave-joint';
  if (!joint && leaves) return 'not-joint';
  const outcome = changeConfiguration(core.tracker.conf, change);
  return outcome.ok ? undefined : outcome.fault;
}

/** Appends a change that was checked; false when the limit of uncommitted bytes refuses it. */
export function appendConfChange(core: Core, data: Uint8Array): boolean {
  if (!appendEntries(core, [{ kind: 'conf-change', data }])) return false;
  core.pendingConfIndex = core.log.lastIndex;
  broadcastAppend(core);
  return true;
}

/** Puts a committed change in force. */
export function applyConfChange(core: Core, data: Uint8Array): ConfState {
  const outcome = changeConfiguration(core.tracker.conf, decodeConfChange(data));
  if (!outcome.ok) {
    throw new FlowError('INTERNAL', `a committed membership change cannot be applied: ${outcome.fault}`, {
      hint: 'The replica must stop: its configuration differs from the one the change was made for.',
    });
  }
  return switchConfiguration(core, outcome.conf, outcome.fresh);
}

export function switchConfiguration(core: Core, conf: ConfState, fresh = NONE_FRESH): ConfState {
  core.tracker.install(conf, core.log.lastIndex, fresh);
  core.trace?.({ kind: 'configuration', conf });
  if (core.role !== 'leader') return conf;
  const own = core.tracker.get(core.id);
  if (own === undefined || own.learner) {
    if (core.config.stepDownOnRemoval ?? true) becomeFollower(core, core.term, NO_MEMBER);
    return conf;
  }
  if (maybeCommit(core)) {
    admitEarlyReads(core);
    broadcastAppend(core);
  } else {
    for (const progress of core.tracker.members) {
      if (progress.member !== core.id) maybeSendAppend(core, progress, false);
    }
  }
  confirmRounds(core);
  if (core.transferee !== NO_MEMBER && !isVoter(conf, core.transferee)) core.transferee = NO_MEMBER;
  return conf;
}

/** The machine has applied everything up to `index`. */
export function entriesApplied(core: Core, index: number): void {
  const done = Math.max(index, core.log.applied);
  const payload = core.log.appliedTo(done);
  const { conf } = core.tracker;
  if (conf.autoLeave && done >= core.pendingConfIndex && core.role === 'leader') leaveJointSoon(core, conf);
  core.uncommittedBytes = Math.max(0, core.uncommittedBytes - payload);
}

/** Dropped while leadership is handed over: tried again with every applied entry, by this leader or the next. */
function leaveJointSoon(core: Core, conf: ConfState): void {
  if (core.transferee !== NO_MEMBER || core.tracker.get(core.id) === undefined) {
    core.trace?.({ kind: 'auto-leave-dropped', conf });
    return;
  }
  assert(appendConfChange(core, LEAVE_JOINT.data), 'an entry without data was refused');
  core.trace?.({ kind: 'auto-leave', conf });
}
