/**
 * A history as calls: each invoke with its completion. Moments are places in the history, which are in the order of real time; a call whose outcome is
 * not known may take effect until the end of time.
 */
import { NEMESIS, type Operation } from './operation.ts';

export interface Call {
  readonly f: string;
  readonly process: number;
  /** What was asked. */
  readonly asked: unknown;
  /** What was answered, as far as it was. */
  readonly answer: unknown;
  readonly type: 'ok' | 'fail' | 'info';
  /** Index of the invoke. */
  readonly from: number;
  /** Index of the completion; Infinity: its outcome is not known. */
  readonly to: number;
  readonly invoke: Operation;
  readonly completion: Operation | undefined;
}

/** Calls in the order in which they began, those of `wanted` names alone where given. Faults are left out. */
export function callsOf(history: readonly Operation[], wanted?: ReadonlySet<string>): readonly Call[] {
  const open = new Map<number, Operation>();
  const completions = new Map<number, Operation>();
  const invokes: Operation[] = [];
  for (const operation of history) {
    const { process, type, f } = operation;
    if (process === NEMESIS || (wanted !== undefined && !wanted.has(f))) continue;
    if (type === 'invoke') {
      invokes.push(operation);
      open.set(process, operation);
      continue;
    }
    const invoke = open.get(process);
    if (invoke === undefined) continue;
    open.delete(process);
    completions.set(invoke.index, operation);
  }
  return invokes.map((invoke) => callOf(invoke, completions.get(invoke.index)));
}

function callOf(invoke: Operation, completion: Operation | undefined): Call {
  const type = completion === undefined || completion.type === 'invoke' ? 'info' : completion.type;
  return {
    f: invoke.f,
    process: invoke.process,
    asked: invoke.value,
    answer: completion?.value,
    type,
    from: invoke.index,
    to: type === 'info' || completion === undefined ? Number.POSITIVE_INFINITY : completion.index,
    invoke,
    completion,
  };
}

/** The operations of some calls, as a verdict names them. */
export function indicesOf(calls: readonly (Call | undefined)[]): readonly number[] {
  const indices = new Set<number>();
  for (const call of calls) {
    if (call === undefined) continue;
    indices.add(call.from);
    if (call.completion !== undefined) indices.add(call.completion.index);
  }
  return [...indices].sort((a, b) => a - b);
}
