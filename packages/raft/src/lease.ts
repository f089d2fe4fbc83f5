/**
 * How long a leader may believe that nobody else leads: counted in ticks from the *sending* of the newest heartbeat round that
 * a quorum has answered. Whoever answered keeps from voting for one minimum election timeout since; the lease ends before.
 *
 * Invariants: it never outlasts 0.8 of the shortest time a follower waits (electionTicks - 1 whole ticks, since a follower may
 * count its first tick at once); once leadership is being handed over it stays void for the rest of the term, because the
 * target may campaign at any time from then on.
 */

/** Rounds under way whose sending times are remembered. More means that nobody answers, and then there is no lease. */
const SENT_MAX = 64;

interface Sent {
  /** First round that was sent at this tick. */
  readonly round: number;
  readonly tick: number;
}

export class Lease {
  private readonly ticks: number;
  private sent: Sent[] = [];
  private confirmedTick = Number.NEGATIVE_INFINITY;
  private void = false;

  constructor(electionTicks: number) {
    this.ticks = Math.floor(0.8 * (electionTicks - 1));
  }

  /** A new leadership begins. */
  reset(): void {
    this.sent = [];
    this.confirmedTick = Number.NEGATIVE_INFINITY;
    this.void = false;
  }

  roundSent(round: number, tick: number): void {
    if (this.sent[this.sent.length - 1]?.tick === tick) return;
    if (this.sent.length === SENT_MAX) this.sent.shift();
    this.sent.push({ round, tick });
  }

  roundConfirmed(round: number): void {
    let known = 0;
    while (known < this.sent.length && (this.sent[known] as Sent).round <= round) known++;
    if (known === 0) return;
    this.confirmedTick = (this.sent[known - 1] as Sent).tick;
    this.sent.splice(0, known);
  }

  revoke(): void {
    this.void = true;
  }

  valid(tick: number): boolean {
    return !this.void && tick - this.confirmedTick < this.ticks;
  }
}
