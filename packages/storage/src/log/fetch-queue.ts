/** Runs asynchronous reads for the consensus cores, a bounded number at a time, in the order they were asked for. */

export class FetchQueue {
  private readonly concurrencyMax: number;
  private running = 0;
  private readonly waiting: (() => Promise<void>)[] = [];
  private idleWaiters: (() => void)[] = [];

  constructor(concurrencyMax: number) {
    this.concurrencyMax = concurrencyMax;
  }

  /** `job` must not reject. At most one job per group and purpose is asked for at a time, which bounds the queue. */
  run(job: () => Promise<void>): void {
    this.waiting.push(job);
    this.startWaiting();
  }

  async idle(): Promise<void> {
    if (this.running === 0) return;
    await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  private startWaiting(): void {
    while (this.running < this.concurrencyMax) {
      const job = this.waiting.shift();
      if (job === undefined) break;
      this.running++;
      job().then(
        () => this.finished(),
        () => this.finished(),
      );
    }
  }

  private finished(): void {
    this.running--;
    this.startWaiting();
    if (this.running === 0) for (const waiter of this.idleWaiters.splice(0)) waiter();
  }
}
