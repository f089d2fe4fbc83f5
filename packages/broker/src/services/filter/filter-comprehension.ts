/**
 * all, exists, exists_one, filter and map over the elements of a list or the keys of a map. Each element is charged with the size
 * of the body, so that nested ones are bounded by the budget of the run.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Comprehension } from './filter-functions.ts';
import type { Compiled, Scope } from './filter-nodes.ts';
import type { FilterRun } from './filter-run.ts';
import { FilterFault } from './filter-source.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, isList, keysOf, typeOf } from './filter-value.ts';
import type { JsonObject, Value } from './filter-value.ts';

interface ComprehensionCall {
  readonly receiver: ASTNode;
  readonly args: readonly ASTNode[];
  readonly scope: Scope;
  readonly at: SourceRange;
}

/** What is evaluated for each element. */
interface Body {
  readonly condition: Compiled | undefined;
  readonly result: Compiled | undefined;
  readonly size: number;
  /** Place of the variable. */
  readonly local: number;
}

export function compileComprehension(
  kind: Comprehension,
  call: ComprehensionCall,
  compile: (node: ASTNode, scope: Scope) => Compiled,
): Compiled {
  const { args, scope, at } = call;
  const [variable, ...rest] = args;
  const wanted = kind === 'map' ? [1, 2] : [1];
  if (variable?.op !== 'id' || !wanted.includes(rest.length))
    throw new FilterFault(
      `${kind}() takes a name and an expression, as in payload.items.${kind}(i, i.price > 5)`,
      at,
    );
  const source = compile(call.receiver, scope);
  if (!['list', 'map', 'dyn'].includes(source.type))
    throw new FilterFault(`${kind}() is for list or map, not for ${source.type}`, at);
  const parts = rest.map((node) => compile(node, [...scope, variable.args]));
  const body: Body = {
    condition: kind === 'map' ? (parts.length === 2 ? parts[0] : undefined) : parts[0],
    result: kind === 'map' ? parts.at(-1) : undefined,
    size: parts.reduce((sum, part) => sum + part.size, 1),
    local: scope.length,
  };
  if (body.condition !== undefined && body.condition.type !== 'bool' && body.condition.type !== 'dyn')
    throw new FilterFault(`the expression of ${kind}() is a bool, not ${body.condition.type}`, at);
  return {
    type: kind === 'filter' || kind === 'map' ? 'list' : 'bool',
    size: source.size + body.size,
    run: (run) => {
      const values = elements(source.run(run), run, kind, at);
      return values instanceof Fault ? values : RUNNERS[kind](run, values, body, at);
    },
  };
}

function elements(
  value: Value,
  run: FilterRun,
  kind: Comprehension,
  at: SourceRange,
): readonly Value[] | Fault {
  if (value instanceof Fault || isList(value)) return value;
  if (typeOf(value) !== 'map') return new Fault(`${kind}() is for list or map, not for ${typeOf(value)}`, at);
  const keys = keysOf(value as JsonObject);
  return run.charge(keys.length, at) ?? keys;
}

type Runner = (run: FilterRun, values: readonly Value[], body: Body, at: SourceRange) => Value;

const RUNNERS: Readonly<Record<Comprehension, Runner>> = {
  all: (run, values, body, at) => quantify(run, values, body, at, false),
  exists: (run, values, body, at) => quantify(run, values, body, at, true),
  exists_one: (run, values, body, at) => {
    const kept = collect(run, values, body, at);
    return isList(kept) ? kept.length === 1 : kept;
  },
  filter: collect,
  map: collect,
};

/** Ends at the first element that decides; a fault of another one counts only where none does. */
function quantify(
  run: FilterRun,
  values: readonly Value[],
  body: Body,
  at: SourceRange,
  deciding: boolean,
): Value {
  let fault: Fault | undefined;
  for (const value of values) {
    const held = condition(run, value, body, at);
    if (held === deciding) return deciding;
    if (held instanceof Fault) fault ??= held;
    if (run.exhausted !== undefined) return run.exhausted;
  }
  return fault ?? !deciding;
}

function collect(run: FilterRun, values: readonly Value[], body: Body, at: SourceRange): Value {
  const kept: Value[] = [];
  for (const value of values) {
    const held = condition(run, value, body, at);
    if (held instanceof Fault) return held;
    if (!held) continue;
    const result = body.result === undefined ? value : body.result.run(run);
    if (result instanceof Fault) return result;
    kept.push(result);
  }
  return kept;
}

function condition(run: FilterRun, value: Value, body: Body, at: SourceRange): boolean | Fault {
  const spent = run.charge(body.size, at);
  if (spent !== undefined) return spent;
  run.locals[body.local] = value;
  const held = body.condition === undefined ? true : body.condition.run(run);
  if (held instanceof Fault || typeof held === 'boolean') return held;
  return new Fault(`the expression is ${typeOf(held)}, not bool`, at);
}
