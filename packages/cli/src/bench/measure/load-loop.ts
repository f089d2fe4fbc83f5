/**
 * Begins operations at the right times and hands what becomes of them to a recorder.
 *
 *   open loop     operation i is meant to begin at start + i / rate, whatever the system does. One that has to wait because too many are
 *                 under way counts from when it was *meant* to begin: no omission is coordinated with the system's pauses.
 *   closed loop   as many are always under way as are asked for; each begins when another one ends, and is meant to begin just then.
 *
 * At the end what was meant to begin is still done, for as long as `drainMs` says; what is left then is reported as overdue, with the
 * time that it has waited. A failed operation holds its place for a moment, so that a system that refuses everything is not hammered.
 */
import { type Scheduler, type TimerHandle, FlowError } from '@flowmesh/base';
import type { Recorder } from './recorder.ts';

export interface LoadPlan {
  /** Of the machine's monotonic clock. */
  readonly startUs: number;
  /** No operation is meant to begin then or later. */
  readonly endUs: number;
  /** At most so many under way; in a closed loop always. */
  readonly concurrency: number;
  /** Operations a second; undefined: a closed loop. */
  readonly rate: number | undefined;
  readonly drainMs: number;
}

export interface LoadPorts {
  nowUs(): number;
  readonly scheduler: Scheduler;
}

/** Resolves with the bytes that it moved. */
export type Operation = (sequence: number, intendedUs: number) => Promise<number>;

const FAILURE_PAUSE_MS = 10;
const TIMER_MS_MIN = 1;
/** Begun in one turn, so that answers are read in between. */
const BEGUN_A_TURN_MAX = 512;

export class LoadLoop {
  private readonly plan: LoadPlan;
  private readonly ports: LoadPorts;
  private readonly recorder: Recorder;
  private readonly operation: Operation;
  private readonly underWay = new Map<number, number>();
  private next = 0;
  private held = 0;
  private timer: TimerHandle | undefined;
  private resolve: () => void = () => undefined;
  private over = false;

  constructor(plan: LoadPlan, operation: Operation, recorder: Recorder, ports: LoadPorts) {
    this.plan = plan;
    this.operation = operation;
    this.recorder = recorder;
    this.ports = ports;
  }

  /** Resolves when everything is done or overdue. */
  async run(signal: AbortSignal): Promise<void> {
    const { endUs, drainMs, startUs } = this.plan;
    const stop = (): void => this.finish();
    signal.addEventListener('abort', stop, { once: true });
    const untilMs = (endUs - this.ports.nowUs()) / 1_000 + drainMs;
    const deadline = this.ports.scheduler.after(Math.max(0, untilMs), stop);
    await new Promise<void>((resolve) => {
      this.resolve = resolve;
      if (signal.aborted) stop();
      else this.wakeAt(startUs);
    });
    deadline.cancel();
    signal.removeEventListener('abort', stop);
  }

  /** When an operation is meant to begin. */
  private intendedUs(sequence: number, nowUs: number): number {
    const { rate, startUs } = this.plan;
    return rate === undefined ? nowUs : startUs + (sequence * 1_000_000) / rate;
  }

  private readonly pump = (): void => {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.over) return;
    const { endUs, concurrency } = this.plan;
    for (let begun = 0; this.underWay.size + this.held < concurrency; begun++) {
      const nowUs = this.ports.nowUs();
      const intendedUs = this.intendedUs(this.next, nowUs);
      if (intendedUs >= endUs) {
        if (this.underWay.size === 0) this.finish();
        return;
      }
      if (intendedUs > nowUs || begun === BEGUN_A_TURN_MAX) {
        this.wakeAt(intendedUs);
        return;
      }
      this.begin(this.next++, intendedUs, nowUs);
    }
  };

  private wakeAt(atUs: number): void {
    const delayMs = (atUs - this.ports.nowUs()) / 1_000;
    this.timer?.cancel();
    this.timer = this.ports.scheduler.after(Math.max(TIMER_MS_MIN, Math.ceil(delayMs)), this.pump);
  }

  private begin(sequence: number, intendedUs: number, sentUs: number): void {
    this.underWay.set(sequence, intendedUs);
    const end = (settle: () => void): void => {
      if (!this.underWay.delete(sequence) || this.over) return;
      settle();
      this.pump();
    };
    const fail = (error: unknown): void =>
      end(() => {
        this.recorder.failed(intendedUs, codeOf(error), messageOf(error));
        this.hold();
      });
    try {
      this.operation(sequence, intendedUs).then(
        (bytes) => end(() => this.recorder.done({ intendedUs, sentUs, doneUs: this.ports.nowUs() }, bytes)),
        fail,
      );
    } catch (error) {
      this.ports.scheduler.after(0, () => fail(error));
    }
  }

  private hold(): void {
    this.held++;
    this.ports.scheduler.after(FAILURE_PAUSE_MS, () => {
      this.held--;
      this.pump();
    });
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.timer?.cancel();
    const nowUs = this.ports.nowUs();
    for (const intendedUs of this.underWay.values()) this.recorder.overdue(intendedUs, nowUs);
    const { rate, endUs } = this.plan;
    // Those that could not even begin.
    for (; rate !== undefined; this.next++) {
      const intendedUs = this.intendedUs(this.next, nowUs);
      if (intendedUs >= Math.min(endUs, nowUs)) break;
      this.recorder.overdue(intendedUs, nowUs);
    }
    this.resolve();
  }
}

function codeOf(error: unknown): string {
  return error instanceof FlowError ? error.code : error instanceof Error ? error.name : 'ERROR';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
