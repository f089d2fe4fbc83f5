/**
 * Decisions of a joint configuration: both halves must agree. With an empty outgoing half it is the plain majority, so the
 * core always asks here and never has to know whether a change is under way.
 */
import { majorityCommitted, majorityVote, type VoteResult } from './majority.ts';

export interface JointVoters<V> {
  readonly incoming: readonly V[];
  readonly outgoing: readonly V[];
}

export function jointCommitted<V>(voters: JointVoters<V>, acked: (voter: V) => number | undefined): number {
  const incoming = majorityCommitted(voters.incoming, acked);
  if (voters.outgoing.length === 0) return incoming;
  return Math.min(incoming, majorityCommitted(voters.outgoing, acked));
}

export function jointVote<V>(voters: JointVoters<V>, vote: (voter: V) => boolean | undefined): VoteResult {
  const incoming = majorityVote(voters.incoming, vote);
  const outgoing = majorityVote(voters.outgoing, vote);
  if (incoming === outgoing) return incoming;
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending';
}
