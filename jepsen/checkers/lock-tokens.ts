/**
 * Locks whose holders show a token with what they do.
 *
 *   token again       two holders have the same token
 *   token went back   who got the lock later has a smaller token
 *   two holders       the lock was given away while it was held: not released, and its lease cannot have ended
 *   stale write       a write under a token was accepted after a later holder had the lock
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { AcquireAnswer, GuardedAnswer, ReleaseAnswer } from '../history/lock-values.ts';
import type { Checker } from '../history/operation.ts';
import { Anomalies } from './anomalies.ts';

const WANTED: ReadonlySet<string> = new Set(['acquire', 'release', 'guarded']);
/** Leaders' clocks may be fast by a twentieth, and by a second at a change. */
const CLOCK_RATE = 0.95;
const CLOCK_SLACK_MS = 1_500;

interface Held {
  readonly token: number;
  readonly ttlMs: number;
  readonly call: Call;
}

export const lockTokens: Checker = (history) => {
  const calls = callsOf(history, WANTED).toSorted((a, b) => a.to - b.to);
  const anomalies = new Anomalies();
  const released = new Map<string, Call>();
  for (const call of calls.filter(({ f }) => f === 'release')) {
    const answer = call.answer as ReleaseAnswer | undefined;
    if (answer?.token !== undefined) released.set(`${answer.lock} ${answer.token}`, call);
  }
  const held = new Map<string, Held[]>();
  let writes = 0;
  for (const call of calls) {
    if (call.type !== 'ok') continue;
    if (call.f === 'acquire') {
      const { lock, token, ttlMs } = call.answer as AcquireAnswer;
      const before = held.get(lock) ?? [];
      checkAcquired(lock, { token, ttlMs, call }, before, released, anomalies);
      held.set(lock, [...before, { token, ttlMs, call }]);
    }
    if (call.f !== 'guarded') continue;
    const { lock, token, accepted } = call.answer as GuardedAnswer;
    const later = (held.get(lock) ?? []).find((each) => each.token > token && each.call.to < call.from);
    if (accepted) writes++;
    if (accepted && later !== undefined)
      anomalies.add('stale write', `${lock}: token ${token} was accepted after ${later.token} was given`, [
        later.call,
        call,
      ]);
  }
  const acquired = [...held.values()].reduce((sum, all) => sum + all.length, 0);
  return anomalies.verdict('lock-tokens', acquired, { acquired, 'guarded writes': writes });
};

function checkAcquired(
  lock: string,
  now: Held,
  earlier: readonly Held[],
  released: ReadonlyMap<string, Call>,
  anomalies: Anomalies,
): void {
  const { token, call } = now;
  for (const before of earlier) {
    if (before.token === token)
      anomalies.add('token again', `${lock}: token ${token} was given twice`, [before.call, call]);
    else if (before.call.to < call.from && before.token > token)
      anomalies.add('token went back', `${lock}: token ${token} after ${before.token}`, [before.call, call]);
    // Whose answer came first may have got it second: then it is looked at from the other side.
    if (before.token >= token) continue;
    const release = released.get(`${lock} ${before.token}`);
    const endsAtMs = before.call.invoke.timeMs + before.ttlMs * CLOCK_RATE - CLOCK_SLACK_MS;
    const atMs = call.completion?.timeMs ?? 0;
    if ((release === undefined || release.from > call.to) && atMs < endsAtMs)
      anomalies.add('two holders', `${lock}: ${token} was given while ${before.token} was held`, [
        before.call,
        call,
      ]);
  }
}
