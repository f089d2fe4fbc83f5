/** What operations on keys look like in a history: `get`, `put`, `cas`, `delete`, `increment` and `txn` are all of one shape. */
import type { LastingOp, LastingResult, LastingStep } from '../../test/sim/check/lasting-keys.ts';

export const KV_OPERATIONS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'cas',
  'delete',
  'increment',
  'txn',
]);

/** If the key has the value (absent: is not there), then `success`, else `failure`, at one moment. */
export interface KvAsked {
  /** That all of its keys lie in. */
  readonly shard?: number;
  readonly condition?: { readonly key: string; readonly value?: string };
  readonly success: readonly LastingStep[];
  readonly failure: readonly LastingStep[];
}

/** A step's answer: what was found or the new number; absent value: nothing was there. */
export type KvTold = { readonly value?: string } | 'untold';

export interface KvAnswer {
  readonly succeeded: boolean;
  readonly answers: readonly KvTold[];
}

export function lastingOp({ condition, success, failure }: KvAsked): LastingOp {
  return {
    condition: condition === undefined ? undefined : { key: condition.key, value: condition.value },
    success,
    failure,
  };
}

export function lastingResult({ succeeded, answers }: KvAnswer): LastingResult {
  return { succeeded, answers: answers.map((told) => (told === 'untold' ? '?' : told.value)) };
}

/** In words, for anomalies. */
export function sayKv(asked: KvAsked, answer: KvAnswer | undefined): string {
  const { condition, success, failure } = asked;
  const steps = answer?.succeeded === false ? failure : success;
  const done = steps.map((step, i) => saySteps(step, answer?.answers[i]));
  const guard = condition === undefined ? [] : [`if ${condition.key} is ${condition.value ?? 'absent'}`];
  const held = answer?.succeeded === false ? ['(it is not)'] : [];
  return [...guard, ...held, done.join(', ')].join(' ');
}

function saySteps(step: LastingStep, told: KvTold | undefined): string {
  const seen = told === undefined || told === 'untold' ? '' : ` → ${told.value ?? 'absent'}`;
  switch (step.kind) {
    case 'get':
    case 'delete':
      return `${step.kind} ${step.key}${seen}`;
    case 'put':
      return `put ${step.key} ${step.value}`;
    case 'increment':
      return `increment ${step.key} by ${step.by}${seen}`;
  }
}
