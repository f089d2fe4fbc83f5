/**
 * The engine in memory, for nodes started with `--memory` and for tests. Nothing is durable beyond the process; everything else
 * behaves as RocksDB does: atomic batches, ordered keys, cursors over a consistent view.
 *
 * Each family is a list of blocks of ascending pairs. Opening a cursor freezes the blocks that exist; a write to a frozen
 * block copies it first, so a view costs nothing until it is written past.
 */
import { assert, compareBytes, FlowError } from '@flowmesh/base';
import {
  type Cursor,
  FAMILIES,
  type Family,
  type KeyRange,
  type KeyValue,
  type KvEngine,
  type WriteOp,
} from './kv-engine.ts';

const BLOCK_PAIRS_MAX = 256;

interface Block {
  pairs: KeyValue[];
  /** View number at which it was made; older than the newest view: frozen. */
  made: number;
}

class SortedFamily {
  private blocks: Block[] = [];
  private blocksMade = 0;
  private views = 0;

  view(): readonly Block[] {
    this.views++;
    return this.blocks;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const block = this.blocks[blockFor(this.blocks, key)];
    const pair = block?.pairs[lowerBound(block.pairs, key)];
    return pair !== undefined && compareBytes(pair[0], key) === 0 ? pair[1] : undefined;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const at = blockFor(this.blocks, key);
    const block = this.writable(at);
    const position = lowerBound(block.pairs, key);
    const found = block.pairs[position];
    const same = found !== undefined && compareBytes(found[0], key) === 0;
    block.pairs.splice(position, same ? 1 : 0, [key, value]);
    if (block.pairs.length > BLOCK_PAIRS_MAX) {
      const upper = { pairs: block.pairs.splice(BLOCK_PAIRS_MAX >> 1), made: this.views };
      this.blocks.splice(at + 1, 0, upper);
    }
  }

  del(key: Uint8Array): void {
    const at = blockFor(this.blocks, key);
    const pairs = this.blocks[at]?.pairs ?? [];
    const position = lowerBound(pairs, key);
    const found = pairs[position];
    if (found === undefined || compareBytes(found[0], key) !== 0) return;
    const block = this.writable(at);
    block.pairs.splice(position, 1);
    if (block.pairs.length === 0) this.blocks.splice(at, 1);
  }

  delRange(from: Uint8Array, to: Uint8Array): void {
    const doomed: Uint8Array[] = [];
    for (const [key] of walk(this.blocks, { from, to })) doomed.push(key);
    for (const key of doomed) this.del(key);
  }

  private writable(at: number): Block {
    if (this.blocksMade < this.views) {
      this.blocks = this.blocks.slice();
      this.blocksMade = this.views;
    }
    let block = this.blocks[at];
    if (block === undefined || block.made < this.views) {
      block = { pairs: block?.pairs.slice() ?? [], made: this.views };
      this.blocks[at] = block;
    }
    return block;
  }
}

/** The block that holds or would hold `key`. */
function blockFor(blocks: readonly Block[], key: Uint8Array): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = blocks[middle]?.pairs[0];
    if (first !== undefined && compareBytes(first[0], key) <= 0) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

function lowerBound(pairs: readonly KeyValue[], key: Uint8Array): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const pair = pairs[middle] as KeyValue;
    if (compareBytes(pair[0], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* walk(blocks: readonly Block[], range: KeyRange): Generator<KeyValue> {
  if (compareBytes(range.from, range.to) >= 0) return;
  const step = range.reverse === true ? -1 : 1;
  for (let at = blockFor(blocks, step > 0 ? range.from : range.to); ; at += step) {
    const pairs = blocks[at]?.pairs;
    if (pairs === undefined) return;
    const low = lowerBound(pairs, range.from);
    const high = lowerBound(pairs, range.to);
    for (let i = step > 0 ? low : high - 1; i >= low && i < high; i += step) yield pairs[i] as KeyValue;
    if (step > 0 ? high < pairs.length : low > 0) return;
  }
}

export class MemoryEngine implements KvEngine {
  private readonly families: Readonly<Record<Family, SortedFamily>> = {
    log: new SortedFamily(),
    idx: new SortedFamily(),
    sm: new SortedFamily(),
  };
  private queue: {
    readonly ops: readonly WriteOp[];
    readonly done: (error: FlowError | undefined) => void;
  }[] = [];
  private operations = 0;
  private closed = false;

  write(ops: readonly WriteOp[], _sync: boolean, done: (error: FlowError | undefined) => void): void {
    this.queue.push({ ops, done });
  }

  flush(): void {
    if (this.queue.length === 0) return;
    const batch = this.queue;
    this.queue = [];
    const error = this.closed ? new FlowError('UNAVAILABLE', 'the storage engine is closed') : undefined;
    if (error === undefined) {
      for (const { ops } of batch) for (const op of ops) this.apply(op);
    }
    queueMicrotask(() => {
      for (const { done } of batch) done(error);
    });
  }

  private apply(op: WriteOp): void {
    const family = this.families[op.family];
    this.operations++;
    switch (op.kind) {
      case 'put':
        family.put(op.key, op.value);
        return;
      case 'del':
        family.del(op.key);
        return;
      case 'del-range':
        family.delRange(op.from, op.to);
        return;
    }
  }

  get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.families[family].get(key));
  }

  cursor(family: Family, range: KeyRange): Cursor {
    assert(FAMILIES.includes(family), 'a family that exists');
    const pairs = walk(this.families[family].view(), range);
    return {
      next: (limit) => {
        const out: KeyValue[] = [];
        while (out.length < limit) {
          const next = pairs.next();
          if (next.done === true) break;
          out.push(next.value);
        }
        return Promise.resolve(out);
      },
      close: () => {
        pairs.return(undefined);
      },
    };
  }

  sequence(): number {
    return this.operations;
  }

  durableSequence(): number {
    return this.operations;
  }

  close(): Promise<void> {
    this.closed = true;
    this.flush();
    return Promise.resolve();
  }
}
