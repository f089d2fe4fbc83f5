/** Writes every few milliseconds, whatever becomes of what was written before, and tells when the first of what was sent since a moment is acknowledged. */

/** So often, whether or not earlier ones are answered. */
export const WRITE_EVERY_MS = 10;
/** Each attempt has so long. */
export const WRITE_MS_MAX = 1_000;
const UNDER_WAY_MAX = 500;

export interface WriterPorts {
  nowMs(): number;
  /** Returns what ends it. */
  every(periodMs: number, task: () => void): () => void;
}

interface Waiter {
  readonly sinceMs: number;
  readonly resolve: (afterMs: number) => void;
}

const SYSTEM: WriterPorts = {
  nowMs: () => performance.now(),
  every: (periodMs, task) => {
    const timer = setInterval(task, periodMs);
    return () => clearInterval(timer);
  },
};

export class SteadyWriter {
  private readonly write: (sequence: number, limitMs: number) => Promise<void>;
  private readonly ports: WriterPorts;
  private readonly underWay = new Set<Promise<void>>();
  private readonly end: () => void;
  private waiting: Waiter[] = [];
  private sequence = 0;

  constructor(write: (sequence: number, limitMs: number) => Promise<void>, ports: WriterPorts = SYSTEM) {
    this.write = write;
    this.ports = ports;
    this.end = ports.every(WRITE_EVERY_MS, () => this.attempt());
  }

  /** Milliseconds from `sinceMs` until something is acknowledged that was sent after it. */
  firstAfter(sinceMs: number): Promise<number> {
    return new Promise((resolve) => this.waiting.push({ sinceMs, resolve }));
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.end();
    await Promise.all(this.underWay);
  }

  private attempt(): void {
    if (this.underWay.size >= UNDER_WAY_MAX) return;
    const sentMs = this.ports.nowMs();
    const attempt: Promise<void> = this.write(this.sequence++, WRITE_MS_MAX)
      .then(
        () => this.acknowledged(sentMs),
        // Refused or lost: the next one follows anyway.
        () => undefined,
      )
      .finally(() => this.underWay.delete(attempt));
    this.underWay.add(attempt);
  }

  private acknowledged(sentMs: number): void {
    const nowMs = this.ports.nowMs();
    const served = this.waiting.filter(({ sinceMs }) => sentMs > sinceMs);
    this.waiting = this.waiting.filter(({ sinceMs }) => sentMs <= sinceMs);
    for (const { sinceMs, resolve } of served) resolve(nowMs - sinceMs);
  }
}
