/**
 * One evaluation: its budget of steps, the variables of comprehensions and the view that is looked at. Nodes charge what they
 * cost; once the budget is spent, everything ends at once and the view does not match.
 */
import { FILTER_STEPS_MAX, FILTER_VALUE_DEPTH_MAX } from './filter-limits.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, Instant, isList, isNumber, keysOf, fieldOf, sizeOfMap, Span } from './filter-value.ts';
import type { JsonObject, Value } from './filter-value.ts';

/** Reads variable `index` of the kind that the filter is for; called at most once per evaluation and variable. */
export type VariableReader = (index: number, run: FilterRun, at: SourceRange) => Value;

export class FilterRun {
  readonly locals: Value[] = [];
  steps = 0;
  #exhausted: Fault | undefined = undefined;
  readonly #read: VariableReader;
  readonly #variables: (Value | undefined)[] = [];

  constructor(read: VariableReader) {
    this.#read = read;
  }

  /** The reason why this evaluation was given up. */
  get exhausted(): Fault | undefined {
    return this.#exhausted;
  }

  variable(index: number, at: SourceRange): Value {
    const known = this.#variables[index];
    if (known !== undefined) return known;
    const value = this.#read(index, this, at);
    this.#variables[index] = value;
    return value;
  }

  /** Undefined: go on. */
  charge(steps: number, at: SourceRange): Fault | undefined {
    this.steps += steps;
    if (this.steps > FILTER_STEPS_MAX)
      this.#exhausted ??= new Fault(
        `the filter needs more than ${FILTER_STEPS_MAX} steps for this value, and was given up`,
        at,
      );
    return this.#exhausted;
  }

  /** Work over text or bytes of this length. */
  chargeText(length: number, at: SourceRange): Fault | undefined {
    return this.charge(length >>> 4, at);
  }

  /** Equality over all types: numbers by value, lists and maps by their contents, different types are different. */
  equal(left: Value, right: Value, at: SourceRange, depth = 0): boolean | Fault {
    if (left instanceof Fault) return left;
    if (right instanceof Fault) return right;
    if (isNumber(left)) return isNumber(right) && sameNumber(left, right);
    if (typeof left === 'string') {
      if (typeof right !== 'string' || left.length !== right.length) return false;
      return this.chargeText(left.length, at) ?? left === right;
    }
    if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
      return left === right;
    if (left instanceof Instant) return right instanceof Instant && left.epochMs === right.epochMs;
    if (left instanceof Span) return right instanceof Span && left.ms === right.ms;
    if (left instanceof Uint8Array || right instanceof Uint8Array) return this.#equalBytes(left, right, at);
    if (right instanceof Instant || right instanceof Span) return false;
    if (depth >= FILTER_VALUE_DEPTH_MAX)
      return new Fault(`values nested deeper than ${FILTER_VALUE_DEPTH_MAX} levels are not compared`, at);
    if (isList(left)) return isList(right) ? this.#equalLists(left, right, at, depth) : false;
    if (isList(right)) return false;
    return this.#equalMaps(left as JsonObject, right as JsonObject, at, depth);
  }

  #equalBytes(left: object, right: object, at: SourceRange): boolean | Fault {
    if (!(left instanceof Uint8Array) || !(right instanceof Uint8Array)) return false;
    if (left.length !== right.length) return false;
    return this.charge(left.length >>> 2, at) ?? left.every((byte, index) => byte === right[index]);
  }

  #equalLists(
    left: readonly Value[],
    right: readonly Value[],
    at: SourceRange,
    depth: number,
  ): boolean | Fault {
    if (left.length !== right.length) return false;
    const spent = this.charge(left.length, at);
    if (spent !== undefined) return spent;
    for (let index = 0; index < left.length; index += 1) {
      const same = this.equal(left[index] as Value, right[index] as Value, at, depth + 1);
      if (same !== true) return same;
    }
    return true;
  }

  #equalMaps(left: JsonObject, right: JsonObject, at: SourceRange, depth: number): boolean | Fault {
    const spent = this.charge(sizeOfMap(left) + sizeOfMap(right), at);
    if (spent !== undefined) return spent;
    if (sizeOfMap(left) !== sizeOfMap(right)) return false;
    for (const key of keysOf(left)) {
      const other = fieldOf(right, key);
      if (other === undefined) return false;
      const same = this.equal(fieldOf(left, key) as Value, other, at, depth + 1);
      if (same !== true) return same;
    }
    return true;
  }
}

function sameNumber(left: number | bigint, right: number | bigint): boolean {
  // Whole numbers and doubles are equal where they are the same number, which is what the loose comparison says of them.
  return typeof left === typeof right ? left === right : Number(left) === Number(right) && left == right;
}
