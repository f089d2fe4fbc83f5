/**
 * The appends of one partition during one term: its session, which gives out places, and the queue of this turn's proposals.
 *
 * Invariant: what the session has given out and the replica has not refused is in the log in that order, without a hole. Therefore
 * the places of refused proposals are given back in the same call, before anything else can be prepared.
 */
import { FlowError, must } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { AppendSession } from '@flowmesh/engines';
import type { Proposal } from '../../replica/replica-api.ts';
import type { PartitionWatcher, ServedPartition } from './partition-table.ts';
import type { PendingAppend } from './pending-append.ts';

/** What goes into the log at a place that the session gave out. */
export interface PlacedProposal extends Proposal {
  /** For a command without records: the next offset at that moment. */
  readonly baseOffset: number;
  /** Commands without offsets before it, ever. */
  readonly quietBefore: number;
}

export class PartitionAppends implements PartitionWatcher {
  /** Gives out places; ended with the term. */
  readonly session: AppendSession;
  private readonly served: ServedPartition;
  private queue: PlacedProposal[] = [];
  private readonly idempotent = new Map<number, PendingAppend>();
  /** In-sync replicas as counted in this turn; -1: not counted yet. */
  private inSync = -1;

  /** To be made before anything of this term is appended. */
  constructor(served: ServedPartition) {
    this.served = served;
    this.session = new AppendSession(served.term, served.machine);
    served.watch(this);
  }

  get group(): GroupId {
    return this.served.replica.group;
  }

  onAdvance(): void {
    // Appends are answered by their proposals.
  }

  onLost(): void {
    this.session.end();
  }

  /** An append on its way that was given `baseOffset`; only those of idempotent producers are found. */
  inFlight(baseOffset: number): PendingAppend | undefined {
    return this.idempotent.get(baseOffset);
  }

  /** Lets repetitions of the append find it while it is on its way. */
  remember(append: PendingAppend): void {
    this.idempotent.set(append.baseOffset, append);
  }

  /** True for the first proposal of a turn: `propose` is to be called at its end. */
  enqueue(proposal: PlacedProposal): boolean {
    return this.queue.push(proposal) === 1;
  }

  /** Hands this turn's appends to the replica, all or none. */
  propose(): void {
    const { queue, served } = this;
    this.queue = [];
    this.inSync = -1;
    const first = must(queue[0], 'a turn with something to propose');
    const stale = served.replica.term !== served.term;
    const error = stale ? changedTerm() : served.replica.propose(queue);
    if (error === undefined) return;
    this.session.undo(first.baseOffset, first.quietBefore);
    for (const proposal of queue) proposal.done({ ok: false, error });
  }

  settled(append: PendingAppend): void {
    if (this.idempotent.get(append.baseOffset) === append) this.idempotent.delete(append.baseOffset);
  }

  /** NOT_ENOUGH_REPLICAS where fewer than `wanted` are in sync. */
  notEnoughReplicas(wanted: number): FlowError | undefined {
    if (wanted <= 1) return undefined;
    if (this.inSync === -1 || this.queue.length === 0) this.inSync = this.served.replica.inSync().length;
    if (this.inSync >= wanted) return undefined;
    return new FlowError(
      'NOT_ENOUGH_REPLICAS',
      `${this.inSync} replicas are in sync, min.insync.replicas is ${wanted}`,
      {
        hint: 'Nothing was appended. See which nodes are down: flowmesh-admin cluster status',
        details: { inSync: this.inSync, minInsyncReplicas: wanted },
      },
    );
  }
}

function changedTerm(): FlowError {
  return new FlowError('NO_LEADER', 'the leadership of this partition has just changed', { hint: 'Retry.' });
}
