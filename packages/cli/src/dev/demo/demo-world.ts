/** What the parts of the demonstration share: the cluster, chance, pauses, and an end that all of them notice. */
import { type FlowMesh, FlowError } from '@flowmesh/client';
import { must, type Random } from '@flowmesh/base';
import { pause } from '../../interaction/wait.ts';

/** One kind of traffic; runs until the signal aborts. */
export type DemoPart = (world: DemoWorld) => Promise<void>;

export interface DemoOptions {
  readonly mesh: FlowMesh;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Factor for all pauses; tests take a small one. */
  readonly pace: number;
  readonly wallMs: () => number;
  /** A line for demo.log. */
  readonly log: (text: string) => void;
}

/** After a failure (nodes are killed in demonstrations) a part begins again. */
const RETRY_MS = 1_000;

export class DemoWorld {
  readonly mesh: FlowMesh;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly wallMs: () => number;
  private readonly pace: number;
  private readonly log: (text: string) => void;

  constructor(options: DemoOptions) {
    this.mesh = options.mesh;
    this.random = options.random;
    this.signal = options.signal;
    this.wallMs = options.wallMs;
    this.pace = options.pace;
    this.log = options.log;
  }

  pick<T>(values: readonly T[]): T {
    return must(values[this.random.below(values.length)], 'picked from nothing');
  }

  chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  /** About so long. */
  async rest(meanMs: number): Promise<void> {
    await pause(this.pace * meanMs * (0.5 + this.random.unit()), this.signal);
  }

  /** Runs every part until the signal; one that fails is told of and begins again. */
  async run(parts: Readonly<Record<string, DemoPart>>): Promise<void> {
    await Promise.all(Object.entries(parts).map(([name, part]) => this.keepRunning(name, part)));
  }

  private async keepRunning(name: string, part: DemoPart): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await part(this);
      } catch (error) {
        if (this.signal.aborted) return;
        if (!(error instanceof FlowError)) throw error;
        this.log(`${name}: ${error.message} (${error.code}); trying again`);
      }
      await pause(this.pace * RETRY_MS, this.signal);
    }
  }
}

/** Creates what is not there yet: data of an earlier demonstration is gone on with. */
export async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof FlowError) || error.code !== 'ALREADY_EXISTS') throw error;
  }
}
