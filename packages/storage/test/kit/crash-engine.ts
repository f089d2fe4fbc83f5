/**
 * An engine and a watermark that remember every step towards the disk, so that a test can cut the power after each of them:
 * what was synced survives, of what was written after it any prefix may.
 */
import {
  type Cursor,
  type Family,
  type KeyRange,
  type KvEngine,
  MemoryEngine,
  MemoryWatermark,
  type Watermark,
  type WatermarkState,
  type WriteOp,
} from '../../src/index.ts';

export type DiskStep =
  | { readonly kind: 'batch'; readonly ops: readonly WriteOp[]; readonly sync: boolean }
  | { readonly kind: 'watermark'; readonly sequence: number };

type Done = Parameters<KvEngine['write']>[2];

export class RecordingEngine implements KvEngine {
  readonly steps: DiskStep[];
  private readonly inner = new MemoryEngine();
  private queue: { readonly ops: readonly WriteOp[]; readonly sync: boolean; readonly done: Done }[] = [];
  private applied = 0;
  private durable = 0;

  constructor(steps: DiskStep[]) {
    this.steps = steps;
  }

  write(ops: readonly WriteOp[], sync: boolean, done: Done): void {
    this.queue.push({ ops, sync, done });
  }

  flush(): void {
    if (this.queue.length === 0) return;
    const batch = this.queue;
    this.queue = [];
    const ops = batch.flatMap((write) => write.ops);
    const sync = batch.some((write) => write.sync);
    this.steps.push({ kind: 'batch', ops, sync });
    this.applied += ops.length;
    if (sync) this.durable = this.applied;
    for (const write of batch) this.inner.write(write.ops, write.sync, write.done);
    this.inner.flush();
  }

  get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.inner.get(family, key);
  }

  cursor(family: Family, range: KeyRange): Cursor {
    return this.inner.cursor(family, range);
  }

  sequence(): number {
    return this.applied;
  }

  durableSequence(): number {
    return this.durable;
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

export class RecordingWatermark implements Watermark {
  private readonly steps: DiskStep[];
  private readonly inner = new MemoryWatermark();

  constructor(steps: DiskStep[]) {
    this.steps = steps;
  }

  read(): Promise<WatermarkState> {
    return this.inner.read();
  }

  write(sequence: number, done: Parameters<Watermark['write']>[1]): void {
    this.inner.write(sequence, (error) => {
      this.steps.push({ kind: 'watermark', sequence });
      done(error);
    });
  }
}

/** What a restart finds when the power went after `steps`; `unsynced`: how many batches after the last synced one got through. */
export async function afterPowerLoss(
  steps: readonly DiskStep[],
  unsynced: number,
): Promise<{ readonly engine: KvEngine; readonly watermark: Watermark }> {
  const engine = new MemoryEngine();
  const lastSync = steps.findLastIndex((step) => step.kind === 'batch' && step.sync);
  let extra = unsynced;
  let watermark: WatermarkState = { kind: 'missing' };
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'watermark') {
      watermark = { kind: 'saved', sequence: step.sequence };
      continue;
    }
    if (i > lastSync && extra-- <= 0) continue;
    await new Promise<void>((resolve, reject) => {
      engine.write(step.ops, step.sync, (error) => (error === undefined ? resolve() : reject(error)));
      engine.flush();
    });
  }
  return { engine, watermark: new MemoryWatermark(watermark) };
}
