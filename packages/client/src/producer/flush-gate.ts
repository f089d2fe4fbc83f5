/** Knows when everything that was sent before a `flush` has been settled, while more is being sent. */
export class FlushGate {
  /** Unsettled records by the generation in which they were sent; a flush begins the next generation. */
  private readonly open = new Map<number, number>();
  private generation = 0;
  private waiters: { readonly upTo: number; readonly resolve: () => void }[] = [];

  get unsettled(): number {
    let sum = 0;
    for (const count of this.open.values()) sum += count;
    return sum;
  }

  /** Counts a record in; returns its generation for `leave`. */
  enter(): number {
    this.open.set(this.generation, (this.open.get(this.generation) ?? 0) + 1);
    return this.generation;
  }

  leave(generation: number): void {
    const left = (this.open.get(generation) ?? 1) - 1;
    if (left > 0) {
      this.open.set(generation, left);
      return;
    }
    this.open.delete(generation);
    if (this.waiters.length > 0) this.release();
  }

  /** Resolves once all records entered so far have left. */
  drained(): Promise<void> {
    const upTo = this.generation++;
    return new Promise((resolve) => {
      this.waiters.push({ upTo, resolve });
      this.release();
    });
  }

  private release(): void {
    const oldest = Math.min(...this.open.keys());
    const done = this.waiters.filter((waiter) => oldest > waiter.upTo);
    this.waiters = this.waiters.filter((waiter) => oldest <= waiter.upTo);
    for (const waiter of done) waiter.resolve();
  }
}
