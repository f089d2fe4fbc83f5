/** The demonstration as a child process beside the nodes: started once they are ready, stopped before they are. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ORPHAN_GUARD } from '../node-process.ts';
import type { DevPlan } from '../plan.ts';

const STOP_TIMEOUT_MS = 5_000;

export interface DemoExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export class DemoProcess {
  readonly logFile: string;
  /** Resolves when the process is gone. */
  readonly exited: Promise<DemoExit>;
  private readonly child: ChildProcess;
  private gone = false;

  constructor(plan: DevPlan, variables: Readonly<Record<string, string | undefined>>) {
    this.logFile = demoLog(plan.dataDir);
    const main = fileURLToPath(new URL('./demo-main.ts', import.meta.url));
    const log = openSync(this.logFile, 'w');
    try {
      const addresses = plan.nodes.map((node) => node.grpc);
      this.child = spawn(process.execPath, ['--import', ORPHAN_GUARD, main, ...addresses], {
        stdio: ['ignore', log, log, 'pipe'],
        env: variables,
        detached: true,
      });
    } finally {
      closeSync(log);
    }
    this.child.stdio[3]?.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.gone = true;
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      };
      this.child.once('exit', end);
      this.child.once('error', () => end(1, null));
    });
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (!this.gone) this.child.kill('SIGTERM');
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(impatient);
  }
}

export function demoLog(dataDir: string): string {
  return path.join(dataDir, 'demo.log');
}
