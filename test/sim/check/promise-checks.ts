/** No message leaves before what it promises is durable, and what it says about the log is true. */
import type { PeerMessage } from '@flowmesh/raft';
import type { Checker } from './checker.ts';
import type { ReplicaModel } from './model.ts';
import { violated } from './violation.ts';

type Of<K extends PeerMessage['kind']> = Extract<PeerMessage, { kind: K }>;

export const promisesDurable: Checker = {
  name: 'durable-before-reply',
  sending(replica, message) {
    if (message.kind === 'append-reply' && !message.reject) appendReply(replica, message);
    else if (message.kind === 'vote-reply' && !message.pre && !message.reject) voteReply(replica, message);
    else if (message.kind === 'append') appendMessage(replica, message);
  },
};

function appendReply(replica: ReplicaModel, message: Of<'append-reply'>): void {
  const { index, term } = message;
  if (replica.durable.last < index) {
    violated(
      'durable-before-reply',
      `${replica.name} acknowledges ${index}; durable is ${replica.durable.toString()}`,
    );
  }
  if (replica.durableHardState.term < term) {
    violated(
      'durable-before-reply',
      `${replica.name} answers in term ${term}, durable is ${replica.durableHardState.term}`,
    );
  }
  const leader = replica.group.replicas.get(message.to);
  if (leader === undefined || replica.group.leaders.get(term) !== leader.member) return;
  // While it leads, a leader's log of that term only grows.
  if (!leader.running || leader.term !== term || leader.role !== 'leader') return;
  const theirs = leader.live.term(index);
  const ours = replica.durable.term(index);
  if (theirs !== undefined && ours !== undefined && theirs !== ours) {
    violated(
      'match-is-real',
      `${replica.name} acknowledges ${index} with term ${ours}; the leader has term ${theirs}`,
    );
  }
}

function voteReply(replica: ReplicaModel, message: Of<'vote-reply'>): void {
  const { term, vote } = replica.durableHardState;
  if (term < message.term || (term === message.term && vote !== message.to)) {
    violated(
      'durable-before-reply',
      `${replica.name} grants its vote of term ${message.term} to ${message.to}; durable is term ${term}, vote ${vote}`,
    );
  }
}

function appendMessage(replica: ReplicaModel, message: Of<'append'>): void {
  let index = message.prevIndex;
  for (const entry of message.entries) {
    index++;
    if (entry.index !== index)
      violated('append-contiguous', `${replica.name} sends ${entry.index} where ${index} follows`);
    const own = replica.live.term(index);
    if (own !== undefined && own !== entry.term) {
      violated(
        'append-contiguous',
        `${replica.name} sends ${index} of term ${entry.term}; its own log has term ${own}`,
      );
    }
  }
}
