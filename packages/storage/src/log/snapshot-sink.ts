/**
 * Receives a snapshot under a new incarnation. Nothing of it is visible before `commit`, which is one atomic, synced batch; a
 * garbage marker, written first, names the incarnation, so that what a crash or an abort leaves behind is swept.
 *
 *   receiving ─ end frame ─► complete ─ commit ─► committed
 *       └────────── abort, damage ──────────────► aborted
 */
import { FlowError } from '@flowmesh/base';
import type { Entry, SnapshotMeta } from '@flowmesh/raft';
import type { SnapshotSink } from '../group-store.ts';
import type { WriteOp } from '../kv-engine.ts';
import { type StoreContext, writeNow } from './context.ts';
import { encodeChunk } from './entry-chunk.ts';
import { appliedKey, garbageKey, type GroupSpace, positionKey, stateKey, termKey } from './keys.ts';
import { encodeApplied, encodePosition, encodeTerm } from './records.ts';
import { seal } from './sealed.ts';
import { decodeFrame, type SnapshotFrame, type SnapshotHeader } from './snapshot-frame.ts';

type State = 'receiving' | 'complete' | 'committed' | 'aborted';

export interface SinkOptions {
  readonly context: StoreContext;
  readonly space: GroupSpace;
  readonly offered: SnapshotMeta;
  /** Installs what was received, in one batch; called at most once. */
  readonly install: (header: SnapshotHeader, space: GroupSpace) => Promise<void>;
}

export class StoredSnapshotSink implements SnapshotSink {
  private readonly options: SinkOptions;
  private state: State = 'receiving';
  private header: SnapshotHeader | undefined;
  private number = 0;
  private pairs = 0;
  private entries = 0;
  private endBytes = 0;
  private lastTerm = 0;

  constructor(options: SinkOptions) {
    this.options = options;
  }

  /** Marks the incarnation as garbage until it is committed. */
  async begin(): Promise<void> {
    const marker = {
      kind: 'put',
      family: 'idx',
      key: garbageKey(this.options.space),
      value: new Uint8Array(0),
    } as const;
    await writeNow(this.options.context.engine, [marker], false);
  }

  meta(): SnapshotMeta | undefined {
    if (this.header === undefined) return undefined;
    const { index, term, conf } = this.header;
    return { index, term, conf, data: this.options.offered.data };
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.require('receiving');
    try {
      const ops = this.accept(decodeFrame(this.options.context.crc32c, this.number++, chunk));
      if (ops.length > 0) await writeNow(this.options.context.engine, ops, false);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  private accept(frame: SnapshotFrame): WriteOp[] {
    if ((frame.kind === 'header') !== (this.header === undefined))
      throw damaged('its header is missing or repeated');
    switch (frame.kind) {
      case 'header':
        return this.acceptHeader(frame.header);
      case 'state': {
        this.pairs += frame.pairs.length;
        const { space } = this.options;
        return frame.pairs.map(([key, value]) => ({
          kind: 'put',
          family: 'sm',
          key: stateKey(space, key),
          value,
        }));
      }
      case 'entries':
        return this.acceptEntries(frame.entries);
      case 'end':
        this.acceptEnd(frame.pairs, frame.entries);
        return [];
    }
  }

  private acceptHeader(header: SnapshotHeader): WriteOp[] {
    if (header.index < this.options.offered.index || header.trim.index > header.index) {
      throw damaged(`it ends at index ${header.index}, before what was offered`);
    }
    this.header = header;
    this.lastTerm = header.trim.term;
    const key = appliedKey(this.options.space);
    const body = encodeApplied({ index: header.index, conf: header.conf });
    return [{ kind: 'put', family: 'sm', key, value: seal(this.options.context.crc32c, key, body) }];
  }

  private acceptEntries(entries: readonly Entry[]): WriteOp[] {
    const { context, space } = this.options;
    const header = this.header as SnapshotHeader;
    const firstIndex = header.trim.index + 1 + this.entries;
    const ops: WriteOp[] = [];
    const put = (key: Uint8Array, body: Uint8Array): void => {
      ops.push({ kind: 'put', family: 'idx', key, value: seal(context.crc32c, key, body) });
    };
    for (const entry of entries) {
      const index = header.trim.index + 1 + this.entries;
      if (entry.index !== index || index > header.index)
        throw damaged(`entry ${entry.index} is out of place`);
      if (entry.term < this.lastTerm) throw damaged(`the term falls at entry ${index}`);
      if (entry.term > this.lastTerm || index === header.trim.index + 1)
        put(termKey(space, index), encodeTerm(entry.term));
      this.lastTerm = entry.term;
      this.entries++;
    }
    if (entries.length === 0) return ops;
    const sequence = context.sliceNumber();
    const key = context.layout({ sequence, ...space, firstIndex });
    const { value } = encodeChunk(context.crc32c, key, entries);
    context.sliceUsed(value.length);
    this.endBytes += value.length;
    const lastIndex = firstIndex + entries.length - 1;
    const position = { firstIndex, lastIndex, sequence, bytes: value.length, endBytes: this.endBytes };
    put(positionKey(space, firstIndex), encodePosition(position));
    ops.push({ kind: 'put', family: 'log', key, value });
    return ops;
  }

  private acceptEnd(pairs: number, entries: number): void {
    const header = this.header as SnapshotHeader;
    const whole =
      pairs === this.pairs && entries === this.entries && header.trim.index + entries === header.index;
    if (!whole) throw damaged('parts of it are missing');
    if (this.lastTerm !== header.term) throw damaged('its last entry has another term');
    this.state = 'complete';
  }

  async commit(): Promise<void> {
    if (this.state === 'receiving') {
      this.discard();
      throw damaged('its end is missing');
    }
    this.require('complete');
    this.state = 'committed';
    await this.options.install(this.header as SnapshotHeader, this.options.space);
  }

  async abort(): Promise<void> {
    this.discard();
    await Promise.resolve();
  }

  private discard(): void {
    if (this.state === 'committed' || this.state === 'aborted') return;
    this.state = 'aborted';
    this.options.context.sweepIncarnation(this.options.space);
  }

  private require(state: State): void {
    if (this.state !== state) {
      throw new FlowError('PRECONDITION_FAILED', `the snapshot is ${this.state}, not ${state}`);
    }
  }
}

function damaged(what: string): FlowError {
  return new FlowError('CORRUPTION', `a received snapshot is damaged: ${what}`, {
    hint: 'Fetch it again.',
    retryable: true,
  });
}
