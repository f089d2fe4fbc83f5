/** Quorums of a configuration, computed anew here so that the core's own arithmetic is what is being checked. */
import type { MemberId } from '@flowmesh/base';
import type { ConfState } from '@flowmesh/raft';

function majorityHas(members: readonly MemberId[], has: (member: MemberId) => boolean): boolean {
  if (members.length === 0) return true;
  let count = 0;
  for (const member of members) if (has(member)) count++;
  return 2 * count > members.length;
}

export function quorumHas(conf: ConfState, has: (member: MemberId) => boolean): boolean {
  return majorityHas(conf.voters, has) && majorityHas(conf.votersOutgoing, has);
}

/** Whether every quorum of `a` shares a member with every quorum of `b`. Tries all sets of members: for a dozen at most. */
export function quorumsIntersect(a: ConfState, b: ConfState): boolean {
  const members = [...new Set([...a.voters, ...a.votersOutgoing, ...b.voters, ...b.votersOutgoing])];
  for (let set = 0; set < 1 << members.length; set++) {
    const inside = (member: MemberId): boolean => (set & (1 << members.indexOf(member))) !== 0;
    if (quorumHas(a, inside) && quorumHas(b, (member) => !inside(member))) return false;
  }
  return true;
}

export function confText(conf: ConfState): string {
  const name = (member: MemberId): string => `n${member % 65_536}.${Math.floor(member / 65_536)}`;
  const list = (members: readonly MemberId[]): string => members.map(name).join(' ');
  const parts = [`voters ${list(conf.voters)}`];
  if (conf.votersOutgoing.length > 0) parts.push(`outgoing ${list(conf.votersOutgoing)}`);
  if (conf.learners.length > 0) parts.push(`learners ${list(conf.learners)}`);
  if (conf.learnersNext.length > 0) parts.push(`next ${list(conf.learnersNext)}`);
  return parts.join(', ');
}

export function sameConf(a: ConfState, b: ConfState): boolean {
  if (a === b) return true;
  const same = (x: readonly MemberId[], y: readonly MemberId[]): boolean =>
    x.length === y.length && x.every((member, i) => member === y[i]);
  return (
    same(a.voters, b.voters) &&
    same(a.votersOutgoing, b.votersOutgoing) &&
    same(a.learners, b.learners) &&
    same(a.learnersNext, b.learnersNext)
  );
}
