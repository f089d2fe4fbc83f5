/**
 * Proposals of this leader that are not answered yet, in log order.
 *
 *   added ──► durable here (acks leader) ──► answered
 *        └──► applied ──► durable on enough voters ──► answered
 *        └──► leadership lost ──► failed, outcome unknown
 *
 * Invariant: each proposal is answered exactly once; indexes grow strictly.
 */
import { assert, FlowError, type MemberId } from '@flowmesh/base';
import type { Reply } from '@flowmesh/engines';
import type { ConfState } from '@flowmesh/raft';
import type { Proposal } from './replica-api.ts';

interface Pending {
  readonly index: number;
  readonly term: number;
  readonly proposal: Proposal;
  answered: boolean;
}

interface AwaitingCopies {
  readonly index: number;
  readonly term: number;
  readonly proposal: Proposal;
  readonly reply: Reply;
}

export class ProposalTable {
  /** From `head` on; what lies before it is let go at once, since a proposal holds its command, which may be large. */
  private pending: (Pending | undefined)[] = [];
  private head = 0;
  /** First proposal that may still wait for the leader's own disk. */
  private durableHead = 0;
  private leaderAcks = 0;
  private awaiting: AwaitingCopies[] = [];

  /** Proposals without an answer. */
  get size(): number {
    return this.pending.length - this.head + this.awaiting.length;
  }

  get awaitsCopies(): boolean {
    return this.awaiting.length > 0;
  }

  add(first: { readonly index: number; readonly term: number }, proposals: readonly Proposal[]): void {
    const last = this.pending[this.pending.length - 1];
    assert(last === undefined || last.index < first.index, 'proposals are added in log order');
    for (let i = 0; i < proposals.length; i++) {
      const proposal = proposals[i] as Proposal;
      if (proposal.ack === 'leader-durable') this.leaderAcks++;
      this.pending.push({ index: first.index + i, term: first.term, proposal, answered: false });
    }
  }

  /** Entries up to `index` are on the leader's disk. */
  durable(index: number, term: number): void {
    if (this.leaderAcks === 0) {
      this.durableHead = this.pending.length;
      while (this.durableHead > this.head && (this.pending[this.durableHead - 1] as Pending).index > index)
        this.durableHead--;
      return;
    }
    this.durableHead = Math.max(this.durableHead, this.head);
    for (; this.durableHead < this.pending.length; this.durableHead++) {
      const entry = this.pending[this.durableHead] as Pending;
      if (entry.index > index) return;
      if (entry.term === term && entry.proposal.ack === 'leader-durable' && !entry.answered) {
        entry.answered = true;
        this.leaderAcks--;
        entry.proposal.done({ ok: true, index: entry.index, term: entry.term, reply: undefined });
      }
    }
  }

  /** The entry at `index` was applied with `reply`; `majority` copies are known to be durable. */
  applied(index: number, term: number, reply: Reply, majority: number): void {
    const entry = this.pending[this.head];
    if (entry === undefined || entry.index > index) return;
    assert(entry.index === index, 'no proposal is passed over while applying');
    this.advanceHead();
    if (entry.answered) return;
    const { proposal } = entry;
    if (proposal.ack === 'leader-durable') this.leaderAcks--;
    if (entry.term !== term) {
      proposal.done({ ok: false, error: overwritten() });
    } else if (proposal.minDurable > majority) {
      this.awaiting.push({ index, term, proposal, reply });
    } else proposal.done({ ok: true, index, term, reply });
  }

  /** `copiesAt(index)`: voters that have the entry durably. Answers what has enough of them. */
  copies(copiesAt: (index: number) => number): void {
    let answered = 0;
    for (const entry of this.awaiting) {
      if (copiesAt(entry.index) < entry.proposal.minDurable) break;
      answered++;
      entry.proposal.done({ ok: true, index: entry.index, term: entry.term, reply: entry.reply });
    }
    if (answered > 0) this.awaiting = this.awaiting.slice(answered);
  }

  /** Leadership is lost, or the replica ends. */
  failAll(error: FlowError): void {
    const pending = this.pending.slice(this.head);
    const awaiting = this.awaiting;
    this.pending = [];
    this.awaiting = [];
    this.head = 0;
    this.durableHead = 0;
    this.leaderAcks = 0;
    for (const entry of awaiting) entry.proposal.done({ ok: false, error });
    for (const entry of pending) if (entry?.answered === false) entry.proposal.done({ ok: false, error });
  }

  private advanceHead(): void {
    this.pending[this.head] = undefined;
    this.head++;
    if (this.head > 1024 && this.head * 2 > this.pending.length) {
      this.pending = this.pending.slice(this.head);
      this.durableHead = Math.max(0, this.durableHead - this.head);
      this.head = 0;
    } else if (this.durableHead < this.head) this.durableHead = this.head;
  }
}

function overwritten(): FlowError {
  return new FlowError('UNAVAILABLE', 'the entry was replaced by another leader before it was committed', {
    hint: 'send it again',
    details: { outcome: 'not-applied' },
  });
}

export function outcomeUnknown(reason: string): FlowError {
  return new FlowError(
    'UNAVAILABLE',
    `${reason} before the write was acknowledged; it may or may not have been stored`,
    {
      hint: 'send it again with the same producer id and sequence, so that it is stored once',
      details: { outcome: 'unknown' },
    },
  );
}

/** On how many voters an entry lies at least once it is committed. */
export function copiesToCommit({ voters, votersOutgoing }: ConfState): number {
  const majority = (members: readonly MemberId[]): number => Math.floor(members.length / 2) + 1;
  const incoming = majority(voters);
  return votersOutgoing.length === 0 ? incoming : Math.min(incoming, majority(votersOutgoing));
}
