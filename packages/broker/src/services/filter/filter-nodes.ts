/** Nodes of compiled filters: literals, logic and operators. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { checkedInt } from './filter-conversions.ts';
import {
  arithmeticType,
  calculate,
  checkEquality,
  checkOrder,
  contains,
  orderOf,
} from './filter-operators.ts';
import type { ArithmeticOperator, OrderOperator } from './filter-operators.ts';
import type { FilterRun } from './filter-run.ts';
import { FilterFault } from './filter-source.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, isNumber, Span, typeOf } from './filter-value.ts';
import type { Value, ValueType } from './filter-value.ts';

export interface Compiled {
  readonly type: ValueType;
  /** Nodes, this one included: the steps that one evaluation of it costs at least. */
  readonly size: number;
  readonly run: (run: FilterRun) => Value;
}

/** Names of the variables of comprehensions around a node, outermost first: the place is the index in `run.locals`. */
export type Scope = readonly string[];

type BinaryOperator = ArithmeticOperator | OrderOperator | '==' | '!=' | 'in';

export function literalValue(node: Extract<ASTNode, { op: 'value' }>, at: SourceRange): Value {
  const literal = node.args;
  const isUnsigned = typeof literal === 'object' && literal !== null && !(literal instanceof Uint8Array);
  // There are no unsigned numbers of their own: 5u is 5.
  const plain = isUnsigned ? literal.value : literal;
  if (typeof plain !== 'bigint') return plain;
  const value = checkedInt(plain, at);
  if (value instanceof Fault) throw new FilterFault(value.message, at);
  return value;
}

export function literalType(value: Value): ValueType {
  return value instanceof Fault ? 'dyn' : typeOf(value);
}

export function compileLogic(
  operator: '||' | '&&',
  left: Compiled,
  right: Compiled,
  at: SourceRange,
): Compiled {
  for (const side of [left, right])
    if (side.type !== 'bool' && side.type !== 'dyn')
      throw new FilterFault(`${operator} is for bool, not for ${side.type}`, at);
  /** The value that decides, whatever the other side is, a fault included. */
  const deciding = operator === '||';
  return {
    type: 'bool',
    size: left.size + right.size + 1,
    run: (run) => {
      const first = left.run(run);
      if (first === deciding) return deciding;
      if (run.exhausted !== undefined) return run.exhausted;
      const second = right.run(run);
      if (second === deciding) return deciding;
      for (const value of [first, second]) {
        if (value instanceof Fault) return value;
        if (typeof value !== 'boolean')
          return new Fault(`${operator} is for bool, not for ${typeOf(value)}`, at);
      }
      return !deciding;
    },
  };
}

export function compileNegation(operator: '!_' | '-_', operand: Compiled, at: SourceRange): Compiled {
  const { type } = operand;
  const wanted: readonly ValueType[] =
    operator === '!_' ? ['bool', 'dyn'] : ['int', 'double', 'duration', 'dyn'];
  const sign = operator === '!_' ? '!' : '-';
  if (!wanted.includes(type)) throw new FilterFault(`${sign} cannot be used on ${type}`, at);
  return {
    type: operator === '!_' ? 'bool' : type,
    size: operand.size + 1,
    run: (run) => {
      const value = operand.run(run);
      if (value instanceof Fault) return value;
      if (operator === '!_' && typeof value === 'boolean') return !value;
      if (operator === '-_' && isNumber(value))
        return typeof value === 'bigint' ? checkedInt(-value, at) : -value;
      if (operator === '-_' && value instanceof Span) return new Span(-value.ms);
      return new Fault(`${sign} cannot be used on ${typeOf(value)}`, at);
    },
  };
}

export function compileBinary(
  operator: BinaryOperator,
  left: Compiled,
  right: Compiled,
  at: SourceRange,
): Compiled {
  const size = left.size + right.size + 1;
  switch (operator) {
    case '==':
    case '!=':
      checkEquality(left.type, right.type, at);
      return { type: 'bool', size, run: equality(left, right, operator === '==', at) };
    case 'in':
      if (!['list', 'map', 'dyn'].includes(right.type))
        throw new FilterFault(`in looks into lists and maps, not into ${right.type}`, at);
      return { type: 'bool', size, run: (run) => contains(left.run(run), right.run(run), run, at) };
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkOrder(left.type, right.type, operator, at);
      return { type: 'bool', size, run: ordering(operator, left, right, at) };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const type = arithmeticType(operator, left.type, right.type, at);
      return { type, size, run: (run) => calculate(operator, left.run(run), right.run(run), run, at) };
    }
  }
}

function equality(left: Compiled, right: Compiled, wanted: boolean, at: SourceRange): Compiled['run'] {
  return (run) => {
    const same = run.equal(left.run(run), right.run(run), at);
    return same instanceof Fault ? same : same === wanted;
  };
}

function ordering(
  operator: OrderOperator,
  left: Compiled,
  right: Compiled,
  at: SourceRange,
): Compiled['run'] {
  return (run) => {
    const order = orderOf(left.run(run), right.run(run), run, at);
    if (order instanceof Fault) return order;
    switch (operator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
    }
  };
}
