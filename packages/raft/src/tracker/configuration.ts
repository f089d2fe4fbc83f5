/**
 * Configurations as values. Invariants of every configuration the core works with (checked by `configurationFault`):
 * lists ascend without duplicates; a learner is no voter; who is to become a learner is a voter on its way out; only a joint
 * configuration has outgoing voters, learners to come or auto-leave.
 */
import type { MemberId } from '@flowmesh/base';
import type { ConfState } from '../types.ts';

export const NO_CONFIGURATION: ConfState = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

export function ascending(members: Iterable<MemberId>): MemberId[] {
  return [...members].sort((a, b) => a - b);
}

export function isJoint(conf: ConfState): boolean {
  return conf.votersOutgoing.length > 0;
}

/** Voters of both halves, ascending. */
export function allVoters(conf: ConfState): readonly MemberId[] {
  if (!isJoint(conf)) return conf.voters;
  return ascending(new Set([...conf.voters, ...conf.votersOutgoing]));
}

/** Everyone who is replicated to, ascending. */
export function allMembers(conf: ConfState): readonly MemberId[] {
  return ascending(new Set([...conf.voters, ...conf.votersOutgoing, ...conf.learners]));
}

export function isVoter(conf: ConfState, member: MemberId): boolean {
  return conf.voters.includes(member) || conf.votersOutgoing.includes(member);
}

export function isMember(conf: ConfState, member: MemberId): boolean {
  return isVoter(conf, member) || conf.learners.includes(member);
}

/** What is wrong with a configuration from storage or a snapshot; undefined when it is sound. */
export function configurationFault(conf: ConfState): string | undefined {
  for (const list of [conf.voters, conf.votersOutgoing, conf.learners, conf.learnersNext]) {
    for (let i = 0; i < list.length; i++) {
      if ((list[i] as MemberId) <= (i === 0 ? 0 : (list[i - 1] as MemberId)))
        return 'members are not in ascending order';
    }
  }
  if (conf.learners.some((member) => isVoter(conf, member))) return 'a learner is also a voter';
  if (conf.learnersNext.some((member) => !conf.votersOutgoing.includes(member))) {
    return 'a learner to come is no outgoing voter';
  }
  if (conf.learnersNext.some((member) => conf.voters.includes(member)))
    return 'a learner to come is an incoming voter';
  if (!isJoint(conf) && (conf.learnersNext.length > 0 || conf.autoLeave))
    return 'joint fields without outgoing voters';
  if (isJoint(conf) && conf.voters.length === 0) return 'a joint configuration without incoming voters';
  return undefined;
}
