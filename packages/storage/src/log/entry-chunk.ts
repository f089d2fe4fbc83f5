/**
 * A chunk: all entries that a group has in one write, as one value.
 *
 * version u8 · count u32 · first index u64 · { kind u8 · term u64 · length u32 · data } × count · CRC-32C u32
 * Encoding copies the entries' data once; the entries handed back alias the chunk instead of the frame they came in.
 */
import { ByteReader, type Crc32c, FlowError } from '@flowmesh/base';
import type { Entry, EntryKind } from '@flowmesh/raft';
import { SEAL_BYTES, sealInPlace, unseal } from './sealed.ts';

const VERSION = 1;
const CHUNK_HEADER_BYTES = 13;
const ENTRY_HEADER_BYTES = 13;

export interface EncodedChunk {
  readonly value: Uint8Array;
  /** The same entries, their data aliasing `value`. */
  readonly entries: readonly Entry[];
}

export function chunkBytes(entries: readonly Entry[]): number {
  let bytes = CHUNK_HEADER_BYTES + SEAL_BYTES;
  for (const entry of entries) bytes += ENTRY_HEADER_BYTES + entry.data.length;
  return bytes;
}

function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
}

export function encodeChunk(crc32c: Crc32c, key: Uint8Array, entries: readonly Entry[]): EncodedChunk {
  const value = new Uint8Array(chunkBytes(entries));
  const view = new DataView(value.buffer);
  value[0] = VERSION;
  view.setUint32(1, entries.length);
  setU64(view, 5, entries[0]?.index ?? 0);
  const kept: Entry[] = [];
  let at = CHUNK_HEADER_BYTES;
  for (const entry of entries) {
    value[at] = entry.kind === 'normal' ? 0 : 1;
    setU64(view, at + 1, entry.term);
    view.setUint32(at + 9, entry.data.length);
    at += ENTRY_HEADER_BYTES;
    value.set(entry.data, at);
    const end = at + entry.data.length;
    kept.push({ term: entry.term, index: entry.index, kind: entry.kind, data: value.subarray(at, end) });
    at = end;
  }
  sealInPlace(crc32c, key, value);
  return { value, entries: kept };
}

function kindOf(byte: number): EntryKind {
  if (byte === 0) return 'normal';
  if (byte === 1) return 'conf-change';
  throw new FlowError('CORRUPTION', `unknown kind ${byte} of a log entry`);
}

/** The entries of a stored chunk, their data aliasing it. Throws CORRUPTION. */
export function decodeChunk(crc32c: Crc32c, key: Uint8Array, value: Uint8Array): Entry[] {
  const reader = new ByteReader(unseal(crc32c, 'a chunk of log entries', key, value));
  if (reader.u8() !== VERSION)
    throw new FlowError('UNSUPPORTED', 'log entries of another version of FlowMesh');
  const count = reader.u32();
  const first = reader.u64();
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kindOf(reader.u8());
    const term = reader.u64();
    entries.push({ term, index: first + i, kind, data: reader.raw(reader.u32()) });
  }
  return entries;
}
