/**
 * Where in the Raft log a stream's offsets lie, sparsely: a *point* about every 16 KB of batches, grouped into *blocks* of at most 128
 * points or 4 MiB. Points are in the machine's state only; the first point of each block, its *fence*, is in memory as well, some
 * hundred bytes for every 2 to 4 MiB of log. A lookup finds the block in memory and reads its points with one scan.
 *
 * Each point carries the greatest record timestamp before it, which never falls: so the same points find a timestamp.
 * In the same way each carries the bytes before it, so that the end of what retention keeps is found.
 * Points are addressed by block and slot, so that trimming deletes them without reading.
 *
 * Keys: 2 block(u64) fence · 3 block(u64) slot(u16) point, slots from 1.
 */
import { ByteReader, ByteWriter, must } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';

export const POINT_BYTES = 16 * 1024;
export const BLOCK_BYTES = 4 * 1024 * 1024;
export const BLOCK_POINTS_MAX = 128;

export interface IndexPoint {
  readonly offset: number;
  readonly index: number;
  /** Greatest record timestamp of all batches before; -1 where there is none. */
  readonly maxTimestampBefore: number;
  /** Bytes of all batches ever before it, those that are trimmed included; 0 in points that builds before retention by size wrote. */
  readonly bytesBefore: number;
}

interface Block extends IndexPoint {
  readonly block: number;
  /** Fence included. */
  points: number;
}

/** What of the index is neither a fence nor a point; kept by the machine. */
export interface IndexTail {
  readonly points: number;
  readonly bytesSincePoint: number;
  readonly bytesSinceFence: number;
}

export class OffsetIndex {
  private readonly blocks: Block[] = [];
  private bytesSincePoint = 0;
  private bytesSinceFence = 0;

  /** Notes a batch of `bytes` at `point`. */
  add(point: IndexPoint, bytes: number, writer: StateWriter): void {
    const last = this.blocks.at(-1);
    if (last === undefined || this.bytesSinceFence >= BLOCK_BYTES) {
      this.addFence(point, last, writer);
    } else if (this.bytesSincePoint >= POINT_BYTES) {
      if (last.points >= BLOCK_POINTS_MAX) this.addFence(point, last, writer);
      else this.addPoint(point, last, writer);
    }
    this.bytesSincePoint += bytes;
    this.bytesSinceFence += bytes;
  }

  private addFence(point: IndexPoint, last: Block | undefined, writer: StateWriter): void {
    const block = (last?.block ?? 0) + 1;
    this.blocks.push({ ...point, block, points: 1 });
    writer.put(fenceKey(block), encodeFence(point, last?.points ?? 0));
    this.bytesSinceFence = 0;
    this.bytesSincePoint = 0;
  }

  private addPoint(point: IndexPoint, last: Block, writer: StateWriter): void {
    writer.put(pointKey(last.block, last.points), encodePoint(point));
    last.points += 1;
    this.bytesSincePoint = 0;
  }

  /** The greatest point at or before `offset`; undefined where there is none. */
  async floor(offset: number, state: StateReader): Promise<IndexPoint | undefined> {
    return this.find((point) => point.offset <= offset, state);
  }

  /** The greatest point with only earlier timestamps before it: no batch before it has a record at `timestampMs` or later. */
  async floorByTimestamp(timestampMs: number, state: StateReader): Promise<IndexPoint | undefined> {
    return this.find((point) => point.maxTimestampBefore < timestampMs, state);
  }

  /** The greatest point with at most so many bytes of batches before it. */
  async floorByBytes(bytesBefore: number, state: StateReader): Promise<IndexPoint | undefined> {
    return this.find((point) => point.bytesBefore <= bytesBefore, state);
  }

  /** The greatest fence at or before `offset`, from memory. */
  fence(offset: number): IndexPoint | undefined {
    return this.lastBlock((block) => block.offset <= offset);
  }

  private async find(
    holds: (point: IndexPoint) => boolean,
    state: StateReader,
  ): Promise<IndexPoint | undefined> {
    const block = this.lastBlock(holds);
    if (block === undefined) return undefined;
    let best: IndexPoint = block;
    for (const [, value] of await state.scan({
      from: pointKey(block.block, 0),
      to: pointKey(block.block + 1, 0),
    })) {
      const point = decodePoint(new ByteReader(value));
      if (!holds(point)) break;
      best = point;
    }
    const { offset, index, maxTimestampBefore, bytesBefore } = best;
    return { offset, index, maxTimestampBefore, bytesBefore };
  }

  /** `holds` is true up to some block and false from there on. */
  private lastBlock(holds: (point: IndexPoint) => boolean): Block | undefined {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(must(this.blocks[middle], 'block lies in the list'))) low = middle + 1;
      else high = middle;
    }
    return this.blocks[low - 1];
  }

  /** Deletes up to `blocksMax` blocks that end at or before `offset`. */
  dropBefore(offset: number, blocksMax: number, writer: StateWriter): void {
    let dead = 0;
    while (dead < blocksMax && (this.blocks[dead + 1]?.offset ?? Number.POSITIVE_INFINITY) <= offset)
      dead += 1;
    for (const block of this.blocks.splice(0, dead)) {
      writer.del(fenceKey(block.block));
      for (let slot = 1; slot < block.points; slot++) writer.del(pointKey(block.block, slot));
    }
  }

  get tail(): IndexTail {
    const { bytesSincePoint, bytesSinceFence } = this;
    return { points: this.blocks.at(-1)?.points ?? 0, bytesSincePoint, bytesSinceFence };
  }

  async load(state: StateReader, tail: IndexTail): Promise<void> {
    this.bytesSincePoint = tail.bytesSincePoint;
    this.bytesSinceFence = tail.bytesSinceFence;
    for (const [key, value] of await state.scan({ from: Uint8Array.of(2), to: Uint8Array.of(3) })) {
      const reader = new ByteReader(value);
      const pointsBefore = reader.u16();
      const previous = this.blocks.at(-1);
      if (previous !== undefined) previous.points = pointsBefore;
      this.blocks.push({
        ...decodePoint(reader),
        block: new ByteReader(key.subarray(1)).u64(),
        points: tail.points,
      });
    }
  }

  describe(): string {
    return JSON.stringify([this.blocks, this.tail]);
  }
}

function fenceKey(block: number): Uint8Array {
  return new ByteWriter(9).u8(2).u64(block).finish();
}

function pointKey(block: number, slot: number): Uint8Array {
  return new ByteWriter(11).u8(3).u64(block).u16(slot).finish();
}

function encodePoint(point: IndexPoint): Uint8Array {
  return new ByteWriter(32)
    .u64(point.offset)
    .u64(point.index)
    .u64(point.maxTimestampBefore + 1)
    .u64(point.bytesBefore)
    .finish();
}

function encodeFence(point: IndexPoint, pointsBefore: number): Uint8Array {
  return new ByteWriter(34).u16(pointsBefore).raw(encodePoint(point)).finish();
}

function decodePoint(reader: ByteReader): IndexPoint {
  return {
    offset: reader.u64(),
    index: reader.u64(),
    maxTimestampBefore: reader.u64() - 1,
    bytesBefore: reader.remaining > 0 ? reader.u64() : 0,
  };
}
