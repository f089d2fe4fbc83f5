/**
 * Decisions by majority, as pure functions over a list of voters. What a voter is (an id, a Progress) is up to the caller,
 * which also says how to look at it; so the hot path counts over its own objects without building maps.
 * An empty list decides nothing against anyone: it commits everything and wins every vote, which makes it the neutral half
 * of a joint configuration.
 */

export type VoteResult = 'won' | 'pending' | 'lost';

/**
 * Highest index that a majority of `voters` has acknowledged; 0 counts for a voter that is not known (`undefined`).
 * Infinity without voters.
 */
export function majorityCommitted<V>(voters: readonly V[], acked: (voter: V) => number | undefined): number {
  const count = voters.length;
  if (count === 0) return Number.POSITIVE_INFINITY;
  if (count === 1) return acked(voters[0] as V) ?? 0;
  if (count === 3) {
    const a = acked(voters[0] as V) ?? 0;
    const b = acked(voters[1] as V) ?? 0;
    const c = acked(voters[2] as V) ?? 0;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
  const indexes = voters.map((voter) => acked(voter) ?? 0);
  indexes.sort((a, b) => b - a);
  return indexes[Math.floor(count / 2)] as number;
}

/** `vote`: true granted, false refused, undefined not heard of yet. */
export function majorityVote<V>(voters: readonly V[], vote: (voter: V) => boolean | undefined): VoteResult {
  if (voters.length === 0) return 'won';
  let granted = 0;
  let missing = 0;
  for (const voter of voters) {
    const answer = vote(voter);
    if (answer === undefined) missing++;
    else if (answer) granted++;
  }
  const quorum = Math.floor(voters.length / 2) + 1;
  if (granted >= quorum) return 'won';
  return granted + missing >= quorum ? 'pending' : 'lost';
}
