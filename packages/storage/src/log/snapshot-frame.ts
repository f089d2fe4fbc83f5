/**
 * The chunks in which a snapshot travels: number u32 · kind u8 · body · CRC-32C u32 over all before.
 * Numbers count from 0 without a gap; the first is a header, the last an end that repeats what must have come.
 *
 *   header ─► state* ─► entries* ─► end
 */
import { ByteReader, ByteWriter, type Crc32c, EMPTY_BYTES, FlowError, isFlowError } from '@flowmesh/base';
import type { ConfState, Entry } from '@flowmesh/raft';
import type { KeyValue } from '../kv-engine.ts';
import { decodeChunk, encodeChunk } from './entry-chunk.ts';
import { readConf, type TrimPoint, writeConf } from './records.ts';
import { seal, unseal } from './sealed.ts';

const VERSION = 1;

export interface SnapshotHeader {
  /** Applied index and configuration of the machine state, and the term of that index. */
  readonly index: number;
  readonly term: number;
  readonly conf: ConfState;
  /** The log in the snapshot is (trim.index, index]. */
  readonly trim: TrimPoint;
}

export type SnapshotFrame =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  /** Pairs of machine state under the machine's own keys. */
  | { readonly kind: 'state'; readonly pairs: readonly KeyValue[] }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'end'; readonly pairs: number; readonly entries: number };

const KINDS = ['header', 'state', 'entries', 'end'] as const;

function writeBody(crc32c: Crc32c, out: ByteWriter, frame: SnapshotFrame): void {
  switch (frame.kind) {
    case 'header':
      out.u8(VERSION).u64(frame.header.index).u64(frame.header.term);
      out.u64(frame.header.trim.index).u64(frame.header.trim.term);
      writeConf(out, frame.header.conf);
      return;
    case 'state':
      out.u32(frame.pairs.length);
      for (const [key, value] of frame.pairs) out.bytes(key).bytes(value);
      return;
    case 'entries':
      out.raw(encodeChunk(crc32c, EMPTY_BYTES, frame.entries).value);
      return;
    case 'end':
      out.u64(frame.pairs).u64(frame.entries);
      return;
  }
}

export function encodeFrame(crc32c: Crc32c, number: number, frame: SnapshotFrame): Uint8Array {
  const out = new ByteWriter(1024).u32(number).u8(KINDS.indexOf(frame.kind));
  writeBody(crc32c, out, frame);
  return seal(crc32c, EMPTY_BYTES, out.view8());
}

function readBody(crc32c: Crc32c, kind: (typeof KINDS)[number], body: ByteReader): SnapshotFrame {
  switch (kind) {
    case 'header': {
      if (body.u8() !== VERSION)
        throw new FlowError('UNSUPPORTED', 'a snapshot of another version of FlowMesh');
      const index = body.u64();
      const term = body.u64();
      const trim = { index: body.u64(), term: body.u64() };
      return { kind, header: { index, term, trim, conf: readConf(body) } };
    }
    case 'state': {
      const pairs: KeyValue[] = [];
      const count = body.u32();
      for (let i = 0; i < count; i++) pairs.push([body.bytes(), body.bytes()]);
      return { kind, pairs };
    }
    case 'entries':
      return { kind, entries: decodeChunk(crc32c, EMPTY_BYTES, body.raw(body.remaining)) };
    case 'end':
      return { kind, pairs: body.u64(), entries: body.u64() };
  }
}

/** Throws CORRUPTION for anything but frame `number`, whole and undamaged. */
export function decodeFrame(crc32c: Crc32c, number: number, chunk: Uint8Array): SnapshotFrame {
  const body = new ByteReader(unseal(crc32c, 'a snapshot chunk', EMPTY_BYTES, chunk));
  try {
    const got = body.u32();
    if (got !== number) throw new FlowError('CORRUPTION', `snapshot chunk ${got} came instead of ${number}`);
    const kind = KINDS[body.u8()];
    if (kind === undefined) throw new FlowError('CORRUPTION', 'a snapshot chunk of unknown kind');
    return readBody(crc32c, kind, body);
  } catch (error) {
    if (isFlowError(error) && error.code === 'INVALID_ARGUMENT') {
      throw new FlowError('CORRUPTION', 'a malformed snapshot chunk', { cause: error });
    }
    throw error;
  }
}
