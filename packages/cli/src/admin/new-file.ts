/** Files that commands leave behind: complete or not at all, and readable by their owner only. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FlowError } from '@flowmesh/client';

const OWNER_ONLY = 0o600;

/** The absolute path. ALREADY_EXISTS unless `overwrite`. */
export function writeNewFile(cwd: string, name: string, content: Uint8Array, overwrite: boolean): string {
  const file = path.resolve(cwd, name);
  if (!overwrite && existsSync(file)) {
    throw new FlowError('ALREADY_EXISTS', `${file} exists already`, {
      hint: 'Name another file with --file, or add --overwrite.',
    });
  }
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: OWNER_ONLY });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new FlowError('STORAGE_IO', `cannot write ${file}: ${(error as Error).message}`, {
      cause: error,
      hint: 'Name another place with --file.',
    });
  }
  return file;
}
