/**
 * The next step that brings a group's configuration to what the catalog wants, as a pure function of what its leader sees.
 *
 *   missing members ─► learners ─► caught up ─► one joint change (new voters in, others out) ─► finish
 *
 * Never two steps at once, and no step that the wanted voters could not commit among themselves.
 */
import { type MemberId, type NodeId, nodeOf } from '@flowmesh/base';
import type { ConfChangeSingle, ConfState, ProgressStatus } from '@flowmesh/raft';

export interface MemberSituation {
  readonly self: MemberId;
  readonly conf: ConfState;
  readonly progress: readonly ProgressStatus[];
  readonly lastIndex: number;
  readonly commit: number;
  readonly wantedVoters: readonly MemberId[];
  readonly wantedLearners: readonly MemberId[];
  /** A learner counts as caught up when it misses at most so many entries. */
  readonly caughtUpEntriesMax: number;
}

export type MemberStep =
  /** The configuration is what is wanted. */
  | { readonly kind: 'reached'; readonly members: readonly MemberId[] }
  | { readonly kind: 'change'; readonly changes: readonly ConfChangeSingle[] }
  /** This leader is to go; a wanted voter that is caught up takes over first. */
  | { readonly kind: 'transfer'; readonly to: NodeId }
  | { readonly kind: 'wait'; readonly for: readonly MemberId[] };

function isCaughtUp(situation: MemberSituation, member: MemberId): boolean {
  if (member === situation.self) return true;
  const progress = situation.progress.find((one) => one.member === member);
  return (
    progress !== undefined &&
    progress.recentActive &&
    progress.state === 'replicate' &&
    progress.match + situation.caughtUpEntriesMax >= situation.lastIndex
  );
}

/** Everything that differs, as one joint change. Empty where nothing does. */
function finalChanges({ conf, wantedVoters, wantedLearners }: MemberSituation): readonly ConfChangeSingle[] {
  const voters = new Set(wantedVoters);
  const learners = new Set(wantedLearners);
  const changes: ConfChangeSingle[] = [];
  for (const member of wantedVoters) {
    if (!conf.voters.includes(member)) changes.push({ kind: 'add-voter', member });
  }
  for (const member of wantedLearners) {
    if (conf.voters.includes(member)) changes.push({ kind: 'add-learner', member });
  }
  for (const member of [...conf.voters, ...conf.learners]) {
    if (!voters.has(member) && !learners.has(member)) changes.push({ kind: 'remove', member });
  }
  return changes;
}

/** What the leader of the group is to do now. */
export function planMembers(situation: MemberSituation): MemberStep {
  const { conf, wantedVoters, wantedLearners, self } = situation;
  if (conf.votersOutgoing.length > 0 || conf.learnersNext.length > 0) return { kind: 'wait', for: [] };
  const present = new Set([...conf.voters, ...conf.learners]);
  const missing = [...wantedVoters, ...wantedLearners].find((member) => !present.has(member));
  if (missing !== undefined) return { kind: 'change', changes: [{ kind: 'add-learner', member: missing }] };
  const changes = finalChanges(situation);
  if (changes.length === 0) return { kind: 'reached', members: [...conf.voters, ...conf.learners] };
  const behind = wantedVoters.filter((member) => !isCaughtUp(situation, member));
  const arriving = wantedVoters.filter((member) => !conf.voters.includes(member));
  const stuck = arriving.filter((member) => behind.includes(member));
  // New voters must be caught up, and the new configuration must be able to commit without those that are behind.
  if (stuck.length > 0) return { kind: 'wait', for: stuck };
  if ((wantedVoters.length - behind.length) * 2 <= wantedVoters.length) return { kind: 'wait', for: behind };
  if (!wantedVoters.includes(self)) {
    const successor = wantedVoters.find((member) => conf.voters.includes(member) && !behind.includes(member));
    if (successor !== undefined) return { kind: 'transfer', to: nodeOf(successor) };
  }
  return { kind: 'change', changes };
}
