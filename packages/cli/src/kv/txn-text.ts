/** Transactions as JSON text: see `txn.ts`. Every fault names its place, as in do[1].ttl. */
import type { Comparison, Condition, Expiry, Txn, TxnOp } from '@flowmesh/client';
import { usageError } from '../failure.ts';
import { parseDurationMs } from '../output/times.ts';

type Fields = Readonly<Record<string, unknown>>;

const HINT =
  'Write {"if": [{"key": "a", "revision": 7}], "do": [{"put": "a", "value": "1"}], "else": [{"get": "a"}]}.';
const COMPARISONS: readonly Comparison[] = ['=', '!=', '<', '>'];
const OPERATIONS = ['put', 'get', 'delete', 'increment', 'touch'] as const;

export function parseTxn(text: string): Txn<Uint8Array> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw usageError(`the transaction is not JSON: ${(error as Error).message}`, HINT);
  }
  const txn = fieldsOf(parsed, 'the transaction', ['if', 'do', 'else']);
  return {
    if: listOf(txn['if'], 'if').map((one, index) => condition(one, `if[${index}]`)),
    do: listOf(txn['do'], 'do').map((one, index) => operation(one, `do[${index}]`)),
    else: listOf(txn['else'], 'else').map((one, index) => operation(one, `else[${index}]`)),
  };
}

function condition(value: unknown, place: string): Condition<Uint8Array> {
  const names = ['key', 'exists', 'version', 'revision', 'createRevision', 'value', 'is'];
  const fields = fieldsOf(value, place, names);
  const key = textOf(fields['key'], `${place}.key`);
  const is = COMPARISONS.find((known) => known === (fields['is'] ?? '='));
  if (is === undefined) throw usageError(`${place}.is is none of ${COMPARISONS.join(' ')}`, HINT);
  const { exists, version, revision, createRevision } = fields;
  if (typeof exists === 'boolean') return { key, exists };
  if (version !== undefined) return { key, version: numberOf(version, `${place}.version`), is };
  if (revision !== undefined) return { key, modRevision: numberOf(revision, `${place}.revision`), is };
  if (createRevision !== undefined)
    return { key, createRevision: numberOf(createRevision, `${place}.createRevision`), is };
  if (fields['value'] !== undefined) return { key, value: valueOf(fields['value']), is };
  throw usageError(`${place} asks for nothing`, 'Name exists, version, revision, createRevision or value.');
}

function operation(value: unknown, place: string): TxnOp<Uint8Array> {
  const fields = fieldsOf(value, place, [...OPERATIONS, 'value', 'ttl', 'keepTtl', 'persist', 'by']);
  const kinds = OPERATIONS.filter((known) => fields[known] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw usageError(`${place} is not one operation`, `Name one of ${OPERATIONS.join(', ')}.`);
  const key = textOf(fields[kind], `${place}.${kind}`);
  const expiry = expiryOf(fields, place);
  switch (kind) {
    case 'put':
      if (fields['value'] === undefined) throw usageError(`${place}.value is missing`, HINT);
      return { put: key, value: valueOf(fields['value']), expiry };
    case 'get':
      return { get: key };
    case 'delete':
      return { delete: key };
    case 'increment':
      return { increment: key, by: numberOf(fields['by'] ?? 1, `${place}.by`), expiry };
    case 'touch':
      if (expiry === undefined)
        throw usageError(`${place} says no time`, 'Add "ttl": "10m", or "persist": true.');
      return { touch: key, expiry };
  }
}

function expiryOf(fields: Fields, place: string): Expiry | undefined {
  if (fields['persist'] === true) return 'never';
  if (fields['keepTtl'] === true) return 'keep';
  if (fields['ttl'] === undefined) return undefined;
  const ttlMs = parseDurationMs(textOf(fields['ttl'], `${place}.ttl`));
  if (ttlMs === undefined)
    throw usageError(`${place}.ttl is not a duration`, 'Write for instance 10s, 5m or 7d.');
  return { ttlMs };
}

/** Text as it is; everything else as its JSON. */
function valueOf(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

function fieldsOf(value: unknown, place: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(`${place} is not an object`, HINT);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw usageError(`${place} has no field ${unknown}`, `There are: ${known.join(', ')}.`);
  return value as Fields;
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw usageError(`${place} is not a list`, HINT);
  return value;
}

function textOf(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw usageError(`${place} is not text`, HINT);
  return value;
}

function numberOf(value: unknown, place: string): number {
  if (!Number.isSafeInteger(value)) throw usageError(`${place} is not a whole number`, HINT);
  return value as number;
}
