/**
 * Time in the simulated world. Nothing waits: the clock moves from event to event.
 *
 * Events belong to an owner (a node's process, or nobody). A dead owner's events vanish, a paused owner's wait until it
 * goes on, in their order. After an event the promises that it settled run to their end (`drainMicrotasks`), then the
 * owner's turn ends: code that asked for `endOfTurn` runs, sometimes a little later, so that several events
 * share one turn as they do on a busy event loop.
 */
import type { Random } from '@flowmesh/base';
import { EventQueue, type SimEvent } from './event-queue.ts';

export interface EventOwner {
  readonly name: string;
  alive: boolean;
  pausedUntil: number;
  /** What came due while it was paused, in order. */
  backlog: SimEvent[];
  /** What runs when the turn ends. */
  turnTasks: (() => void)[];
  turnEndPlanned: boolean;
}

const process_ = process as unknown as { _tickCallback(): void };

/** Runs all promise reactions that are due, at once. Node offers this between macrotasks under the name below. */
export function drainMicrotasks(): void {
  process_._tickCallback();
}

/** How often a turn stays open for a moment, and for how long at most. */
const OPEN_TURN_SHARE = 0.15;
const OPEN_TURN_MS = 0.4;
/** More rounds of end-of-turn work than this in one turn is a loop that never ends. */
const TURN_ROUNDS_MAX = 1_000;

export class VirtualTime {
  now = 0;
  events = 0;
  /** Called after each event with its owner. */
  afterEvent: (owner: EventOwner | undefined, event: SimEvent) => void = () => {};
  private readonly queue = new EventQueue();
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** Runs `task` at `now + delayMs` for `owner`. */
  after(delayMs: number, owner: EventOwner | undefined, label: string, task: () => void): SimEvent {
    const at = this.now + (delayMs > 0 ? delayMs : 0);
    const event: SimEvent = { at, order: 0, owner, task, label, cancelled: false };
    this.queue.push(event);
    return event;
  }

  /** Runs what is due up to `until`, then sets the clock there. Ends early when `stop` says so. */
  run(until: number, stop: () => boolean): void {
    for (;;) {
      const at = this.queue.nextAt();
      if (at === undefined || at > until) break;
      this.runNext();
      if (stop()) return;
    }
    this.now = Math.max(this.now, until);
  }

  /** Stops an owner: its events wait, and come in their order when it goes on. */
  pause(owner: EventOwner, forMs: number): void {
    owner.pausedUntil = Math.max(owner.pausedUntil, this.now + forMs);
    this.after(owner.pausedUntil - this.now, undefined, 'resume', () => {
      if (owner.pausedUntil <= this.now) this.resume(owner);
    });
  }

  resume(owner: EventOwner): void {
    owner.pausedUntil = this.now;
    const { backlog } = owner;
    owner.backlog = [];
    for (const event of backlog) {
      event.at = this.now;
      this.queue.push(event);
    }
  }

  private runNext(): void {
    const event = this.queue.pop() as SimEvent;
    const owner = event.owner;
    if (event.cancelled || (owner !== undefined && !owner.alive)) return;
    this.now = Math.max(this.now, event.at);
    if (owner !== undefined && (owner.pausedUntil > this.now || owner.backlog.length > 0)) {
      owner.backlog.push(event);
      return;
    }
    this.events++;
    event.task();
    drainMicrotasks();
    if (owner !== undefined && owner.turnTasks.length > 0 && !owner.turnEndPlanned) this.endTurn(owner);
    this.afterEvent(owner, event);
  }

  private endTurn(owner: EventOwner): void {
    if (this.random.unit() < OPEN_TURN_SHARE) {
      owner.turnEndPlanned = true;
      this.after(this.random.unit() * OPEN_TURN_MS, owner, 'turn-end', () => {
        owner.turnEndPlanned = false;
        this.runTurnTasks(owner);
      });
      return;
    }
    this.runTurnTasks(owner);
  }

  private runTurnTasks(owner: EventOwner): void {
    for (let round = 0; owner.alive && owner.turnTasks.length > 0; round++) {
      if (round > TURN_ROUNDS_MAX) throw new Error(`${owner.name}: a turn that never ends`);
      const tasks = owner.turnTasks;
      owner.turnTasks = [];
      for (const task of tasks) if (owner.alive) task();
      drainMicrotasks();
    }
  }
}
