/**
 * One node of the run: its process, and who wants it down. Faults that need it down hold it; it runs while nobody does. When it ends by
 * itself it is started again after a moment, as a service manager would do, and what it said is kept. Where it says that the cluster has let
 * it go it is given an empty directory, as the message tells the operator to do.
 *
 *   running ─ hold ─► down (killed, or asked to stop) ─ last release ─► running
 *      └─ ended by itself ─► noted ─ a moment, and an empty directory if it was let go ─► running
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClusterNode, LogEntry, Program } from '../../test/e2e/harness/cluster.ts';
import type { Volume } from '../../test/e2e/harness/volumes.ts';
import type { Preload } from './preload.ts';

const RESTART_AFTER_MS = 500;
/** More often than this it is broken for good, and stays down. */
const ENDS_MAX = 200;
/** Of the directories that it has set aside, the latest: an operator looks at them and makes room; on a small file system at once. */
const SET_ASIDE_KEPT = 2;

export interface NodeEnd {
  readonly node: number;
  readonly exit: number | string;
  /** The last lines of its log. */
  readonly said: string;
  /** The cluster had let its directory go, which was emptied. */
  readonly emptied?: true;
}

export type StopSignal = 'SIGKILL' | 'SIGTERM';

/** `newer`: this source tree. */
export type Build = 'older' | 'newer';

export interface WorldNodeOptions {
  readonly node: ClusterNode;
  readonly builds: Readonly<Record<Build, Program>>;
  readonly preload: Preload | undefined;
  readonly stallFile: string;
  /** The small file system that its data is on, where it has one of its own. */
  readonly volume: Volume | undefined;
  /** Called when it has ended by itself. */
  readonly ended: (end: NodeEnd) => void;
}

export class WorldNode {
  readonly preload: Preload | undefined;
  readonly stallFile: string;
  readonly volume: Volume | undefined;
  private readonly node: ClusterNode;
  private readonly ended: (end: NodeEnd) => void;
  private readonly holders = new Set<string>();
  private readonly builds: Readonly<Record<Build, Program>>;
  private program: Program | undefined;
  private generation = 0;
  private ends = 0;
  /** How long its log was when it was started last. */
  private logFrom = 0;
  private closed = false;

  constructor(options: WorldNodeOptions) {
    this.node = options.node;
    this.builds = options.builds;
    this.preload = options.preload;
    this.stallFile = options.stallFile;
    this.volume = options.volume;
    this.ended = options.ended;
  }

  get id(): number {
    return this.node.id;
  }

  get dataDir(): string {
    return this.node.dataDir;
  }

  get pid(): number | undefined {
    return this.node.pid;
  }

  get logFile(): string {
    return this.node.logFile;
  }

  /** How often it has ended by itself. */
  get endsByItself(): number {
    return this.ends;
  }

  get held(): boolean {
    return this.holders.size > 0;
  }

  /** From its next start on it is of this build. */
  use(build: Build): void {
    this.program = this.builds[build];
  }

  /** Down until the owner releases it. */
  async hold(owner: string, signal: StopSignal = 'SIGKILL'): Promise<void> {
    this.holders.add(owner);
    this.generation++;
    // What is stopped does not hear SIGTERM.
    if (signal === 'SIGTERM') this.node.signal('SIGCONT');
    await this.node.stop(signal);
  }

  release(owner: string): void {
    if (this.holders.delete(owner) && this.holders.size === 0) this.start();
  }

  start(): void {
    if (this.closed || this.held || this.node.running) return;
    this.preload?.unsynced.forget();
    this.dropSetAside();
    this.logFrom = existsSync(this.logFile) ? statSync(this.logFile).size : 0;
    this.node.start(this.program);
    const generation = ++this.generation;
    void this.node.ended().then((exit) => this.endedWith(exit, generation));
  }

  signal(signal: NodeJS.Signals): void {
    this.node.signal(signal);
  }

  async http(pathname: string): Promise<{ readonly status: number; readonly body: string } | undefined> {
    return await this.node.http(pathname);
  }

  async isReady(): Promise<boolean> {
    return this.node.running && (await this.http('/readyz'))?.status === 200;
  }

  log(): string {
    return this.node.log();
  }

  /** Whatever anybody did to it ends here, also where the fault that did it has failed. */
  heal(): void {
    this.holders.clear();
    this.preload?.disk.clearAll();
    this.preload?.clock.set(0);
    this.volume?.makeRoom();
    this.node.signal('SIGCONT');
    this.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.generation++;
    this.node.signal('SIGCONT');
    await this.node.stop('SIGKILL');
  }

  private endedWith(exit: number | string, generation: number): void {
    if (generation !== this.generation || this.closed) return;
    this.ends++;
    const emptied = wasLetGo(this.node.logEntries(this.logFrom));
    // Whoever holds it decides what is in its directory.
    if (emptied && !this.held) rmSync(this.dataDir, { recursive: true, force: true });
    this.ended({
      node: this.id,
      exit,
      said: this.node.log().slice(-3_000),
      ...(emptied ? { emptied } : {}),
    });
    if (this.ends < ENDS_MAX) setTimeout(() => this.start(), RESTART_AFTER_MS).unref();
  }

  private dropSetAside(): void {
    const parent = path.dirname(this.dataDir);
    const prefix = `${path.basename(this.dataDir)}.quarantined-`;
    const found = readdirSync(parent)
      .filter((name) => name.startsWith(prefix))
      .sort((a, b) => statSync(path.join(parent, a)).mtimeMs - statSync(path.join(parent, b)).mtimeMs);
    const kept = this.volume === undefined ? SET_ASIDE_KEPT : 0;
    for (const name of found.slice(0, Math.max(0, found.length - kept)))
      rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Whether the last thing that a node says is that the cluster has let it go. */
export function wasLetGo(entries: readonly LogEntry[]): boolean {
  const error = entries.findLast(({ level }) => level === 'fatal')?.['err'] as
    | { readonly code?: string; readonly details?: Readonly<Record<string, unknown>> }
    | undefined;
  return error?.code === 'IDENTITY_MISMATCH' && error.details?.['letGo'] !== undefined;
}
