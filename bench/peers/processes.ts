/**
 * Processes and folders of a peer's cluster. All of them are gone when the program has ended, however it ends: by itself, by a failure, by
 * Ctrl-C. Each process leads a group of its own, because launchers of some systems leave children behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeProcesses } from './contest.ts';

const STOP_MS = 10_000;
const LOOK_MS = 200;
const START_MS_MAX = 180_000;
const LOG_CHARS = 2_000;

const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Member {
  readonly name: string;
  readonly log: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  child: ChildProcess;
  exit: Promise<void>;
  /** Its end is no failure. */
  killed: boolean;
}

/** The processes of one cluster, and the folder of their data and logs. */
export class ProcessGroup implements AsyncDisposable {
  readonly folder: string;
  private readonly members = new Map<string, Member>();
  private failure: Error | undefined;
  private stopping = false;

  constructor(name: string) {
    this.folder = mkdtempSync(path.join(os.tmpdir(), `flowmesh-bench-${name}-`));
    folders.add(this.folder);
  }

  start(name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const log = path.join(this.folder, `${name}.log`);
    const child = this.spawn(log, command, env);
    const member: Member = { name, log, command, env, child, exit: Promise.resolve(), killed: false };
    this.members.set(name, member);
    this.watch(member);
  }

  /** Those of the names, in their order. */
  nodes(names: readonly string[]): NodeProcesses {
    const at = (node: number): Member => this.members.get(names[node] ?? '') as Member;
    return {
      get pids() {
        return names.map((_, node) => at(node).child.pid ?? 0);
      },
      kill: (node) => {
        const member = at(node);
        member.killed = true;
        signalGroup(member.child, 'SIGKILL');
      },
      restart: async (node) => {
        const member = at(node);
        await member.exit;
        if (this.stopping) return;
        member.killed = false;
        member.child = this.spawn(member.log, member.command, member.env);
        this.watch(member);
      },
    };
  }

  private spawn(log: string, [program = '', ...args]: readonly string[], env: Member['env']): ChildProcess {
    const out = openSync(log, 'a');
    const child = spawn(program, args, {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...env },
      cwd: this.folder,
      detached: true,
    });
    closeSync(out);
    running.add(child);
    return child;
  }

  private watch(member: Member): void {
    const { child, name, log } = member;
    member.exit = new Promise((resolve) => {
      const end = (why: string): void => {
        running.delete(child);
        if (!this.stopping && !member.killed)
          this.failure ??= new Error(`${name} ended (${why}): ${tail(log)}`);
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(`${signal ?? code ?? 'unknown'}`));
    });
  }

  /** Asks again and again until `look` is true or answers without failing. Fails where a process has ended. */
  async until(what: string, look: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    let last: unknown;
    for (const deadline = performance.now() + START_MS_MAX; performance.now() < deadline; ) {
      if (this.failure !== undefined) throw this.failure;
      try {
        if (await look()) return;
      } catch (error) {
        last = error;
      }
      await pause(LOOK_MS, undefined, { signal });
    }
    const logs = [...this.members.values()].map(({ name, log }) => `${name}: ${tail(log)}`).join('\n');
    throw new Error(
      `${what} was not so after ${START_MS_MAX} ms${last instanceof Error ? ` (${last.message})` : ''}\n${logs}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping = true;
    const members = [...this.members.values()];
    for (const { child } of members) signalGroup(child, 'SIGTERM');
    const gone = Promise.all(members.map(({ exit }) => exit));
    await Promise.race([gone, pause(STOP_MS, undefined, { ref: false })]);
    for (const { child } of members) signalGroup(child, 'SIGKILL');
    await gone;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    folders.delete(this.folder);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').trim().slice(-LOG_CHARS);
}

/** Whether somebody listens there. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
