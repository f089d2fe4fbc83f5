/** Small volumes of their own (tmpfs), where the test may mount; gone afterwards, whatever happened. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MIB = 1 << 20;
const BLOCK = Buffer.alloc(MIB, 0x5a);

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'ignore' });
}

/** One small volume; `ballast` is a file of somebody else's that takes its room. */
export class Volume implements Disposable {
  readonly dir: string;
  private readonly ballast: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.ballast = path.join(dir, 'ballast');
  }

  /** Undefined where mounting is not allowed. `dir`: a new folder, by default one of the system's temporary ones. */
  static mount(
    mebibytes: number,
    dir = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-volume-')),
  ): Volume | undefined {
    try {
      run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir);
      return new Volume(dir);
    } catch {
      rmSync(dir, { recursive: true });
      return undefined;
    }
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.dir);
    return bavail * bsize;
  }

  totalBytes(): number {
    const { blocks, bsize } = statfsSync(this.dir);
    return blocks * bsize;
  }

  /** Takes room until about so many bytes are left; 0 fills the volume up. */
  fillUntil(freeBytes: number): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (let excess = this.freeBytes() - freeBytes; excess > 0; excess = this.freeBytes() - freeBytes)
        writeSync(file, BLOCK, 0, Math.min(BLOCK.length, Math.ceil(excess)));
    } catch (error) {
      // Others write there, too: the last bytes may be gone before they are taken.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives all of it back. */
  makeRoom(): void {
    rmSync(this.ballast, { force: true });
  }

  [Symbol.dispose](): void {
    run('umount', '-l', this.dir);
    rmSync(this.dir, { recursive: true });
  }
}

/** As many volumes as asked; undefined where mounting is not allowed. */
export function mountVolumes(count: number, mebibytes: number): (readonly Volume[] & Disposable) | undefined {
  const volumes: Volume[] = [];
  const unmount = (): void => {
    process.off('exit', unmount);
    for (const volume of volumes.splice(0)) volume[Symbol.dispose]();
  };
  // Whoever ends the process early leaves no mounts behind either.
  process.on('exit', unmount);
  try {
    for (let i = 0; i < count; i++) {
      const volume = Volume.mount(mebibytes);
      if (volume === undefined) {
        unmount();
        return undefined;
      }
      volumes.push(volume);
    }
  } catch (error) {
    unmount();
    throw error;
  }
  return Object.assign([...volumes], { [Symbol.dispose]: unmount });
}
