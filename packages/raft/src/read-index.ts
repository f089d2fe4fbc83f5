/**
 * Confirming reads at the leader. Invariants: no read is answered before an entry of the leader's own term is committed, and
 * then with an index that covers it; only reads of the leader's own node may rest on the lease, because only there it can be
 * checked again after the state was read.
 */
import type { Core } from './core.ts';
import type { ConfirmedRead, ReadRequest } from './read-only.ts';
import { broadcastHeartbeat } from './replication.ts';

/** False where too many reads wait already. */
export function requestRead(core: Core, request: ReadRequest): boolean {
  if (core.reads.full) return false;
  if (!core.committedInTerm) core.reads.addEarly(request);
  else admitRead(core, request);
  return true;
}

function admitRead(core: Core, request: ReadRequest): void {
  const index = core.log.committed;
  if (request.origin === core.id && leaseValid(core)) {
    answerRead(core, { context: request.context, origin: request.origin, index });
  } else {
    core.reads.add(request, index);
  }
}

/** An entry of this term is committed now: reads that came too early get their index. */
export function admitEarlyReads(core: Core): void {
  for (const request of core.reads.takeEarly()) admitRead(core, request);
}

/** Sends one heartbeat round for all reads that arrived since the last one. */
export function sendReadRound(core: Core): void {
  if (core.role !== 'leader' || !core.reads.hasUnsent) return;
  broadcastHeartbeat(core);
  confirmRounds(core);
}

/** Answers what the quorum has confirmed by now. */
export function confirmRounds(core: Core): void {
  const round = Math.min(core.tracker.confirmedRound(), core.reads.round);
  if (round === 0) return;
  core.lease.roundConfirmed(round);
  for (const read of core.reads.confirm(round)) answerRead(core, read);
}

/** A leader whose lease holds, and whose own no-op is applied, is the only leader there is. */
export function leaseValid(core: Core): boolean {
  const { readOnly, checkQuorum } = core.config;
  if (core.role !== 'leader' || readOnly !== 'lease' || !checkQuorum) return false;
  return core.log.applied >= core.ownTermIndex && core.lease.valid(core.now);
}

function answerRead(core: Core, read: ConfirmedRead): void {
  if (read.origin === core.id) {
    core.readStates.push({ context: read.context, index: read.index });
    return;
  }
  core.send({
    kind: 'read-index-reply',
    from: core.id,
    to: read.origin,
    term: core.term,
    index: read.index,
    context: read.context,
  });
}
