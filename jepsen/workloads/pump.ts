/** Takes what an endless iteration gives as it comes, so that a client can ask for what has come so far. */

const BUFFERED_MAX = 5_000;

export class Pump<T> {
  private readonly items: T[] = [];
  private readonly wakers = new Set<() => void>();
  private ended = false;
  private error: unknown;
  private readonly stopping = new AbortController();

  /** `source` is told when to end. */
  constructor(source: (signal: AbortSignal) => AsyncIterable<T>) {
    void this.run(source);
  }

  /** What has come, or comes within `waitMs`, up to `max`; throws what ended the iteration once everything before is taken. */
  async take(max: number, waitMs: number, signal: AbortSignal): Promise<readonly T[]> {
    if (this.items.length === 0 && !this.ended) await this.next(waitMs, signal);
    if (this.items.length === 0 && this.ended)
      throw this.error instanceof Error ? this.error : new Error('the iteration has ended');
    const taken = this.items.splice(0, max);
    this.wake();
    return taken;
  }

  /** Forgets what has come and was not taken. */
  drop(which: (item: T) => boolean): void {
    const kept = this.items.filter((item) => !which(item));
    this.items.splice(0, this.items.length, ...kept);
    this.wake();
  }

  close(): void {
    this.stopping.abort();
    this.wake();
  }

  private async run(source: (signal: AbortSignal) => AsyncIterable<T>): Promise<void> {
    const { signal } = this.stopping;
    try {
      for await (const item of source(signal)) {
        if (signal.aborted) break;
        this.items.push(item);
        this.wake();
        while (this.items.length >= BUFFERED_MAX && !signal.aborted) await this.next(1_000, signal);
      }
    } catch (error) {
      this.error = error;
    }
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    for (const wake of this.wakers) wake();
    this.wakers.clear();
  }

  /** Something has come or gone, or so much time. */
  private async next(waitMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      signal.addEventListener('abort', done, { once: true });
      this.wakers.add(done);
    });
  }
}
