/**
 * Keeps the processes of a development cluster running.
 *
 *   starting ──all ready──► running ──interrupted──► stopping ──► stopped
 *       └── a node fails ──────────────────────────────┘
 *
 * While running, a node that ends is reported and started again after a pause that grows when it keeps ending.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { FlowError } from '@flowmesh/client';
import { LogTail } from './log-tail.ts';
import { describeExit, type NodeExit, NodeProcess } from './node-process.ts';
import type { DevPlan, NodePlan } from './plan.ts';

const READY_POLL_MS = 50;
const READY_TIMEOUT_MS = 120_000;
const LOG_POLL_MS = 500;
const STOP_TIMEOUT_MS = 20_000;
const RESTART_LAST_MS = 30_000;
/** A node that ran for so long begins again with the first pause. */
const STEADY_MS = 30_000;
/** Ends of a node that another start would not change. */
const CODE_CONFIG = 2;

export interface SupervisorOptions {
  readonly plan: DevPlan;
  /** The node's program. */
  readonly main: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly restart: boolean;
  readonly restartDelayMs: number;
  /** Something for people to read. */
  readonly report: (text: string) => void;
  /** All nodes' process ids, whenever they change after the start. */
  readonly onPids: (pids: ReadonlyMap<number, number>) => void;
  readonly nowMs: () => number;
}

export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly processes = new Map<number, NodeProcess>();
  private readonly tails = new Map<number, LogTail>();
  private readonly stopping = new AbortController();
  private readonly tasks = new Set<Promise<void>>();
  private running = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  /** Starts all nodes; resolves when all are ready. Rejects where one ends before, or CANCELLED by `signal`. */
  async start(signal: AbortSignal): Promise<void> {
    for (const node of this.options.plan.nodes) {
      this.tails.set(node.id, new LogTail(node.logFile));
      this.spawn(node);
    }
    this.keep(this.watchLogs());
    const failed = Promise.race([...this.processes.values()].map((process) => this.failedStart(process)));
    await Promise.race([failed, this.allReady(signal)]);
    this.running = true;
    for (const process of this.processes.values()) this.keep(this.watch(process));
  }

  pids(): ReadonlyMap<number, number> {
    return new Map([...this.processes].map(([id, process]) => [id, process.pid]));
  }

  /** Stops all nodes, gracefully for a while; resolves when all processes are gone. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const process of this.processes.values()) process.kill('SIGTERM');
    const patience = new AbortController();
    const impatient = delay(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(
      () => {
        for (const process of this.processes.values()) process.kill('SIGKILL');
      },
      () => undefined,
    );
    await Promise.all([...this.processes.values()].map((process) => process.exited));
    patience.abort();
    await impatient;
    await Promise.all(this.tasks);
  }

  /** Ends every process now. */
  kill(): void {
    for (const process of this.processes.values()) process.kill('SIGKILL');
  }

  private spawn(node: NodePlan): NodeProcess {
    const process = new NodeProcess(node, this.options.main, this.options.variables);
    this.processes.set(node.id, process);
    return process;
  }

  private async allReady(signal: AbortSignal): Promise<void> {
    const deadline = this.options.nowMs() + READY_TIMEOUT_MS;
    const waiting = new Set(this.processes.values());
    while (waiting.size > 0) {
      if (signal.aborted) throw new FlowError('CANCELLED', 'interrupted while starting');
      if (this.stopping.signal.aborted) return;
      for (const process of waiting) if (await process.isReady()) waiting.delete(process);
      if (waiting.size === 0) return;
      if (this.options.nowMs() > deadline) {
        const names = [...waiting].map((process) => process.plan.id).join(', ');
        throw new FlowError('TIMEOUT', `not ready after ${READY_TIMEOUT_MS / 1_000} s: node ${names}`, {
          hint: `See the logs: ${[...waiting].map((process) => process.plan.logFile).join(' ')}`,
        });
      }
      await delay(READY_POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async failedStart(process: NodeProcess): Promise<never> {
    const exit = await process.exited;
    const { id, logFile } = process.plan;
    const tail = this.tails.get(id);
    const trouble = tail?.read().at(-1);
    const why = trouble === undefined ? '' : `: ${trouble.message}`;
    throw new FlowError('UNAVAILABLE', `node ${id} ${describeExit(exit)} while starting${why}`, {
      hint: trouble?.hint ?? `See its log: ${logFile}`,
    });
  }

  /** Reports the end of a node's process and starts it again. */
  private async watch(first: NodeProcess): Promise<void> {
    let process = first;
    let pauseMs = this.options.restartDelayMs;
    const { signal } = this.stopping;
    for (;;) {
      const startedMs = this.options.nowMs();
      const exit = await process.exited;
      if (signal.aborted) return;
      if (this.options.nowMs() - startedMs > STEADY_MS) pauseMs = this.options.restartDelayMs;
      if (!this.mayRestart(process, exit, pauseMs)) return;
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(RESTART_LAST_MS, pauseMs * 2);
      if (signal.aborted) return;
      process = this.spawn(process.plan);
      this.options.onPids(this.pids());
      this.keep(this.announceReady(process));
    }
  }

  private mayRestart(process: NodeProcess, exit: NodeExit, pauseMs: number): boolean {
    const { id, logFile } = process.plan;
    const what = `node ${id} (pid ${exit.pid}) ${describeExit(exit)}`;
    this.showTroubles(id);
    if (!this.options.restart) {
      this.options.report(`${what}; it stays down (--no-restart)`);
      return false;
    }
    if (exit.code === CODE_CONFIG) {
      this.options.report(`${what}; its configuration is wrong, see ${logFile}`);
      return false;
    }
    this.options.report(`${what}; starting it again in ${pauseMs / 1_000} s`);
    return true;
  }

  private async announceReady(process: NodeProcess): Promise<void> {
    const { signal } = this.stopping;
    while (process.running && !signal.aborted) {
      if (await process.isReady()) {
        this.options.report(`node ${process.plan.id} is back (pid ${process.pid})`);
        return;
      }
      await delay(READY_POLL_MS * 4, undefined, { signal }).catch(() => undefined);
    }
  }

  private async watchLogs(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(LOG_POLL_MS, undefined, { signal }).catch(() => undefined);
      if (this.running) for (const id of this.tails.keys()) this.showTroubles(id);
    }
  }

  private showTroubles(id: number): void {
    for (const trouble of this.tails.get(id)?.read() ?? []) {
      this.options.report(`node ${id}: ${trouble.message}`);
      if (trouble.hint !== undefined) this.options.report(`        ${trouble.hint}`);
    }
  }

  private keep(task: Promise<void>): void {
    const kept = task.finally(() => this.tasks.delete(kept));
    this.tasks.add(kept);
  }
}
