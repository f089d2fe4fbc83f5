/** The real clock, timers and randomness behind the ports of base; the only file of the SDK that reads them. */
import { type Clock, FlowError, type Random, type Scheduler } from '@flowmesh/base';

/** What the SDK needs of its surroundings; tests pass their own. */
export interface Surroundings {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Unique per call: names an intent, so that repeating a mutation returns its first result. */
  requestId(): string;
}

/** Random in each of them. */
const INSTANCE_BYTES = 12;

export function systemSurroundings(): Surroundings {
  const instance = Buffer.from(crypto.getRandomValues(new Uint8Array(INSTANCE_BYTES))).toString('base64url');
  let requests = 0;
  return {
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    scheduler: {
      after: (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return { cancel: () => clearTimeout(timer) };
      },
      endOfTurn: (task) => {
        setImmediate(task);
      },
    },
    random: { below: (bound) => Math.floor(Math.random() * bound), unit: () => Math.random() },
    requestId: () => `${instance}-${(++requests).toString(36)}`,
  };
}

/** Monotonic, and the same in every thread of the process, unlike `performance.now`. */
export function processClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Resolves after `delayMs`, or at once when `signal` aborts (the caller looks at the signal itself). */
export function pause(scheduler: Scheduler, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = scheduler.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** The result of `work`, or CANCELLED as soon as `signal` aborts; `work` itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function cancelled(): FlowError {
  return new FlowError('CANCELLED', 'the operation was aborted');
}
