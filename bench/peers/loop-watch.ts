/** What the main threads of our nodes do while something runs: whether event loops are the limit, or processors. Linux; elsewhere it tells nothing. */
import { systemSample } from '../cost/process-cost.ts';

/** Shares of the time. */
export interface LoopShares {
  readonly busy: number;
  /** It could have gone on and had no processor. */
  readonly waits: number;
}

interface LoopTime {
  busyUs: number;
  waitedUs: number;
}

export class LoopWatch {
  private readonly pids: () => readonly number[];
  private readonly times = new Map<number, LoopTime>();
  private elapsedUs = 0;

  constructor(pids: () => readonly number[]) {
    this.pids = pids;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (process.platform !== 'linux') return await work();
    const startMs = performance.now();
    const pids = this.pids();
    const before = pids.map(systemSample);
    const result = await work();
    for (const [at, pid] of pids.entries()) {
      const [from, to] = [before[at], systemSample(pid)];
      const time = this.times.get(pid) ?? { busyUs: 0, waitedUs: 0 };
      time.busyUs += to.time.main - (from?.time.main ?? 0);
      time.waitedUs += to.mainWaited - (from?.mainWaited ?? 0);
      this.times.set(pid, time);
    }
    this.elapsedUs += (performance.now() - startMs) * 1_000;
    return result;
  }

  /** Of all that ran so far. */
  busiest(): LoopShares | null {
    const shares = [...this.times.values()].map(({ busyUs, waitedUs }) => ({
      busy: busyUs / this.elapsedUs,
      waits: waitedUs / this.elapsedUs,
    }));
    return shares.sort((a, b) => b.busy - a.busy)[0] ?? null;
  }
}
