/** What a figure was measured on: a result without it cannot be compared with anything. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { VERSION } from '../../version.ts';

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Of this program. */
  readonly version: string;
  /** Processes that want a core, on average of the last minute: when it began, and when it ended. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function machineFacts(loadBefore: number): MachineFacts {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? cpuModel(),
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    version: VERSION,
    loadBefore,
    loadAfter: loadNow(),
  };
}

export function loadNow(): number {
  return Math.round((os.loadavg()[0] ?? 0) * 100) / 100;
}

/** Some virtual machines tell nothing but the architecture. */
function cpuModel(): string {
  try {
    const found = /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return found ?? os.arch();
  } catch {
    return os.arch();
  }
}
