/**
 * One queue with one shard on three nodes that grows to millions of ready jobs: what a job costs going in and coming out at each size, how long a
 * receive takes, how much memory each node has and how long its event loop stands still. None of it may grow with the queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@flowmesh/client';
import { Cluster } from '../harness/cluster.ts';
import { LoopWatch } from '../harness/loop-watch.ts';
import { cpuSeconds, mebibytes, rssBytes } from '../harness/process-stats.ts';
import { Payloads, percentile } from './ledger.ts';
import { QueueCalls } from './queue-calls.ts';

export interface QueueSizeOptions {
  readonly loopFolder: string;
  /** Ready jobs, ascending. */
  readonly sizes: readonly number[];
  readonly payloadBytes: number;
  /** Receives whose time is taken, one after the other. */
  readonly samples: number;
  /** Jobs that are taken out and put in again, as fast as it goes. */
  readonly throughputJobs: number;
  readonly report: (line: string) => void;
}

export interface AtSize {
  readonly ready: number;
  readonly enqueuedPerSecond: number;
  /** Processor time of all nodes, microseconds a job. */
  readonly enqueueCpuUs: number;
  readonly receiveMsP50: number;
  readonly receiveMsP99: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  /** Received and acknowledged, by hundreds, several at once. */
  readonly takenPerSecond: number;
  readonly takeCpuUs: number;
  readonly rssMebibytes: readonly number[];
  /** Of the leader, while jobs are taken and while its clients are measured. */
  readonly loopMsP99: number;
  readonly loopMsMax: number;
  /** Of any node, filling included. */
  readonly loopCpuMsMax: number;
}

export interface QueueSizeReport {
  readonly sizes: readonly AtSize[];
  readonly peakRssMebibytes: readonly number[];
  /** Jobs that were acknowledged twice, did not come, or were not acknowledged. */
  readonly wrong: number;
  /** Calls that were repeated, for want of a leader: the figures are of a machine that was too busy. */
  readonly retries: number;
}

const QUEUE = 'size';
const RECEIVE_MAX = 100;
const TAKERS = 8;

export async function proveQueueSize(options: QueueSizeOptions): Promise<QueueSizeReport> {
  const watch = new LoopWatch(options.loopFolder);
  await using cluster = await Cluster.start({ nodes: 3, program: watch.program, env: watch.env });
  const mesh = await connect({ endpoints: cluster.endpoints });
  const peaks = cluster.nodes.map(() => 0);
  const sampler = setInterval(() => {
    for (const [i, node] of cluster.nodes.entries()) {
      if (node.pid !== undefined) peaks[i] = Math.max(peaks[i] as number, rssBytes(node.pid));
    }
  }, 250);
  const calls = new QueueCalls(mesh, QUEUE);
  try {
    await calls.create(3, { 'attempts.max': '-1' });
    const run = new Growth(cluster, watch, calls, options);
    const sizes: AtSize[] = [];
    for (const size of options.sizes) sizes.push(await run.grow(size));
    return { sizes, peakRssMebibytes: peaks.map(mebibytes), wrong: run.wrong, retries: calls.retries };
  } finally {
    clearInterval(sampler);
    calls.close();
    await mesh.close();
  }
}

class Growth {
  wrong = 0;
  private readonly cluster: Cluster;
  private readonly watch: LoopWatch;
  private readonly calls: QueueCalls;
  private readonly options: QueueSizeOptions;
  private readonly payloads: Payloads;
  private ready = 0;
  private numbered = 0;
  private readonly seen = new Set<number>();

  constructor(cluster: Cluster, watch: LoopWatch, calls: QueueCalls, options: QueueSizeOptions) {
    this.cluster = cluster;
    this.watch = watch;
    this.calls = calls;
    this.options = options;
    this.payloads = new Payloads(options.payloadBytes);
  }

  async grow(size: number): Promise<AtSize> {
    const fromMs = Date.now();
    const filled = await this.measured(size - this.ready, () => this.put(size - this.ready));
    this.ready = size;
    await sleep(1_000);
    const quietMs = Date.now();
    const { receiveMs, ackMs } = await this.latencies();
    const count = Math.min(this.options.throughputJobs, Math.floor(size / 2));
    const taken = await this.measured(count, () => this.take(count));
    await sleep(500);
    const leader = this.watch.pauses(this.cluster.node(await this.calls.leader()), quietMs);
    await this.put(count);
    const loops = this.cluster.nodes.map((node) => this.watch.pauses(node, fromMs));
    const at: AtSize = {
      ready: size,
      enqueuedPerSecond: Math.round(filled.perSecond),
      enqueueCpuUs: Math.round(filled.cpuUs),
      receiveMsP50: percentile(receiveMs, 0.5),
      receiveMsP99: percentile(receiveMs, 0.99),
      ackMsP50: percentile(ackMs, 0.5),
      ackMsP99: percentile(ackMs, 0.99),
      takenPerSecond: Math.round(taken.perSecond),
      takeCpuUs: Math.round(taken.cpuUs),
      rssMebibytes: this.cluster.nodes.map((node) => mebibytes(rssBytes(node.pid as number))),
      loopMsP99: leader.msP99,
      loopMsMax: leader.msMax,
      loopCpuMsMax: Math.max(...loops.map(({ cpuMsMax }) => cpuMsMax)),
    };
    this.options.report(JSON.stringify(at));
    return at;
  }

  private async put(count: number): Promise<void> {
    if (count > 0) await this.calls.enqueue(count, () => ({ payload: this.payloads.make(this.numbered++) }));
  }

  /** One job after the other out and in again, so that the size stays. */
  private async latencies(): Promise<{ receiveMs: readonly number[]; ackMs: readonly number[] }> {
    const receiveMs: number[] = [];
    const ackMs: number[] = [];
    for (let i = 0; i < this.options.samples; i++) {
      const startMs = performance.now();
      const jobs = await this.calls.receive(1);
      const receivedMs = performance.now();
      this.judge(jobs, 1, await this.calls.ack(jobs));
      receiveMs.push(receivedMs - startMs);
      ackMs.push(performance.now() - receivedMs);
      await this.put(1);
    }
    return { receiveMs, ackMs };
  }

  private async take(count: number): Promise<void> {
    let left = count;
    const taker = async (): Promise<void> => {
      while (left > 0) {
        const max = Math.min(RECEIVE_MAX, left);
        left -= max;
        const jobs = await this.calls.receive(max);
        this.judge(jobs, max, await this.calls.ack(jobs));
      }
    };
    await Promise.all(Array.from({ length: TAKERS }, taker));
  }

  private judge(
    jobs: readonly { readonly payload?: Uint8Array | null }[],
    wanted: number,
    outcomes: readonly string[],
  ): void {
    this.wrong += wanted - jobs.length;
    for (const [i, { payload }] of jobs.entries()) {
      const number = Payloads.numberOf(payload ?? new Uint8Array(8));
      if (outcomes[i] !== 'done' || this.seen.has(number)) this.wrong++;
      this.seen.add(number);
    }
  }

  private async measured(
    count: number,
    work: () => Promise<void>,
  ): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
    const cpu = (): number =>
      this.cluster.nodes.reduce((sum, node) => sum + cpuSeconds(node.pid as number), 0);
    const cpuFrom = cpu();
    const startMs = performance.now();
    await work();
    const seconds = (performance.now() - startMs) / 1_000;
    return { perSecond: count / seconds, cpuUs: ((cpu() - cpuFrom) * 1e6) / count };
  }
}
