/**
 * Linearizable reads that wait: first for a quorum to confirm the leader (ReadIndex), then for the confirmed index to be applied.
 * All reads asked for in one turn share one round.
 *
 *   asked ─ turn ─► confirming(context) ─ read state ─► confirmed(index) ─ applied ─► resolved
 *
 * Each wait ends: deadlines are swept on ticks, and losing leadership fails them all.
 */
import { FlowError } from '@flowmesh/base';
import type { ReadState } from '@flowmesh/raft';

interface Waiter {
  readonly deadlineMs: number;
  resolve(): void;
  reject(error: FlowError): void;
}

interface Round {
  readonly context: number;
  index: number | undefined;
  waiters: Waiter[];
}

export class ReadBarriers {
  private asked: Waiter[] = [];
  private rounds: Round[] = [];
  private nextContext = 1;

  get waiting(): boolean {
    return this.asked.length > 0 || this.rounds.length > 0;
  }

  wait(deadlineMs: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.asked.push({ deadlineMs, resolve, reject });
    });
  }

  get size(): number {
    let count = this.asked.length;
    for (const round of this.rounds) count += round.waiters.length;
    return count;
  }

  /** Starts a round for what was asked; `readIndex` is the core's. */
  begin(readIndex: (context: number) => boolean): void {
    if (this.asked.length === 0) return;
    const context = this.nextContext;
    if (!readIndex(context)) return;
    this.nextContext++;
    this.rounds.push({ context, index: undefined, waiters: this.asked });
    this.asked = [];
  }

  /** `applied`: what is applied already. */
  confirmed(states: readonly ReadState[], applied: number): void {
    for (const state of states) {
      const round = this.rounds.find((candidate) => candidate.context === state.context);
      if (round !== undefined) round.index = state.index;
    }
    this.applied(applied);
  }

  applied(index: number): void {
    if (this.rounds.length === 0) return;
    const open: Round[] = [];
    for (const round of this.rounds) {
      if (round.index === undefined || round.index > index) open.push(round);
      else for (const waiter of round.waiters) waiter.resolve();
    }
    this.rounds = open;
  }

  sweep(nowMs: number): void {
    if (!this.waiting) return;
    const late = new FlowError('TIMEOUT', 'no quorum confirmed the leader in time for a linearizable read', {
      hint: 'retry; if it persists, check that a majority of the replicas is up',
    });
    const keep = (waiter: Waiter): boolean => {
      if (waiter.deadlineMs > nowMs) return true;
      waiter.reject(late);
      return false;
    };
    this.asked = this.asked.filter(keep);
    for (const round of this.rounds) round.waiters = round.waiters.filter(keep);
    this.rounds = this.rounds.filter((round) => round.waiters.length > 0);
  }

  failAll(error: FlowError): void {
    const waiters = [...this.asked, ...this.rounds.flatMap((round) => round.waiters)];
    this.asked = [];
    this.rounds = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}
