/** Operators of filter expressions. Types that are known are checked when a filter is compiled, the others when they are there. */
import { checkedInstant, checkedInt } from './filter-conversions.ts';
import type { FilterRun } from './filter-run.ts';
import { FilterFault } from './filter-source.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, Instant, fieldOf, isList, isNumber, Span, typeOf } from './filter-value.ts';
import type { JsonObject, Value, ValueType } from './filter-value.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type OrderOperator = '<' | '<=' | '>' | '>=';

const TEXT_HINT =
  'Text is compared with text, numbers with numbers. Keys and headers are text: int(headers.n) or double(headers.n) makes a number of one.';
const ORDERED: readonly ValueType[] = ['bool', 'int', 'double', 'string', 'bytes', 'timestamp', 'duration'];

function numeric(type: ValueType): boolean {
  return type === 'int' || type === 'double';
}

function comparable(left: ValueType, right: ValueType): boolean {
  return left === right || (numeric(left) && numeric(right));
}

/** Both types are known and can never be equal: the filter would be false for everything. */
export function checkEquality(left: ValueType, right: ValueType, at: SourceRange): void {
  if (left === 'dyn' || right === 'dyn' || left === 'null' || right === 'null' || comparable(left, right))
    return;
  throw new FilterFault(`${left} and ${right} are never equal`, at, TEXT_HINT);
}

export function checkOrder(
  left: ValueType,
  right: ValueType,
  operator: OrderOperator,
  at: SourceRange,
): void {
  for (const type of [left, right])
    if (type !== 'dyn' && !ORDERED.includes(type))
      throw new FilterFault(`${operator} cannot order ${type}`, at);
  if (left === 'dyn' || right === 'dyn' || comparable(left, right)) return;
  throw new FilterFault(`${operator} cannot compare ${left} with ${right}`, at, TEXT_HINT);
}

/** Which of two values comes first: below 0, 0, above 0; NaN where a number is none. */
export function orderOf(left: Value, right: Value, run: FilterRun, at: SourceRange): number | Fault {
  if (left instanceof Fault) return left;
  if (right instanceof Fault) return right;
  if (isNumber(left) && isNumber(right)) {
    if (left < right) return -1;
    if (left > right) return 1;
    return left == right ? 0 : Number.NaN;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    const spent = run.chargeText(Math.min(left.length, right.length), at);
    if (spent !== undefined) return spent;
    return left < right ? -1 : Number(left > right);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Instant && right instanceof Instant) return left.epochMs - right.epochMs;
  if (left instanceof Span && right instanceof Span) return left.ms - right.ms;
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    const length = Math.min(left.length, right.length);
    return run.charge(length >>> 2, at) ?? orderOfBytes(left, right, length);
  }
  return new Fault(`${typeOf(left)} cannot be compared with ${typeOf(right)}`, at);
}

function orderOfBytes(left: Uint8Array, right: Uint8Array, length: number): number {
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The type of the result; refuses what cannot be calculated. */
export function arithmeticType(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
  at: SourceRange,
): ValueType {
  if (left === 'dyn' || right === 'dyn') return 'dyn';
  if (numeric(left) && numeric(right)) return left === 'int' && right === 'int' ? 'int' : 'double';
  if (operator === '+' && left === right && ['string', 'bytes', 'list', 'duration'].includes(left))
    return left;
  if (operator === '+' && left === 'timestamp' && right === 'duration') return 'timestamp';
  if (operator === '+' && left === 'duration' && right === 'timestamp') return 'timestamp';
  if (operator === '-' && left === 'timestamp' && right === 'timestamp') return 'duration';
  if (operator === '-' && right === 'duration' && (left === 'timestamp' || left === 'duration')) return left;
  throw new FilterFault(`${operator} cannot be used between ${left} and ${right}`, at, TEXT_HINT);
}

export function calculate(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
  run: FilterRun,
  at: SourceRange,
): Value {
  if (left instanceof Fault) return left;
  if (right instanceof Fault) return right;
  if (typeof left === 'bigint' && typeof right === 'bigint') return ofInts(operator, left, right, at);
  if (isNumber(left) && isNumber(right)) return ofDoubles(operator, Number(left), Number(right));
  const other = operator === '+' ? sum(left, right, run, at) : difference(operator, left, right, at);
  return other ?? new Fault(`${operator} cannot be used between ${typeOf(left)} and ${typeOf(right)}`, at);
}

function ofInts(operator: ArithmeticOperator, left: bigint, right: bigint, at: SourceRange): Value {
  switch (operator) {
    case '+':
      return checkedInt(left + right, at);
    case '-':
      return checkedInt(left - right, at);
    case '*':
      return checkedInt(left * right, at);
    case '/':
      return right === 0n ? new Fault('division by zero', at) : checkedInt(left / right, at);
    case '%':
      return right === 0n ? new Fault('division by zero', at) : left % right;
  }
}

function ofDoubles(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function sum(left: Value, right: Value, run: FilterRun, at: SourceRange): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string')
    return run.chargeText(left.length + right.length, at) ?? left + right;
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    const spent = run.chargeText(left.length + right.length, at);
    if (spent !== undefined) return spent;
    const both = new Uint8Array(left.length + right.length);
    both.set(left);
    both.set(right, left.length);
    return both;
  }
  if (isList(left) && isList(right)) return run.charge(left.length + right.length, at) ?? [...left, ...right];
  if (left instanceof Span && right instanceof Span) return new Span(left.ms + right.ms);
  if (left instanceof Instant && right instanceof Span) return checkedInstant(left.epochMs + right.ms, at);
  if (left instanceof Span && right instanceof Instant) return checkedInstant(left.ms + right.epochMs, at);
  return undefined;
}

function difference(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
  at: SourceRange,
): Value | undefined {
  if (operator !== '-') return undefined;
  if (left instanceof Instant && right instanceof Instant) return new Span(left.epochMs - right.epochMs);
  if (left instanceof Instant && right instanceof Span) return checkedInstant(left.epochMs - right.ms, at);
  if (left instanceof Span && right instanceof Span) return new Span(left.ms - right.ms);
  return undefined;
}

/** `value in list`, `key in map`. */
export function contains(value: Value, container: Value, run: FilterRun, at: SourceRange): Value {
  if (value instanceof Fault) return value;
  if (container instanceof Fault) return container;
  if (isList(container)) return containsElement(value, container, run, at);
  if (typeOf(container) === 'map') return fieldOf(container as JsonObject, value) !== undefined;
  return new Fault(`in looks into lists and maps, not into ${typeOf(container)}`, at);
}

function containsElement(value: Value, list: readonly Value[], run: FilterRun, at: SourceRange): Value {
  const spent = run.charge(list.length, at);
  if (spent !== undefined) return spent;
  let fault: Fault | undefined;
  for (const element of list) {
    const same = run.equal(value, element, at);
    if (same === true) return true;
    if (same instanceof Fault) fault ??= same;
    if (run.exhausted !== undefined) return run.exhausted;
  }
  return fault ?? false;
}
