/**
 * One process's handle on its disk: the `KvEngine` that the real log store runs on.
 *
 *   write() ─► queued ─flush─► waiting ─writer takes all─► written ─fsync, if asked for─► done callbacks
 *
 * The writer is one thread: what is handed over while it works becomes one next batch. Until the writer has written a
 * batch, reads do not see it; until it has synced, a crash may take it back. Callbacks come in the order of the writes.
 * While the disk is full, writes wait; after an I/O error all fail. Keys and values are copied when queued.
 */
import type { Random } from '@flowmesh/base';
import { FlowError } from '@flowmesh/base';
import type { Cursor, Family, KeyRange, KeyValue, KvEngine, WriteOp } from '@flowmesh/storage';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { SimDisk } from './sim-disk.ts';
import { keyBytes, keyText } from './sorted-map.ts';

interface QueuedWrite {
  readonly ops: readonly WriteOp[];
  readonly sync: boolean;
  readonly done: (error: FlowError | undefined) => void;
}

export interface EngineHooks {
  /** The writer met an I/O error: the process must not go on. */
  onBroken(): void;
}

/** A full disk is tried again so often. */
const FULL_RETRY_MS = 40;

export class SimEngine implements KvEngine {
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly disk: SimDisk;
  private readonly owner: EventOwner;
  private readonly hooks: EngineHooks;
  private queued: QueuedWrite[] = [];
  private waiting: QueuedWrite[] = [];
  private writerBusy = false;
  private closed = false;
  /** After an I/O error nothing more is written. */
  private failed: FlowError | undefined;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly disk: SimDisk;
    readonly owner: EventOwner;
    readonly hooks: EngineHooks;
  }) {
    this.time = parts.time;
    this.random = parts.random;
    this.disk = parts.disk;
    this.owner = parts.owner;
    this.hooks = parts.hooks;
  }

  write(ops: readonly WriteOp[], sync: boolean, done: (error: FlowError | undefined) => void): void {
    if (this.closed) throw new Error('write to a closed engine');
    this.queued.push({ ops: ops.map(copyOp), sync, done });
  }

  flush(): void {
    if (this.queued.length === 0) return;
    for (const write of this.queued) this.waiting.push(write);
    this.queued = [];
    this.pump();
  }

  async get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined> {
    const text = keyText(key);
    await this.latency();
    return this.disk.families[family].get(text)?.slice();
  }

  cursor(family: Family, range: KeyRange): Cursor {
    const map = this.disk.families[family];
    const keys = map.range(keyText(range.from), keyText(range.to));
    if (range.reverse === true) keys.reverse();
    const values = keys.map((key) => map.get(key) as Uint8Array);
    let at = 0;
    return {
      next: async (limit) => {
        await this.latency();
        const pairs: KeyValue[] = [];
        for (; at < keys.length && pairs.length < limit; at++) {
          pairs.push([keyBytes(keys[at] as string), (values[at] as Uint8Array).slice()]);
        }
        return pairs;
      },
      close: () => {
        at = keys.length;
      },
    };
  }

  sequence(): number {
    return this.disk.sequence;
  }

  durableSequence(): number {
    return this.disk.durableSequence;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Reads take a moment of the world's time; they never answer once the process is gone. */
  private latency(): Promise<void> {
    return new Promise((resolve) => {
      this.time.after(this.random.unit() * 1.5, this.owner, 'disk-read', resolve);
    });
  }

  private pump(): void {
    if (this.writerBusy || this.waiting.length === 0) return;
    this.writerBusy = true;
    const writes = this.waiting;
    this.waiting = [];
    // The writer is a thread of its own: a process that is stopped or gone does not write, a stalled loop does.
    this.time.after(0.05 + this.random.unit() * 0.1, undefined, 'disk-write', () => {
      if (this.owner.alive) this.writeBatch(writes);
    });
  }

  private writeBatch(writes: readonly QueuedWrite[]): void {
    if (this.failed !== undefined || this.disk.broken) {
      this.failed ??= ioError();
      this.finish(writes, this.failed);
      return;
    }
    if (this.disk.full) {
      this.time.after(FULL_RETRY_MS, undefined, 'disk-full', () => {
        if (this.owner.alive) this.writeBatch(writes);
      });
      return;
    }
    const ops = writes.flatMap((write) => write.ops);
    const single = ops.filter((op) => op.kind !== 'del-range');
    if (single.length > 0) this.disk.write(single);
    // Ranges are deleted after the batch and not atomically with it.
    for (const op of ops) if (op.kind === 'del-range') this.disk.write([op]);
    if (!writes.some((write) => write.sync)) {
      this.finish(writes, undefined);
      return;
    }
    const fsyncMs = (0.2 + this.random.unit() * 1.8) * this.disk.slowness;
    this.time.after(fsyncMs, undefined, 'disk-sync', () => {
      if (!this.owner.alive) return;
      this.disk.sync();
      this.finish(writes, undefined);
    });
  }

  private finish(writes: readonly QueuedWrite[], error: FlowError | undefined): void {
    this.writerBusy = false;
    this.time.after(0, this.owner, 'disk-done', () => {
      for (const write of writes) if (this.owner.alive) write.done(error);
      if (error?.code === 'STORAGE_IO') this.hooks.onBroken();
    });
    this.pump();
  }
}

function copyOp(op: WriteOp): WriteOp {
  switch (op.kind) {
    case 'put':
      return { kind: 'put', family: op.family, key: op.key.slice(), value: op.value.slice() };
    case 'del':
      return { kind: 'del', family: op.family, key: op.key.slice() };
    case 'del-range':
      return { kind: 'del-range', family: op.family, from: op.from.slice(), to: op.to.slice() };
  }
}

function ioError(): FlowError {
  return new FlowError('STORAGE_IO', 'the simulated disk failed');
}
