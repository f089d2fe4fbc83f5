/**
 * The time of machines goes as fast as real time, whoever leads: a wall clock that jumps, or differs from the former leader's, ends no lease, delay
 * or expiry early. A leader goes on from a time that it saw under its predecessors; one that has seen nothing since it started has its wall clock
 * alone. Commands that were committed late may set the machine behind; then it catches up at once.
 */
import type { MemberId } from '@flowmesh/base';
import type { Checker } from '../check/checker.ts';
import type { GroupModel, ReplicaModel } from '../check/model.ts';
import { violated } from '../check/violation.ts';

/** What a leader believes of its wall clock, times the drift of its monotonic clock. */
const FASTEST = 1.05 * 1.06;
const SLACK_MS = 1_000 + 5;

const NOBODY = 0 as MemberId;

interface Seen {
  term: number;
  index: number;
  /** The greatest machine time less the real time at which it was seen: of terms before this one, and with this one. */
  before: number;
  now: number;
}

export function leaderTime(world: { readonly now: number }): Checker {
  const groups = new Map<GroupModel, Seen>();
  const terms = new Map<GroupModel, number>();
  /** Which life of a replica has applied a command. */
  const lives = new Map<ReplicaModel, number>();
  const isFresh = (group: GroupModel, term: number): boolean => {
    const leader = group.replicas.get(group.leaders.get(term) ?? NOBODY);
    return leader === undefined || lives.get(leader) !== leader.opened;
  };
  return {
    name: 'leader-time',
    applying({ group }, _index, term) {
      terms.set(group, term);
    },
    applied(replica, { index, machine }) {
      const { group } = replica;
      const { timeMs } = machine as { readonly timeMs?: number };
      const term = terms.get(group) ?? 0;
      if (typeof timeMs !== 'number' || timeMs === 0) return;
      const ahead = timeMs - world.now * FASTEST;
      const seen = groups.get(group);
      const fresh = isFresh(group, term);
      lives.set(replica, replica.opened);
      if (seen === undefined) {
        groups.set(group, { term, index, before: ahead, now: ahead });
        return;
      }
      if (index <= seen.index) return;
      if (term !== seen.term) seen.before = fresh ? Number.POSITIVE_INFINITY : seen.now;
      seen.term = term;
      seen.index = index;
      seen.now = Math.max(seen.now, ahead);
      if (ahead > seen.before + SLACK_MS)
        violated(
          'leader-time',
          `group ${group.id}: command ${index} of term ${term} is ${Math.round(ahead - seen.before)} ms ahead of the time that has passed`,
        );
    },
  };
}
