/** At most one leader in a term, with every committed entry in its log; at most one vote of a replica in a term, ever. */
import type { MemberId } from '@flowmesh/base';
import type { PeerMessage } from '@flowmesh/raft';
import type { Checker } from './checker.ts';
import type { ReplicaModel } from './model.ts';
import { violated } from './violation.ts';

function leads(replica: ReplicaModel, term: number): void {
  const { group } = replica;
  const known = group.leaders.get(term);
  if (known === replica.member) return;
  if (known !== undefined) {
    violated(
      'one-leader',
      `group ${group.id}: ${group.replica(known).name} and ${replica.name} both lead term ${term}`,
    );
  }
  group.leaders.set(term, replica.member);
  // A late leader of an old term owes nothing to entries committed in later ones.
  let last = group.lastCommitted;
  while (last > 0 && (group.committedIn[last] as number) >= term) last--;
  group.committedAtElection.set(term, last);
  if (last > 0 && replica.live.term(last) !== group.committed[last]) {
    violated(
      'leader-completeness',
      `${replica.name} leads term ${term} without committed entry ${last} of term ${group.committed[last]}; its log is ${replica.live.toString()}`,
    );
  }
}

/** What only a leader says. */
const LEADERS_WORDS: ReadonlySet<PeerMessage['kind']> = new Set([
  'append',
  'heartbeat',
  'snapshot',
  'timeout-now',
]);

/** Whoever speaks as the leader of a term is it. */
export const oneLeader: Checker = {
  name: 'one-leader, leader-completeness',
  sending(replica, message) {
    if (LEADERS_WORDS.has(message.kind)) leads(replica, message.term);
  },
  stepped({ before, after }) {
    if (after.role === 'leader') leads(before, after.term);
  },
};

/** Votes as they are promised: in hard states on disk, and in replies. */
export function oneVote(): Checker {
  const votes = new Map<string, MemberId>();
  const cast = (replica: ReplicaModel, term: number, vote: MemberId): void => {
    const key = `${replica.group.id}/${replica.member}/${term}`;
    const known = votes.get(key);
    if (known !== undefined && known !== vote) {
      violated(
        'one-vote',
        `${replica.name} voted in term ${term} for member ${known} and for member ${vote}`,
      );
    }
    votes.set(key, vote);
  };
  return {
    name: 'one-vote',
    durable(replica) {
      const { term, vote } = replica.durableHardState;
      if (vote !== 0) cast(replica, term, vote);
    },
    sending(replica, message) {
      if (message.kind === 'vote-reply' && !message.pre && !message.reject)
        cast(replica, message.term, message.to);
    },
  };
}
