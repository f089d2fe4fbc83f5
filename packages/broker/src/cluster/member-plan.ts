/**
 * The next step that brings a group's configuration to what the catalog wants, as a pure function of what its leader sees.
 *
 *   missing members ─► learners ─► caught up ─► one joint change (new voters in, others out) ─► finish
 *                                                 └─ this leader is to go: handed over first, to one who stays
 *
 * It starts from any configuration, so that a move may be given up, or taken up by another leader, at every point. Never two steps at once, and no step that the wanted voters could not commit among themselves.
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
  /** False for nodes that are to lead nothing; they are handed leadership only where nobody else can have it. */
  readonly mayLead: (node: NodeId) => boolean;
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
  const wanted = new Set([...wantedVoters, ...wantedLearners]);
  // Learners have no vote: those of a move that was given up go at once, and take no more data.
  const strangers = conf.learners.filter((member) => !wanted.has(member));
  if (strangers.length > 0) return change(strangers.map((member) => ({ kind: 'remove', member })));
  const present = new Set([...conf.voters, ...conf.learners]);
  const missing = [...wanted].filter((member) => !present.has(member));
  if (missing.length > 0) return change(missing.map((member) => ({ kind: 'add-learner', member })));
  const changes = finalChanges(situation);
  if (changes.length === 0) return { kind: 'reached', members: [...conf.voters, ...conf.learners] };
  const behind = wantedVoters.filter((member) => !isCaughtUp(situation, member));
  const arriving = wantedVoters.filter((member) => !conf.voters.includes(member));
  const stuck = arriving.filter((member) => behind.includes(member));
  // New voters must be caught up, and the new configuration must be able to commit without those that are behind.
  if (stuck.length > 0) return { kind: 'wait', for: stuck };
  if ((wantedVoters.length - behind.length) * 2 <= wantedVoters.length) return { kind: 'wait', for: behind };
  if (wantedVoters.includes(self)) return change(changes);
  const successors = wantedVoters.filter(
    (member) => conf.voters.includes(member) && !behind.includes(member),
  );
  const successor = successors.find((member) => situation.mayLead(nodeOf(member)));
  if (successor !== undefined) return { kind: 'transfer', to: nodeOf(successor) };
  // Nobody who stays may lead yet, for want of a vote or because it drains: this leader keeps its vote until one of them can take over.
  const others = changes.filter((one) => one.member !== self);
  if (others.length > 0) return change(others);
  // Those who drain would hand leadership straight back: it is not handed to them, they elect one of themselves.
  return change(changes);
}

function change(changes: readonly ConfChangeSingle[]): MemberStep {
  return { kind: 'change', changes };
}
