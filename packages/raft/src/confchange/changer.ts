/**
 * Steps from one configuration to the next, as pure functions.
 *
 *   (1 2 3) ── simple: at most one voter differs ──────────────────► (1 2 3 4)
 *   (1 2 3) ── enter joint ──► (2 3 4)&&(1 2 3) ── leave joint ────► (2 3 4)
 *
 * Invariant: two configurations that follow one another share a quorum. A voter to be made a learner inside a joint change
 * stays an outgoing voter until the joint configuration is left, and becomes a learner then.
 */
import type { MemberId } from '@flowmesh/base';
import type { ConfChange, ConfChangeSingle, ConfState } from '../types.ts';
import { ascending, isJoint } from '../tracker/configuration.ts';

export type ChangeFault =
  | 'already-joint'
  | 'no-voters-to-join'
  | 'not-joint'
  | 'simple-in-joint'
  | 'removed-all-voters'
  | 'more-than-one-voter';

/** `fresh`: members that are new, or were removed and added again, and so start without any known progress. */
export type ChangeOutcome =
  | { readonly ok: true; readonly conf: ConfState; readonly fresh: ReadonlySet<MemberId> }
  | { readonly ok: false; readonly fault: ChangeFault };

/** What a `ConfChange` amounts to. */
export type ChangePlan =
  | { readonly kind: 'leave' }
  | { readonly kind: 'enter'; readonly autoLeave: boolean }
  | { readonly kind: 'simple' };

export function planOf(change: ConfChange): ChangePlan {
  if (change.changes.length === 0 && change.transition === 'auto') return { kind: 'leave' };
  if (change.transition === 'auto' && change.changes.length <= 1) return { kind: 'simple' };
  return { kind: 'enter', autoLeave: change.transition !== 'joint-explicit' };
}

export function changeConfiguration(conf: ConfState, change: ConfChange): ChangeOutcome {
  const plan = planOf(change);
  switch (plan.kind) {
    case 'leave':
      return leaveJoint(conf);
    case 'enter':
      return enterJoint(conf, plan.autoLeave, change.changes);
    case 'simple':
      return simpleChange(conf, change.changes);
  }
}

export function enterJoint(
  conf: ConfState,
  autoLeave: boolean,
  changes: readonly ConfChangeSingle[],
): ChangeOutcome {
  if (isJoint(conf)) return { ok: false, fault: 'already-joint' };
  if (conf.voters.length === 0) return { ok: false, fault: 'no-voters-to-join' };
  const draft = new Draft(conf);
  for (const voter of conf.voters) draft.outgoing.add(voter);
  return draft.apply(changes) ? draft.finish(autoLeave) : { ok: false, fault: 'removed-all-voters' };
}

export function leaveJoint(conf: ConfState): ChangeOutcome {
  if (!isJoint(conf)) return { ok: false, fault: 'not-joint' };
  const draft = new Draft(conf);
  for (const member of draft.learnersNext) draft.learners.add(member);
  draft.learnersNext.clear();
  draft.outgoing.clear();
  return draft.finish(false);
}

export function simpleChange(conf: ConfState, changes: readonly ConfChangeSingle[]): ChangeOutcome {
  if (isJoint(conf)) return { ok: false, fault: 'simple-in-joint' };
  const draft = new Draft(conf);
  if (!draft.apply(changes)) return { ok: false, fault: 'removed-all-voters' };
  if (draft.votersChanged(conf.voters) > 1) return { ok: false, fault: 'more-than-one-voter' };
  return draft.finish(false);
}

class Draft {
  readonly voters: Set<MemberId>;
  readonly outgoing: Set<MemberId>;
  readonly learners: Set<MemberId>;
  readonly learnersNext: Set<MemberId>;
  /** Members with a known progress, or with one to be made (`fresh`). */
  private readonly tracked: Set<MemberId>;
  private readonly fresh = new Set<MemberId>();

  constructor(conf: ConfState) {
    this.voters = new Set(conf.voters);
    this.outgoing = new Set(conf.votersOutgoing);
    this.learners = new Set(conf.learners);
    this.learnersNext = new Set(conf.learnersNext);
    this.tracked = new Set([...conf.voters, ...conf.votersOutgoing, ...conf.learners]);
  }

  /** False when no voter would be left. */
  apply(changes: readonly ConfChangeSingle[]): boolean {
    for (const { kind, member } of changes) {
      if (member === 0) continue;
      switch (kind) {
        case 'add-voter':
          this.makeVoter(member);
          break;
        case 'add-learner':
          this.makeLearner(member);
          break;
        case 'remove':
          this.remove(member);
          break;
        case 'update':
          break;
      }
    }
    return this.voters.size > 0;
  }

  finish(autoLeave: boolean): ChangeOutcome {
    const conf: ConfState = {
      voters: ascending(this.voters),
      votersOutgoing: ascending(this.outgoing),
      learners: ascending(this.learners),
      learnersNext: ascending(this.learnersNext),
      autoLeave,
    };
    return { ok: true, conf, fresh: this.fresh };
  }

  /** How many voters were added or removed. */
  votersChanged(before: readonly MemberId[]): number {
    const kept = before.filter((member) => this.voters.has(member)).length;
    return before.length + this.voters.size - 2 * kept;
  }

  private makeVoter(member: MemberId): void {
    this.track(member);
    this.learners.delete(member);
    this.learnersNext.delete(member);
    this.voters.add(member);
  }

  private makeLearner(member: MemberId): void {
    if (this.learners.has(member)) return;
    this.track(member);
    this.voters.delete(member);
    this.learnersNext.delete(member);
    if (this.outgoing.has(member)) this.learnersNext.add(member);
    else this.learners.add(member);
  }

  private remove(member: MemberId): void {
    this.voters.delete(member);
    this.learners.delete(member);
    this.learnersNext.delete(member);
    if (!this.outgoing.has(member)) {
      this.tracked.delete(member);
      this.fresh.delete(member);
    }
  }

  private track(member: MemberId): void {
    if (this.tracked.has(member)) return;
    this.tracked.add(member);
    this.fresh.add(member);
  }
}
