/**
 * Term → offset of the first batch appended in it, for OffsetForLeaderEpoch. Terms without a batch are not in it. Trimming forgets
 * terms that ended before the log start. Keys: 5 term(u64).
 */
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

export const EPOCHS_MAX = 4_096;

export interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

export class EpochTable {
  private readonly starts: EpochStart[] = [];

  record(epoch: number, startOffset: number, writer: StateWriter): void {
    const last = this.starts.at(-1);
    if (last !== undefined && last.epoch >= epoch) return;
    this.starts.push({ epoch, startOffset });
    writer.put(keyOf(epoch), new ByteWriter(8).u64(startOffset).finish());
    if (this.starts.length > EPOCHS_MAX) this.drop(1, writer);
  }

  trim(logStartOffset: number, writer: StateWriter): void {
    let dead = 0;
    while ((this.starts[dead + 1]?.startOffset ?? Number.POSITIVE_INFINITY) <= logStartOffset) dead += 1;
    this.drop(dead, writer);
  }

  private drop(count: number, writer: StateWriter): void {
    for (const { epoch } of this.starts.splice(0, count)) writer.del(keyOf(epoch));
  }

  /** Ascending. */
  all(): readonly EpochStart[] {
    return [...this.starts];
  }

  start(epoch: number): number | undefined {
    return this.starts.find((entry) => entry.epoch === epoch)?.startOffset;
  }

  /** The last known epoch ≤ `epoch` and where it ends; undefined where all that is known is later. */
  end(epoch: number, endOffset: number): { readonly epoch: number; readonly endOffset: number } | undefined {
    let found: EpochStart | undefined;
    for (const entry of this.starts) {
      if (entry.epoch > epoch)
        return found === undefined ? undefined : { epoch: found.epoch, endOffset: entry.startOffset };
      found = entry;
    }
    return found === undefined ? undefined : { epoch: found.epoch, endOffset };
  }

  async load(state: StateReader): Promise<void> {
    for (const [key, value] of await state.scan({ from: Uint8Array.of(5), to: Uint8Array.of(6) })) {
      this.starts.push({
        epoch: new ByteReader(key.subarray(1)).u64(),
        startOffset: new ByteReader(value).u64(),
      });
    }
  }

  describe(): string {
    return JSON.stringify(this.starts);
  }
}

function keyOf(epoch: number): Uint8Array {
  return new ByteWriter(9).u8(5).u64(epoch).finish();
}
