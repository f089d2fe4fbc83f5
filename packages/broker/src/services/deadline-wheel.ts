/**
 * Deadlines of many waiting requests on one timer. Adding and removing cost O(1) and allocate nothing beyond the
 * request itself: a request *is* its entry. A deadline fires up to one slot late, never early.
 *
 * The timer runs only while something waits; `close` drops all entries without firing them.
 */
import { assert } from '@flowmesh/base';
import type { Clock, Scheduler, TimerHandle } from '@flowmesh/base';

/** An entry of the wheel. Fields belong to the wheel; whoever owns the entry only supplies `expire`. */
export interface Deadline {
  wheelTick: number;
  wheelNext: Deadline | undefined;
  wheelPrevious: Deadline | undefined;
  /** Called once when time is up, unless the entry was removed before. */
  expire(): void;
}

/** Fields for a new entry that waits for nothing yet. */
export const NO_DEADLINE = { wheelTick: -1, wheelNext: undefined, wheelPrevious: undefined } as const;

const SLOTS = 512;

export class DeadlineWheel {
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly slotMs: number;
  private readonly heads: (Deadline | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  private timer: TimerHandle | undefined;
  /** The tick up to which everything has fired. */
  private doneTick = 0;
  private waiting = 0;

  constructor(ports: { readonly clock: Clock; readonly scheduler: Scheduler }, slotMs = 20) {
    this.clock = ports.clock;
    this.scheduler = ports.scheduler;
    this.slotMs = slotMs;
  }

  get size(): number {
    return this.waiting;
  }

  add(entry: Deadline, delayMs: number): void {
    assert(entry.wheelTick === -1, 'a deadline waits once');
    const now = this.clock.monotonicMs();
    if (this.waiting === 0) this.doneTick = Math.floor(now / this.slotMs);
    entry.wheelTick = Math.max(Math.ceil((now + Math.max(delayMs, 0)) / this.slotMs), this.doneTick + 1);
    const slot = entry.wheelTick % SLOTS;
    const head = this.heads[slot];
    entry.wheelPrevious = undefined;
    entry.wheelNext = head;
    if (head !== undefined) head.wheelPrevious = entry;
    this.heads[slot] = entry;
    this.waiting++;
    this.arm();
  }

  /** Removes an entry; one that fired or never waited is left alone. */
  remove(entry: Deadline): void {
    if (entry.wheelTick === -1) return;
    const slot = entry.wheelTick % SLOTS;
    if (entry.wheelPrevious === undefined) this.heads[slot] = entry.wheelNext;
    else entry.wheelPrevious.wheelNext = entry.wheelNext;
    if (entry.wheelNext !== undefined) entry.wheelNext.wheelPrevious = entry.wheelPrevious;
    entry.wheelTick = -1;
    entry.wheelNext = undefined;
    entry.wheelPrevious = undefined;
    this.waiting--;
  }

  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.heads.fill(undefined);
    this.waiting = 0;
  }

  private arm(): void {
    if (this.timer !== undefined || this.waiting === 0) return;
    this.timer = this.scheduler.after(this.slotMs, () => {
      this.timer = undefined;
      this.fire();
      this.arm();
    });
  }

  private fire(): void {
    const nowTick = Math.floor(this.clock.monotonicMs() / this.slotMs);
    // After a stall longer than one turn of the wheel every slot is visited once.
    const first = Math.max(this.doneTick + 1, nowTick - SLOTS + 1);
    this.doneTick = Math.max(nowTick, this.doneTick);
    for (let tick = first; tick <= nowTick; tick++) this.fireSlot(tick % SLOTS, nowTick);
  }

  private fireSlot(slot: number, nowTick: number): void {
    const due: Deadline[] = [];
    for (let entry = this.heads[slot]; entry !== undefined; entry = entry.wheelNext) {
      if (entry.wheelTick <= nowTick) due.push(entry);
    }
    // Newest first in the list; fire in the order of arrival. One may remove another while firing.
    for (let i = due.length - 1; i >= 0; i--) {
      const entry = due[i] as Deadline;
      if (entry.wheelTick === -1) continue;
      this.remove(entry);
      entry.expire();
    }
  }
}
