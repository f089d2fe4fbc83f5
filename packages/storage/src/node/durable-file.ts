/** Small files that are replaced as a whole: after a crash the old one or the new one is there, never a mix. */
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes creations, renames and removals in the file's directory durable. */
export async function syncDirectoryOf(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncDirectoryOf(path);
}
