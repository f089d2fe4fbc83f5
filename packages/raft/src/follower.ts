/** A follower: takes the leader's log, votes, and campaigns when it has not heard from a leader for its election timeout. */
import { NO_MEMBER } from '@flowmesh/base';
import type { Core } from './core.ts';
import { standForElection } from './election.ts';
import { handleAppend, handleHeartbeat, handleSnapshot } from './follower-log.ts';
import type { PeerMessage } from './types.ts';

export function stepFollower(core: Core, message: PeerMessage): void {
  switch (message.kind) {
    case 'propose':
      forwardProposal(core, message);
      return;
    case 'append':
      core.heard(message.from);
      handleAppend(core, message);
      return;
    case 'heartbeat':
      core.heard(message.from);
      handleHeartbeat(core, message);
      return;
    case 'snapshot':
      core.heard(message.from);
      handleSnapshot(core, message);
      return;
    case 'transfer-leader':
      if (core.leader === NO_MEMBER) core.trace?.({ kind: 'transfer-without-leader', term: core.term });
      else core.send({ ...message, from: core.id, to: core.leader, term: core.term });
      return;
    case 'timeout-now':
      core.trace?.({ kind: 'timeout-now-received', member: message.from, term: core.term });
      standForElection(core, 'transfer');
      return;
    case 'read-index':
      // Not forwarded again: whoever asked learns the leader and asks there.
      core.trace?.({ kind: 'read-at-follower', member: message.from });
      return;
    case 'read-index-reply':
      core.readStates.push({ context: message.context, index: message.index });
      return;
    case 'append-reply':
    case 'heartbeat-reply':
    case 'vote-reply':
    case 'vote':
      return;
  }
}

function forwardProposal(core: Core, message: Extract<PeerMessage, { kind: 'propose' }>): void {
  if (core.leader === NO_MEMBER) {
    core.trace?.({ kind: 'proposal-without-leader', term: core.term });
    core.trace?.({ kind: 'proposal-dropped' });
  } else if (!core.config.proposalForwarding) {
    core.trace?.({ kind: 'proposal-not-forwarded', leader: core.leader, term: core.term });
    core.trace?.({ kind: 'proposal-dropped' });
  } else {
    core.send({ ...message, to: core.leader });
  }
}
