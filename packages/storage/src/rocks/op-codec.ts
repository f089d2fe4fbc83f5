/**
 * Operations and rows as one buffer each, so that a turn's work crosses to a worker as a single transfer.
 * op:  tag u8 (kind × 16 + family) · key length u32 · value length u32 · key · value   (del-range: from and to)
 * row: key length u32 · value length u32 · key · value                                  (0xffffffff: no value)
 */
import { FAMILIES, type Family, type WriteOp } from '../kv-engine.ts';

const OP_HEADER_BYTES = 9;
const ROW_HEADER_BYTES = 8;
const ABSENT = 0xffffffff;
const KINDS: readonly WriteOp['kind'][] = ['put', 'del', 'del-range'];

function secondOf(op: WriteOp): Uint8Array | undefined {
  switch (op.kind) {
    case 'put':
      return op.value;
    case 'del':
      return undefined;
    case 'del-range':
      return op.to;
  }
}

function firstOf(op: WriteOp): Uint8Array {
  return op.kind === 'del-range' ? op.from : op.key;
}

export function opsBytes(ops: readonly WriteOp[]): number {
  let bytes = 0;
  for (const op of ops) bytes += OP_HEADER_BYTES + firstOf(op).length + (secondOf(op)?.length ?? 0);
  return bytes;
}

/** `out` is as long as `opsBytes` of all lists together. */
export function encodeOps(
  lists: readonly (readonly WriteOp[])[],
  out: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let at = 0;
  for (const ops of lists) {
    for (const op of ops) {
      const first = firstOf(op);
      const second = secondOf(op);
      out[at] = KINDS.indexOf(op.kind) * 16 + FAMILIES.indexOf(op.family);
      view.setUint32(at + 1, first.length);
      view.setUint32(at + 5, second?.length ?? 0);
      at += OP_HEADER_BYTES;
      out.set(first, at);
      at += first.length;
      if (second !== undefined) {
        out.set(second, at);
        at += second.length;
      }
    }
  }
  return out;
}

/** Calls back for every operation; keys and values alias `encoded`. */
export function visitOps(
  encoded: Uint8Array,
  visit: (kind: WriteOp['kind'], family: Family, first: Uint8Array, second: Uint8Array) => void,
): void {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  while (at < encoded.length) {
    const tag = encoded[at] as number;
    const middle = at + OP_HEADER_BYTES + view.getUint32(at + 1);
    const end = middle + view.getUint32(at + 5);
    const kind = KINDS[tag >> 4] as WriteOp['kind'];
    const family = FAMILIES[tag & 15] as Family;
    visit(kind, family, encoded.subarray(at + OP_HEADER_BYTES, middle), encoded.subarray(middle, end));
    at = end;
  }
}

export type Row = readonly [key: Uint8Array, value: Uint8Array | undefined];

export function encodeRows(rows: readonly Row[]): Uint8Array<ArrayBuffer> {
  let bytes = 0;
  for (const [key, value] of rows) bytes += ROW_HEADER_BYTES + key.length + (value?.length ?? 0);
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [key, value] of rows) {
    view.setUint32(at, key.length);
    view.setUint32(at + 4, value?.length ?? ABSENT);
    out.set(key, at + ROW_HEADER_BYTES);
    if (value !== undefined) out.set(value, at + ROW_HEADER_BYTES + key.length);
    at += ROW_HEADER_BYTES + key.length + (value?.length ?? 0);
  }
  return out;
}

/** Keys and values alias `encoded`. */
export function decodeRows(encoded: Uint8Array): Row[] {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const rows: Row[] = [];
  let at = 0;
  while (at < encoded.length) {
    const middle = at + ROW_HEADER_BYTES + view.getUint32(at);
    const length = view.getUint32(at + 4);
    const end = length === ABSENT ? middle : middle + length;
    rows.push([
      encoded.subarray(at + ROW_HEADER_BYTES, middle),
      length === ABSENT ? undefined : encoded.subarray(middle, end),
    ]);
    at = end;
  }
  return rows;
}
