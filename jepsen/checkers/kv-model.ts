/**
 * Keys for the search, with what the whole history knows of each value: how many operations say that they have found it. Where values are put once
 * only, a value must not be overwritten before all of them have found it, and from then on it does not matter which value it was: it is dead.
 * That leaves the search little to choose, and changes no answer.
 *
 * It holds only where nothing depends on a value without saying so: see `isTold`. Else keys are judged as they are.
 */
import {
  LASTING_KEYS,
  type LastingStep,
  lastingOperation,
  type Values,
} from '../../test/sim/check/lasting-keys.ts';
import type { Operation, Specification } from '../../test/sim/check/linearizability.ts';
import { type KvAnswer, type KvAsked, lastingOp, lastingResult, sayKv } from '../history/kv-values.ts';

/** A call as it is judged. */
export interface KvJudged {
  readonly asked: KvAsked;
  /** Undefined: not known. */
  readonly answer: KvAnswer | undefined;
  readonly from: number;
  /** Infinity: it may have happened, or not. */
  readonly to: number;
}

export interface KvState {
  readonly values: Values;
  /** By key: how many have still to find its value; absent: not counted. */
  readonly left: ReadonlyMap<string, number>;
}

/** A value put under a key by one operation, or found there. */
type Touch = { readonly kind: 'find' | 'put'; readonly key: string; readonly value: string | undefined };

export const KV_STATE: Specification<KvState> = {
  initial: { values: new Map(), left: new Map() },
  name: ({ values, left }) => {
    if (left.size === 0) return LASTING_KEYS.name(values);
    const names = [...values].map(([key, value]) => (left.get(key) === 0 ? `${key}†` : `${key}=${value}`));
    return names.sort().join(' ');
  },
};

export function kvOperations(calls: readonly KvJudged[]): readonly Operation<KvState>[] {
  const finders = calls.every(isTold) ? countFinders(calls) : new Map<string, number>();
  return calls.map((call) => {
    const { asked, answer, from, to } = call;
    const result = answer === undefined ? undefined : lastingResult(answer);
    const plain = lastingOperation(sayKv(asked, answer), { call: from, ret: to }, lastingOp(asked), result);
    const touches = touchesOf(call);
    const run = (state: KvState): KvState | undefined => {
      const values = plain.run(state.values);
      if (values === undefined) return undefined;
      const left = finders.size === 0 ? state.left : leftAfter(state, touches, finders);
      return left === undefined ? undefined : { values, left };
    };
    // Of counted values those that nobody finds any more are the same: what replaces one by another is no choice.
    return { ...plain, untold: finders.size === 0 && plain.untold, run };
  });
}

/** Whether it says all that it depends on: what it found where its condition failed, and which way it went. */
export function isTold({ asked, answer }: KvJudged): boolean {
  const { condition, success, failure } = asked;
  if ([...success, ...failure].some(({ kind }) => kind === 'increment' || kind === 'delete')) return false;
  if (condition === undefined) return true;
  if (answer?.succeeded === true) return true;
  return answer !== undefined && failure.some(({ kind, key }) => kind === 'get' && key === condition.key);
}

/** What it is known to have found and put, in its order. */
export function touchesOf({ asked, answer }: KvJudged): readonly Touch[] {
  const { condition } = asked;
  const touches: Touch[] = [];
  if (answer?.succeeded === true && condition !== undefined)
    touches.push({ kind: 'find', key: condition.key, value: condition.value });
  for (const [i, step] of stepsOf(asked, answer).entries()) {
    const told = answer?.answers[i];
    if (step.kind === 'put') touches.push({ kind: 'put', key: step.key, value: step.value });
    else if (told !== undefined && told !== 'untold')
      touches.push({ kind: 'find', key: step.key, value: told.value });
  }
  return touches;
}

/** The branch that was taken, or both where that is not known. */
export function stepsOf({ success, failure }: KvAsked, answer: KvAnswer | undefined): readonly LastingStep[] {
  if (answer === undefined) return [...success, ...failure];
  return answer.succeeded ? success : failure;
}

export const nameOfValue = (key: string, value: string | undefined): string => `${key} ${value ?? ''}`;

/** How many find each value that is put once. */
function countFinders(calls: readonly KvJudged[]): ReadonlyMap<string, number> {
  const puts = new Map<string, number>();
  const finds = new Map<string, number>();
  for (const { kind, key, value } of calls.flatMap(touchesOf)) {
    if (value === undefined) continue;
    const counts = kind === 'put' ? puts : finds;
    const name = nameOfValue(key, value);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const once = [...puts].filter(([, count]) => count === 1);
  return new Map(once.map(([name]) => [name, finds.get(name) ?? 0]));
}

function leftAfter(
  { left }: KvState,
  touches: readonly Touch[],
  finders: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | undefined {
  if (touches.length === 0) return left;
  const after = new Map(left);
  for (const { kind, key, value } of touches) {
    const known = after.get(key);
    if (kind === 'find') {
      if (known !== undefined) after.set(key, known - 1);
      continue;
    }
    if (known !== undefined && known > 0) return undefined;
    const count = finders.get(nameOfValue(key, value));
    if (count === undefined) after.delete(key);
    else after.set(key, count);
  }
  return after;
}
