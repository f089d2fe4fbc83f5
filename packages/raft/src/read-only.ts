/**
 * Linearizable reads at the leader. A read takes the commit index when it arrives and may be served from there once a quorum
 * has answered a heartbeat round that was sent after its arrival. All reads that arrive in one turn share a round.
 *
 *   too early (nothing of this term committed) ─► arrived (index known) ─► in a round ─► confirmed
 *
 * Invariant: rounds ascend along the queue, so confirmations leave in order of arrival. Its size is bounded.
 */
import type { MemberId } from '@flowmesh/base';
import { READS_PENDING_MAX } from './raft-config.ts';

export interface ReadRequest {
  readonly context: number;
  /** Who asked. */
  readonly origin: MemberId;
}

export interface ConfirmedRead extends ReadRequest {
  readonly index: number;
}

interface QueuedRead extends ConfirmedRead {
  /** 0 until it has joined a round. */
  round: number;
}

export class ReadOnly {
  /** Number of the newest heartbeat round. Grows over the whole life of the node, so that no answer fits two rounds. */
  round = 0;
  private early: ReadRequest[] = [];
  private queue: QueuedRead[] = [];
  private unsent = 0;

  get full(): boolean {
    return this.early.length + this.queue.length >= READS_PENDING_MAX;
  }

  /** Reads that still need a round to be sent for them. */
  get hasUnsent(): boolean {
    return this.unsent > 0;
  }

  get waiting(): boolean {
    return this.queue.length > 0;
  }

  addEarly(request: ReadRequest): void {
    this.early.push(request);
  }

  takeEarly(): readonly ReadRequest[] {
    if (this.early.length === 0) return this.early;
    const requests = this.early;
    this.early = [];
    return requests;
  }

  add(request: ReadRequest, index: number): void {
    this.queue.push({ context: request.context, origin: request.origin, index, round: 0 });
    this.unsent++;
  }

  /** Begins a round that covers every read that has arrived. */
  nextRound(): number {
    this.round++;
    for (let i = this.queue.length - this.unsent; i < this.queue.length; i++) {
      (this.queue[i] as QueuedRead).round = this.round;
    }
    this.unsent = 0;
    return this.round;
  }

  /** Takes the reads of all rounds up to `round`. */
  confirm(round: number): readonly ConfirmedRead[] {
    let count = 0;
    const sent = this.queue.length - this.unsent;
    while (count < sent && (this.queue[count] as QueuedRead).round <= round) count++;
    return count === 0 ? [] : this.queue.splice(0, count);
  }

  /** Leadership begins or ends: whoever asked will ask again. */
  reset(): void {
    this.early = [];
    this.queue = [];
    this.unsent = 0;
  }
}
