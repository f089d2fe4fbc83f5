/**
 * What requests may hold. Every check names the field it refuses; limits and defaults of the contract are here, so that
 * handlers only translate.
 */
import { FlowError, NODE_ID_MAX, nodeId } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { Isolation } from '../../services/stream/partition-table.ts';

const { ISOLATION_COMMITTED, ISOLATION_UNCOMMITTED } = flowmesh.v1.Isolation;

const NAME_CHARS_MAX = 1_000;
const REQUEST_ID_BYTES_MAX = 64;
const PARTITION_MAX = 1_000_000;
const KEYS_MAX = 100;
const KEY_CHARS_MAX = 200;
const VALUE_CHARS_MAX = 1_000;

export const APPEND_TIMEOUT_DEFAULT_MS = 30_000;
export const APPEND_TIMEOUT_MAX_MS = 600_000;
export const READ_BYTES_DEFAULT = 1024 * 1024;
export const READ_WAIT_MAX_MS = 30_000;
export const CREDIT_MAX_BYTES = 64 * 1024 * 1024;
export const PAGE_SIZE_DEFAULT = 100;
export const PAGE_SIZE_MAX = 1_000;

export function invalid(field: string, why: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `${field} ${why}`, {
    hint: `Correct ${field} in the request; the contract (flowmesh/v1) says what it may hold.`,
    details: { field },
  });
}

export function streamName(value: string, field = 'stream'): string {
  if (value === '') throw invalid(field, 'is missing');
  if (value.length > NAME_CHARS_MAX) throw invalid(field, `has more than ${NAME_CHARS_MAX} characters`);
  return value;
}

export function requestId(value: string): string {
  if (value === '') throw invalid('request_id', 'is missing: 1 to 64 bytes, unique for what you intend');
  if (Buffer.byteLength(value) > REQUEST_ID_BYTES_MAX)
    throw invalid('request_id', `has more than ${REQUEST_ID_BYTES_MAX} bytes`);
  return value;
}

/** An integer in a range, both ends included. */
export function integer(
  value: number,
  field: string,
  range: { readonly min: number; readonly max: number },
): number {
  if (!Number.isSafeInteger(value) || value < range.min || value > range.max) {
    const max = range.max === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : String(range.max);
    throw invalid(field, `is ${value}, allowed are ${range.min} to ${max}`);
  }
  return value;
}

export function partitionNumber(value: number, field = 'partition'): number {
  return integer(value, field, { min: 0, max: PARTITION_MAX });
}

export function node(value: number, field = 'node'): NodeId {
  return nodeId(integer(value, field, { min: 1, max: NODE_ID_MAX }));
}

export function text(
  value: string,
  field: string,
  length: { readonly min: number; readonly max: number },
): string {
  if (value.length < length.min) throw invalid(field, 'is missing');
  if (value.length > length.max) throw invalid(field, `has more than ${length.max} characters`);
  return value;
}

export function offset(value: number, field = 'offset'): number {
  return integer(value, field, { min: 0, max: Number.MAX_SAFE_INTEGER });
}

/** As `integer`, with 0 standing for a default. */
export function orDefault(
  value: number,
  field: string,
  range: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  return value === 0 ? range.otherwise : integer(value, field, range);
}

/** A value of an enum that this node knows. */
export function known<T extends number>(value: T, field: string, values: readonly T[]): T {
  if (!values.includes(value)) throw invalid(field, `has the unknown value ${value}`);
  return value;
}

/** Undefined where there is none; what it says is checked by whoever compiles it. */
export function filterText(value: string): string | undefined {
  return value === '' ? undefined : value;
}

export function isolation(value: flowmesh.v1.Isolation): Isolation {
  return known(value, 'isolation', [ISOLATION_COMMITTED, ISOLATION_UNCOMMITTED]) === ISOLATION_COMMITTED
    ? 'committed'
    : 'uncommitted';
}

/** Configuration to be set. */
export function settings(
  values: Readonly<Record<string, string>>,
  field: string,
): Readonly<Record<string, string>> {
  keys(Object.keys(values), field);
  for (const value of Object.values(values)) text(value, field, { min: 0, max: VALUE_CHARS_MAX });
  return values;
}

export function keys(names: readonly string[], field: string): readonly string[] {
  if (names.length > KEYS_MAX) throw invalid(field, `has more than ${KEYS_MAX} keys`);
  for (const name of names) text(name, field, { min: 1, max: KEY_CHARS_MAX });
  return names;
}
