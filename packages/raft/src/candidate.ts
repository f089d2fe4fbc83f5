/** A candidate or pre-candidate: counts votes; a leader of its term makes it a follower. */
import { NO_MEMBER } from '@flowmesh/base';
import type { Core } from './core.ts';
import { campaign, recordVote } from './election.ts';
import { handleAppend, handleHeartbeat, handleSnapshot } from './follower-log.ts';
import { broadcastAppend } from './replication.ts';
import { becomeFollower, becomeLeader } from './transitions.ts';
import type { PeerMessage } from './types.ts';

export function stepCandidate(core: Core, message: PeerMessage): void {
  switch (message.kind) {
    case 'propose':
      core.trace?.({ kind: 'proposal-without-leader', term: core.term });
      core.trace?.({ kind: 'proposal-dropped' });
      return;
    case 'append':
      becomeFollower(core, message.term, message.from);
      handleAppend(core, message);
      return;
    case 'heartbeat':
      becomeFollower(core, message.term, message.from);
      handleHeartbeat(core, message);
      return;
    case 'snapshot':
      becomeFollower(core, message.term, message.from);
      handleSnapshot(core, message);
      return;
    case 'vote-reply':
      // As a candidate, answers to the pre-vote that came before mean nothing any more.
      if (message.pre === (core.role === 'pre-candidate')) countVote(core, message);
      return;
    case 'timeout-now':
      core.trace?.({ kind: 'timeout-now-ignored', member: message.from, role: core.role, term: core.term });
      return;
    case 'append-reply':
    case 'heartbeat-reply':
    case 'vote':
    case 'transfer-leader':
    case 'read-index':
    case 'read-index-reply':
      return;
  }
}

function countVote(core: Core, message: Extract<PeerMessage, { kind: 'vote-reply' }>): void {
  const { result } = recordVote(core, message);
  switch (result) {
    case 'won':
      if (core.role === 'pre-candidate') {
        campaign(core, 'election');
      } else {
        becomeLeader(core);
        broadcastAppend(core);
      }
      return;
    case 'lost':
      becomeFollower(core, core.term, NO_MEMBER);
      return;
    case 'pending':
      return;
  }
}
