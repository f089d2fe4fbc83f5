/**
 * A lease over as many shards as its keys lie in: granted in each when the first key is put there, under the same id, and kept alive in all
 * of them by a timer of its own until it is revoked. What a handler does never delays a keep-alive.
 *
 *   open ─ revoke ─► revoked        open ─ a shard says that it is gone ─► lost (`onLost`): the keys there are deleted
 */
import { FlowError, type TimerHandle } from '@flowmesh/base';
import type { CallOptions } from '../routing/router.ts';
import type { Surroundings } from '../system.ts';

/** What a lease needs of its bucket. */
export interface LeaseCalls {
  grant(shard: number, id: number, ttlMs: number, options: CallOptions): Promise<void>;
  /** False: the lease is gone there. */
  keepAlive(shard: number, id: number, options: CallOptions): Promise<boolean>;
  revoke(shard: number, id: number, options: CallOptions): Promise<void>;
  /** It is kept alive no more. */
  closed(): void;
  readonly surroundings: Surroundings;
}

const KEEP_ALIVES_PER_TTL = 3;

export class Lease implements AsyncDisposable {
  readonly id: number;
  readonly ttlMs: number;
  private readonly calls: LeaseCalls;
  private readonly shards = new Map<number, Promise<void>>();
  private readonly stop = new AbortController();
  private readonly onLost: (error: FlowError) => void;
  private timer: TimerHandle | undefined;
  private failure: FlowError | undefined;

  /** Use `bucket.lease`. */
  constructor(
    calls: LeaseCalls,
    options: { readonly ttlMs: number; readonly onLost?: ((error: FlowError) => void) | undefined },
  ) {
    const { random } = calls.surroundings;
    this.calls = calls;
    this.id = random.below(2 ** 21) * 2 ** 32 + random.below(2 ** 32 - 1) + 1;
    this.ttlMs = options.ttlMs;
    this.onLost = options.onLost ?? (() => undefined);
  }

  /** Undefined while it lives. */
  get lost(): FlowError | undefined {
    return this.failure;
  }

  /** Makes sure that the lease is granted in a shard. */
  async ensure(shard: number, options: CallOptions): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    let granted = this.shards.get(shard);
    if (granted === undefined) {
      granted = this.calls.grant(shard, this.id, this.ttlMs, options);
      this.shards.set(shard, granted);
      granted.catch(() => this.shards.delete(shard));
    }
    await granted;
    this.arm();
  }

  /** Deletes its keys. */
  async revoke(options: CallOptions = {}): Promise<void> {
    this.end();
    for (const [shard, granted] of this.shards) {
      await granted.catch(() => undefined);
      await this.calls.revoke(shard, this.id, options);
    }
    this.shards.clear();
  }

  /** Stops keeping it alive: its keys go when its time is up. */
  abandon(): void {
    this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.revoke();
  }

  private end(): void {
    this.failure ??= new FlowError('NOT_FOUND', `lease ${this.id} is closed`);
    this.stop.abort();
    this.calls.closed();
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    if (this.timer !== undefined || this.failure !== undefined) return;
    this.timer = this.calls.surroundings.scheduler.after(this.ttlMs / KEEP_ALIVES_PER_TTL, () => {
      this.timer = undefined;
      for (const shard of this.shards.keys()) void this.keepAlive(shard);
      this.arm();
    });
  }

  private async keepAlive(shard: number): Promise<void> {
    try {
      const options = { timeoutMs: this.ttlMs, signal: this.stop.signal };
      if (await this.calls.keepAlive(shard, this.id, options)) return;
    } catch {
      // The next keep-alive tries again; whether the lease survived is for the shard to say.
      return;
    }
    if (this.failure !== undefined) return;
    this.end();
    this.failure = new FlowError('NOT_FOUND', `lease ${this.id} expired: it was not kept alive in time`, {
      hint: 'Its keys are deleted. Take a new lease and put them again.',
    });
    this.onLost(this.failure);
  }
}
