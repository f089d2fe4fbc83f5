/**
 * What clients did with keys that nothing but clients takes away, and whether that could have happened one after the other. A transaction is one
 * operation on all keys of its shard. What a client does not know the outcome of counts as done if the shard's log has it, by the time
 * at which it first took effect; else it has not happened.
 */
import {
  LASTING_KEYS,
  type LastingOp,
  lastingOperation,
  type LastingResult,
  type Values,
} from '../../check/lasting-keys.ts';
import { judge, type Operation, type Verdict } from '../../check/linearizability.ts';

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
    this.operations.push(lastingOperation(label, at, op, result));
  }

  verdict(): Verdict {
    for (const look of this.pending.splice(0)) look();
    return judge(this.operations, LASTING_KEYS);
  }
}
