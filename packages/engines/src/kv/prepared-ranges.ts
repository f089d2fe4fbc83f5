/**
 * Rows of a few ranges as they are while a chunk of commands is applied: read from the state when the chunk was prepared, and what the
 * chunk itself has written since. For commands that look at a range: deletes by range, the keys of a lease.
 *
 * Invariant: what `first` answers depends on the state alone, never on what was read; a range of which too little was read is a defect of
 * the machine's `prepare` and asserts.
 */
import { assert, compareBytes } from '@flowmesh/base';
import { keyName } from '../state/key-name.ts';
import { type KeyRange, TABLE } from './kv-keys.ts';

export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

interface PreparedRange extends KeyRange {
  readonly rows: readonly Row[];
  /** There is nothing in the range beyond `rows`. */
  readonly complete: boolean;
}

/** Rows of a table, or those of one number in it. */
type Bucket = Map<string, { readonly key: Uint8Array; readonly value: Uint8Array | undefined }>;

export class PreparedRanges {
  private ranges = new Map<string, PreparedRange>();
  private written = new Map<string, Bucket>();
  private recording = false;

  /** Forgets the chunk before. `recording`: some command of the new one looks at a range. */
  begin(recording: boolean): void {
    this.recording = recording;
    if (this.ranges.size > 0) this.ranges = new Map();
    if (this.written.size > 0) this.written = new Map();
  }

  /** What the first rows of a range are, unless that is known already. `complete`: there are no others. */
  keep(range: KeyRange, rows: readonly Row[], complete: boolean): void {
    const name = rangeName(range);
    if (!this.ranges.has(name)) this.ranges.set(name, { ...range, rows, complete });
  }

  /** A row was written, or deleted where `value` is undefined. */
  wrote(key: Uint8Array, value: Uint8Array | undefined): void {
    if (!this.recording) return;
    const name = bucketName(key);
    const bucket: Bucket = this.written.get(name) ?? new Map();
    this.written.set(name, bucket.set(keyName(key), { key, value }));
  }

  /** The first rows of a range that was kept which `accept` takes, at most `count`, as they are now. */
  first(range: KeyRange, count: number, accept: (row: Row) => boolean): Row[] {
    const prepared = this.ranges.get(rangeName(range));
    assert(prepared !== undefined, 'a range that a command looks at was loaded before');
    const found: Row[] = [];
    for (const row of this.merged(prepared)) {
      if (!accept(row)) continue;
      found.push(row);
      if (found.length === count) return found;
    }
    assert(prepared.complete, 'enough of a range that a command looks at was loaded before');
    return found;
  }

  /** In order; nothing behind the last row read, where there may be others that were not. */
  private merged(range: PreparedRange): Row[] {
    const written = this.written.get(bucketName(range.from));
    if (written === undefined) return [...range.rows];
    const last = range.complete ? undefined : range.rows[range.rows.length - 1]?.key;
    const rows: Row[] = range.rows.filter((row) => !written.has(keyName(row.key)));
    for (const { key, value } of written.values()) {
      if (value === undefined || compareBytes(key, range.from) < 0 || compareBytes(key, range.to) >= 0)
        continue;
      if (last === undefined || compareBytes(key, last) <= 0) rows.push({ key, value });
    }
    return rows.sort((a, b) => compareBytes(a.key, b.key));
  }
}

/** Every range lies in one bucket: keys are one, the keys of each lease another. */
function bucketName(row: Uint8Array): string {
  return keyName(row.subarray(0, row[0] === TABLE.leaseKeys ? 9 : 1));
}

function rangeName({ from, to }: KeyRange): string {
  return `${from.length} ${keyName(from)}${keyName(to)}`;
}
