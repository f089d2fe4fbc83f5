/** Keys and values as one thing that operations follow each other on, for `judge`: what a bucket promises of keys that nothing but clients takes away. */
import type { Operation, Specification } from './linearizability.ts';

/** By name of a key: its value; what is not there has none. */
export type Values = ReadonlyMap<string, string>;

export type LastingStep =
  | { readonly kind: 'get' | 'delete'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'increment'; readonly key: string; readonly by: number };

/** If the key has the value (undefined: is not there), then the one list, else the other. */
export interface LastingOp {
  readonly condition: { readonly key: string; readonly value: string | undefined } | undefined;
  readonly success: readonly LastingStep[];
  readonly failure: readonly LastingStep[];
}

/** What each step answered: the value found or replaced, the new number. Undefined: nothing was there; '?': not told. */
export interface LastingResult {
  readonly succeeded: boolean;
  readonly answers: readonly (string | undefined)[];
}

export const LASTING_KEYS: Specification<Values> = {
  initial: new Map(),
  name: (values) =>
    [...values]
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(' '),
};

/** `result` undefined: it happened, and nobody knows how. */
export function lastingOperation(
  label: string,
  at: { readonly call: number; readonly ret: number },
  op: LastingOp,
  result: LastingResult | undefined,
): Operation<Values> {
  const untold = result === undefined || result.answers.includes('?');
  return { call: at.call, ret: at.ret, label, untold, run: (values) => run(op, result, values) };
}

function run(op: LastingOp, result: LastingResult | undefined, values: Values): Values | undefined {
  const { condition } = op;
  const holds = condition === undefined || values.get(condition.key) === condition.value;
  if (result !== undefined && result.succeeded !== holds) return undefined;
  const steps = holds ? op.success : op.failure;
  const writes = steps.some(({ kind }) => kind !== 'get');
  const after = writes ? new Map(values) : (values as Map<string, string>);
  for (const [i, step] of steps.entries()) {
    const answer = perform(step, after);
    const told = result === undefined ? '?' : result.answers[i];
    if (told !== '?' && told !== answer) return undefined;
  }
  return after;
}

function perform(step: LastingStep, values: Map<string, string>): string | undefined {
  const before = values.get(step.key);
  switch (step.kind) {
    case 'get':
      return before;
    case 'delete':
      values.delete(step.key);
      return before;
    case 'put':
      values.set(step.key, step.value);
      return before;
    case 'increment': {
      const number = String(Number(before ?? 0) + step.by);
      values.set(step.key, number);
      return number;
    }
  }
}
