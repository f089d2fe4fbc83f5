/**
 * A machine's time as this process has seen it pass. A command tells what time it was when it was stamped, and it may come late, by hours: from the
 * log after a restart, from the leader after a partition or a move, before a group has stood idle. Whoever took its arrival for its time would
 * let the group's time fall behind for good. So it counts once later commands have come just as much later as their times say, twice: bursts of
 * late ones may keep pace with each other once, by chance.
 *
 *   first ─► a later one that keeps pace, 1 s on or more ─► another one ─► steady: the latest one tells the time
 *     ▲           └─ it is ahead: those before came late ─► it is the first now
 *     └── it is behind: it comes late itself, and tells nothing
 *
 * A process that has led knows the time without that: it has named it.
 */
import { FASTEST, type SeenTime } from './leader-clock.ts';

/** Times may be ahead of their pace by so much, beside what clocks may differ: leaders of earlier builds take as much at once. */
const SLACK_MS = 1_000;
/** What comes late catches up in much less. */
const STEP_MS = 1_000;
const STEPS = 2;
/** What takes longer by more than this, beside what clocks may differ, comes late. */
const LATE_MS = 250;

export class PassingTime {
  private first: SeenTime | undefined;
  private steps = 0;
  private latest: SeenTime | undefined;

  /** Undefined where commands do not agree yet, or do no more. */
  get steady(): SeenTime | undefined {
    return this.latest;
  }

  /** This process has named times from this one on, and one of them is the machine's now. */
  named(from: SeenTime): void {
    if (this.latest !== undefined) return;
    this.first = from;
    this.steps = STEPS;
    this.latest = from;
  }

  /** A command was applied: the machine's time, and this node's monotonic clock. */
  saw(timeMs: number, atMs: number): void {
    const { first } = this;
    if (first === undefined) {
      this.first = { timeMs, atMs };
      return;
    }
    if (timeMs <= first.timeMs) return;
    const passedMs = atMs - first.atMs;
    const aheadMs = timeMs - first.timeMs - passedMs;
    const clocksMs = passedMs * (FASTEST - 1);
    if (aheadMs < -(LATE_MS + clocksMs)) return;
    const keepsPace = aheadMs <= SLACK_MS + clocksMs;
    if (keepsPace && passedMs < STEP_MS) return;
    this.first = { timeMs, atMs };
    this.steps = keepsPace ? this.steps + 1 : 0;
    this.latest = this.steps < STEPS ? undefined : this.first;
  }
}
