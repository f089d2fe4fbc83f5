/**
 * The functions of filter expressions. Arguments have been checked against the declared types before a function is called; time and
 * memory are charged to the run, and nothing depends on a clock, a locale or a time zone: times are UTC.
 */
import type { FilterRun } from './filter-run.ts';
import type { SourceRange } from './filter-source.ts';
import {
  bytesFrom,
  booleanFrom,
  doubleFrom,
  instantFrom,
  intFrom,
  spanFrom,
  textFrom,
} from './filter-conversions.ts';
import { Fault, isList, sizeOfMap, Span } from './filter-value.ts';
import type { Instant, JsonObject, Value, ValueType } from './filter-value.ts';
import { indexOfText, searchSteps } from './text-search.ts';

export interface FilterFunction {
  readonly name: string;
  /** Types that the value before the dot may have; undefined for functions without one. */
  readonly receiver: readonly ValueType[] | undefined;
  readonly parameters: readonly (readonly ValueType[])[];
  readonly result: ValueType;
  /** The receiver comes first. */
  readonly call: (run: FilterRun, at: SourceRange, ...values: Value[]) => Value;
}

const TEXT: readonly ValueType[] = ['string'];
const SIZED: readonly ValueType[] = ['string', 'bytes', 'list', 'map'];
const ANY: readonly ValueType[] = ['dyn'];

function method(
  name: string,
  receiver: readonly ValueType[],
  parameters: readonly (readonly ValueType[])[],
  result: ValueType,
  call: FilterFunction['call'],
): FilterFunction {
  return { name, receiver, parameters, result, call };
}

function conversion(name: string, from: readonly ValueType[], call: FilterFunction['call']): FilterFunction {
  return { name, receiver: undefined, parameters: [from], result: name as ValueType, call };
}

function timeField(
  name: string,
  ofInstant: (date: Date) => number,
  ofSpan?: (ms: number) => number,
): FilterFunction {
  return {
    name,
    receiver: ofSpan === undefined ? ['timestamp'] : ['timestamp', 'duration'],
    parameters: [],
    result: 'int',
    call: (_run, _at, value) =>
      BigInt(
        value instanceof Span
          ? Math.trunc((ofSpan as (ms: number) => number)(value.ms))
          : ofInstant(new Date((value as Instant).epochMs)),
      ),
  };
}

const size: FilterFunction['call'] = (run, at, value) => {
  if (typeof value === 'string') return run.charge(value.length >>> 2, at) ?? BigInt(codePointsOf(value));
  if (value instanceof Uint8Array || isList(value)) return BigInt(value.length);
  return BigInt(sizeOfMap(value as JsonObject));
};

/** Surrogate pairs are one character, as everywhere in CEL. */
function codePointsOf(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index += 1) {
    const isLow = (text.charCodeAt(index) & 0xfc00) === 0xdc00;
    if (!isLow || (text.charCodeAt(index - 1) & 0xfc00) !== 0xd800) continue;
    count -= 1;
    index += 1;
  }
  return count;
}

/** Text in, something out; the length is charged. */
function overText(change: (text: string) => Value): FilterFunction['call'] {
  return (run, at, value) => run.chargeText((value as string).length * 4, at) ?? change(value as string);
}

