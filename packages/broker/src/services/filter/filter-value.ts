/**
 * Values of filter expressions. Whole numbers (offsets, literals such as 5) are bigint and doubles (all numbers in JSON) are
 * number; they compare and calculate with each other. JSON is used as JSON.parse leaves it, so `null` here is JSON's null, and
 * what a record does not have.
 * A fault (a type error, a missing field) is a value as well: `a || b` is true where b is, whatever became of a.
 */
import type { SourceRange } from './filter-source.ts';

export class Instant {
  readonly epochMs: number;
  constructor(epochMs: number) {
    this.epochMs = epochMs;
  }
}

export class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export class Fault {
  readonly message: string;
  readonly at: SourceRange;
  constructor(message: string, at: SourceRange) {
    this.message = message;
    this.at = at;
  }
}

export interface JsonObject {
  readonly [name: string]: Value;
}
export type Value =
  | boolean
  | number
  | bigint
  | string
  | null
  | Uint8Array
  | Instant
  | Span
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | JsonObject
  | Fault;

/** What is known of a value: `dyn` is anything. */
export type ValueType =
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'null'
  | 'dyn';

export function typeOf(value: Exclude<Value, Fault>): Exclude<ValueType, 'dyn'> {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Instant) return 'timestamp';
  if (value instanceof Span) return 'duration';
  return Array.isArray(value) ? 'list' : 'map';
}

export function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A field of a map by its name; undefined where there is none. */
export function fieldOf(map: ReadonlyMap<Value, Value> | JsonObject, key: Value): Value | undefined {
  if (map instanceof Map) return (map as ReadonlyMap<Value, Value>).get(key);
  if (typeof key !== 'string' || !Object.hasOwn(map, key)) return undefined;
  return (map as JsonObject)[key];
}

export function sizeOfMap(map: ReadonlyMap<Value, Value> | JsonObject): number {
  return map instanceof Map ? map.size : Object.keys(map).length;
}

/** Keys in the order in which they were written. */
export function keysOf(map: ReadonlyMap<Value, Value> | JsonObject): Value[] {
  return map instanceof Map ? [...(map as ReadonlyMap<Value, Value>).keys()] : Object.keys(map);
}
