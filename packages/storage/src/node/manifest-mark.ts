/**
 * How far RocksDB's MANIFEST was on the disk when it was looked at last, kept beside the database: name, length and CRC-32C of its beginning.
 *
 * A MANIFEST only grows, and RocksDB takes one without its end for a whole one. Tables that only the end names, as those that a start has made of
 * the write-ahead log, would be gone without a word, and the log is not there any more. So a directory whose MANIFEST has lost what it had is
 * refused. What RocksDB has added since it was looked at last is not covered.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c, FlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import { DISK_HINT } from '../disk-hint.ts';
import { replaceFile, syncDirectoryOf } from './durable-file.ts';

interface Mark {
  readonly name: string;
  readonly bytes: number;
  readonly checksum: number;
}

const NAME = /^MANIFEST-(\d+)$/;
const HINT = 'Set the directory aside and let the node join anew: the other replicas have the data.';

export class ManifestMark {
  private readonly path: string;
  private readonly database: string;
  private noted: Mark | undefined;
  private noting: Promise<void> | undefined;

  constructor(path: string, database: string) {
    this.path = path;
    this.database = database;
  }

  /** Before the database is opened. Rejects with CORRUPTION where the MANIFEST is not what it was, and STORAGE_IO. */
  async check(): Promise<void> {
    const mark = await this.read();
    const current = await this.current();
    // RocksDB says itself what is wrong with a CURRENT that names none.
    if (mark === undefined || current === undefined) return;
    if (numberOf(current) > numberOf(mark.name)) return;
    const manifest = await readFile(join(this.database, current)).catch(missing);
    const same =
      current === mark.name &&
      manifest !== undefined &&
      manifest.length >= mark.bytes &&
      crc32c(manifest.subarray(0, mark.bytes)) === mark.checksum;
    if (same) return;
    // Whoever opens the database just now begins another MANIFEST and takes this one away; that it is open is said by its lock.
    if ((await this.current()) !== current) return;
    throw damaged(`${current} of the database has lost or changed what it had`);
  }

  /** Notes how far the MANIFEST is now. What goes wrong is met again the next time; until then the older mark holds. */
  note(): Promise<void> {
    this.noting ??= this.store()
      .catch(() => undefined)
      .finally(() => {
        this.noting = undefined;
      });
    return this.noting;
  }

  private async store(): Promise<void> {
    const name = await this.current();
    if (name === undefined) return;
    const file = await open(join(this.database, name), 'r');
    try {
      const from = this.noted?.name === name ? this.noted : { bytes: 0, checksum: 0 };
      const { size } = await file.stat();
      if (size === from.bytes) return;
      const added = new Uint8Array(size - from.bytes);
      const { bytesRead } = await file.read(added, 0, added.length, from.bytes);
      // What a power cut may still take is not counted on: neither the end of it, nor that it is the current one.
      await file.datasync();
      await syncDirectoryOf(join(this.database, name));
      const checksum = crc32c(added.subarray(0, bytesRead), from.checksum);
      const mark = { name, bytes: from.bytes + bytesRead, checksum };
      const text = JSON.stringify(mark);
      await replaceFile(this.path, utf8Encode(`${crc32c(utf8Encode(text))} ${text}\n`));
      this.noted = mark;
    } finally {
      await file.close();
    }
  }

  private async read(): Promise<Mark | undefined> {
    const bytes = await readFile(this.path).catch(missing);
    if (bytes === undefined) return undefined;
    const found = /^(\d+) (.*)\n$/.exec(utf8Decode(bytes));
    const [, checksum, text = ''] = found ?? [];
    if (checksum !== String(crc32c(utf8Encode(text)))) throw damaged('the file manifest is damaged');
    return JSON.parse(text) as Mark;
  }

  private async current(): Promise<string | undefined> {
    const current = await readFile(join(this.database, 'CURRENT'), 'latin1').catch(missing);
    const name = current?.trim() ?? '';
    return NAME.test(name) ? name : undefined;
  }
}

function numberOf(name: string): number {
  return Number(NAME.exec(name)?.[1]);
}

function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw new FlowError('STORAGE_IO', 'the MANIFEST of the database cannot be read', {
    cause: error,
    hint: DISK_HINT,
  });
}

function damaged(what: string): FlowError {
  return new FlowError('CORRUPTION', what, { hint: HINT });
}
