/** What the workloads of the engines have in common: a life, a verdict, and counts of what must not be. */
import { isFlowError } from '@flowmesh/client';

export interface EngineVerdict {
  readonly workload: string;
  /** Operations that were acknowledged. */
  readonly done: number;
  /** Operations that failed after all retries: what they did is not known, and may be either. */
  readonly unknown: number;
  /** What must not have happened, and how often; nothing but zeros is good. */
  readonly broken: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

export interface EngineWorkload {
  /** As the catalog names what it uses: their leaders are killed. */
  readonly resources: readonly string[];
  start(): Promise<void>;
  /** Begins nothing more; resolves when all that was begun has ended. */
  stop(): Promise<void>;
  /** With all nodes up: waits until what is under way has come to rest, and judges. */
  verdict(): Promise<EngineVerdict>;
}

const EXAMPLES_MAX = 10;

/** Counts of broken promises, with the first few cases. */
export class Faults {
  readonly examples: string[] = [];
  private readonly counts = new Map<string, number>();

  /** `promises`: those that are listed even where they hold. */
  constructor(promises: readonly string[]) {
    for (const promise of promises) this.counts.set(promise, 0);
  }

  add(promise: string, example: string): void {
    this.counts.set(promise, (this.counts.get(promise) ?? 0) + 1);
    if (this.examples.length < EXAMPLES_MAX) this.examples.push(`${promise}: ${example}`);
  }

  get broken(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}

/**
 * Loops that run until they are stopped, each again after `everyMs`, or until the client closes because the proof has failed elsewhere.
 * What else they throw is a defect of the proof and ends it.
 */
export class Lanes {
  private readonly stopping = new AbortController();
  private readonly lanes: Promise<void>[] = [];

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  add(everyMs: number, work: () => Promise<void>): void {
    this.lanes.push(this.run(everyMs, work));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.lanes);
  }

  private async run(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.signal.aborted) {
      const nextMs = performance.now() + everyMs;
      try {
        await work();
      } catch (error) {
        if (isFlowError(error) && error.code === 'CANCELLED') return;
        throw error;
      }
      const left = nextMs - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    }
  }
}
