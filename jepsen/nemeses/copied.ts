import { rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';

/** Copies a folder. False where there is no room for that; nothing of the copy is left then. Rejects with the errors of the file system. */
export async function copied(from: string, to: string): Promise<boolean> {
  try {
    await cp(from, to, { recursive: true });
    return true;
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
