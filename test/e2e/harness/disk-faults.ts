/**
 * Disks that fail for one process only: a small library (`faults/disk-faults.c`, whose header says what rules are) is compiled where there is
 * a C compiler, stands before the C library of the processes that are started with `env`, and obeys a file of rules.
 */
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SOURCE = path.join(import.meta.dirname, '..', 'faults', 'disk-faults.c');

export type DiskCall = 'write' | 'read' | 'sync' | 'allocate' | 'open' | 'rename' | 'unlink' | 'all';

export interface DiskFault {
  readonly calls: readonly DiskCall[];
  readonly error: 'EIO' | 'ENOSPC' | 'EROFS' | 'EDQUOT' | 'EACCES' | 'ENOENT' | 'ok';
  /** The beginning of the absolute paths that are meant; a folder ends with a slash. */
  readonly path: string;
  /** So many calls are let through first. */
  readonly after?: number;
  readonly times?: number;
  readonly delayMs?: number;
}

export class DiskFaults {
  /** For the processes that are to obey. */
  readonly env: Readonly<Record<string, string>>;
  private readonly rules: string;

  private constructor(library: string, rules: string) {
    this.rules = rules;
    this.env = { LD_PRELOAD: library, DISK_FAULTS_FILE: rules };
  }

  /** Undefined where there is no Linux with a C compiler. Everything it makes is put into `folder`. */
  static prepare(folder: string): DiskFaults | undefined {
    if (process.platform !== 'linux') return undefined;
    const library = path.join(folder, 'disk-faults.so');
    const compiler = process.env['CC'] ?? 'cc';
    try {
      execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    execFileSync(compiler, ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, SOURCE]);
    return new DiskFaults(library, path.join(folder, 'disk-faults.rules'));
  }

  /** From now on these hold, and no others. */
  set(...faults: readonly DiskFault[]): void {
    const next = `${this.rules}.next`;
    writeFileSync(next, faults.map((fault) => `${ruleOf(fault)}\n`).join(''));
    renameSync(next, this.rules);
  }

  clear(): void {
    rmSync(this.rules, { force: true });
  }
}

function ruleOf({ calls, error, path: where, after, times, delayMs }: DiskFault): string {
  const options = [
    ...(after === undefined ? [] : [`after=${after}`]),
    ...(times === undefined ? [] : [`times=${times}`]),
    ...(delayMs === undefined ? [] : [`delay=${delayMs}`]),
  ];
  return [calls.join(), error, ...options, where].join(' ');
}
