/** When jobs in hand were delivered, as this leader knows, for how long they took. Of very many, the latest. */
const REMEMBERED_MAX = 10_000;

export class DeliveryTimes {
  /** By seq, oldest first. */
  private readonly since = new Map<number, number>();

  delivered(seq: number, nowMs: number): void {
    this.since.delete(seq);
    this.since.set(seq, nowMs);
    if (this.since.size <= REMEMBERED_MAX) return;
    for (const oldest of this.since.keys()) {
      this.since.delete(oldest);
      return;
    }
  }

  /** Milliseconds since the delivery; undefined where it is not remembered. */
  finished(seq: number, nowMs: number): number | undefined {
    const since = this.since.get(seq);
    this.since.delete(seq);
    return since === undefined ? undefined : Math.max(0, nowMs - since);
  }
}
