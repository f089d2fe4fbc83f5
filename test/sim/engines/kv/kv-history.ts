/**
 * What clients did with keys that nothing but clients takes away, and whether that could have happened one after the other. A transaction is one
 * operation on all keys of its shard. What a client does not know the outcome of counts as done if the shard's log has it, by the time
 * at which it first took effect; else it has not happened.
 */
import { judge, type Operation, type Verdict } from './linearizability.ts';

/** By name of a key: its value; what is not there has none. */
type Values = ReadonlyMap<string, string>;

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

export class KvHistory {
  /** What is to be looked up at the end, before it is judged. */
  readonly pending: (() => void)[] = [];
  private readonly operations: Operation<Values>[] = [];

  get size(): number {
    return this.operations.length;
  }

  /** `result` undefined: it happened, and nobody knows how. */
  add(
    label: string,
    at: { readonly call: number; readonly ret: number },
    op: LastingOp,
    result: LastingResult | undefined,
  ): void {
    this.operations.push({ ...at, label, run: (values) => run(op, result, values) });
  }

  verdict(): Verdict {
    for (const look of this.pending.splice(0)) look();
    return judge<Values>(this.operations, {
      initial: new Map(),
      name: (values) =>
        [...values]
          .map(([key, value]) => `${key}=${value}`)
          .sort()
          .join(' '),
    });
  }
}

function run(op: LastingOp, result: LastingResult | undefined, values: Values): Values | undefined {
  const { condition } = op;
  const holds = condition === undefined || values.get(condition.key) === condition.value;
  if (result !== undefined && result.succeeded !== holds) return undefined;
  const steps = holds ? op.success : op.failure;
  const after = new Map(values);
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