export const FILTER_FUNCTIONS: readonly FilterFunction[] = [
  { name: 'size', receiver: undefined, parameters: [SIZED], result: 'int', call: size },
  method('size', SIZED, [], 'int', size),
  method('contains', TEXT, [TEXT], 'bool', (run, at, text, part) => {
    const spent = run.charge(searchSteps(text as string, part as string), at);
    return spent ?? indexOfText(text as string, part as string) >= 0;
  }),
  method('startsWith', TEXT, [TEXT], 'bool', (run, at, text, part) => {
    return run.chargeText((part as string).length, at) ?? (text as string).startsWith(part as string);
  }),
  method('endsWith', TEXT, [TEXT], 'bool', (run, at, text, part) => {
    return run.chargeText((part as string).length, at) ?? (text as string).endsWith(part as string);
  }),
  method(
    'lowerAscii',
    TEXT,
    [],
    'string',
    overText((text) => text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())),
  ),
  method(
    'upperAscii',
    TEXT,
    [],
    'string',
    overText((text) => text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase())),
  ),
  method(
    'trim',
    TEXT,
    [],
    'string',
    overText((text) => text.trim()),
  ),
  conversion('int', ['int', 'double', 'string', 'timestamp'], (_run, at, value) => intFrom(value, at)),
  conversion('double', ['int', 'double', 'string'], (_run, at, value) => doubleFrom(value, at)),
  conversion(
    'string',
    ['string', 'bool', 'int', 'double', 'bytes', 'timestamp', 'duration'],
    (run, at, value) => {
      return textFrom(run, value, at);
    },
  ),
  conversion('bytes', ['string', 'bytes'], (run, at, value) => bytesFrom(run, value, at)),
  conversion('bool', ['bool', 'string'], (_run, at, value) => booleanFrom(value, at)),
  conversion('timestamp', ['timestamp', 'string', 'int'], (_run, at, value) => instantFrom(value, at)),
  conversion('duration', ['duration', 'string'], (_run, at, value) => spanFrom(value, at)),
  { name: 'dyn', receiver: undefined, parameters: [ANY], result: 'dyn', call: (_run, _at, value) => value },
  timeField('getFullYear', (date) => date.getUTCFullYear()),
  timeField('getMonth', (date) => date.getUTCMonth()),
  timeField('getDate', (date) => date.getUTCDate()),
  timeField('getDayOfMonth', (date) => date.getUTCDate() - 1),
  timeField('getDayOfWeek', (date) => date.getUTCDay()),
  timeField('getDayOfYear', dayOfYear),
  timeField(
    'getHours',
    (date) => date.getUTCHours(),
    (ms) => ms / 3_600_000,
  ),
  timeField(
    'getMinutes',
    (date) => date.getUTCMinutes(),
    (ms) => ms / 60_000,
  ),
  timeField(
    'getSeconds',
    (date) => date.getUTCSeconds(),
    (ms) => ms / 1_000,
  ),
  timeField(
    'getMilliseconds',
    (date) => date.getUTCMilliseconds(),
    (ms) => ms % 1_000,
  ),
];

/** Methods that take an expression over each element, and are no functions. */
export const COMPREHENSIONS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
export type Comprehension = (typeof COMPREHENSIONS)[number];

export function findFunction(name: string, isMethod: boolean): FilterFunction | undefined {
  return FILTER_FUNCTIONS.find((known) => known.name === name && (known.receiver !== undefined) === isMethod);
}

/** What there is, for errors. */
export function functionNames(isMethod: boolean): string[] {
  const names = FILTER_FUNCTIONS.filter((known) => (known.receiver !== undefined) === isMethod).map(
    (known) => known.name,
  );
  return isMethod ? [...names, 'matches', ...COMPREHENSIONS] : [...names, 'has'];
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** Whether a value of this type may be passed; what is not known is looked at when it is there. */
export function accepts(types: readonly ValueType[], type: ValueType): boolean {
  return type === 'dyn' || types.includes(type) || types.includes('dyn');
}

/** "string or list" */
export function describeTypes(types: readonly ValueType[]): string {
  return types.length < 2 ? (types[0] ?? 'nothing') : `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
}

export function callFault(called: FilterFunction, index: number, got: ValueType, at: SourceRange): Fault {
  return new Fault(callMessage(called, index, got), at);
}

/** `index` counts the receiver first, as the values are passed. */
export function callMessage(called: FilterFunction, index: number, got: ValueType): string {
  const { name, receiver, parameters } = called;
  if (receiver !== undefined && index === 0)
    return `${name}() is for ${describeTypes(receiver)}, not for ${got}`;
  const wanted = parameters[receiver === undefined ? index : index - 1] ?? [];
  return `${name}() takes ${describeTypes(wanted)}, not ${got}`;
}
