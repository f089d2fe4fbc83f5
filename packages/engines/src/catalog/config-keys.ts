/**
 * Tables of configuration keys with types, ranges and defaults, and the checks that all of them share. Unknown keys are refused, with
 * the nearest known one as a suggestion. Values travel as text, as in Kafka.
 */
import { FlowError } from '@flowmesh/base';

export type KeySpec = { /** A sentence for people. */ readonly description?: string } & (
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly fallback: number;
      /** -1 is allowed too and means without limit. */
      readonly unlimited?: true;
    }
  /** From 0 to 1, decimal. */
  | { readonly kind: 'fraction'; readonly fallback: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly fallback: string }
);

export interface KeyTable {
  /** What is configured, as messages call it: `stream`, `cluster`. */
  readonly subject: string;
  readonly keys: Readonly<Record<string, KeySpec>>;
  /** The hint for a key that exists, but not in this table; undefined for one that does not. */
  readonly elsewhere?: (key: string) => string | undefined;
}

type Config = Readonly<Record<string, string>>;

/** Undefined where every key is known and every value good. */
export function checkConfig(table: KeyTable, config: Config): FlowError | undefined {
  for (const [key, value] of Object.entries(config)) {
    const error = checkKey(table, key) ?? checkValue(table, key, value);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** What the configuration becomes, keys in order, or why it cannot. */
export function changeConfig(
  table: KeyTable,
  current: Config,
  change: { readonly set: Config; readonly unset: readonly string[] },
): Config | FlowError {
  const bad = checkConfig(table, change.set);
  if (bad !== undefined) return bad;
  const next = new Map(Object.entries(current));
  for (const key of change.unset) {
    const unknown = checkKey(table, key);
    if (unknown !== undefined) return unknown;
    if (Object.hasOwn(change.set, key)) {
      return new FlowError('INVALID_ARGUMENT', `${key} is to be set and unset at once`, {
        hint: 'Name it once.',
      });
    }
    next.delete(key);
  }
  for (const [key, value] of Object.entries(change.set)) next.set(key, value);
  return Object.fromEntries([...next].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Equal texts under equal keys, in whatever order. */
export function sameConfig(a: Config, b: Config): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function checkKey(table: KeyTable, key: string): FlowError | undefined {
  return Object.hasOwn(table.keys, key) ? undefined : unknownKey(table, key);
}

function checkValue(table: KeyTable, key: string, value: string): FlowError | undefined {
  const spec = table.keys[key];
  if (spec === undefined) return unknownKey(table, key);
  switch (spec.kind) {
    case 'integer': {
      const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (spec.unlimited === true && number === -1) return undefined;
      if (Number.isSafeInteger(number) && number >= spec.min && number <= spec.max) return undefined;
      const unlimited = spec.unlimited === true ? ', or -1 for no limit' : '';
      return refuse(
        { key, value, fallback: spec.fallback },
        `an integer from ${spec.min} to ${spec.max}${unlimited}`,
      );
    }
    case 'fraction':
      return /^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(value)
        ? undefined
        : refuse({ key, value, fallback: spec.fallback }, 'a number from 0 to 1');
    case 'choice':
      return spec.choices.includes(value)
        ? undefined
        : refuse({ key, value, fallback: spec.fallback }, `one of ${spec.choices.join(', ')}`);
  }
}

function refuse(
  given: { readonly key: string; readonly value: string; readonly fallback: string | number },
  wanted: string,
): FlowError {
  const { key, value, fallback } = given;
  return new FlowError('INVALID_ARGUMENT', `'${value.slice(0, 100)}' is no value of ${key}`, {
    hint: `${key} takes ${wanted}; the default is ${fallback === '' ? 'empty' : fallback}.`,
  });
}

function unknownKey(table: KeyTable, key: string): FlowError {
  const known = Object.keys(table.keys);
  const shown = key.slice(0, 60);
  const meant = table.elsewhere?.(shown);
  const near = nearestKeys(known, shown);
  const hint =
    meant ?? (near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known keys: ${known.join(', ')}.`);
  return new FlowError('INVALID_ARGUMENT', `unknown ${table.subject} configuration key '${shown}'`, { hint });
}

/** The key that was mistyped, or the few that what was typed is a part of. */
function nearestKeys(known: readonly string[], shown: string): readonly string[] {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(shown, candidate) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
  if (nearest.distance <= Math.max(2, nearest.candidate.length / 3)) return [nearest.candidate];
  const containing = shown.length < PART_CHARS_MIN ? [] : known.filter((one) => one.includes(shown));
  return containing.length <= PARTS_SHOWN_MAX ? containing : [];
}

const PART_CHARS_MIN = 3;
const PARTS_SHOWN_MAX = 3;

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
