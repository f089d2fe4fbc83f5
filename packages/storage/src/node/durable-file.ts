/** Small files that are replaced as a whole: after a crash the old one or the new one is there, never a mix. */
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FlowError } from '@flowmesh/base';
import { flowErrorOf } from '../rocks/rocks-errors.ts';

/** Makes creations, renames and removals in the file's directory durable. */
export async function syncDirectoryOf(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Rejects with DISK_FULL and STORAGE_IO; what was there stays then. */
export async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const next = `${path}.next`;
  try {
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
    await syncDirectoryOf(path);
  } catch (error) {
    throw diskErrorOf(error);
  }
}

/** What a call of the file system was rejected with, as DISK_FULL or STORAGE_IO. */
export function diskErrorOf(error: unknown): FlowError {
  const { code, message } = error as NodeJS.ErrnoException;
  return flowErrorOf(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'STORAGE_IO', message);
}
