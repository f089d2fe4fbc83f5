/**
 * Where the key-value machine keeps what. The first byte is the table:
 *
 *   1 globals                       · 2 [key] newest version or tombstone    · 3 [escaped key][revision] other versions, large values
 *   4 [revision][index u16] the log · 5 [expiry][key]                        · 6 [lease]
 *   7 [due][lease]                  · 8 [lease][key]                         · 9 [request id]   · 10 [time][request id]
 *
 * Numbers are u64 big-endian. Keys are escaped where something follows them: 0 becomes 0 255, the end is 0 1, so that the order stays.
 */
import { assert, ByteReader } from '@flowmesh/base';

export const TABLE = {
  globals: 1,
  keys: 2,
  versions: 3,
  log: 4,
  expiries: 5,
  leases: 6,
  leaseDues: 7,
  leaseKeys: 8,
  requests: 9,
  requestTimes: 10,
} as const;

export const GLOBALS_KEY = Uint8Array.of(TABLE.globals);

export interface KeyRange {
  readonly from: Uint8Array;
  /** Exclusive. */
  readonly to: Uint8Array;
}

export function keyRow(key: Uint8Array): Uint8Array {
  return prefixed(TABLE.keys, key);
}

function prefixed(table: number, rest: Uint8Array): Uint8Array {
  const row = new Uint8Array(rest.length + 1);
  row[0] = table;
  row.set(rest, 1);
  return row;
}

/** Table, number, and so much room. */
function numbered(table: number, number: number, room: number): Uint8Array {
  const row = new Uint8Array(9 + room);
  row[0] = table;
  setU64(row, 1, number);
  return row;
}

function setU64(row: Uint8Array, at: number, value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, 'a number of a row fits');
  const high = Math.floor(value / 2 ** 32);
  row[at] = high >>> 24;
  row[at + 1] = high >>> 16;
  row[at + 2] = high >>> 8;
  row[at + 3] = high;
  row[at + 4] = value >>> 24;
  row[at + 5] = value >>> 16;
  row[at + 6] = value >>> 8;
  row[at + 7] = value;
}

export function keyOfRow(row: Uint8Array): Uint8Array {
  return row.subarray(1);
}

/** The rows of `from` to `to`; an empty `to` means to the end. */
export function keyRows(from: Uint8Array, to: Uint8Array): KeyRange {
  return { from: keyRow(from), to: to.length === 0 ? Uint8Array.of(TABLE.keys + 1) : keyRow(to) };
}

export function versionRow(key: Uint8Array, revision: number): Uint8Array {
  let zeros = 0;
  for (let i = 0; i < key.length; i++) if (key[i] === 0) zeros++;
  const row = new Uint8Array(key.length + zeros + 11);
  row[0] = TABLE.versions;
  let at = 1;
  for (let i = 0; i < key.length; i++) {
    const byte = key[i] as number;
    row[at++] = byte;
    if (byte === 0) row[at++] = 255;
  }
  row[at + 1] = 1;
  setU64(row, at + 2, revision);
  return row;
}

export function logRow(revision: number, index: number): Uint8Array {
  const row = numbered(TABLE.log, revision, 2);
  row[9] = index >>> 8;
  row[10] = index;
  return row;
}

export function placeOfLogRow(row: Uint8Array): { readonly revision: number; readonly index: number } {
  const reader = new ByteReader(row.subarray(1));
  return { revision: reader.u64(), index: reader.u16() };
}

export function expiryRow(expiresAtMs: number, key: Uint8Array): Uint8Array {
  const row = numbered(TABLE.expiries, expiresAtMs, key.length);
  row.set(key, 9);
  return row;
}

export function leaseRow(lease: number): Uint8Array {
  return numbered(TABLE.leases, lease, 0);
}

export function leaseDueRow(dueMs: number, lease: number): Uint8Array {
  const row = numbered(TABLE.leaseDues, dueMs, 8);
  setU64(row, 9, lease);
  return row;
}

export function leaseOfDueRow(row: Uint8Array): number {
  return new ByteReader(row.subarray(9)).u64();
}

export function leaseKeyRow(lease: number, key: Uint8Array): Uint8Array {
  const row = numbered(TABLE.leaseKeys, lease, key.length);
  row.set(key, 9);
  return row;
}

export function leaseKeyRows(lease: number): KeyRange {
  return {
    from: leaseKeyRow(lease, new Uint8Array(0)),
    to: numbered(TABLE.leaseKeys, lease + 1, 0),
  };
}

export function requestRow(requestId: Uint8Array): Uint8Array {
  return prefixed(TABLE.requests, requestId);
}

export function requestTimeRow(timeMs: number, requestId: Uint8Array): Uint8Array {
  const row = numbered(TABLE.requestTimes, timeMs, requestId.length);
  row.set(requestId, 9);
  return row;
}

export const REQUEST_TIME_ROWS: KeyRange = {
  from: Uint8Array.of(TABLE.requestTimes),
  to: Uint8Array.of(TABLE.requestTimes + 1),
};

/** The number that stands first in a row, a time in most tables. */
export function numberOfRow(row: Uint8Array): number {
  return new ByteReader(row.subarray(1, 9)).u64();
}

/** What stands behind the first number of a row. */
export function restOfRow(row: Uint8Array): Uint8Array {
  return row.subarray(9);
}
