/**
 * Keys of the `idx` and `sm` families. The keys of the `log` family are in `log-layout.ts`.
 *
 * idx  01 name                              node-wide record
 *      02 group                             head: incarnation, machine, hard state, trim point
 *      03 group incarnation first-index     position of a chunk of entries
 *      04 group incarnation                 garbage: an incarnation that is being received, or is to be swept
 *      05 group                             tombstone: highest replica id that was removed
 *      06 group incarnation start-index     term that starts there
 * sm   group incarnation 00                 applied index and configuration
 *      group incarnation 01 key             machine state
 * Groups and indexes are u64, incarnations u32, all big-endian, so that keys order as numbers do.
 */
import { ByteReader, ByteWriter, type GroupId, groupId, utf8Encode } from '@flowmesh/base';

export type Incarnation = number;

const HEAD = 2;
const POSITION = 3;
const GARBAGE = 4;
const TOMBSTONE = 5;
const TERM = 6;

const STATE_APPLIED = 0;
const STATE_DATA = 1;
/** Greater than every key tag below it in the state's space. */
const STATE_END = 0xff;

export interface GroupSpace {
  readonly group: GroupId;
  readonly incarnation: Incarnation;
}

export interface KeySpan {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

export function metaKey(name: string): Uint8Array {
  return new ByteWriter(32).u8(1).raw(utf8Encode(name)).finish();
}

function groupKey(tag: number, group: GroupId): Uint8Array {
  return new ByteWriter(9).u8(tag).u64(group).finish();
}

function tagSpan(tag: number): KeySpan {
  return { from: Uint8Array.of(tag), to: Uint8Array.of(tag + 1) };
}

export function headKey(group: GroupId): Uint8Array {
  return groupKey(HEAD, group);
}

export function headSpan(): KeySpan {
  return tagSpan(HEAD);
}

export function groupOfHeadKey(key: Uint8Array): GroupId {
  const reader = new ByteReader(key);
  reader.u8();
  return groupId(reader.u64());
}

export function tombstoneKey(group: GroupId): Uint8Array {
  return groupKey(TOMBSTONE, group);
}

export function garbageKey(space: GroupSpace): Uint8Array {
  return new ByteWriter(13).u8(GARBAGE).u64(space.group).u32(space.incarnation).finish();
}

export function garbageSpan(): KeySpan {
  return tagSpan(GARBAGE);
}

export function spaceOfGarbageKey(key: Uint8Array): GroupSpace {
  const reader = new ByteReader(key);
  reader.u8();
  return { group: groupId(reader.u64()), incarnation: reader.u32() };
}

function indexKey(tag: number, space: GroupSpace, index: number): Uint8Array {
  return new ByteWriter(21).u8(tag).u64(space.group).u32(space.incarnation).u64(index).finish();
}

function spaceSpan(tag: number, space: GroupSpace): KeySpan {
  const next = { group: space.group, incarnation: space.incarnation + 1 };
  return { from: indexKey(tag, space, 0), to: indexKey(tag, next, 0) };
}

export function positionKey(space: GroupSpace, firstIndex: number): Uint8Array {
  return indexKey(POSITION, space, firstIndex);
}

export function positionSpan(space: GroupSpace): KeySpan {
  return spaceSpan(POSITION, space);
}

export function termKey(space: GroupSpace, startIndex: number): Uint8Array {
  return indexKey(TERM, space, startIndex);
}

export function termSpan(space: GroupSpace): KeySpan {
  return spaceSpan(TERM, space);
}

/** The index at the end of a position or term key. */
export function indexOfKey(key: Uint8Array): number {
  const reader = new ByteReader(key);
  reader.raw(13);
  return reader.u64();
}

function stateTag(space: GroupSpace, tag: number): ByteWriter {
  return new ByteWriter(32).u64(space.group).u32(space.incarnation).u8(tag);
}

const STATE_PREFIX_BYTES = 13;

export function appliedKey(space: GroupSpace): Uint8Array {
  return stateTag(space, STATE_APPLIED).finish();
}

export function stateKey(space: GroupSpace, key: Uint8Array): Uint8Array {
  return stateKeys(space)(key);
}

/** The same for many keys, one after the other. */
export function stateKeys(space: GroupSpace): (key: Uint8Array) => Uint8Array {
  const prefix = stateTag(space, STATE_DATA).finish();
  return (key) => {
    const stored = new Uint8Array(prefix.length + key.length);
    stored.set(prefix);
    stored.set(key, prefix.length);
    return stored;
  };
}

/** A machine's own key out of a stored one; aliases it. */
export function machineKey(stored: Uint8Array): Uint8Array {
  return stored.subarray(STATE_PREFIX_BYTES);
}

/** The applied record, then all machine state of an incarnation. */
export function stateSpan(space: GroupSpace): KeySpan {
  return { from: appliedKey(space), to: stateTag(space, STATE_END).finish() };
}
