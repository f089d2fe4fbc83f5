/**
 * One long poll: waits at all shards of its queue that it was given, takes what the first of them delivers, and leaves the others.
 *
 *   waiting ─ a shard has jobs ─► claimed ─► delivered: answered
 *      │                             └─ nothing came, shard lost ─► waiting, at the shards that are left
 *      └─ time is up: answered empty (once a claim under way has been decided) ─ caller gone: what comes is given back
 */
import { FlowError } from '@flowmesh/base';
import { type Deadline, type DeadlineWheel, NO_DEADLINE } from '../deadline-wheel.ts';
import type { LeasedJob } from './leased-job.ts';
import type { Receiver } from './shard-receivers.ts';
import type { ShardQueue } from './shard-queue.ts';

export interface PollRequest {
  readonly worker: string;
  readonly max: number;
  readonly bytesMax: number;
  readonly visibilityMs: number | undefined;
  readonly waitMs: number;
}

type Done = (result: readonly LeasedJob[] | FlowError) => void;

export class PolledReceive implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly request: PollRequest;
  private readonly wheel: DeadlineWheel;
  private readonly signal: AbortSignal;
  private done: Done | undefined;
  private readonly places = new Map<ShardQueue, Receiver>();
  private claimed = false;
  private timeUp = false;

  /** `done` is called once, possibly before this returns. */
  constructor(
    request: PollRequest,
    shards: readonly ShardQueue[],
    ports: { readonly wheel: DeadlineWheel; readonly signal: AbortSignal; readonly done: Done },
  ) {
    this.request = request;
    this.wheel = ports.wheel;
    this.signal = ports.signal;
    this.done = ports.done;
    for (const shard of shards) this.places.set(shard, this.place(shard));
  }

  begin(): void {
    this.signal.addEventListener('abort', this.abandon);
    for (const [shard, receiver] of this.places) {
      shard.receivers.add(receiver);
      if (this.done === undefined) return;
    }
    if (this.request.waitMs === 0) this.expire();
    else this.wheel.add(this, this.request.waitMs);
  }

  expire(): void {
    this.timeUp = true;
    // What is being leased for it is worth the few milliseconds until it is there.
    if (!this.claimed) this.answer([]);
  }

  private readonly abandon = (): void => {
    this.answer(new FlowError('CANCELLED', 'the caller has gone'));
  };

  private place(shard: ShardQueue): Receiver {
    const { worker, max, bytesMax, visibilityMs } = this.request;
    return {
      worker,
      bytesMax,
      visibilityMs,
      standing: false,
      claim: (limit) => {
        if (this.claimed || this.done === undefined) return 0;
        this.claimed = true;
        return Math.min(limit, max);
      },
      deliver: (jobs) => this.deliver(jobs),
      refused: (error) => this.refused(shard, error),
    };
  }

  private deliver(jobs: readonly LeasedJob[]): boolean {
    this.claimed = false;
    if (this.done === undefined) return false;
    if (jobs.length === 0 && !this.timeUp) {
      this.wake();
      return true;
    }
    this.answer(jobs);
    return jobs.length > 0;
  }

  private refused(shard: ShardQueue, error: FlowError): void {
    this.claimed = false;
    this.places.delete(shard);
    if (this.places.size === 0 || this.timeUp) this.answer(this.timeUp ? [] : error);
    else this.wake();
  }

  /** Other shards passed it over while it was claimed. */
  private wake(): void {
    for (const other of this.places.keys()) other.receivers.pump();
  }

  private answer(result: readonly LeasedJob[] | FlowError): void {
    const { done } = this;
    if (done === undefined) return;
    this.done = undefined;
    this.wheel.remove(this);
    this.signal.removeEventListener('abort', this.abandon);
    // What is being leased at one of them is given back there.
    for (const [shard, receiver] of this.places) shard.receivers.remove(receiver);
    done(result);
  }
}
