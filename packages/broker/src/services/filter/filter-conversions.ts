/** Conversions between types in filter expressions: int("5"), double(x), timestamp("2026-01-31T00:00:00Z"), duration("1h30m"). */
import type { FilterRun } from './filter-run.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, Instant, Span } from './filter-value.ts';
import type { Value } from './filter-value.ts';

const INT_MAX = 2n ** 63n - 1n;
const INT_MIN = -(2n ** 63n);
/** Of a text that cannot be converted, so much is quoted. */
const QUOTED_MAX = 40;
const INSTANT_MS_MAX = 8.64e15;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function notA(type: string, text: string, at: SourceRange): Fault {
  const shown = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
  return new Fault(`${JSON.stringify(shown)} is no ${type}`, at);
}

export function checkedInt(value: bigint, at: SourceRange): Value {
  if (value > INT_MAX || value < INT_MIN) return new Fault('a whole number does not fit into 64 bits', at);
  return value;
}

export function intFrom(value: Value, at: SourceRange): Value {
  if (typeof value === 'bigint') return value;
  if (value instanceof Instant) return BigInt(Math.floor(value.epochMs / 1_000));
  if (typeof value === 'string')
    return /^[+-]?\d{1,19}$/.test(value) ? checkedInt(BigInt(value), at) : notA('whole number', value, at);
  const double = value as number;
  if (!Number.isFinite(double)) return new Fault(`${double} is no whole number`, at);
  return checkedInt(BigInt(Math.trunc(double)), at);
}

export function doubleFrom(value: Value, at: SourceRange): Value {
  if (typeof value !== 'string') return Number(value);
  const double = /^[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/.test(value)
    ? Number(value)
    : Number.NaN;
  return Number.isNaN(double) ? notA('number', value, at) : double;
}

export function booleanFrom(value: Value, at: SourceRange): Value {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : notA('bool', value as string, at);
}

export function textFrom(run: FilterRun, value: Value, at: SourceRange): Value {
  if (value instanceof Instant) return new Date(value.epochMs).toISOString();
  if (value instanceof Span) return `${value.ms / 1_000}s`;
  if (!(value instanceof Uint8Array)) return String(value as string | boolean | number | bigint);
  const spent = run.charge(value.length >>> 2, at);
  if (spent !== undefined) return spent;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return new Fault('these bytes are no UTF-8 text', at);
  }
}

export function bytesFrom(run: FilterRun, value: Value, at: SourceRange): Value {
  if (typeof value !== 'string') return value;
  return run.charge(value.length >>> 2, at) ?? new TextEncoder().encode(value);
}

export function instantFrom(value: Value, at: SourceRange): Value {
  if (value instanceof Instant) return value;
  if (typeof value === 'bigint') return checkedInstant(Number(value) * 1_000, at);
  const epochMs = RFC_3339.test(value as string) ? Date.parse(value as string) : Number.NaN;
  return Number.isNaN(epochMs)
    ? notA('timestamp such as 2026-01-31T12:00:00Z', value as string, at)
    : new Instant(epochMs);
}

export function checkedInstant(epochMs: number, at: SourceRange): Value {
  if (!(Math.abs(epochMs) <= INSTANT_MS_MAX))
    return new Fault('this is beyond the times that can be written', at);
  return new Instant(epochMs);
}

export function spanFrom(value: Value, at: SourceRange): Value {
  if (value instanceof Span) return value;
  const text = value as string;
  if (!/^-?(?:\d{1,15}(?:\.\d{1,9})?(?:ms|us|ns|h|m|s)){1,6}$/.test(text))
    return notA('duration such as 1h30m', text, at);
  let ms = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g))
    ms += Number(part[1]) * (UNITS_MS[part[2] as string] as number);
  return new Span(text.startsWith('-') ? -ms : ms);
}
