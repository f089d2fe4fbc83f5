/** A small volume of its own, where the test may mount one. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  readonly dir: string;
  /** Takes room until about `leaveBytes` are free. */
  occupy(leaveBytes: number): Promise<void>;
  /** Gives back what `occupy` took. */
  vacate(): Promise<void>;
  dispose(): Promise<void>;
}

/** undefined where mounting is not allowed. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'flowmesh-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir]);
  } catch {
    await rm(dir, { recursive: true });
    return undefined;
  }
  const ballast = join(dir, 'other-data');
  return {
    dir,
    occupy: async (leaveBytes) => {
      await rm(ballast, { force: true });
      const { bavail, bsize } = await statfs(dir);
      await writeFile(ballast, new Uint8Array(Math.max(bavail * bsize - leaveBytes, 0)));
    },
    vacate: () => rm(ballast, { force: true }),
    dispose: async () => {
      await run('umount', ['-l', dir]);
      await rm(dir, { recursive: true });
    },
  };
}
