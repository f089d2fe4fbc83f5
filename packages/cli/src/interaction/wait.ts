/** Waiting for what the cluster does by itself: looks, shows how far it is, and looks again, until it is done or time is up. */
import { FlowError } from '@flowmesh/client';
import type { Session } from '../session.ts';
import { Progress } from './progress.ts';

/** Between looks: short at first, because most things are done soon. */
const LOOK_FIRST_MS = 100;
const LOOK_LAST_MS = 2_000;
/** The longest wait where the user named none. */
const WAIT_MAX_MS = 7 * 86_400_000;

export interface Look<T> {
  readonly done: boolean;
  /** What is still to do. */
  readonly text: string;
  readonly share?: { readonly done: number; readonly total: number };
  readonly value: T;
}

/** TIMEOUT when `--timeout` has passed, CANCELLED when interrupted; the work itself goes on in both cases, as `goesOn` says. */
export async function waitUntilDone<T>(
  session: Session,
  look: () => Promise<Look<T>>,
  goesOn: string,
): Promise<T> {
  const { environment } = session;
  const progress = new Progress(environment);
  const deadline = environment.nowMs() + (session.timeoutMs ?? WAIT_MAX_MS);
  try {
    for (let intervalMs = LOOK_FIRST_MS; ; intervalMs = Math.min(LOOK_LAST_MS, intervalMs * 1.5)) {
      const seen = await look();
      progress.update(seen.text, seen.share);
      if (seen.done) return seen.value;
      if (environment.interrupted.aborted) throw new FlowError('CANCELLED', `interrupted: ${seen.text}`);
      if (environment.nowMs() >= deadline) {
        throw new FlowError('TIMEOUT', `not done in time: ${seen.text}`, { hint: goesOn });
      }
      await pause(intervalMs, environment.interrupted);
    }
  } catch (error) {
    if (environment.interrupted.aborted) {
      progress.end();
      session.note(goesOn);
    }
    throw error;
  } finally {
    progress.end();
  }
}

/** Resolves after a time, or at once when `signal` aborts. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/** `--wait` and `--no-wait`; without either, whoever sits at a terminal waits. */
export function waitWanted(session: Session, wait: boolean | undefined): boolean {
  return wait ?? session.environment.stderr.isTTY === true;
}
