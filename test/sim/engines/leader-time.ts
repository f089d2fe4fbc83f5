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
  /** Which life of a replica has applied a command, and when it did so first. */
  const lives = new Map<ReplicaModel, { readonly opened: number; readonly at: number }>();
  /** Terms whose leaders had seen no time since they started, or not before the very turn in which they began to serve. */
  const freshTerms = new Map<GroupModel, Set<number>>();
  const isFresh = (group: GroupModel, term: number): boolean => {
    const leader = group.replicas.get(group.leaders.get(term) ?? NOBODY);
    if (leader === undefined || freshTerms.get(group)?.has(term) === true) return true;
    return lives.get(leader)?.opened !== leader.opened;
  };
  return {
    name: 'leader-time',
    stepped({ before, after }) {
      const life = lives.get(before);
      if (!after.serving || before.serving || life?.opened !== before.opened || life.at !== world.now) return;
      const fresh = freshTerms.get(before.group) ?? new Set();
      freshTerms.set(before.group, fresh.add(after.term));
    },
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
      if (lives.get(replica)?.opened !== replica.opened)
        lives.set(replica, { opened: replica.opened, at: world.now });
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
