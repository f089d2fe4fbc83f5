/**
 * One node as a child process: started, asked whether it is ready, stopped. It has a process group of its own, so that an interrupt
 * at the terminal reaches it once, through the supervisor; the orphan guard stops it when the supervisor is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { get } from 'node:http';
import type { NodePlan } from './plan.ts';

const READY_REQUEST_MS = 1_000;
/** Loaded into a child first: it ends when this process is gone. */
export const ORPHAN_GUARD = new URL('./orphan-guard.ts', import.meta.url).href;

export interface NodeExit {
  readonly pid: number;
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export class NodeProcess {
  readonly plan: NodePlan;
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly exited: Promise<NodeExit>;
  private readonly child: ChildProcess;
  private gone = false;

  constructor(plan: NodePlan, main: string, variables: Readonly<Record<string, string | undefined>>) {
    this.plan = plan;
    const log = openSync(plan.logFile, 'a');
    try {
      this.child = spawn(process.execPath, ['--import', ORPHAN_GUARD, main, '--config', plan.configFile], {
        stdio: ['ignore', log, log, 'pipe'],
        env: variables,
        detached: true,
      });
    } finally {
      closeSync(log);
    }
    this.child.stdio[3]?.on('error', () => undefined);
    this.pid = this.child.pid ?? 0;
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.gone = true;
        resolve({ pid: this.pid, code: code ?? undefined, signal: signal ?? undefined });
      };
      this.child.once('exit', end);
      this.child.once('error', () => end(1, null));
    });
  }

  get running(): boolean {
    return !this.gone;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.gone) this.child.kill(signal);
  }

  /** Asks /readyz once. */
  isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get(
        `http://${this.plan.http}/readyz`,
        { timeout: READY_REQUEST_MS, agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode === 200);
        },
      );
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(false));
    });
  }
}

export function describeExit(exit: NodeExit): string {
  if (exit.signal !== undefined) return `was killed (${exit.signal})`;
  return exit.code === 0 ? 'ended by itself' : `failed (exit code ${exit.code ?? 'unknown'})`;
}
