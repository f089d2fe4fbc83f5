/** A coordinator in memory, in place of a node's: what it answers, a test decides. Time moves only when a test says so. */
import type { FlowError, TimerHandle } from '@flowmesh/base';
import type { CoordinatorPlaces } from '../../src/routing/coordinator-call.ts';
import type { LeaderCallDeps } from '../../src/routing/leader-call.ts';
import type { Surroundings } from '../../src/system.ts';
import { cancelled } from '../../src/system.ts';

export interface Heartbeat {
  readonly memberId: string;
  readonly epoch: number;
  readonly confirmedEpoch: number;
}

export interface Answer {
  readonly epoch: number;
  readonly partitions: readonly { readonly stream: string; readonly partitions: readonly number[] }[];
}

type Settle = { readonly resolve: (answer: Answer) => void; readonly reject: (error: FlowError) => void };

export class FakeCoordinator {
  nowMs = 0;
  readonly joins: string[] = [];
  readonly left: string[] = [];
  /** What came about, in order. */
  readonly heard: string[] = [];
  readonly heartbeats: Heartbeat[] = [];
  failure: FlowError | undefined;
  leaveFailure: FlowError | undefined;
  joined: Answer = { epoch: 1, partitions: [] };
  private waiting: Settle | undefined;
  private timers: { readonly atMs: number; readonly task: () => void }[] = [];
  private ids = 0;

  get deps(): LeaderCallDeps & { readonly places: CoordinatorPlaces } {
    const surroundings: Surroundings = {
      clock: { wallMs: () => this.nowMs, monotonicMs: () => this.nowMs },
      scheduler: {
        after: (delayMs, task) => this.after(delayMs, task),
        endOfTurn: (task) => void setImmediate(task),
      },
      random: { below: () => 0, unit: () => 0 },
      requestId: () => `member-${++this.ids}`,
    };
    const places = {
      call: (
        _: string,
        options: { signal?: AbortSignal },
        call: (connection: unknown, limits: object) => unknown,
      ) => call({ groups: this.groups(options.signal) }, { address: 'fake', timeoutMs: 1_000 }),
    };
    return { surroundings, places } as never;
  }

  /** The heartbeat that waits is answered. */
  answer(answer: Answer): void {
    this.waiting?.resolve(answer);
    this.waiting = undefined;
  }

  refuse(error: FlowError): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  /** Moves time, with turns of the event loop in between. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.nowMs += 100;
      const due = this.timers.filter((timer) => timer.atMs <= this.nowMs);
      this.timers = this.timers.filter((timer) => timer.atMs > this.nowMs);
      for (const timer of due) timer.task();
      await this.turns();
    }
  }

  async turns(): Promise<void> {
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  private after(delayMs: number, task: () => void): TimerHandle {
    const timer = { atMs: this.nowMs + delayMs, task };
    this.timers.push(timer);
    return { cancel: () => (this.timers = this.timers.filter((one) => one !== timer)) };
  }

  private groups(signal: AbortSignal | undefined): object {
    type Callback = (error: unknown, answer?: object) => void;
    const call = { cancel: () => undefined };
    return {
      joinGroup: (request: { memberId: string }, _m: unknown, _o: unknown, done: Callback) => {
        this.joins.push(request.memberId);
        if (this.failure !== undefined) {
          done(this.failure);
          return call;
        }
        this.heard.push(`join ${request.memberId}`);
        done(null, this.joined);
        return call;
      },
      leaveGroup: (request: { memberId: string }, _m: unknown, _o: unknown, done: Callback) => {
        const refused = this.failure ?? this.leaveFailure;
        if (refused !== undefined) {
          done(refused);
          return call;
        }
        this.left.push(request.memberId);
        this.heard.push(`leave ${request.memberId}`);
        done(null, {});
        return call;
      },
      heartbeat: (request: Heartbeat, _m: unknown, _o: unknown, done: Callback) => {
        this.heartbeats.push(request);
        if (this.failure !== undefined) {
          done(this.failure);
          return call;
        }
        this.waiting = { resolve: (answer) => done(null, answer), reject: (error) => done(error) };
        signal?.addEventListener('abort', () => done(cancelled()), { once: true });
        return call;
      },
    };
  }
}
