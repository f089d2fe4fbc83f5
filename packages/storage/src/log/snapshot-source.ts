/**
 * Cuts a snapshot: the machine state as of one moment and the log from its first entry up to the applied index of that state.
 * The cut is that of the state's cursor. While a source is open its group trims nothing, so that the log stays.
 */
import { assert, FlowError } from '@flowmesh/base';
import type { SnapshotMeta } from '@flowmesh/raft';
import type { SnapshotSource } from '../group-store.ts';
import type { Cursor, KeyValue } from '../kv-engine.ts';
import { type StoreContext, corruption } from './context.ts';
import type { GroupLog } from './group-log.ts';
import { appliedKey, machineKey, stateSpan } from './keys.ts';
import { decodeApplied } from './records.ts';
import { unseal } from './sealed.ts';
import { encodeFrame, type SnapshotFrame, type SnapshotHeader } from './snapshot-frame.ts';

const STATE_PAGE = 64;

type Stage = 'header' | 'state' | 'entries' | 'end' | 'finished';

export interface SourceOptions {
  readonly context: StoreContext;
  readonly log: GroupLog;
  /** True once the group's data were replaced or removed. */
  readonly stale: () => boolean;
  readonly released: () => void;
}

export class StoredSnapshotSource implements SnapshotSource {
  readonly meta: SnapshotMeta;
  private readonly options: SourceOptions;
  private readonly header: SnapshotHeader;
  private readonly cursor: Cursor;
  private pending: readonly KeyValue[];
  private stage: Stage = 'header';
  private number = 0;
  private pairs = 0;
  private entries = 0;
  private closed = false;

  private constructor(
    options: SourceOptions,
    header: SnapshotHeader,
    cursor: Cursor,
    pending: readonly KeyValue[],
  ) {
    this.options = options;
    this.header = header;
    this.cursor = cursor;
    this.pending = pending;
    this.meta = { index: header.index, term: header.term, conf: header.conf, data: new Uint8Array(0) };
  }

  /** The caller holds the group's trimming back from before this call until `released`. */
  static async open(options: SourceOptions): Promise<StoredSnapshotSource> {
    const { context, log } = options;
    const cursor = context.engine.cursor('sm', stateSpan(log.space));
    try {
      const pairs = await cursor.next(STATE_PAGE);
      const key = appliedKey(log.space);
      const first = pairs[0];
      if (first === undefined || first[0].length !== key.length) {
        throw corruption(log.space.group, 'the applied index is missing from the machine state');
      }
      const applied = decodeApplied(unseal(context.crc32c, 'the applied index', key, first[1]));
      const term = log.term(applied.index);
      assert(typeof term === 'number', 'the applied index lies in the log');
      const header = { index: applied.index, term, conf: applied.conf, trim: log.trim() };
      return new StoredSnapshotSource(options, header, cursor, pairs.slice(1));
    } catch (error) {
      cursor.close();
      throw error;
    }
  }

  async next(bytesMax: number): Promise<Uint8Array | undefined> {
    if (this.closed || this.options.stale()) {
      throw new FlowError('UNAVAILABLE', 'the snapshot is no longer at hand', { hint: 'Ask for a new one.' });
    }
    const frame = await this.nextFrame(bytesMax);
    return frame === undefined ? undefined : encodeFrame(this.options.context.crc32c, this.number++, frame);
  }

  private async nextFrame(bytesMax: number): Promise<SnapshotFrame | undefined> {
    switch (this.stage) {
      case 'header':
        this.stage = 'state';
        return { kind: 'header', header: this.header };
      case 'state': {
        const pairs = await this.nextPairs(bytesMax);
        if (pairs.length > 0) return { kind: 'state', pairs };
        this.stage = 'entries';
        return await this.nextFrame(bytesMax);
      }
      case 'entries': {
        const low = this.header.trim.index + 1 + this.entries;
        if (low > this.header.index) {
          this.stage = 'end';
          return await this.nextFrame(bytesMax);
        }
        const entries = await this.options.log.read(low, this.header.index + 1, bytesMax);
        this.entries += entries.length;
        return { kind: 'entries', entries };
      }
      case 'end':
        this.stage = 'finished';
        return { kind: 'end', pairs: this.pairs, entries: this.entries };
      case 'finished':
        return undefined;
    }
  }

  private async nextPairs(bytesMax: number): Promise<KeyValue[]> {
    const out: KeyValue[] = [];
    let bytes = 0;
    for (;;) {
      if (this.pending.length === 0) this.pending = await this.cursor.next(STATE_PAGE);
      if (this.pending.length === 0) return out;
      let taken = 0;
      for (const [key, value] of this.pending) {
        bytes += key.length + value.length;
        if (out.length > 0 && bytes > bytesMax) break;
        out.push([machineKey(key), value]);
        taken++;
      }
      this.pairs += taken;
      this.pending = this.pending.slice(taken);
      if (this.pending.length > 0 || bytes >= bytesMax) return out;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cursor.close();
    this.options.released();
  }
}
