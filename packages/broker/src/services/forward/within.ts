/** One attempt with a limit, on the node's own timers. */
import type { Scheduler } from '@flowmesh/base';

/** What `work` comes to; its signal aborts after `timeoutMs`, or with the parent. `work` has to heed it. */
export async function within<T>(
  scheduler: Scheduler,
  timeoutMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const attempt = new AbortController();
  const abort = (): void => attempt.abort();
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort, { once: true });
  const timer = scheduler.after(timeoutMs, abort);
  try {
    return await work(attempt.signal);
  } finally {
    timer.cancel();
    parent.removeEventListener('abort', abort);
  }
}

/** Resolves with the work, or after `timeoutMs` without it. */
export async function atMost(scheduler: Scheduler, timeoutMs: number, work: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = scheduler.after(timeoutMs, resolve);
    work.then(
      () => {
        timer.cancel();
        resolve();
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
