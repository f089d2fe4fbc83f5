/** The errors by which a replica refuses: each with its cause and what the caller can do. */
import { FlowError, type GroupId, isFlowError, type MemberId, NO_MEMBER, nodeOf } from '@flowmesh/base';

export function overloaded(message: string): FlowError {
  return new FlowError('OVERLOADED', message, { hint: 'slow down and retry' });
}

export function noRoom(): FlowError {
  return new FlowError('DISK_FULL', 'this node has no room left for new data', {
    hint: 'free or add disk space; writing resumes by itself',
  });
}

/** Who leads instead, as far as `member` knows. */
export function notLeading(member: MemberId, leader: MemberId): FlowError {
  if (leader === NO_MEMBER) {
    return new FlowError('NO_LEADER', 'this partition has no leader at the moment', {
      hint: 'retry; an election takes about a second',
    });
  }
  if (leader === member) {
    return new FlowError('UNAVAILABLE', 'the leader of this partition is just starting to serve', {
      hint: 'retry',
    });
  }
  return new FlowError('NOT_LEADER', 'another node leads this partition', {
    details: { leader: nodeOf(leader) },
  });
}

export function noVoter(node: number): FlowError {
  return new FlowError('PRECONDITION_FAILED', `node ${node} is no voter of this group`, {
    hint: 'choose one of its replicas',
  });
}

/** A disk that failed while a machine read its state is no defect of the machine. */
export function machineBroke(machine: string, group: GroupId, index: number, cause: unknown): FlowError {
  if (isFlowError(cause) && cause.code === 'STORAGE_IO') return cause;
  return new FlowError('INTERNAL', `the ${machine} machine of group ${group} failed at index ${index}`, {
    cause,
    hint: 'this is a defect: keep the data directory and report it with the log',
  });
}

export function entriesGone(): FlowError {
  return new FlowError('CORRUPTION', 'entries that this replica had acknowledged are gone from its log', {
    hint: 'the replica is built anew from the others; check the disk of this node',
  });
}
