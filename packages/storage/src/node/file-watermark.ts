/**
 * The watermark as a file of two slots, each: magic u32 · generation u64 · sequence u64 · CRC-32C u32, in a sector of its own.
 *
 * A write goes to one slot and is synced, then to the other and is synced, and only then counts. So a write torn by a crash damages one slot
 * while the other is whole, and holds either the same number or the one before, which nobody was promised more than. One damaged slot
 * is thus survived; two are damage.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { ByteReader, ByteWriter, crc32c, FlowError } from '@flowmesh/base';
import type { Watermark, WatermarkState } from '../watermark.ts';
import { syncDirectoryOf } from './durable-file.ts';
import { DISK_HINT } from '../disk-hint.ts';

const MAGIC = 0x464d574d;
const SLOT_BYTES = 4096;
const RECORD_BYTES = 24;
const SLOTS = [0, 1] as const;

interface Slot {
  readonly generation: number;
  readonly sequence: number;
}

function encodeSlot(slot: Slot): Uint8Array {
  const body = new ByteWriter(RECORD_BYTES).u32(MAGIC).u64(slot.generation).u64(slot.sequence);
  const checksum = crc32c(body.view8());
  const out = new Uint8Array(SLOT_BYTES);
  out.set(body.u32(checksum).view8());
  return out;
}

function decodeSlot(file: Uint8Array, slot: number): Slot | undefined {
  const record = file.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + RECORD_BYTES);
  if (record.length < RECORD_BYTES) return undefined;
  const reader = new ByteReader(record);
  if (reader.u32() !== MAGIC) return undefined;
  try {
    const generation = reader.u64();
    const sequence = reader.u64();
    return reader.u32() === crc32c(record.subarray(0, RECORD_BYTES - 4))
      ? { generation, sequence }
      : undefined;
  } catch {
    return undefined;
  }
}

export class FileWatermark implements Watermark {
  private readonly path: string;
  private file: FileHandle | undefined;
  private generation = 0;
  private writing: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  async read(): Promise<WatermarkState> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
      throw new FlowError('STORAGE_IO', 'the durability watermark cannot be read', {
        cause: error,
        hint: DISK_HINT,
      });
    }
    let newest: Slot | undefined;
    for (const at of SLOTS) {
      const slot = decodeSlot(bytes, at);
      if (slot !== undefined && (newest === undefined || slot.generation > newest.generation)) newest = slot;
    }
    if (newest === undefined) return { kind: 'damaged' };
    this.generation = newest.generation;
    return { kind: 'saved', sequence: newest.sequence };
  }

  write(sequence: number, done: (error: FlowError | undefined) => void): void {
    this.writing = this.store(sequence).then(
      () => done(undefined),
      (cause: unknown) =>
        done(
          new FlowError('STORAGE_IO', 'the durability watermark cannot be written', {
            cause,
            hint: DISK_HINT,
          }),
        ),
    );
  }

  private async store(sequence: number): Promise<void> {
    const slot = encodeSlot({ generation: ++this.generation, sequence });
    const file = await this.opened();
    for (const at of SLOTS) {
      await file.write(slot, 0, SLOT_BYTES, at * SLOT_BYTES);
      await file.datasync();
    }
  }

  private async opened(): Promise<FileHandle> {
    if (this.file !== undefined) return this.file;
    try {
      this.file = await open(this.path, 'r+');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.file = await open(this.path, 'wx+', 0o600);
      await syncDirectoryOf(this.path);
    }
    return this.file;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
    this.file = undefined;
  }
}
