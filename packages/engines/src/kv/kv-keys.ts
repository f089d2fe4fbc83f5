/**
 * Where the key-value machine keeps what. The first byte is the table:
 *
 *   1 globals                       · 2 [key] newest version or tombstone    · 3 [escaped key][revision] other versions, large values
 *   4 [revision][index u16] the log · 5 [expiry][key]                        · 6 [lease]
 *   7 [due][lease]                  · 8 [lease][key]                         · 9 [request id]   · 10 [time][request id]
 *
 * Numbers are u64 big-endian. Keys are escaped where something follows them: 0 becomes 0 255, the end is 0 1, so that the order stays.
 */
import { ByteReader, ByteWriter } from '@flowmesh/base';

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
  return new ByteWriter(key.length + 1).u8(TABLE.keys).raw(key).view8();
}

export function keyOfRow(row: Uint8Array): Uint8Array {
  return row.subarray(1);
}

/** The rows of `from` to `to`; an empty `to` means to the end. */
export function keyRows(from: Uint8Array, to: Uint8Array): KeyRange {
  return { from: keyRow(from), to: to.length === 0 ? Uint8Array.of(TABLE.keys + 1) : keyRow(to) };
}

export function versionRow(key: Uint8Array, revision: number): Uint8Array {
  const writer = new ByteWriter(key.length + 11).u8(TABLE.versions);
  for (const byte of key) {
    writer.u8(byte);
    if (byte === 0) writer.u8(255);
  }
  return writer.u8(0).u8(1).u64(revision).view8();
}

export function logRow(revision: number, index: number): Uint8Array {
  return new ByteWriter(11).u8(TABLE.log).u64(revision).u16(index).view8();
}

export function placeOfLogRow(row: Uint8Array): { readonly revision: number; readonly index: number } {
  const reader = new ByteReader(row.subarray(1));
  return { revision: reader.u64(), index: reader.u16() };
}

export function expiryRow(expiresAtMs: number, key: Uint8Array): Uint8Array {
  return new ByteWriter(key.length + 9).u8(TABLE.expiries).u64(expiresAtMs).raw(key).view8();
}

export function leaseRow(lease: number): Uint8Array {
  return new ByteWriter(9).u8(TABLE.leases).u64(lease).view8();
}

export function leaseDueRow(dueMs: number, lease: number): Uint8Array {
  return new ByteWriter(17).u8(TABLE.leaseDues).u64(dueMs).u64(lease).view8();
}

export function leaseOfDueRow(row: Uint8Array): number {
  return new ByteReader(row.subarray(9)).u64();
}

export function leaseKeyRow(lease: number, key: Uint8Array): Uint8Array {
  return new ByteWriter(key.length + 9).u8(TABLE.leaseKeys).u64(lease).raw(key).view8();
}

export function leaseKeyRows(lease: number): KeyRange {
  return {
    from: leaseKeyRow(lease, new Uint8Array(0)),
    to: new ByteWriter(9)
      .u8(TABLE.leaseKeys)
      .u64(lease + 1)
      .view8(),
  };
}

export function requestRow(requestId: Uint8Array): Uint8Array {
  return new ByteWriter(requestId.length + 1).u8(TABLE.requests).raw(requestId).view8();
}

export function requestTimeRow(timeMs: number, requestId: Uint8Array): Uint8Array {
  return new ByteWriter(requestId.length + 9).u8(TABLE.requestTimes).u64(timeMs).raw(requestId).view8();
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
