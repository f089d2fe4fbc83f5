/**
 * What of a node outlives its process: the engine's families with the history needed to take writes back, and the
 * durability watermark beside them.
 *
 *   written ──sync──► synced ──► (older than HISTORY_BATCHES: cannot be lost any more)
 *
 * A crash keeps a prefix of the batches that were written but not synced; a batch is there as a whole or not at all. A
 * damaged write-ahead log (`loseSynced`) drops synced batches too, and `rollback` puts an old copy back.
 */
import type { NodeId, Random } from '@flowmesh/base';
import { assert } from '@flowmesh/base';
import { FAMILIES, type Family, type WriteOp } from '@flowmesh/storage';
import { keyText, SortedMap } from './sorted-map.ts';

/** Synced batches whose undo information is kept, so that a damaged log can lose them. */
const HISTORY_BATCHES = 400;

interface Undo {
  readonly family: Family;
  readonly key: string;
  readonly before: Uint8Array | undefined;
}

interface WrittenBatch {
  readonly sequenceBefore: number;
  readonly sequenceAfter: number;
  readonly undo: readonly Undo[];
  synced: boolean;
}

export interface DiskCopy {
  readonly families: Readonly<Record<Family, SortedMap>>;
  readonly sequence: number;
  readonly watermark: number | undefined;
  readonly identity: DirectoryIdentity | undefined;
}

/** `identity.json`: who the directory is. */
export interface DirectoryIdentity {
  readonly uuid: string;
  readonly node: NodeId | undefined;
}

export class SimDisk {
  /** Beside the engine's files; only where a world has use for it. */
  identity: DirectoryIdentity | undefined;
  /** Found unfit for use: it is not opened any more. */
  condemned = false;
  families: Record<Family, SortedMap> = emptyFamilies();
  sequence = 0;
  /** Operations known to be durable. */
  durableSequence = 0;
  /** The durability watermark, a file beside the engine's. */
  watermark: number | undefined;
  /** While set, there is no room: writes wait. */
  full = false;
  /** While set, writes fail with STORAGE_IO. */
  broken = false;
  /** Multiplies the time that an fsync takes. */
  slowness = 1;
  private history: WrittenBatch[] = [];

  /** Writes a batch; not durable before `sync`. */
  write(ops: readonly WriteOp[]): void {
    const undo: Undo[] = [];
    const sequenceBefore = this.sequence;
    for (const op of ops) this.apply(op, undo);
    this.sequence += ops.length;
    this.history.push({ sequenceBefore, sequenceAfter: this.sequence, undo, synced: false });
    if (this.history.length > 2 * HISTORY_BATCHES) this.forget();
  }

  sync(): void {
    this.durableSequence = this.sequence;
    for (let i = this.history.length - 1; i >= 0; i--) {
      const batch = this.history[i] as WrittenBatch;
      if (batch.synced) break;
      batch.synced = true;
    }
  }

  /** Power loss: some prefix of what was not synced survives. Returns the batches lost. */
  crash(random: Random): number {
    let unsynced = 0;
    while (unsynced < this.history.length && !this.fromEnd(unsynced).synced) unsynced++;
    const lost = unsynced === 0 ? 0 : random.below(unsynced + 1);
    for (let i = 0; i < lost; i++) this.takeBack();
    this.sync();
    return lost;
  }

  /** Takes synced batches back until the sequence is below `sequence`. False, changing nothing, where history is too short. */
  loseSynced(sequence: number): boolean {
    const oldest = this.history[0];
    if (oldest === undefined || oldest.sequenceBefore >= sequence) return false;
    while (this.sequence >= sequence) this.takeBack();
    this.durableSequence = this.sequence;
    return true;
  }

  copy(): DiskCopy {
    return {
      families: { log: this.families.log.copy(), idx: this.families.idx.copy(), sm: this.families.sm.copy() },
      sequence: this.sequence,
      watermark: this.watermark,
      identity: this.identity,
    };
  }

  /** Puts an older copy of the engine's files back; the watermark stays as it is. */
  rollback(copy: DiskCopy): void {
    this.families = {
      log: copy.families.log.copy(),
      idx: copy.families.idx.copy(),
      sm: copy.families.sm.copy(),
    };
    this.sequence = copy.sequence;
    this.durableSequence = copy.sequence;
    this.history = [];
  }

  /** The whole directory as it was, watermark and identity too. */
  putBack(copy: DiskCopy): void {
    this.rollback(copy);
    this.watermark = copy.watermark;
    this.identity = copy.identity;
    this.condemned = false;
  }

  wipe(): void {
    this.families = emptyFamilies();
    this.sequence = 0;
    this.durableSequence = 0;
    this.watermark = undefined;
    this.history = [];
  }

  /** Flips one bit in one stored value of `family`; returns whether there was one. */
  flipBit(family: Family, random: Random): boolean {
    const map = this.families[family];
    if (map.size === 0) return false;
    const [key, value] = map.entries()[random.below(map.size)] as readonly [string, Uint8Array];
    if (value.length === 0) return false;
    const damaged = value.slice();
    const at = random.below(damaged.length);
    damaged[at] = (damaged[at] as number) ^ (1 << random.below(8));
    map.set(key, damaged);
    return true;
  }

  private apply(op: WriteOp, undo: Undo[]): void {
    const map = this.families[op.family];
    switch (op.kind) {
      case 'put': {
        const key = keyText(op.key);
        undo.push({ family: op.family, key, before: map.set(key, op.value) });
        return;
      }
      case 'del': {
        const key = keyText(op.key);
        undo.push({ family: op.family, key, before: map.set(key, undefined) });
        return;
      }
      case 'del-range': {
        for (const key of map.range(keyText(op.from), keyText(op.to))) {
          undo.push({ family: op.family, key, before: map.set(key, undefined) });
        }
      }
    }
  }

  private takeBack(): void {
    const batch = this.history.pop();
    assert(batch !== undefined, 'nothing left to take back');
    for (let i = batch.undo.length - 1; i >= 0; i--) {
      const undo = batch.undo[i] as Undo;
      this.families[undo.family].set(undo.key, undo.before);
    }
    this.sequence = batch.sequenceBefore;
  }

  private fromEnd(position: number): WrittenBatch {
    return this.history[this.history.length - 1 - position] as WrittenBatch;
  }

  /** Unsynced batches are never forgotten: their loss must stay possible. */
  private forget(): void {
    const excess = this.history.length - HISTORY_BATCHES;
    let drop = 0;
    while (drop < excess && (this.history[drop] as WrittenBatch).synced) drop++;
    this.history.splice(0, drop);
  }
}

function emptyFamilies(): Record<Family, SortedMap> {
  const families: Partial<Record<Family, SortedMap>> = {};
  for (const family of FAMILIES) families[family] = new SortedMap();
  return families as Record<Family, SortedMap>;
}
