/**
 * What one client process saw: operations that ended within the measured time, how long they took, what went wrong, second by second. What
 * happens during the warm-up is left out. Two latencies are kept of every operation: from when it was *meant* to begin, which is what a user
 * of a busy system waits, and from when it was really sent. They differ where the client had to wait, the time that coordinated omission hides.
 */
import { type EncodedHistogram, LatencyHistogram } from './latency-histogram.ts';

/** Times in microseconds of the machine's monotonic clock, the same in all processes. */
export interface MeasuredTime {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface OperationTimes {
  readonly intendedUs: number;
  readonly sentUs: number;
  readonly doneUs: number;
}

export interface SecondReport {
  /** Since the measured time began. */
  readonly second: number;
  readonly operations: number;
  readonly bytes: number;
  readonly latency: EncodedHistogram;
}

export interface ErrorCount {
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

/** As it travels from a client process. */
export interface ClientReport {
  /** That ended within the measured time. */
  readonly operations: number;
  readonly bytes: number;
  readonly failed: number;
  /** Meant to begin within the measured time, and not done when the client stopped waiting: their latencies are lower bounds. */
  readonly overdue: number;
  /** From when operations were meant to begin. */
  readonly latency: EncodedHistogram;
  /** From when they were sent. */
  readonly service: EncodedHistogram;
  readonly seconds: readonly SecondReport[];
  readonly errors: readonly ErrorCount[];
  /** When the last operation ended, in microseconds of the measured time; 0 where none did. */
  readonly lastUs: number;
  /** Processor time of the client process in the measured time. */
  readonly cpuMs: number;
}

const ERRORS_MAX = 8;

interface Second {
  operations: number;
  bytes: number;
  readonly latency: LatencyHistogram;
}

export class Recorder {
  private readonly time: MeasuredTime;
  private readonly closed: boolean;
  private readonly latency = new LatencyHistogram();
  private readonly service = new LatencyHistogram();
  private readonly seconds = new Map<number, Second>();
  private readonly errors = new Map<string, { readonly message: string; count: number }>();
  private operations = 0;
  private bytes = 0;
  private failures = 0;
  private overdues = 0;
  private lastUs = 0;

  /**
   * `closed`: latencies are those of all operations that were under way in the measured time, since one that hangs from the warm-up on is a
   * pause that nobody else tells of; else of those that were meant to begin in it.
   */
  constructor(time: MeasuredTime, closed = false) {
    this.time = time;
    this.closed = closed;
  }

  done(times: OperationTimes, bytes: number): void {
    if (this.concerns(times.intendedUs, times.doneUs)) {
      this.latency.record(times.doneUs - times.intendedUs);
      this.service.record(times.doneUs - times.sentUs);
    }
    this.count(times.doneUs, bytes, times.doneUs - times.intendedUs);
  }

  /** Something that arrived; `latencyUs` since it was meant to be sent, where that is known. */
  arrived(atUs: number, bytes: number, latencyUs: number | undefined): void {
    if (latencyUs !== undefined && this.within(atUs - latencyUs)) {
      this.latency.record(latencyUs);
      this.service.record(latencyUs);
    }
    this.count(atUs, bytes, latencyUs);
  }

  failed(intendedUs: number, code: string, message: string): void {
    if (!this.within(intendedUs)) return;
    this.failures++;
    const known = this.errors.get(code);
    if (known !== undefined) known.count++;
    else if (this.errors.size < ERRORS_MAX) this.errors.set(code, { message, count: 1 });
  }

  /** It would have taken at least so long. */
  overdue(intendedUs: number, nowUs: number): void {
    if (!this.concerns(intendedUs, nowUs)) return;
    this.overdues++;
    this.latency.record(nowUs - intendedUs);
  }

  report(cpuMs: number): ClientReport {
    return {
      operations: this.operations,
      bytes: this.bytes,
      failed: this.failures,
      overdue: this.overdues,
      latency: this.latency.encode(),
      service: this.service.encode(),
      seconds: [...this.seconds]
        .sort(([a], [b]) => a - b)
        .map(([second, { operations, bytes, latency }]) => ({
          second,
          operations,
          bytes,
          latency: latency.encode(),
        })),
      errors: [...this.errors].map(([code, { message, count }]) => ({ code, message, count })),
      lastUs: this.lastUs,
      cpuMs,
    };
  }

  private count(atUs: number, bytes: number, latencyUs: number | undefined): void {
    if (!this.within(atUs)) return;
    this.operations++;
    this.bytes += bytes;
    this.lastUs = Math.max(this.lastUs, atUs - this.time.fromUs);
    const index = Math.floor((atUs - this.time.fromUs) / 1_000_000);
    let second = this.seconds.get(index);
    if (second === undefined) {
      second = { operations: 0, bytes: 0, latency: new LatencyHistogram() };
      this.seconds.set(index, second);
    }
    second.operations++;
    second.bytes += bytes;
    if (latencyUs !== undefined) second.latency.record(latencyUs);
  }

  private concerns(intendedUs: number, endUs: number): boolean {
    if (!this.closed) return this.within(intendedUs);
    return intendedUs < this.time.toUs && endUs >= this.time.fromUs;
  }

  private within(atUs: number): boolean {
    return atUs >= this.time.fromUs && atUs < this.time.toUs;
  }
}
